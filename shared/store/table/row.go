package table

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Lists are the lists in which a record stands while it is open: its branch's board, its owner's desk, and what is
// open with its customer. What nobody owns stands on its branch's desk. A closed record stands on the board of its
// month alone.
type Lists struct {
	Kind, ID      string
	Branch, Owner string
	Customer      string // empty: it is about no customer
	Closed        bool
	At            time.Time // when it is due; of a closed one, by which time it is listed
}

// Row is the item of a record with its card and the keys of the lists in which it stands.
func Row(record, card any, in Lists) (Item, error) {
	shown, err := EncodeValue(card)
	if err != nil {
		return nil, err
	}
	slim(shown)
	it, err := Encode(record, RecordKey(in.Kind, in.ID))
	if err != nil {
		return nil, err
	}
	place := Text(When(in.At, in.ID))
	it["kind"], it["card"], it["board_sk"] = Text(in.Kind), shown, place
	if in.Closed {
		it["board_pk"] = Text(ClosedBoard(in.Kind, in.Branch, in.At.UTC().Format("2006-01")))
		return it, nil
	}
	it["board_pk"] = Text(OpenBoard(in.Kind, in.Branch))
	it["desk_pk"], it["desk_sk"] = Text(DeskFor(in.Owner, in.Branch)), place
	if in.Customer != "" {
		it["open_pk"], it["open_sk"] = Text(OpenOf(in.Customer)), place
	}
	return it, nil
}

// slim takes from a card what the index has beside it, so that a record's row stays small; fill puts it back.
func slim(card types.AttributeValue) {
	if m, ok := card.(*types.AttributeValueMemberM); ok {
		delete(m.Value, "id")
		delete(m.Value, "due_at")
	}
}

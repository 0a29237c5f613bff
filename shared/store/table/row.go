package table

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Lists says in which lists a record stands. An open record stands on its branch's board, on its owner's desk,
// and among its customer's open items. A record without an owner stands on its branch's desk. A closed record
// stands only on the board of its month.
type Lists struct {
	Kind, ID      string
	State         string // empty: the boards of this kind are not kept by state
	Branch, Owner string
	Customer      string // empty: it is about no customer
	Closed        bool
	At            time.Time // when it is due; for a closed record, its place in the list
}

// Row is the item of a record, with its card and the keys of the lists in which it stands. The card lacks what
// the index holds beside it; reading a list puts that back.
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
	board := OpenBoard(in.Kind, in.Branch)
	if in.State != "" {
		board = StateBoard(board, in.State)
	}
	it["board_pk"] = Text(board)
	it["desk_pk"], it["desk_sk"] = Text(DeskFor(in.Owner, in.Branch)), place
	if in.Customer != "" {
		it[aboutAttr] = Text(OpenOf(in.Customer))
	}
	return it, nil
}

// slim removes from a card what the index holds beside it, so that a record's row stays small. Line.fill puts it
// back.
func slim(card types.AttributeValue) {
	if m, ok := card.(*types.AttributeValueMemberM); ok {
		delete(m.Value, "id")
		delete(m.Value, "due_at")
	}
}

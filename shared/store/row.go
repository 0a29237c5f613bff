package store

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// lists are the lists in which a record stands while it is open: its branch's board, its owner's desk, and what is open with
// its customer. What nobody owns stands on its branch's desk. A closed record stands on the board of its month alone.
type lists struct {
	kind, id      string
	branch, owner string
	customer      string // empty: it is about no customer
	closed        bool
	at            time.Time // when it is due; of a closed one, by which time it is listed
}

// recordRow is the item of a record with its card and the keys of the lists in which it stands.
func recordRow(record, card any, in lists) (item, error) {
	shown, err := encode(card)
	if err != nil {
		return nil, err
	}
	slim(shown)
	it, err := row(record, recordKey(in.kind, in.id))
	if err != nil {
		return nil, err
	}
	place := text(when(in.at, in.id))
	it["kind"], it["card"], it["board_sk"] = text(in.kind), shown, place
	if in.closed {
		it["board_pk"] = text(closedBoard(in.kind, in.branch, in.at.UTC().Format("2006-01")))
		return it, nil
	}
	it["board_pk"] = text(openBoard(in.kind, in.branch))
	it["desk_pk"], it["desk_sk"] = text(deskFor(in.owner, in.branch)), place
	if in.customer != "" {
		it["open_pk"], it["open_sk"] = text(openOf(in.customer)), place
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

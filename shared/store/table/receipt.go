package table

import (
	"context"
	"time"

	"afterpress/shared/kernel/receipt"
)

// receiptRow is how a receipt (an idempotency record) is stored in Messages.
type receiptRow struct {
	Hash   string              `json:"hash"`
	Answer receipt.SavedAnswer `json:"answer"`
	TTL    int64               `json:"ttl"`
}

// addReceipt makes the request's receipt part of the transaction. Effect and answer are then written together or
// not at all.
func (t *Table) addReceipt(ctx context.Context, b *Batch, result any) error {
	r := receipt.Of(ctx)
	if r == nil || result == nil {
		return nil
	}
	answer, err := r.Answer(result)
	if err != nil {
		return err
	}
	it, err := t.receiptItem(*r, answer)
	if err != nil {
		return err
	}
	b.Put(t.Messages, it, Lapsed(t.Now()), func(old Item) error {
		return replay(old)
	})
	return nil
}

func (t *Table) receiptItem(r receipt.Receipt, answer receipt.SavedAnswer) (Item, error) {
	return Encode(receiptRow{Hash: r.Hash, Answer: answer, TTL: t.Now().Add(r.Keep).Unix()}, receiptKey(r.Key))
}

func replay(old Item) error {
	found, err := Decode[receiptRow](old)
	if err != nil {
		return err
	}
	return &receipt.Replay{Hash: found.Hash, Answer: found.Answer}
}

// noteAttr holds a receipt that another item notes.
const noteAttr = "receipt"

// noted is how another item notes a receipt.
type noted struct {
	Key    string              `json:"key"`
	Answer receipt.SavedAnswer `json:"answer"`
	Until  int64               `json:"until"` // epoch seconds
}

// NoteReceipt notes the request's receipt among the attributes of an item, in place of a row of its own. The
// transaction must write the item where none stands, and every repeat of the request must read it (Noted). That is so
// where the receipt is of the content, and so is the key of the item. isNoted is false for any other receipt.
func (t *Table) NoteReceipt(ctx context.Context, it Item, result any) (isNoted bool, err error) {
	r := receipt.Of(ctx)
	if r == nil || !r.Alike || result == nil {
		return false, nil
	}
	answer, err := r.Answer(result)
	if err != nil {
		return false, err
	}
	it[noteAttr], err = EncodeValue(noted{r.Key, answer, t.Now().Add(r.Keep).Unix()})
	return err == nil, err
}

// ReceiptKey is the key of the row that may answer this request. ok is false where its receipt is not of the content.
func ReceiptKey(ctx context.Context) (key Item, ok bool) {
	r := receipt.Of(ctx)
	if r == nil || !r.Alike {
		return nil, false
	}
	return receiptKey(r.Key), true
}

// Noted is the answer of an earlier request with the receipt of this one, if one of the items notes it or is its row;
// else nil.
func (t *Table) Noted(ctx context.Context, items []Item) (*receipt.Replay, error) {
	r := receipt.Of(ctx)
	if r == nil {
		return nil, nil
	}
	row := StringOf(receiptKey(r.Key)["pk"])
	for _, it := range items {
		if StringOf(it["pk"]) == row {
			return t.kept(it)
		}
		if it[noteAttr] == nil {
			continue
		}
		was, err := DecodeValue[noted](it[noteAttr])
		if err != nil {
			return nil, err
		}
		if was.Key == r.Key && was.Until > t.Now().Unix() {
			return &receipt.Replay{Hash: r.Hash, Answer: was.Answer}, nil
		}
	}
	return nil, nil
}

// Receipts keeps the answers of earlier requests, so that a repeat gets the same answer.
type Receipts struct{ table *Table }

// Receipts gives the receipts of these tables.
func (t *Table) Receipts() Receipts { return Receipts{t} }

// Find looks for the answer of an earlier request with this key. It returns nil when there is none or its time
// is over.
func (k Receipts) Find(ctx context.Context, key string) (*receipt.Replay, error) {
	it, found, err := k.table.Get(ctx, k.table.Messages, receiptKey(key))
	if err != nil || !found {
		return nil, err
	}
	return k.table.kept(it)
}

// kept is the answer in a receipt's row; nil once its time is over.
func (t *Table) kept(row Item) (*receipt.Replay, error) {
	r, err := Decode[receiptRow](row)
	if err != nil || !time.Unix(r.TTL, 0).After(t.Now()) {
		return nil, err
	}
	return &receipt.Replay{Hash: r.Hash, Answer: r.Answer}, nil
}

// Save keeps the answer of a request that wrote nothing else. It returns *receipt.Replay when another request
// with the key was first.
func (k Receipts) Save(ctx context.Context, r receipt.Receipt, answer receipt.SavedAnswer) error {
	it, err := k.table.receiptItem(r, answer)
	if err != nil {
		return err
	}
	b := NewBatch()
	b.Put(k.table.Messages, it, Lapsed(k.table.Now()), replay)
	return k.table.Commit(ctx, b, nil)
}

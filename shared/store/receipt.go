package store

import (
	"context"
	"time"

	"afterpress/shared/crm"
)

// receiptRow is how a receipt lies in Messages.
type receiptRow struct {
	Hash   string          `json:"hash"`
	Answer crm.SavedAnswer `json:"answer"`
	TTL    int64           `json:"ttl"`
}

// addReceipt makes the request's receipt part of the transaction, so that effect and answer are written together or not at all.
func (s *Store) addReceipt(ctx context.Context, b *Batch, result any) error {
	r := crm.ReceiptOf(ctx)
	if r == nil || result == nil {
		return nil
	}
	answer, err := r.Answer(result)
	if err != nil {
		return err
	}
	it, err := s.receiptItem(*r, answer)
	if err != nil {
		return err
	}
	b.Put(s.tables.Messages, it, Lapsed(s.Now()), func(old Item) error {
		return replay(old)
	})
	return nil
}

func (s *Store) receiptItem(r crm.Receipt, answer crm.SavedAnswer) (Item, error) {
	return Encode(receiptRow{Hash: r.Hash, Answer: answer, TTL: s.Now().Add(r.Keep).Unix()}, receiptKey(r.Key))
}

func replay(old Item) error {
	found, err := Decode[receiptRow](old)
	if err != nil {
		return err
	}
	return &crm.Replay{Hash: found.Hash, Answer: found.Answer}
}

// Find looks for the answer of an earlier request with this key. It returns nil when there is none, or when its time is over.
func (s *Store) Find(ctx context.Context, key string) (*crm.Replay, error) {
	it, found, err := s.Get(ctx, s.tables.Messages, receiptKey(key))
	if err != nil || !found {
		return nil, err
	}
	r, err := Decode[receiptRow](it)
	if err != nil || !time.Unix(r.TTL, 0).After(s.Now()) {
		return nil, err
	}
	return &crm.Replay{Hash: r.Hash, Answer: r.Answer}, nil
}

// Save keeps the answer of a request that wrote nothing else. It returns *crm.Replay when another request with the key was first.
func (s *Store) Save(ctx context.Context, r crm.Receipt, answer crm.SavedAnswer) error {
	it, err := s.receiptItem(r, answer)
	if err != nil {
		return err
	}
	b := NewBatch()
	b.Put(s.tables.Messages, it, Lapsed(s.Now()), replay)
	return s.Commit(ctx, b, nil)
}

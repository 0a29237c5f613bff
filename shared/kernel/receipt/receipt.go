// Package receipt remembers the answer to a request, so that a repeat gets the same one.
package receipt

import (
	"context"
	"time"
)

// Receipt makes a repeated request safe: it is written in the same transaction as the effect and holds the answer,
// so a repeat gets the same answer and no second effect.
type Receipt struct {
	Key    string        // opaque: caller, route and Idempotency-Key, hashed
	Hash   string        // of the body; a repeat with another body is refused
	Keep   time.Duration // 72 h for an Idempotency-Key; shorter for a content hash
	Answer func(result any) (SavedAnswer, error)
}

// SavedAnswer is what a repeated request is answered with.
type SavedAnswer struct {
	Status   int    `json:"status"`
	Location string `json:"location,omitempty"`
	ETag     string `json:"etag,omitempty"`
	Body     string `json:"body"`
}

// Replay is returned by a commit that finds its receipt already written, and by a look-up before the work.
type Replay struct {
	Hash   string
	Answer SavedAnswer
}

func (*Replay) Error() string { return "the same request was answered before" }

type key struct{}

// WithReceipt lays r into ctx for the one commit of this request.
func WithReceipt(ctx context.Context, r *Receipt) context.Context {
	return context.WithValue(ctx, key{}, r)
}

// Of is the receipt of this request, or nil.
func Of(ctx context.Context) *Receipt {
	r, _ := ctx.Value(key{}).(*Receipt)
	return r
}

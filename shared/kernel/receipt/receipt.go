// Package receipt is the idempotency record of a request: a repeat gets the answer of the first one.
package receipt

import (
	"context"
	"time"
)

// Receipt is the idempotency record of one request. It is written in the same transaction as the effect, and
// it holds the answer. A repeat gets the same answer and has no second effect.
type Receipt struct {
	// a hash of caller, route, path, and Idempotency-Key or content
	Key    string
	Alike  bool                                  // the key is of the content alone: a repeat says the same
	Hash   string                                // of the body or content; another one under the key is refused
	Keep   time.Duration                         // 72 h for an Idempotency-Key; shorter for content
	Answer func(result any) (SavedAnswer, error) // renders what the commit returns
}

// SavedAnswer is the answer that a repeated request gets.
type SavedAnswer struct {
	Status   int    `json:"status"`
	Location string `json:"location,omitempty"`
	ETag     string `json:"etag,omitempty"`
	Body     string `json:"body"`
}

// Replay is returned by a commit that finds its receipt already written. A look-up before the work returns it
// too.
type Replay struct {
	Hash   string
	Answer SavedAnswer
}

// Error makes a Replay an error, so that a commit can return it.
func (*Replay) Error() string { return "the same request was answered before" }

type key struct{}

// WithReceipt puts r into the context for the one commit of this request.
func WithReceipt(ctx context.Context, r *Receipt) context.Context {
	return context.WithValue(ctx, key{}, r)
}

// Of is the receipt that WithReceipt put into ctx, or nil.
func Of(ctx context.Context) *Receipt {
	r, _ := ctx.Value(key{}).(*Receipt)
	return r
}

// As is ctx with a receipt that keeps what view makes of the commit's result: the caller is not always shown what is
// stored. Without a receipt the context stays as it is.
func As(ctx context.Context, view func(result any) any) context.Context {
	r := Of(ctx)
	if r == nil {
		return ctx
	}
	shown := *r
	shown.Answer = func(result any) (SavedAnswer, error) { return r.Answer(view(result)) }
	return WithReceipt(ctx, &shown)
}

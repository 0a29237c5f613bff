package apptest

import (
	"context"
	"testing"
	"time"

	"afterpress/shared/kernel/receipt"
	"afterpress/shared/store/storetest"
)

// Receipt is a context with a receipt, as a door lays it for a request that may be repeated. kept is what a repeat is
// answered with: nil until a use case has committed.
func Receipt(t testing.TB) (ctx context.Context, kept func() any) {
	var answer any
	r := &receipt.Receipt{Key: storetest.NewID("key"), Hash: "body", Keep: time.Hour,
		Answer: func(result any) (receipt.SavedAnswer, error) {
			answer = result
			return receipt.SavedAnswer{Status: 200}, nil
		}}
	return receipt.WithReceipt(t.Context(), r), func() any { return answer }
}

package table

import (
	"context"
	"crypto/rand"
	"errors"
	"math/big"
	"time"
)

// ErrChanged says that another writer was faster. What is to be written was changed or claimed after it was
// read.
var ErrChanged = errors.New("table: changed meanwhile")

// maxAttempts is how often a change is tried where many writers meet. Sixty-four parallel posts for one person meet
// a few times.
const maxAttempts = 12

// fewAttempts is how often a change is tried that few people make, and how often unprocessed keys are asked for again.
const fewAttempts = 5

// Patience says how often a change is tried while other writers are faster. It also says after how many tries
// the waits stop growing.
type Patience struct{ tries, grow int }

// Few is for a task, a hold, a gate and other records that few people change. Many is for a customer and other
// records that many writers may change at once. Crowd is for leads, complaints and touches: their transactions
// are larger, so the waits grow longer.
var (
	Few   = Patience{fewAttempts, fewAttempts - 1}
	Many  = Patience{maxAttempts, 3}
	Crowd = Patience{maxAttempts, 4}
)

// Retry makes a change, and makes it again while it ends in ErrChanged. Any other error ends it. change gets the
// number of the try, from 0, and must read everything anew. Conflict says that another writer was faster on
// every try.
func Retry[T any](ctx context.Context, p Patience, change func(try int) (T, error)) (T, error) {
	for try := range p.tries {
		done, err := change(try)
		if !errors.Is(err, ErrChanged) {
			return done, err
		}
		if err := pause(ctx, min(try, p.grow)); err != nil {
			return done, Unavailable(err)
		}
	}
	var none T
	return none, Conflict()
}

// Change reads a record, applies the rule, and has put write the result. put writes on condition that the record
// has not changed since the read. When it has, put returns ErrChanged, and the rule decides again on the record
// as it is then. An error of the rule ends the change and returns what the rule gave. put writes nothing where
// the rule changed nothing. It returns the record as it is written.
func Change[Was, Is, News any](ctx context.Context, p Patience, read func() (Was, error),
	rule func(Was) (Is, News, error),
	put func(Was, Is, News) (Is, error)) (Is, error) {
	return Retry(ctx, p, func(int) (Is, error) {
		var none Is
		was, err := read()
		if err != nil {
			return none, err
		}
		is, news, err := rule(was)
		if err != nil {
			return is, err
		}
		return put(was, is, news)
	})
}

// A pause after the first try is at most shortestPause. The limit doubles with each try, up to longestPause.
const (
	shortestPause = 10 * time.Millisecond
	longestPause  = 250 * time.Millisecond
)

// pause waits before the next try, counted from 0. Full jitter keeps writers who met from meeting again.
func pause(ctx context.Context, try int) error {
	ceiling := min(shortestPause<<min(try, 10), longestPause)
	n, _ := rand.Int(rand.Reader, big.NewInt(int64(ceiling))) // never fails (crypto/rand)
	timer := time.NewTimer(time.Duration(n.Int64()))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

package table

import (
	"context"
	"crypto/rand"
	"errors"
	"math/big"
	"time"
)

// ErrChanged says that somebody was faster: what is to be written was changed or claimed after it was read.
var ErrChanged = errors.New("store: changed meanwhile")

// meetings is how often a change is tried where many meet: sixty-four parallel posts of one person meet a few times.
const meetings = 12

// Patience is how often a change is tried while somebody is faster, and after how many tries the waits grow no more.
type Patience struct{ tries, grow int }

// A few people change a task, a question or a gate. Many may change one customer at once. A crowd changes leads and
// complaints, whose transactions are larger: the waits grow longer.
var (
	Few   = Patience{commits, commits - 1}
	Many  = Patience{meetings, 3}
	Crowd = Patience{meetings, 4}
)

// Again makes a change, and makes it once more while it ends in ErrChanged; any other error ends it. change gets the
// number of the try, and reads everything anew. Conflict says that somebody was faster every time.
func Again[T any](ctx context.Context, p Patience, change func(try int) (T, error)) (T, error) {
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

// Change reads a record, applies the rule, and has put write what follows, on condition that nobody changed the record
// meanwhile. When somebody did, which put says with ErrChanged, the rule decides again on what is there then. An error
// of the rule ends it, with what the rule gave. put writes nothing where the rule changed nothing, and gives the
// record as it is written.
func Change[Was, Is, News any](ctx context.Context, p Patience, read func() (Was, error),
	rule func(Was) (Is, News, error),
	put func(Was, Is, News) (Is, error)) (Is, error) {
	return Again(ctx, p, func(int) (Is, error) {
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

// pause waits before the next try: 10 ms doubled each time, with full jitter, so that writers who met do not meet
// again.
func pause(ctx context.Context, try int) error {
	ceiling := int64(10*time.Millisecond) << try
	n, _ := rand.Int(rand.Reader, big.NewInt(ceiling)) // never fails (crypto/rand)
	timer := time.NewTimer(time.Duration(n.Int64()))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

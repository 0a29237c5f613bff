package apptest

import (
	"errors"
	"net/http"
	"testing"

	"afterpress/shared/store/storetest"
)

// Command is a command that a process may not live to end.
type Command struct {
	// Ready makes what the command is about, anew each time. The function that it returns gives the command. Given
	// again, it is the same request, with the same receipt.
	Ready func() func() error
	// Apart says why the answer is kept in a write of its own, after the write of the command; empty: it is not.
	Apart string
	// Twice says why a repeat may do the command a second time, where the answer was lost; empty: it may not.
	Twice string
	// Made counts what is done; nil: every write is. It is for commands that count themselves against limits first, or
	// note when they were last given.
	Made func() int64
}

// AllOrNothing breaks a command off at each of its writes, once before the write and once before its answer. Each time
// nothing may have changed, or everything. A repeat of the request then does what is left to do, and nothing twice.
func AllOrNothing(t testing.TB, b *storetest.Bench, c Command) {
	t.Helper()
	count, do := c.Made, c.Ready()
	if count == nil {
		count = b.State
	}
	before := count()
	writes, err := breaking(b, 0, false, do)
	if err != nil || writes == 0 || writes > 1 && c.Apart == "" && c.Made == nil {
		t.Fatalf("it has %d writes: %v", writes, err)
	}
	whole := count() - before
	for n := 1; n <= writes; n++ {
		for _, carried := range []bool{false, true} {
			do, most := c.Ready(), whole
			was := count()
			made := func() int64 { return count() - was }
			_, err := breaking(b, n, carried, do)
			left := made()
			if left != 0 && left != most && c.Apart == "" {
				t.Errorf("write %d of %d, carried out: %v: %v, and %d are done", n, writes, carried, err, left)
			}
			if left > 0 && left < most && c.Twice != "" {
				most++
			}
			if err := do(); err != nil || made() != most {
				t.Errorf("repeated after write %d of %d, carried out: %v: %v, and %d are done", n, writes, carried, err,
					made())
			}
			if err := do(); err != nil || made() != most {
				t.Errorf("repeated once more after write %d of %d, carried out: %v: %v, and %d are done", n, writes, carried,
					err, made())
			}
		}
	}
}

// ended is the error of a request whose process ends. The client does not repeat it.
type ended struct{ error }

func (ended) RetryableError() bool { return false }

// breaking gives a command in a process that ends at the write of that number, from 1; carried says that this write
// is still carried out. 0 ends nothing.
func breaking(b *storetest.Bench, n int, carried bool, do func() error) (writes int, err error) {
	b.Cloud.Around(func(land func() (*http.Response, error)) (*http.Response, error) {
		writes++
		if n == 0 || writes < n {
			return land()
		}
		if writes == n && carried {
			if answer, err := land(); err == nil {
				_ = answer.Body.Close() // nobody reads it
			}
		}
		return nil, ended{errors.New("the process has ended")}
	})
	defer b.Cloud.Around(nil)
	return writes, do()
}

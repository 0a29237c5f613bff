package table_test

import (
	"context"
	"errors"
	"testing"

	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/table"
)

// What a change does when another writer is faster: it reads anew and decides again, as often as its patience says.
func TestAChangeIsMadeAgainAfterAMeeting(t *testing.T) {
	refused := fault.Fail(fault.Refused, "不行", "no")
	broken := errors.New("broken")
	for _, c := range []struct {
		name     string
		patience table.Patience
		meets    int // how often another writer is faster
		rule     error
		put      error
		reads    int
		kind     fault.Kind
	}{
		{name: "alone", patience: table.Few, reads: 1},
		{name: "one meeting", patience: table.Few, meets: 1, reads: 2},
		{name: "as many as few bear", patience: table.Few, meets: 4, reads: 5},
		{name: "more than few bear", patience: table.Few, meets: 5, reads: 5, kind: fault.Conflict},
		{name: "as many as many bear", patience: table.Many, meets: 11, reads: 12},
		{name: "more than many bear", patience: table.Many, meets: 12, reads: 12, kind: fault.Conflict},
		{name: "the rule refuses", patience: table.Crowd, meets: 3, rule: refused, reads: 1, kind: fault.Refused},
		{name: "the write fails", patience: table.Crowd, put: broken, reads: 1, kind: fault.Internal},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			stands, reads := 0, 0
			is, err := table.Change(t.Context(), c.patience,
				func() (int, error) { reads++; return stands, nil },
				func(was int) (int, string, error) { return was + 1, "news", c.rule },
				func(was, is int, news string) (int, error) {
					if c.put != nil {
						return 0, c.put
					}
					if stands < c.meets { // the other writer
						stands++
						return 0, table.ErrChanged
					}
					if was != stands || news != "news" {
						t.Errorf("decided on %d, which stands at %d", was, stands)
					}
					return is, nil
				})
			if reads != c.reads {
				t.Errorf("read %d times, want %d", reads, c.reads)
			}
			switch {
			case c.kind != "" && (err == nil || fault.KindOf(err) != c.kind):
				t.Errorf("error %v, want %s", err, c.kind)
			case c.kind == "" && (err != nil || is != stands+1):
				t.Errorf("%d and %v, want %d", is, err, stands+1)
			}
			if c.rule != nil && !errors.Is(err, c.rule) || c.put != nil && !errors.Is(err, c.put) {
				t.Errorf("%v is not the error itself", err)
			}
		})
	}
}

// A caller who goes away ends the waiting.
func TestAChangeEndsWithItsCaller(t *testing.T) {
	ctx, leave := context.WithCancel(t.Context())
	tries := 0
	_, err := table.Retry(ctx, table.Crowd, func(int) (int, error) {
		tries++
		leave()
		return 0, table.ErrChanged
	})
	if tries != 1 || fault.KindOf(err) != fault.Unavailable {
		t.Errorf("%d tries, %v", tries, err)
	}
}

package centre_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/centre"
	"afterpress/shared/store/history"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
)

// TestTouchesAtOnceAreEachCountedOnce lets colleagues write down touches of one customer at the same moment: each
// that is kept has its event and its count on the card, and one that is refused has left nothing.
func TestTouchesAtOnceAreEachCountedOnce(t *testing.T) {
	b := storetest.New(t)
	b.Crowd(t)
	lead, err := storetest.Enquire(t, b, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	before, err := b.Customer(t.Context(), lead.Customer)
	if err != nil {
		t.Fatal(err)
	}
	by := staff.ActorOf(storetest.Person(t, b, 3))
	var kept atomic.Int64
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			now := b.Clock.Now()
			touch := customer.Touch{Channel: "call", Direction: customer.TouchIn, At: now, Summary: fmt.Sprint(i),
				Next: &customer.NextStep{Title: "x", Due: now.Add(time.Hour), Owner: by.ID}}
			_, err := b.RecordTouch(t.Context(), lead.Customer, touch,
				func(c customer.Customer, t customer.Touch) (customer.Customer, customer.Touch, event.Event, error) {
					return c.Touched(by, t, b.Shop.Roster, now)
				})
			if err == nil {
				kept.Add(1)
			} else if k := fault.KindOf(err); k != fault.Conflict && k != fault.Unavailable {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	after, err := b.Customer(t.Context(), lead.Customer)
	if err != nil {
		t.Fatal(err)
	}
	touches, err := b.Touches(t.Context(),
		centre.TouchQuery{Customer: lead.Customer, Reader: staff.Process("test"), Paging: table.Paging{Limit: 100}})
	if err != nil {
		t.Fatal(err)
	}
	told, err := b.TimelineOf(t.Context(),
		history.TimelineQuery{Customer: lead.Customer, Reader: staff.Process("test"), Kind: "touch", Lang: words.En,
			Paging: table.Paging{Limit: 100}})
	if err != nil {
		t.Fatal(err)
	}
	n := int(kept.Load())
	if n == 0 || len(touches.Items) != n || len(told.Items) != n || after.Seq != before.Seq+int64(n) ||
		after.Version != before.Version || b.CountRecords(t, "TASK") != n {
		t.Errorf("%d kept: %d touches, %d events, %d tasks, seq %d after %d", n, len(touches.Items), len(told.Items),
			b.CountRecords(t, "TASK"), after.Seq, before.Seq)
	}
	t.Logf("%d of 8 kept", n)
	if !after.History.LastTouchAt.Equal(touches.Items[0].At) || after.LastTouches[0].ID != touches.Items[0].ID {
		t.Errorf("the card says %v, the newest touch is %v", after.LastTouches[0], touches.Items[0])
	}
}

package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/store/storetest"
)

// Events of 120 customers lie in every shard, most of them of one millisecond. Page by page each is met once, in the
// order of time, whatever the size of the page.
func TestPendingEventsOfManyCustomersComeOnceAndInOrder(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	terms, owner := storetest.Terms(t, b, seed.Shanghai).Task(), storetest.Person(t, b, 3)
	at := func(i int) time.Time { // three of four at once, the others around it
		if i%4 > 0 {
			return storetest.Began
		}
		return storetest.Began.Add(time.Duration(60-i) * time.Millisecond)
	}
	h := &house{Bench: b, t: t}
	for i := range 120 {
		tsk, e, err := task.New(h.by(2), task.Draft{ID: b.NewTaskID(), Customer: fmt.Sprintf("cus_%d", i), Title: "寄纸样"},
			owner, terms, at(i))
		h.must(err)
		_, err = b.OpenTask(t.Context(), tsk, e)
		h.must(err)
	}
	all := strings.Join(b.Items(t), "\n")
	for shard := range 16 {
		if !strings.Contains(all, fmt.Sprintf("PENDING#%02d", shard)) {
			t.Errorf("no customer lies in shard %d", shard)
		}
	}
	for _, limit := range []int{7, 119, 200} {
		var met []event.Event
		for after, more := "", true; more; more = after != "" {
			page, next, err := b.PendingPage(t.Context(), after, storetest.Began.Add(time.Hour), limit)
			h.must(err)
			met, after = append(met, page...), next
		}
		known := map[string]bool{}
		for _, e := range met {
			known[e.Customer] = true
		}
		ordered := slices.IsSortedFunc(met, func(a, b event.Event) int { return a.At.Compare(b.At) })
		if len(met) != 120 || len(known) != 120 || !ordered {
			t.Errorf("by %d: %d events of %d customers, in order: %v", limit, len(met), len(known), ordered)
		}
	}
}

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
		met := h.walked(limit)
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

// walked is the whole queue, page by page.
func (h *house) walked(limit int) (met []event.Event) {
	h.t.Helper()
	for after, more := "", true; more; more = after != "" {
		page, next, err := h.PendingPage(h.t.Context(), after, storetest.Began.Add(time.Hour), limit)
		h.must(err)
		if len(page) > limit {
			h.t.Errorf("a page of %d has %d", limit, len(page))
		}
		met, after = append(met, page...), next
	}
	return met
}

// Two customers have more events than a page takes from a shard, one after the other, between those of others. None is
// passed over.
func TestABusyShardIsNotPassedOver(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	terms, owner := storetest.Terms(t, b, seed.Shanghai).Task(), storetest.Person(t, b, 3)
	h := &house{Bench: b, t: t}
	for i := range 80 {
		customer := []string{"cus_busy", "cus_late"}[i/40]
		if i%4 == 3 {
			customer = fmt.Sprintf("cus_%d", i)
		}
		tsk, e, err := task.New(h.by(2), task.Draft{ID: b.NewTaskID(), Customer: customer, Title: "寄纸样"}, owner, terms,
			storetest.Began.Add(time.Duration(i)*time.Millisecond))
		h.must(err)
		_, err = b.OpenTask(t.Context(), tsk, e)
		h.must(err)
	}
	for _, limit := range []int{5, 30, 80, 200} {
		met := h.walked(limit)
		if len(met) != 80 {
			t.Errorf("by %d: %d events", limit, len(met))
		}
		for i, e := range met {
			if !e.At.Equal(storetest.Began.Add(time.Duration(i) * time.Millisecond)) {
				t.Fatalf("by %d: the event at %d is of %s", limit, i, e.At)
			}
		}
	}
	if all, err := b.Pending(t.Context(), storetest.Began.Add(time.Hour), 70); err != nil || len(all) != 70 {
		t.Errorf("%d events, %v", len(all), err)
	}
}

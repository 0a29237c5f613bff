package work_test

import (
	"errors"
	"sync"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/stuck"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
	"afterpress/shared/store/work"
)

// What fails is one row however often it fails and is noted; once it went on, no list has it.
func TestWhatIsStuckIsOneRow(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	seen := stuck.Stuck{What: stuck.KindStep, Record: "lead_1", Step: "1/half", Process: "lead", Round: 1,
		Branch: seed.Shanghai, Cause: string(fault.Internal)}
	worker := b.OpenAs(t, "worker")
	if err := worker.StuckOver(t.Context(), seen); err != nil { // nobody noted it
		t.Fatal(err)
	}
	const writers = 4
	var all sync.WaitGroup
	errs := make([]error, writers)
	for i := range writers {
		all.Go(func() { _, errs[i] = worker.NoteStuck(t.Context(), seen, false) })
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	list := func() []work.StuckLine {
		page, err := b.StuckNow(t.Context(), work.StuckQuery{Branches: []string{seed.Shanghai},
			Paging: table.Paging{Limit: 9}})
		if err != nil {
			t.Fatal(err)
		}
		return page.Items
	}
	if got := list(); len(got) != 1 || got[0].Tries != writers || got[0].ID != stuck.IDOf(seen) {
		t.Errorf("%+v", got)
	}
	for range 2 { // done again, it changes nothing
		if err := b.StuckOver(t.Context(), seen); err != nil {
			t.Fatal(err)
		}
	}
	over, err := b.Stuck(t.Context(), stuck.IDOf(seen))
	if err != nil || over.State != stuck.StateOver || over.Version != writers+1 || len(list()) != 0 {
		t.Errorf("%+v, %v; listed %+v", over, err, list())
	}
}

// A decision and its event are one transaction; a failure between read and write is not overwritten.
func TestADecisionMeetsAFailure(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	seen := stuck.Stuck{What: stuck.KindStep, Record: "lead_1", Step: "1/half", Process: "lead", Round: 1,
		Customer: "cus_1", Branch: seed.Shanghai, Cause: string(fault.Internal)}
	if _, err := b.NoteStuck(t.Context(), seen, false); err != nil {
		t.Fatal(err)
	}
	met := false
	next, err := b.ChangeStuck(t.Context(), stuck.IDOf(seen), func(s stuck.Stuck) (stuck.Stuck, event.Event, error) {
		if !met {
			met = true
			if _, err := b.NoteStuck(t.Context(), seen, true); err != nil {
				t.Fatal(err)
			}
		}
		return s.Retry(staff.Actor{ID: "stf_1"}, b.Clock.Now())
	})
	if err != nil || next.State != stuck.StateRetried || next.Tries != 2 {
		t.Errorf("%+v, %v", next, err)
	}
	if n := b.Count(t, b.Tables.Events, "CUSTOMER#cus_1"); n != 1 {
		t.Errorf("%d events", n)
	}
	before := b.State()
	_, err = b.ChangeStuck(t.Context(), "stk_none", func(s stuck.Stuck) (stuck.Stuck, event.Event, error) {
		return s.Retry(staff.Actor{}, b.Clock.Now())
	})
	if fault.KindOf(err) != fault.NotFound || b.State() != before {
		t.Errorf("%v", err)
	}
}

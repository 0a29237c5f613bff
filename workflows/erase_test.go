package workflows

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/erase"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
)

// forgetter is a store with one erasure, in which some items are left to erase.
type forgetter struct {
	*house
	erase  erase.Erase
	left   int
	broken int      // calls that fail before one erases something
	told   []string // what was done, with its day
	seen   map[string]bool
}

func (f *forgetter) day() string { return fmt.Sprintf("day %d", int(f.now().Sub(monday).Hours())/24) }

func (f *forgetter) Erase(_ context.Context, id string) (erase.Erase, error) {
	if f.erase.ID != id {
		return erase.Erase{}, fault.Missing("删除申请", "erasure")
	}
	return f.erase, nil
}

func (f *forgetter) ChangeErase(_ context.Context, _ string,
	rule func(erase.Erase) (erase.Erase, event.Event, error)) (erase.Erase, error) {
	next, _, err := rule(f.erase)
	if err == nil {
		f.erase = next
		f.told = append(f.told, f.day()+" "+next.State)
	}
	return next, err
}

func (f *forgetter) EraseMore(context.Context, erase.Erase) (more bool, err error) {
	if f.broken > 0 {
		f.broken--
		return true, fault.Fail(fault.Unavailable, "忙", "busy")
	}
	f.left--
	return f.left > 0, nil
}

func (f *forgetter) OpenTask(_ context.Context, t task.Task, _ event.Event) (task.Task, error) {
	if !f.seen[t.ID] {
		f.seen[t.ID] = true
		f.told = append(f.told, f.day()+" task for "+t.Owner)
	}
	return t, nil
}

// Erase of the nightly look at processes: nobody is to be erased there.
func (r *registry) Erase(context.Context, string) (erase.Erase, error) {
	return erase.Erase{}, fault.Missing("删除申请", "erasure")
}

// The whole life of an erasure: who is asked until it is confirmed, the days to take it back, and the erasing, which
// goes on where it broke off.
func TestAPersonIsForgotten(t *testing.T) {
	for _, c := range []struct {
		name      string
		confirmed int // on which day; -1: never
		back      int // taken back on which day; -1: never
		broken    int
		want      string
	}{
		{"confirmed on the second day", 2, -1, 0, "day 0 task for stf_mo, day 9 erasing, day 9 done"},
		{"the tables are away for a while", 2, -1, 4, "day 0 task for stf_mo, day 9 erasing, day 9 done"},
		{"confirmed late", 20, -1, 0, "day 0 task for stf_mo, day 9 task for stf_mo, day 18 task for stf_mo, " +
			"day 25 erasing, day 25 done"},
		{"taken back", 2, 5, 0, "day 0 task for stf_mo"},
		{"taken back before anybody confirmed it", -1, 1, 0, "day 0 task for stf_mo"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse()
			f := &forgetter{house: h, left: 3, broken: c.broken, seen: map[string]bool{}}
			h.erases = &EraseWork{Erases: f, Now: h.work().Now}
			p := newPlay(t, h, monday)
			con := customer.Contact{ID: "con_1", Version: 1, Customer: "cus_1", Name: "王芳"}
			home, anna := customer.Customer{ID: "cus_1", Branch: h.terms().Branch.ID}, actor(h, "stf_anna")
			terms := h.terms().Erase()
			first, told, err := erase.Erase{}.Ask(anna, con, terms.Branch.ID, erase.ReasonRequest, terms, monday)
			if err != nil {
				t.Fatal(err)
			}
			f.erase, told.ID = first, "evt_1"
			decide := func(day int, rule func(now time.Time) (erase.Settled, error)) {
				if day < 0 {
					return
				}
				p.RegisterDelayedCallback(func() {
					out, err := rule(p.Now().UTC())
					if err != nil {
						t.Error(err)
						return
					}
					f.erase, out.Event.ID = out.Erase, fmt.Sprintf("evt_%d", out.Erase.Version)
					p.SignalWorkflow(EventSignal, out.Event)
				}, time.Duration(day)*24*time.Hour)
			}
			decide(c.confirmed, func(now time.Time) (erase.Settled, error) {
				return f.erase.Confirm(staff.Actor{ID: "stf_mo"}, con, home, terms, now)
			})
			decide(c.back, func(now time.Time) (erase.Settled, error) {
				return f.erase.TakeBack(anna, con, home, terms, now)
			})
			p.run(told)
			if got := strings.Join(f.told, ", "); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// Somebody who is not there is waited for, and a step that nobody knows waits for a release that does.
func TestAnErasureWithoutAnybodyToAsk(t *testing.T) {
	h := newHouse()
	h.shop.Staff = slices.DeleteFunc(h.shop.Staff, func(p staff.Staff) bool { return p.ID != "stf_mo" })
	h.now = func() time.Time { return monday }
	f := &forgetter{house: h, seen: map[string]bool{}}
	w := &EraseWork{Erases: f, Now: h.now}
	terms := h.terms().Erase()
	var err error
	f.erase, _, err = erase.Erase{}.Ask(staff.Actor{ID: "stf_mo"}, customer.Contact{ID: "con_1", Customer: "cus_1"},
		terms.Branch.ID, erase.ReasonRequest, terms, monday)
	if err != nil {
		t.Fatal(err)
	}
	r := f.erase.Rungs[0]
	out, err := w.Climb(t.Context(), Climb{ID: f.erase.ID, Round: 1, Key: f.erase.Progress().Key(r), Rung: r})
	if err != nil || out.Again != time.Hour || len(f.told) > 0 {
		t.Errorf("%+v, %v, %v", out, f.told, err)
	}
}

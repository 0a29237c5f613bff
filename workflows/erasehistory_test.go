package workflows

import (
	"context"
	"sync"
	"testing"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/erase"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
)

// hurried is a store with one erasure, for which a day takes some tenths of a second.
type hurried struct {
	*house
	mu    sync.Mutex
	erase erase.Erase
	left  int // calls until nothing is left to erase
	away  int // calls that fail before
	day   time.Duration
}

// aDay is how long a day takes, where a life does not say otherwise.
const aDay = 300 * time.Millisecond

// soon is an erasure whose times come after seconds instead of days, counted from the beginning of its state.
func soon(e erase.Erase, day time.Duration) erase.Erase {
	near := func(at time.Time) time.Time {
		if !at.After(e.ClockFrom) {
			return at
		}
		return e.ClockFrom.Add(at.Sub(e.ClockFrom) / (24 * time.Hour / day))
	}
	rungs := e.Rungs[:0:0]
	for _, r := range e.Rungs {
		r.At = near(r.At)
		rungs = append(rungs, r)
	}
	e.Rungs, e.Due, e.TakeBackUntil = rungs, near(e.Due), near(e.TakeBackUntil)
	return e
}

func (h *hurried) Erase(_ context.Context, id string) (erase.Erase, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.erase.ID != id {
		return erase.Erase{}, fault.Missing("删除申请", "erasure")
	}
	return h.erase, nil
}

func (h *hurried) ChangeErase(_ context.Context, _ string,
	rule func(erase.Erase) (erase.Erase, event.Event, error)) (erase.Erase, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	next, _, err := rule(h.erase)
	if err == nil {
		h.erase = soon(next, h.day)
	}
	return h.erase, err
}

func (h *hurried) EraseMore(context.Context, erase.Erase) (more bool, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.away--; h.away >= 0 {
		return true, fault.Fail(fault.Unavailable, "忙", "busy")
	}
	h.left--
	return h.left > 0, nil
}

func (h *hurried) OpenTask(_ context.Context, t task.Task, _ event.Event) (task.Task, error) {
	if h.refuses != nil {
		if err := h.refuses(message.Message{}); err != nil {
			return t, err
		}
	}
	return t, nil
}

// does changes the erasure as a person does, and gives the event with the hurried times.
func (h *hurried) does(t *testing.T,
	rule func(e erase.Erase, terms erase.Terms, now time.Time) (erase.Erase, event.Event, error)) event.Event {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	next, told, err := rule(h.erase, h.terms().Erase(), h.now().UTC())
	if err != nil {
		t.Fatal(err)
	}
	h.erase = soon(next, h.day)
	progress := h.erase.Progress()
	told.ID, told.Progress = "evt_"+time.Now().Format("150405.000000000"), &progress
	return told
}

var (
	forgets  = customer.Contact{ID: "con_1", Version: 1, Customer: "cus_1", Name: "王芳"}
	forgotIn = customer.Customer{ID: "cus_1", Kind: customer.Person}
)

// asks begins the erasure.
func (h *hurried) asks(t *testing.T) event.Event {
	return h.does(t, func(e erase.Erase, terms erase.Terms, now time.Time) (erase.Erase, event.Event, error) {
		return e.Ask(staff.Actor{ID: "stf_anna"}, forgets, terms.Branch.ID, erase.ReasonRequest, terms, now)
	})
}

func (h *hurried) confirms(t *testing.T) event.Event {
	return h.does(t, func(e erase.Erase, terms erase.Terms, now time.Time) (erase.Erase, event.Event, error) {
		out, err := e.Confirm(staff.Actor{ID: "stf_mo"}, forgets, forgotIn, terms, now)
		return out.Erase, out.Event, err
	})
}

func (h *hurried) takesBack(t *testing.T) event.Event {
	return h.does(t, func(e erase.Erase, terms erase.Terms, now time.Time) (erase.Erase, event.Event, error) {
		out, err := e.TakeBack(staff.Actor{ID: "stf_anna"}, forgets, forgotIn, terms, now)
		return out.Erase, out.Event, err
	})
}

// handsOn gives the erasure to another colleague: news, after which it waits for longer.
func (h *hurried) handsOn(t *testing.T, to string) event.Event {
	return h.does(t, func(e erase.Erase, terms erase.Terms, now time.Time) (erase.Erase, event.Event, error) {
		next := e
		next.Version, next.Turn, next.AskedBy = e.Version+1, e.Turn+1, to
		for i := range next.Rungs {
			next.Rungs[i].At = now.Add(60 * 24 * time.Hour)
		}
		next.ClockFrom, next.Due = now, now.Add(90*24*time.Hour)
		return next, event.NewTransition(event.EraseAsked, staff.Actor{ID: "stf_mo"}, e.Progress(), next.Progress(),
			e.Customer,
			e.Branch, now, nil), nil
	})
}

func hurriedHouse() *house {
	h := livelyHouse()
	kept := &hurried{house: h, left: 3, day: aDay}
	h.erases = &EraseWork{Erases: kept, Now: func() time.Time { return h.now().UTC() }}
	return h
}

func hurriedIn(h *house) *hurried { return h.erases.Erases.(*hurried) }

// eraseLives are short lives of an erasure.
var eraseLives = map[string]func(*testing.T, *hurried) []func() event.Event{
	"erase-confirmed-and-done": func(t *testing.T, h *hurried) []func() event.Event {
		h.away = 2
		return []func() event.Event{func() event.Event { <-time.After(time.Second); return h.confirms(t) }}
	},
	"erase-taken-back": func(t *testing.T, h *hurried) []func() event.Event {
		return []func() event.Event{
			func() event.Event { <-time.After(time.Second); h.day = 5 * time.Second; return h.confirms(t) },
			func() event.Event { <-time.After(time.Second); return h.takesBack(t) },
		}
	},
	"erase-escalated-and-done": func(t *testing.T, h *hurried) []func() event.Event {
		return []func() event.Event{func() event.Event { <-time.After(20 * aDay); return h.confirms(t) }}
	},
}

// Running workflows are a public interface: what changes their steps breaks these.
func TestEraseHistories(t *testing.T) {
	for name := range eraseLives {
		t.Run(name, func(t *testing.T) {
			if *record != "" {
				recordHistory(t, name, playErase)
			}
			replay(t, name)
		})
	}
}

// playErase runs a worker while the story of one erasure is played.
func playErase(t *testing.T, ctx context.Context, name string, c *Client,
	start func(queue string, h *house)) event.Event {
	h := hurriedHouse()
	start("erase", h)
	kept := hurriedIn(h)
	first := kept.asks(t)
	handTwice(t, ctx, c, first)
	for _, next := range eraseLives[name](t, kept) {
		handTwice(t, ctx, c, next())
	}
	return first
}

package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/draw"
	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store"
	"afterpress/shared/store/storetest"
)

func TestWritersOfPrizeDrawsMeet(t *testing.T) {
	t.Parallel()
	meets(t, storetest.New(t), drawMeetings)
}

// gift is a form with a prize draw that is open for a day.
func (h *house) gift() string {
	h.t.Helper()
	f, err := h.FormRecord(h.t.Context(), seed.Quote)
	h.must(err)
	f.Draw = &draw.Settings{ClosesAt: h.Clock.Now().Add(24 * time.Hour).Truncate(time.Second), Winners: 1,
		Prize: words.Text{Zh: "名片一盒", En: "A box of cards"}}
	id := fmt.Sprintf("gift-%d", h.n)
	next, e := form.Form{ID: id}.Reshape(f, h.by(1), h.Clock.Now())
	h.must(h.SaveForm(h.t.Context(), next, e))
	return id
}

// enters is an enquiry of person n through the form.
func enters(h *house, id string, n int) act {
	return func(s *store.Store) error {
		b := *h.Bench
		b.Store = s
		_, err := storetest.EnquireBy(h.t, &b, id, storetest.Li(n))
		return err
	}
}

func closes(h *house, id string) act {
	return func(s *store.Store) error {
		f, err := s.FormRecord(h.t.Context(), id)
		if err != nil {
			return err
		}
		return s.CloseDraw(h.t.Context(), f)
	}
}

func advances(h *house, id, sign string) act {
	return func(s *store.Store) error {
		_, err := s.AdvanceDraw(h.t.Context(), id, []byte(strings.Repeat(sign, 32)))
		return err
	}
}

func renames(h *house, id string, edit func(*form.Form)) act {
	return func(s *store.Store) error {
		f, err := s.FormRecord(h.t.Context(), id)
		if err != nil {
			return err
		}
		to := f
		edit(&to)
		next, e := f.Reshape(to, h.by(1), h.Clock.Now())
		return s.SaveForm(h.t.Context(), next, e)
	}
}

// drawSays is how far the draw of a form is, and how many entered.
func (h *house) drawSays(id string) string {
	h.t.Helper()
	d, err := h.Draw(h.t.Context(), id)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		h.t.Fatal(err)
	}
	entries, err := h.DrawEntries(h.t.Context(), id)
	h.must(err)
	return lines(d.Stage, len(entries))
}

var drawMeetings = []meeting{
	{"somebody enters while the draw closes", [2]string{"Capture", "CloseDraw"}, func(h *house) pair {
		id := h.gift()
		return pair{enters(h, id, h.n), closes(h, id), func() string { return h.drawSays(id) }}
	}, [2]string{"closed, 0", "closed, 1"}},
	{"one person enters twice", [2]string{"Capture", "Capture"}, func(h *house) pair {
		id := h.gift()
		return pair{enters(h, id, h.n), enters(h, id, h.n), func() string { return h.drawSays(id) }}
	}, [2]string{"-, 1", "-, 1"}},
	{"two workers close one draw", [2]string{"CloseDraw", "CloseDraw"}, func(h *house) pair {
		id := h.gift()
		return pair{closes(h, id), closes(h, id), func() string { return h.drawSays(id) }}
	}, [2]string{"closed, 0", "closed, 0"}},
	{"a form changes while its draw closes", [2]string{"SaveForm", "CloseDraw"}, func(h *house) pair {
		id := h.gift()
		later := func(f *form.Form) {
			moved := *f.Draw
			moved.ClosesAt = moved.ClosesAt.Add(time.Hour)
			f.Draw = &moved
		}
		return pair{renames(h, id, later), closes(h, id), func() string { return h.drawSays(id) }}
	}, [2]string{"invalid: closed, 0", "conflict: -, 0"}},
	{"two workers take a draw further", [2]string{"AdvanceDraw", "AdvanceDraw"}, func(h *house) pair {
		id := h.gift()
		h.must(enters(h, id, h.n)(h.Store))
		h.must(closes(h, id)(h.Store))
		return pair{advances(h, id, "a"), advances(h, id, "b"), func() string { return h.drawSays(id) }}
	}, [2]string{"seeded, 1", "seeded, 1"}},
}

// The worker holds a draw under its own role: the winners are those whom list and seed give, each person has entered
// once, and what comes after the close enters no more. A second reading of the list has the same winners.
func TestTheWorkerHoldsADraw(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	h := &house{Bench: b, t: t}
	id := h.gift()
	for n := range 6 {
		h.must(enters(h, id, n%4)(h.Store)) // two of them twice
	}
	worker := b.OpenAs(t, "worker")
	if _, err := worker.Draw(t.Context(), id); fault.KindOf(err) != fault.NotFound {
		t.Fatalf("a draw before its close: %v", err)
	}
	h.must(closes(h, id)(worker))
	h.must(enters(h, id, 9)(h.Store))
	stages := []string{}
	for range 4 {
		h.must(advances(h, id, string(rune('a'+len(stages))))(worker))
		d, err := worker.Draw(t.Context(), id)
		h.must(err)
		stages = append(stages, d.Stage)
	}
	d, err := worker.Draw(t.Context(), id)
	h.must(err)
	entries, err := b.OpenAs(t, "api").DrawEntries(t.Context(), id)
	h.must(err)
	var numbers []string
	for _, e := range entries {
		numbers = append(numbers, e.Number)
	}
	if !slices.Equal(stages, []string{"frozen", "seeded", "drawn", "drawn"}) || len(entries) != 4 || d.Entries != 4 ||
		len(d.Won) != 1 || len(d.Reserve) != 1 || !d.Repeats(numbers) || !d.SeededAt.After(*d.FrozenAt) {
		t.Errorf("%v: %+v of %d", stages, d, len(entries))
	}
	l, err := h.Lead(t.Context(), d.Won[0].Lead)
	if err != nil || l.ContactID != d.Won[0].Contact || l.Customer != d.Won[0].Customer {
		t.Errorf("the winner %+v is %+v, %v", d.Won[0], l, err)
	}
	if err := renames(h, id, func(f *form.Form) { f.Draw = nil })(h.Store); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a draw that was held is taken away: %v", err)
	}
	h.must(renames(h, id, func(f *form.Form) { f.Title.En = "A new title" })(h.Store))
}

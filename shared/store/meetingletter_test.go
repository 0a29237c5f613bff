package store_test

import (
	"fmt"
	"testing"

	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/store"
	"afterpress/shared/store/centre"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
)

func TestWritersOfLettersMeet(t *testing.T) {
	t.Parallel()
	meets(t, storetest.NewWithFiles(t), letterMeetings)
}

var letterMeetings = []meeting{
	{"two letters of one sender", [2]string{"QuarantineLetter", "QuarantineLetter"}, func(h *house) pair {
		first, second := h.posted(), h.posted()
		return pair{keepsLetter(h, first), keepsLetter(h, second), func() string { return h.pile(first, second) }}
	}, [2]string{"quarantined, open 2, quarantined, open 2", "quarantined, open 2, quarantined, open 2"}},
	{"the last decision and another letter", [2]string{"SaveSubmission", "QuarantineLetter"}, func(h *house) pair {
		first, second := h.posted(), h.posted()
		h.must(keepsLetter(h, first)(h.Store))
		return pair{discards(h, first.ID, "spam"), keepsLetter(h, second),
			func() string { return h.pile(first, second) }}
	}, [2]string{"discarded, open 1, quarantined, open 1", "discarded, done 0, quarantined, open 1"}},
	{"two doubtful letters of one sender", [2]string{"HearDoubted", "HearDoubted"}, func(h *house) pair {
		l := h.lead()
		return pair{doubts(h, l), doubts(h, l), func() string { return h.doubted(l) }}
	}, [2]string{"2, open 2, open 2", "2, open 2, open 2"}},
	{"a task is closed while a letter joins it", [2]string{"ChangeTask", "HearDoubted"}, func(h *house) pair {
		l := h.lead()
		h.must(doubts(h, l)(h.Store))
		id := h.touchesOf(l)[0].Next.Task
		return pair{onTask(h, id, func(t task.Task) (task.Task, event.Event, error) {
			return t.Complete(h.by(2), true, h.Clock.Now())
		}), doubts(h, l), func() string { return h.doubted(l) }}
	}, [2]string{"2, done 2, done 2", "2, open 1, done 1"}},
	{"files of two letters at the last place", [2]string{"KeepSent", "KeepSent"}, func(h *house) pair {
		policy := artwork.StandardPolicy()
		policy.Most = 1
		p := h.place(policy)
		var kept [2]bool
		return pair{keepsFile(h, p, &kept[0]), keepsFile(h, p, &kept[1]),
			func() string { return lines(h.folder(p), kept[0], kept[1]) }}
	}, [2]string{"2, [attached], 1, false, true", "2, [attached], 1, true, false"}},
}

// posted is a letter that nobody could place.
func (h *house) posted() form.Submission {
	sub := h.handedIn()
	sub.Form, sub.Via, sub.Difficulty = form.HookMail, "mail/0a", form.Unplaced
	return sub
}

func keepsLetter(h *house, sub form.Submission) act {
	return func(s *store.Store) error { return s.QuarantineLetter(h.t.Context(), sub, h.id("lina")+"@example.com") }
}

// pile tells what became of letters, and of their tasks.
func (h *house) pile(subs ...form.Submission) string {
	h.t.Helper()
	var out []any
	for _, sub := range subs {
		kept, err := h.Submission(h.t.Context(), sub.ID)
		h.must(err)
		out = append(out, kept.Outcome, h.letters(kept.Task))
	}
	return lines(out...)
}

// letters tells how a task stands, and how many letters wait under it.
func (h *house) letters(id string) string {
	h.t.Helper()
	tsk, err := h.Task(h.t.Context(), id)
	h.must(err)
	return fmt.Sprintf("%s %d", tsk.State, len(tsk.Letters))
}

// keepsFile keeps a file that came with a letter of its own.
func keepsFile(h *house, p artwork.Place, kept *bool) act {
	return func(s *store.Store) (err error) {
		*kept, err = s.KeepSent(h.t.Context(), p, storetest.NewID("mail"), artwork.Artwork{Name: "a.pdf"}, storetest.Brochure)
		return err
	}
}

// doubts keeps a letter about the lead whose sender nobody knows.
func doubts(h *house, l lead.Lead) act {
	return func(s *store.Store) error {
		now := h.Clock.Now()
		t, err := customer.Touch{ID: storetest.NewID("tch"), Version: 1, CreatedAt: now, At: now, Customer: l.Customer,
			Branch: l.Branch, Lead: l.ID, Channel: customer.TouchMail, Direction: customer.TouchIn, Kind: message.MailPerson,
			From: "mallory@example.com", Sender: customer.SenderStranger}.
			Doubted(l.ID, "", h.Shop.Roster, h.terms().Letter(), now)
		if err != nil {
			return err
		}
		return s.HearDoubted(h.t.Context(), t)
	}
}

// doubted tells how many letters the lead has, and of their tasks.
func (h *house) doubted(l lead.Lead) string {
	h.t.Helper()
	heard := h.touchesOf(l)
	out := []any{len(heard)}
	for _, t := range heard {
		out = append(out, h.letters(t.Next.Task))
	}
	return lines(out...)
}

// touchesOf are the touches of a lead, the newest first.
func (h *house) touchesOf(l lead.Lead) []customer.Touch {
	h.t.Helper()
	page, err := h.Touches(h.t.Context(),
		centre.TouchQuery{Customer: l.Customer, Reader: h.by(1), Lead: l.ID, Paging: table.Paging{Limit: 9}})
	h.must(err)
	return page.Items
}

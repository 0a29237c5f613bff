package store_test

import (
	"fmt"
	"testing"

	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/store"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
)

// TestAnswersMeet has what comes in meet what goes out: what is owed is one task, answered once.
func TestAnswersMeet(t *testing.T) {
	t.Parallel()
	meets(t, storetest.NewWithFiles(t), answerMeetings)
}

// calls has a colleague note that the customer's first contact called and waits.
func calls(h *house, cust string) act {
	return func(s *store.Store) error {
		said := customer.Touch{Channel: "call", Direction: customer.TouchIn, At: h.Clock.Now(),
			Contact: table.FirstContact(cust), Outcome: customer.OutcomeCallBack}
		_, err := s.RecordTouch(h.t.Context(), cust, said,
			func(c customer.Customer, t customer.Touch) (customer.Customer, customer.Touch, event.Event, error) {
				return c.Touched(h.by(3), t, h.Shop.Roster, h.Clock.Now())
			})
		return err
	}
}

// mails has the customer's first contact answer a letter about no record.
func mails(h *house, cust string) act {
	return func(s *store.Store) error {
		return s.HearLetter(h.t.Context(), cust, message.Reporter("mail"), customer.Touch{Channel: customer.TouchMail,
			Kind: message.MailPerson, Contact: table.FirstContact(cust), Text: "好"})
	}
}

// wroteBack has the person of a lead answer by mail.
func wroteBack(h *house, id string) act {
	return func(s *store.Store) error {
		return s.Reply(h.t.Context(), id, message.Reporter("mail"),
			customer.Touch{Channel: customer.TouchMail, Kind: message.MailPerson, Text: "好"})
	}
}

// spoken is a lead whose person was reached.
func (h *house) spoken() lead.Lead {
	h.t.Helper()
	l := h.assigned()
	h.must(speaks(h, l.ID)(h.Store))
	return l
}

// asking is a customer who waits for an answer, and the task.
func (h *house) asking() (cust, id string) {
	h.t.Helper()
	cust = h.lead().Customer
	h.must(calls(h, cust)(h.Store))
	return cust, h.answers(cust)[0].ID
}

// answers are the tasks to answer a customer, in the order in which they were opened.
func (h *house) answers(cust string) (out []task.Task) {
	h.t.Helper()
	for _, e := range h.Events(h.t, cust) {
		if e.Type != event.TaskOpened {
			continue
		}
		tsk, err := h.Task(h.t.Context(), e.Record)
		h.must(err)
		if tsk.Answers() {
			out = append(out, tsk)
		}
	}
	return out
}

// owed tells of each task to answer a customer how it stands, how much waits under it and who answered. At the end it
// tells how many the customer's record names, and how often one was done.
func (h *house) owed(cust string) string {
	h.t.Helper()
	var out []any
	for _, tsk := range h.answers(cust) {
		said := fmt.Sprintf("%s %d", tsk.State, len(tsk.Asks))
		if tsk.AnsweredBy != "" {
			said += " answered"
		}
		out = append(out, said)
	}
	c, err := h.Customer(h.t.Context(), cust)
	h.must(err)
	done := 0
	for _, e := range h.Events(h.t, cust) {
		if e.Type == event.TaskDone {
			done++
		}
	}
	return lines(append(out, len(c.Owed), done)...)
}

var answerMeetings = []meeting{
	{"two calls at once", [2]string{"RecordTouch", "RecordTouch"}, func(h *house) pair {
		id := h.lead().Customer
		return pair{calls(h, id), calls(h, id), func() string { return h.owed(id) }}
	}, [2]string{"open 2, 1, 0", "open 2, 1, 0"}},
	{"a letter and a call", [2]string{"HearLetter", "RecordTouch"}, func(h *house) pair {
		id := h.lead().Customer
		return pair{mails(h, id), calls(h, id), func() string { return h.owed(id) }}
	}, [2]string{"open 2, 1, 0", "open 2, 1, 0"}},
	{"two more letters", [2]string{"HearLetter", "HearLetter"}, func(h *house) pair {
		id, _ := h.asking()
		return pair{mails(h, id), mails(h, id), func() string { return h.owed(id) }}
	}, [2]string{"open 3, 1, 0", "open 3, 1, 0"}},
	{"a first call and a letter of ours", [2]string{"RecordTouch", "WriteTo"}, func(h *house) pair {
		id := h.lead().Customer
		return pair{calls(h, id), writes(h, id, "call"+id), func() string { return h.owed(id) }}
		// a letter that was begun before the call does not answer it
	}, [2]string{"0, 0", "open 1, 1, 0"}},
	{"two answers at once", [2]string{"WriteTo", "RecordTouch"}, func(h *house) pair {
		id, _ := h.asking()
		return pair{writes(h, id, "twice"+id), touches(h, id), func() string { return h.owed(id) }}
	}, [2]string{"done 1 answered, 0, 1", "done 1 answered, 0, 1"}},
	{"another call and an answer", [2]string{"RecordTouch", "WriteTo"}, func(h *house) pair {
		id, _ := h.asking()
		return pair{calls(h, id), writes(h, id, "again"+id), func() string { return h.owed(id) }}
	}, [2]string{"done 1 answered, 0, 1", "open 1, 1, 0"}},
	{"a letter about a lead and a contact with its person", [2]string{"Reply", "ChangeLead"}, func(h *house) pair {
		l := h.spoken()
		return pair{wroteBack(h, l.ID), speaks(h, l.ID), func() string { return h.owed(l.Customer) }}
	}, [2]string{"0, 0", "done 1 answered, 0, 1"}},
	{"a letter about a lead and a letter of ours", [2]string{"Reply", "WriteLead"}, func(h *house) pair {
		l := h.spoken()
		return pair{wroteBack(h, l.ID), writesLead(h, l, "lead"+l.ID), func() string { return h.owed(l.Customer) }}
	}, [2]string{"0, 0", "done 1 answered, 0, 1"}},
	{"a colleague closes the task, and another call comes", [2]string{"ChangeTask", "RecordTouch"}, func(h *house) pair {
		id, tsk := h.asking()
		return pair{completes(h, tsk), calls(h, id), func() string { return h.owed(id) }}
	}, [2]string{"done 2, 1, 1", "done 1, open 1, 1, 1"}},
	{"a colleague closes the task, and another one answers", [2]string{"ChangeTask", "WriteTo"}, func(h *house) pair {
		id, tsk := h.asking()
		return pair{completes(h, tsk), writes(h, id, "closed"+id), func() string { return h.owed(id) }}
	}, [2]string{"refused: done 1 answered, 0, 1", "done 1, 0, 1"}},
	{"a file and a call", [2]string{"DecideArtwork", "RecordTouch"}, func(h *house) pair {
		l := h.spoken()
		p := h.place(artwork.StandardPolicy())
		p.Log, p.Lead = l.Customer, l.ID
		return pair{decides(h, p, h.sent(p)), calls(h, l.Customer), func() string { return h.owed(l.Customer) }}
	}, [2]string{"open 2, 1, 0", "open 2, 1, 0"}},
}

// completes has the manager close a task by hand.
func completes(h *house, id string) act {
	return onTask(h, id, func(t task.Task) (task.Task, event.Event, error) {
		return t.Complete(h.by(2), true, h.Clock.Now())
	})
}

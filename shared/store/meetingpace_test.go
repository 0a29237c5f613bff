package store_test

import (
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
)

func TestWritersOfFloodsMeet(t *testing.T) {
	t.Parallel()
	meets(t, storetest.New(t), floodMeetings)
}

// lastWord leaves the customer one word of this hour about a record.
func (h *house) lastWord(record string) {
	now := h.Clock.Now()
	engine, err := table.New(table.Config{DB: h.DB, Tables: h.Tables, Ring: storetest.Ring, NewID: storetest.NewID,
		Now: h.Clock.Now})
	h.must(err)
	b := table.NewBatch()
	said := table.CounterKey("words", record, message.SideCustomer, table.At(now.Truncate(24*time.Hour)))
	said["n"], said[now.Format("h15")] = table.Number(message.PerHour-1), table.Number(message.PerHour-1)
	b.Put(h.Tables.Messages, said, table.Absent(), func(table.Item) error { return table.Conflict() })
	h.must(engine.Commit(h.t.Context(), b, nil))
}

func answersUs(h *house, id string) act {
	return func(s *store.Store) error {
		_, _, err := s.ReplyComplaint(h.t.Context(), id,
			func(c complaint.Complaint, reply string) (complaint.Complaint, complaint.Reply, event.Event, error) {
				return c.Reply(staff.Visitor, reply, "还没有收到", h.terms().Complaint(), h.Clock.Now())
			})
		return err
	}
}

// floodMeetings are those of writers whom a limit stops, and of what is held.
var floodMeetings = []meeting{
	{"the last answer by mail of an hour to a lead", [2]string{"Reply", "Reply"}, func(h *house) pair {
		l := h.assigned()
		h.lastWord(l.ID)
		return pair{replies(h, l.ID), replies(h, l.ID), func() string { return h.leadSays(l.ID) }}
	}, [2]string{"*message.Flood: 3, assigned, 3, 1, 1", "*message.Flood: 3, assigned, 3, 1, 1"}},
	{"the last word of an hour about a complaint", [2]string{"ReplyComplaint", "ReplyComplaint"}, func(h *house) pair {
		id := h.complaint(h.lead())
		h.lastWord(id)
		return pair{answersUs(h, id), answersUs(h, id), func() string { return h.says(id) }}
	}, [2]string{"*message.Flood: new 0+1, 1 frozen", "*message.Flood: new 0+1, 1 frozen"}},
	{"the last letter of an hour about a question", [2]string{"Hear", "Hear"}, func(h *house) pair {
		l, id := h.lead(), h.id("hld")
		h.lastWord(id)
		mails := func(s *store.Store) error {
			return s.Hear(h.t.Context(), customer.Touch{Customer: l.Customer, Contact: l.ContactID, Branch: seed.Shanghai,
				About: id, Channel: "email", Kind: message.MailPerson, Text: "好"})
		}
		return pair{mails, mails, func() string { return h.file(l.Customer) }}
	}, [2]string{"*message.Flood: 李娜, -, -, 1, 0, 1, []", "*message.Flood: 李娜, -, -, 1, 0, 1, []"}},
	{"two submissions that one task tells of", [2]string{"QuarantineAsking", "QuarantineAsking"}, func(h *house) pair {
		one, two := h.handedIn(), h.handedIn()
		asks := func(sub form.Submission) act {
			return func(s *store.Store) error {
				t, e, err := task.New(staff.Process("submission"), task.Draft{ID: "tsk" + one.ID[3:], Title: sub.ID},
					storetest.Person(h.t, h.Bench, 2), h.terms().Task(), h.Clock.Now())
				if err != nil {
					return err
				}
				return s.QuarantineAsking(h.t.Context(), sub, t, e)
			}
		}
		return pair{asks(one), asks(two), func() string {
			t, err := h.Task(h.t.Context(), "tsk"+one.ID[3:])
			h.must(err)
			return lines(h.submission(one.ID), h.submission(two.ID), t.Version, t.Title == one.ID)
		}}
	}, [2]string{"1, quarantined, false, -, 1, quarantined, false, -, 1, false",
		"1, quarantined, false, -, 1, quarantined, false, -, 1, true"}},
}

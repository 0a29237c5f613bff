package store_test

import (
	"slices"
	"testing"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/store"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
)

func TestColleaguesWhoWriteMeet(t *testing.T) {
	t.Parallel()
	meets(t, storetest.New(t), writtenMeetings)
}

// aLetter is what a colleague writes to everybody.
var aLetter = message.Written{Channel: message.ChannelEmail, Subject: "Spring", Text: "Everything must go."}

// nearlyCampaign leaves the letter one more reader of this hour.
func (h *house) nearlyCampaign(alike string) string {
	engine, err := table.New(table.Config{DB: h.DB, Tables: h.Tables, Ring: storetest.Ring, NewID: storetest.NewID,
		Now: h.Clock.Now})
	h.must(err)
	b := table.NewBatch()
	sent, err := table.Encode(map[string]any{"at": slices.Repeat([]time.Time{h.Clock.Now()}, message.MostAlike-1)},
		table.CounterKey("alike", alike))
	h.must(err)
	b.Put(h.Tables.Messages, sent, table.Absent(), func(table.Item) error { return table.Conflict() })
	h.must(engine.Commit(h.t.Context(), b, nil))
	return alike
}

// writes has a colleague write to the contact with whom the customer came.
func writes(h *house, cust, alike string) act {
	return func(s *store.Store) error {
		t := customer.Outgoing(aLetter, table.FirstContact(cust))
		t.At = h.Clock.Now()
		_, err := s.WriteTo(h.t.Context(), cust, t, alike,
			func(c customer.Customer, t customer.Touch) (customer.Customer, customer.Touch, event.Event, error) {
				return c.Writes(h.by(3), t, t.At)
			})
		return err
	}
}

// writesLead has the manager write about a lead.
func writesLead(h *house, l lead.Lead, alike string) act {
	return func(s *store.Store) error {
		t := customer.Outgoing(aLetter, l.ContactID)
		_, err := s.WriteLead(h.t.Context(), l.ID, h.by(2), t, alike,
			func(l lead.Lead) (lead.Lead, event.Event, error) {
				return l.Written(h.by(2), t, h.terms().Lead(), h.Clock.Now())
			})
		return err
	}
}

var writtenMeetings = []meeting{
	{"the last letter that is alike in an hour", [2]string{"WriteTo", "WriteTo"}, func(h *house) pair {
		one := h.lead().Customer
		h.n += 500
		two := h.lead().Customer
		h.n -= 500
		alike := h.nearlyCampaign("customers" + one)
		return pair{writes(h, one, alike), writes(h, two, alike), func() string { return lines(h.file(one), h.file(two)) }}
	}, [2]string{"too-many: 李娜, -, -, 1, 0, 0, [], 李娜, -, -, 1, 0, 1, []",
		"too-many: 李娜, -, -, 1, 0, 1, [], 李娜, -, -, 1, 0, 0, []"}},
	{"the last alike about a lead and to a customer", [2]string{"WriteLead", "WriteTo"}, func(h *house) pair {
		l := h.assigned()
		alike := h.nearlyCampaign("lead" + l.ID)
		return pair{writesLead(h, l, alike), writes(h, l.Customer, alike), func() string { return h.leadSays(l.ID) }}
	}, [2]string{"too-many: 2, assigned, 3, 1, 1", "too-many: 3, contacted, 3, 1, 1"}},
	{"a letter about a lead that is lost", [2]string{"WriteLead", "ChangeLead"}, func(h *house) pair {
		l := h.assigned()
		return pair{writesLead(h, l, "lost"+l.ID), loses(h, l.ID), func() string { return h.leadSays(l.ID) }}
	}, [2]string{"refused: 3, lost, 3, 0, 0", "4, lost, 3, 1, 1"}},
	{"a letter and a touch", [2]string{"WriteTo", "RecordTouch"}, func(h *house) pair {
		id := h.lead().Customer
		return pair{writes(h, id, "touch"+id), touches(h, id), func() string { return h.file(id) }}
	}, [2]string{"李娜, -, -, 1, 0, 2, []", "李娜, -, -, 1, 0, 2, []"}},
	{"a letter to a customer who is archived", [2]string{"WriteTo", "ChangeCustomer"}, func(h *house) pair {
		id := h.lead().Customer
		return pair{writes(h, id, "archive"+id), archives(h, id), func() string { return h.file(id) }}
	}, [2]string{"refused: 李娜, -, archived, 1, 0, 0, []", "李娜, -, archived, 1, 0, 1, []"}},
	{"a letter to a contact who leaves", [2]string{"WriteTo", "ChangeContact"}, func(h *house) pair {
		id := h.lead().Customer
		return pair{writes(h, id, "leaves"+id), leaves(h, table.FirstContact(id)), func() string { return h.file(id) }}
	}, [2]string{"李娜, -, -, 1, 0, 1, []", "李娜, -, -, 1, 0, 1, []"}},
}

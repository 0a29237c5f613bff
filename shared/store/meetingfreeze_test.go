package store_test

import (
	"fmt"
	"testing"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/store"
	"afterpress/shared/store/storetest"
)

func TestWritersOfFreezesMeet(t *testing.T) {
	t.Parallel()
	meets(t, storetest.New(t), freezeMeetings)
}

// told is somebody who agreed to marketing, had some, and is told of complaints from then on.
func (h *house) told() lead.Lead {
	h.t.Helper()
	var state string
	l := h.agreeing(h.n)
	h.must(claims(h, newsletter(l, "first"), message.PurposeMarketing, &state)(h.Store))
	return l
}

func newsletter(l lead.Lead, step string) message.Message {
	return letter(l, step, message.ChannelEmail)
}

// joining is a new contact of a lead's customer.
func joining(h *house, l lead.Lead) act {
	return adds(h, l.Customer, fmt.Sprintf("+86137001%05d", h.n), false)
}

func joins(h *house, younger, older string) act {
	return func(s *store.Store) error {
		_, err := s.JoinComplaints(h.t.Context(), younger, older, func(y, o complaint.Complaint) (complaint.Complaint,
			complaint.Complaint, [2]event.Event, error) {
			return y.Join(h.by(1), o, h.terms().Complaint(), h.Clock.Now())
		})
		return err
	}
}

// frozen says for how many complaints a customer is frozen, and how many of them the gate of each present contact
// names: - for a gate that asks the freeze.
func (h *house) frozen(l lead.Lead) string {
	h.t.Helper()
	file, err := h.WholeFile(h.t.Context(), l.Customer, func(customer.Customer) error { return nil })
	h.must(err)
	var gates []string
	for _, c := range file.Contacts {
		if c.LeftAt != nil {
			continue
		}
		if told := file.Gates[c.ID].Frozen; told != nil {
			gates = append(gates, fmt.Sprint(len(told.By)))
		} else {
			gates = append(gates, "-")
		}
	}
	return lines(len(file.Freeze.Complaints), gates)
}

var freezeMeetings = []meeting{
	{"a complaint and a new contact", [2]string{"OpenComplaint", "AddContact"}, func(h *house) pair {
		l := h.told()
		return pair{complains(h, l, new(string)), joining(h, l), func() string { return h.frozen(l) }}
	}, [2]string{"1, [1 1]", "1, [1 1]"}},
	{"a complaint ends, and a new contact", [2]string{"GrantComplaint", "AddContact"}, func(h *house) pair {
		l := h.told()
		id := h.complaint(l)
		return pair{withdrawn(h, id), joining(h, l), func() string { return h.frozen(l) }}
	}, [2]string{"0, [0 0]", "0, [0 0]"}},
	{"a complaint joins another one, and a new contact", [2]string{"JoinComplaints", "AddContact"},
		func(h *house) pair {
			l := h.told()
			older, younger := h.complaint(l), h.complaint(l)
			return pair{joins(h, younger, older), joining(h, l), func() string { return h.frozen(l) }}
		}, [2]string{"1, [1 1]", "1, [1 1]"}},
	{"a complaint of those who were never told, and a new contact", [2]string{"OpenComplaint", "AddContact"},
		func(h *house) pair {
			l := h.lead()
			return pair{complains(h, l, new(string)), joining(h, l), func() string { return h.frozen(l) }}
		}, [2]string{"1, [- 1]", "1, [- 1]"}},
	{"marketing and a complaint, where the gate is told", [2]string{"ClaimMessage", "OpenComplaint"},
		func(h *house) pair {
			var a string
			l := h.told()
			return pair{claims(h, newsletter(l, "news"), message.PurposeMarketing, &a), complains(h, l, new(string)),
				func() string { return lines(a, h.frozen(l)) }}
		}, [2]string{"suppressed complaint-open, 1, [1]", "claimed , 1, [1]"}},
	{"marketing and the end of a complaint", [2]string{"ClaimMessage", "GrantComplaint"}, func(h *house) pair {
		var a string
		l := h.told()
		id := h.complaint(l)
		return pair{claims(h, newsletter(l, "news"), message.PurposeMarketing, &a), withdrawn(h, id),
			func() string { return lines(a, h.frozen(l)) }}
	}, [2]string{"suppressed complaint-open, 0, [0]", "suppressed complaint-open, 0, [0]"}},
	{"marketing and complaints that are joined", [2]string{"ClaimMessage", "JoinComplaints"}, func(h *house) pair {
		var a string
		l := h.told()
		older, younger := h.complaint(l), h.complaint(l)
		return pair{claims(h, newsletter(l, "news"), message.PurposeMarketing, &a), joins(h, younger, older),
			func() string { return lines(a, h.frozen(l)) }}
	}, [2]string{"suppressed complaint-open, 1, [1]", "suppressed complaint-open, 1, [1]"}},
	{"the first marketing and a new contact", [2]string{"ClaimMessage", "AddContact"}, func(h *house) pair {
		var a string
		l := h.agreeing(h.n)
		return pair{claims(h, newsletter(l, "news"), message.PurposeMarketing, &a), joining(h, l), func() string {
			h.complaint(l)
			return lines(a, h.frozen(l))
		}}
	}, [2]string{"claimed , 1, [1 1]", "claimed , 1, [1 1]"}},
	{"an answer to the customer and a complaint", [2]string{"ClaimMessage", "OpenComplaint"}, func(h *house) pair {
		var a string
		l := h.told()
		return pair{claims(h, newsletter(l, "thanks"), message.PurposeService, &a), complains(h, l, new(string)),
			func() string { return lines(a, h.frozen(l)) }}
	}, [2]string{"claimed , 1, [1]", "claimed , 1, [1]"}},
	{"a no by the link and a complaint", [2]string{"WithdrawConsent", "OpenComplaint"}, func(h *house) pair {
		l := h.told()
		return pair{withdraws(h, l), complains(h, l, new(string)),
			func() string { return lines(h.gate(l), h.frozen(l)) }}
	}, [2]string{"yes, [], no, [lina], 1, [1]", "yes, [], no, [lina], 1, [1]"}},
	{"a contact leaves and a complaint", [2]string{"ChangeContact", "OpenComplaint"}, func(h *house) pair {
		l := h.told()
		return pair{leaves(h, l.ContactID), complains(h, l, new(string)), func() string {
			freeze, err := h.Freeze(h.t.Context(), l.Customer)
			h.must(err)
			return lines(h.frozen(l), freeze.Contacts)
		}}
	}, [2]string{"1, [], []", "1, [], []"}},
}

package workflows

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// AskToCall keeps the first task of an id, as the store does.
func (h *house) AskToCall(_ context.Context, branch string, call customer.Call) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	terms, err := h.shop.Terms(branch)
	if err != nil {
		return err
	}
	now := h.now().UTC()
	t, _, ok := call.Task(h.shop.Roster, terms.Task(), now.Add(time.Hour), now)
	if _, there := h.tasks[t.ID]; ok && !there {
		h.tasks[t.ID] = t
	}
	return nil
}

// visitor is a contact who typed these values into a form.
func visitor(phones, mails []customer.Reach) customer.Contact {
	return customer.Contact{ID: "con_1", Customer: "cus_1", Name: "王女士", Lang: words.Zh, Phones: phones,
		Emails: mails}.Stated(customer.SaidVisitor, "lead_1", monday)
}

var (
	typedPhone = []customer.Reach{{Value: "+8613800138000"}}
	typedMail  = []customer.Reach{{Value: "wang@customer.example"}}
)

// calls are the tasks to call somebody about a record: their owners and when they are due.
func (h *house) calls(about string) (out []string) {
	for _, t := range h.tasks {
		if t.About == about && strings.Contains(t.Text, "/contacts/con_1/vouch") {
			out = append(out, t.Owner+" "+t.Due.In(time.FixedZone("", 8*3600)).Format("15:04"))
		}
	}
	return out
}

// A complaint of a contact of whom nobody knows whose mailbox it is: the acknowledgement comes without a link, nothing
// else comes, and a colleague has to call, once, until a time. After that call the letters come with their link.
func TestAComplaintOfSomebodyUnproven(t *testing.T) {
	h := complaintHouse()
	h.sms, h.people["con_1"] = true, visitor(typedPhone, typedMail)
	p := newPlay(t, h, monday)
	p.on("09:05", h.party("tom").says("我们会查清楚"))
	p.at("09:06", func() {
		tom := staff.Actor{ID: "stf_tom"}
		next, _, err := h.people["con_1"].Vouch(typedMail[0].Value, customer.Customer{}, tom, monday)
		if err != nil {
			t.Error(err)
		}
		h.people["con_1"] = next
	})
	p.on("09:07", h.party("tom").says("样品已收到"))
	p.on("09:10", h.party("mo").withdraws())
	p.resolves(h.complains(t, staff.Visitor, ""))
	same(t, "inbox", h.inbox, []string{
		"Mon 09:00" + toCustomer + "received", opened[1], "Mon 09:05" + toTom + "call",
		"Mon 09:07" + toCustomer + "replied",
		"Mon 09:10" + toCustomer + "withdrawn",
	})
	if rows := h.rows(); !slices.Contains(rows, "con_1 said-cmt_2 email suppressed"+message.ReasonUnproven) {
		t.Errorf("ledger %q", rows)
	}
	if calls := h.calls(caseID); len(calls) != 1 || !strings.HasPrefix(calls[0], "stf_") {
		t.Errorf("tasks to call: %q", calls)
	}
}

// The acknowledgement has the link where it is known whose the mailbox is.
func TestWhoseMailboxGetsTheLink(t *testing.T) {
	for typed, who := range map[bool]customer.Contact{true: visitor(nil, typedMail),
		false: complaintHouse().people["con_1"]} {
		h := complaintHouse()
		h.people["con_1"] = who
		h.complains(t, staff.Visitor, "")
		work, l := h.complaintWork(), &letters{house: h}
		work.Mail = l
		rung := h.cases[caseID].Rungs[0]
		if _, err := work.Climb(t.Context(), Climb{ID: caseID, Round: 1, Key: h.cases[caseID].Progress().Key(rung),
			Rung: rung}); err != nil || len(l.values) != 1 {
			t.Fatal(err, l.values)
		}
		if _, linked := l.values[0]["link"]; linked == typed || l.values[0]["promise"] == "" {
			t.Errorf("typed %t: %q", typed, l.values[0])
		}
	}
}

// A question to a contact of whom nobody knows whose mailbox it is. Beside a phone the mailbox may be a stranger's, who
// is told nothing. Where it is all that is known of the contact, the question comes without its link.
func TestAQuestionToSomebodyUnproven(t *testing.T) {
	for _, c := range []struct {
		name    string
		contact customer.Contact
		row     string
		inbox   string
	}{
		{"phone and e-mail", visitor(typedPhone, typedMail),
			"con_1 1/ask email suppressed" + message.ReasonUnproven, ""},
		{"an e-mail alone", visitor(nil, typedMail), "con_1 1/ask email sent",
			"Mon 09:00 wang@customer.example hold-question"},
		{"a phone alone", visitor(typedPhone, nil), "con_1 1/ask email suppressed" + message.ReasonUnproven, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse()
			h.sms, h.asked = true, c.contact
			p := newPlay(t, h, monday)
			p.hold("09:10", noted(actor(h, "stf_anna")))
			p.run(h.asks(t, "stf_cai", "stf_anna"))
			if rows := h.rows(); rows[0] != c.row {
				t.Errorf("ledger %q", rows)
			}
			if sent := slices.Contains(h.inbox, c.inbox); sent != (c.inbox != "") ||
				strings.Contains(strings.Join(h.inbox, "\n"), "hold-asked") {
				t.Errorf("inbox %q", h.inbox)
			}
			if calls := h.calls(holdID); !slices.Equal(calls, []string{"stf_anna 10:00"}) {
				t.Errorf("tasks to call: %q", calls)
			}
		})
	}
}

package workflows

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
)

// rows lists the ledger with its channels.
func (h *house) rows() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []string
	for _, m := range h.ledger {
		out = append(out, fmt.Sprintf("%s %s %s %s%s", m.Person, m.Step, m.Channel, m.State, m.Reason))
	}
	slices.Sort(out)
	return out
}

func TestWhoLeftOnlyAPhoneIsThankedBySMS(t *testing.T) {
	for _, c := range []struct {
		name string
		who  form.Enquiry
		sms  bool
		row  string
	}{
		{"by SMS", form.Enquiry{Phone: "+8613800138000"}, true, "con_1 acknowledge sms sent"},
		{"both left", form.Enquiry{Phone: "+8613800138000", Email: "wang@customer.example"}, true,
			"con_1 acknowledge email sent"},
		{"abroad", form.Enquiry{Phone: "+12015550123"}, true, "con_1 acknowledge sms suppressed" + message.ReasonCountry},
		{"a landline", form.Enquiry{Phone: "+862162345678"}, true, "con_1 acknowledge sms suppressed" +
			message.ReasonNoMobile},
		{"no SMS in this shop", form.Enquiry{Phone: "+8613800138000"}, false, "con_1 acknowledge email suppressed" +
			message.ReasonNoAddress},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse()
			h.sms = c.sms
			p := newPlay(t, h, monday)
			p.commands("09:10", sells(actor(h, "stf_bob"), customer.OutcomeInterested))
			p.run(h.capture(t, c.who))
			if rows := h.rows(); len(rows) != 2 || rows[0] != c.row {
				t.Errorf("ledger %q", rows)
			}
		})
	}
}

// A person who left both is thanked by SMS where their customer prefers that, but not where an address has to be
// confirmed; where the ledger lets no SMS through, by mail.
func TestWhoPrefersSMSIsThankedBySMS(t *testing.T) {
	both := form.Enquiry{Phone: "+8613800138000", Email: "wang@customer.example"}
	for _, c := range []struct {
		name, barred string
		who          form.Enquiry
		sms          bool
		rows         []string
	}{
		{"by SMS", "", both, true, []string{"con_1 acknowledge sms sent"}},
		{"no SMS in this shop", "", both, false, []string{"con_1 acknowledge email sent"}},
		{"a landline", "", form.Enquiry{Phone: "+862162345678", Email: both.Email}, true,
			[]string{"con_1 acknowledge email sent"}},
		{"has to confirm", "", both, true, []string{"con_1 acknowledge email sent"}},
		{"had the share of SMS", message.ReasonNumberCap, both, true,
			[]string{"con_1 acknowledge email sent", "con_1 acknowledge sms suppressed" + message.ReasonNumberCap}},
		{"a number that is not known to be theirs", "", both, true, []string{"con_1 acknowledge email sent"}},
		{"was just answered", message.ReasonAnswered, both, true,
			[]string{"con_1 acknowledge sms suppressed" + message.ReasonAnswered}},
	} {
		h := newHouse()
		h.sms, h.prefers, h.bars = c.sms, "sms", c.barred
		p := newPlay(t, h, monday)
		p.commands("09:10", sells(actor(h, "stf_bob"), customer.OutcomeInterested))
		news := h.capture(t, c.who)
		switch l := h.leads[leadID]; c.name {
		case "has to confirm":
			l.Consent = gate.ConsentAwaiting
			h.leads[leadID] = l
		case "a number that is not known to be theirs":
			l.Unverified = []string{"phone"}
			h.leads[leadID] = l
		}
		p.run(news)
		same(t, c.name, h.rows()[:len(h.rows())-1], c.rows)
	}
}

func TestTheChatOfTheBranchIsToldToo(t *testing.T) {
	h := newHouse()
	h.shop.Branches[0].Robot = &firm.Robot{Kind: firm.ChannelWeCom, Name: "pudong"}
	p := newPlay(t, h, monday)
	p.commands("09:20", recycles(actor(h, "stf_bob")))
	p.commands("09:21", loses(actor(h, "stf_mo")))
	p.run(h.capture(t, byEmail))
	same(t, "inbox", h.inbox, []string{
		"Mon 09:00 wang@customer.example lead-acknowledged",
		"Mon 09:00 bob@shop.example lead-assigned",
		"Mon 09:00 pudong lead-assigned",
		"Mon 09:15 bob@shop.example lead-reminded-half",
		"Mon 09:15 pudong lead-reminded-half",
		"Mon 09:20 mo@shop.example lead-pooled",
		"Mon 09:20 pudong lead-pooled",
	})
	same(t, "ledger", h.rows()[1:3], []string{"stf_bob 1/half email sent", "stf_bob 1/half wecom sent"})
}

// Mail and chat fail apart from each other, and neither is sent twice for the other's sake.
func TestAChannelThatIsAwayDoesNotRepeatTheOther(t *testing.T) {
	for _, away := range []string{message.ChannelEmail, firm.ChannelFeishu} {
		h := newHouse()
		h.shop.Branches[0].Robot = &firm.Robot{Kind: firm.ChannelFeishu, Name: "pudong"}
		left := 2
		h.server = func(m message.Message) Delivery {
			if m.Person == "stf_bob" && m.Channel == away && left > 0 {
				left--
				return Delivery{State: message.StateQueued, Reason: "connection"}
			}
			return Delivery{State: message.StateSent}
		}
		p := newPlay(t, h, monday)
		p.commands("09:10", sells(actor(h, "stf_bob"), customer.OutcomeInterested))
		p.run(h.capture(t, byEmail))
		same(t, "ledger", h.rows(),
			[]string{"con_1 acknowledge email sent", "stf_bob 1/tell email sent", "stf_bob 1/tell feishu sent"})
		if len(h.inbox) != 3 {
			t.Errorf("%s away: %q", away, h.inbox)
		}
	}
}

func TestSomebodyWhoLeftIsNotNamedInTheChat(t *testing.T) {
	h := newHouse()
	h.shop.Branches[0].Robot = &firm.Robot{Kind: firm.ChannelFeishu, Name: "pudong"}
	h.shop.Staff[1].LeavesAt = &monday
	work, m := h.work(), message.Message{About: "lead/x/1", Step: "1/tell", Channel: message.ChannelEmail,
		Template: message.TemplateLeadAssigned}
	f := leadFile{record: lead.Lead{ID: leadID, Due: monday.Add(time.Hour)}, shop: h.shop, terms: h.terms()}
	for _, staff := range []string{"stf_gone", "stf_bob"} {
		if again, err := work.notice(t.Context(), f, m, staff); err != nil || again != 0 {
			t.Fatal(again, err)
		}
	}
	same(t, "ledger", h.rows(),
		[]string{"stf_bob 1/tell email suppressed" + message.ReasonNoAddress, "stf_gone 1/tell email suppressed" +
			message.ReasonNoAddress})
}

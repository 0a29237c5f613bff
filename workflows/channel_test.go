package workflows

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"afterpress/shared/crm"
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
		who  crm.Enquiry
		sms  bool
		row  string
	}{
		{"by SMS", crm.Enquiry{Phone: "+8613800138000"}, true, "con_1 acknowledge sms sent"},
		{"both left", crm.Enquiry{Phone: "+8613800138000", Email: "wang@customer.example"}, true, "con_1 acknowledge email sent"},
		{"abroad", crm.Enquiry{Phone: "+12015550123"}, true, "con_1 acknowledge sms suppressed" + crm.ReasonCountry},
		{"a landline", crm.Enquiry{Phone: "+862162345678"}, true, "con_1 acknowledge sms suppressed" + crm.ReasonNoMobile},
		{"no SMS in this shop", crm.Enquiry{Phone: "+8613800138000"}, false, "con_1 acknowledge email suppressed" + crm.ReasonNoAddress},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse()
			h.sms = c.sms
			p := newPlay(t, h, monday)
			p.commands("09:10", speaks(actor(h, "stf_bob"), crm.OutcomeInterested))
			p.run(h.capture(t, c.who))
			if rows := h.rows(); len(rows) != 2 || rows[0] != c.row {
				t.Errorf("ledger %q", rows)
			}
		})
	}
}

// Who left both is thanked by SMS where his customer prefers that, but for the address that he has to confirm; where the ledger lets no SMS through, by mail.
func TestWhoPrefersSMSIsThankedBySMS(t *testing.T) {
	both := crm.Enquiry{Phone: "+8613800138000", Email: "wang@customer.example"}
	for _, c := range []struct {
		name, barred string
		who          crm.Enquiry
		sms          bool
		rows         []string
	}{
		{"by SMS", "", both, true, []string{"con_1 acknowledge sms sent"}},
		{"no SMS in this shop", "", both, false, []string{"con_1 acknowledge email sent"}},
		{"a landline", "", crm.Enquiry{Phone: "+862162345678", Email: both.Email}, true, []string{"con_1 acknowledge email sent"}},
		{"has to confirm", "", both, true, []string{"con_1 acknowledge email sent"}},
		{"had his share of SMS", crm.ReasonNumberCap, both, true, []string{"con_1 acknowledge email sent", "con_1 acknowledge sms suppressed" + crm.ReasonNumberCap}},
		{"a number that is not known to be his", "", both, true, []string{"con_1 acknowledge email sent"}},
		{"was just answered", crm.ReasonAnswered, both, true, []string{"con_1 acknowledge sms suppressed" + crm.ReasonAnswered}},
	} {
		h := newHouse()
		h.sms, h.prefers, h.bars = c.sms, "sms", c.barred
		p := newPlay(t, h, monday)
		p.commands("09:10", speaks(actor(h, "stf_bob"), crm.OutcomeInterested))
		news := h.capture(t, c.who)
		switch lead := h.leads[leadID]; c.name {
		case "has to confirm":
			lead.Consent = crm.ConsentAwaiting
			h.leads[leadID] = lead
		case "a number that is not known to be his":
			lead.Unverified = []string{"phone"}
			h.leads[leadID] = lead
		}
		p.run(news)
		same(t, c.name, h.rows()[:len(h.rows())-1], c.rows)
	}
}

func TestTheChatOfTheBranchIsToldToo(t *testing.T) {
	h := newHouse()
	h.shop.Branches[0].Robot = &crm.Robot{Kind: crm.ChannelWeCom, Name: "pudong"}
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
	for _, away := range []string{crm.ChannelEmail, crm.ChannelFeishu} {
		h := newHouse()
		h.shop.Branches[0].Robot = &crm.Robot{Kind: crm.ChannelFeishu, Name: "pudong"}
		left := 2
		h.server = func(m crm.Message) Delivery {
			if m.Person == "stf_bob" && m.Channel == away && left > 0 {
				left--
				return Delivery{State: crm.MessageQueued, Reason: "connection"}
			}
			return Delivery{State: crm.MessageSent}
		}
		p := newPlay(t, h, monday)
		p.commands("09:10", speaks(actor(h, "stf_bob"), crm.OutcomeInterested))
		p.run(h.capture(t, byEmail))
		same(t, "ledger", h.rows(), []string{"con_1 acknowledge email sent", "stf_bob 1/tell email sent", "stf_bob 1/tell feishu sent"})
		if len(h.inbox) != 3 {
			t.Errorf("%s away: %q", away, h.inbox)
		}
	}
}

func TestSomebodyWhoLeftIsNotNamedInTheChat(t *testing.T) {
	h := newHouse()
	h.shop.Branches[0].Robot = &crm.Robot{Kind: crm.ChannelFeishu, Name: "pudong"}
	h.shop.Staff[1].LeavesAt = &monday
	work, m := h.work(), crm.Message{About: "lead/x/1", Step: "1/tell", Channel: crm.ChannelEmail, Template: crm.TemplateLeadAssigned}
	f := leadFile{record: crm.Lead{ID: leadID, Due: monday.Add(time.Hour)}, shop: h.shop, terms: h.terms()}
	for _, staff := range []string{"stf_gone", "stf_bob"} {
		if again, err := work.notice(t.Context(), f, m, staff); err != nil || again != 0 {
			t.Fatal(again, err)
		}
	}
	same(t, "ledger", h.rows(), []string{"stf_bob 1/tell email suppressed" + crm.ReasonNoAddress, "stf_gone 1/tell email suppressed" + crm.ReasonNoAddress})
}

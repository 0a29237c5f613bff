package customer_test

import (
	"testing"
	"time"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// TestWhatWaitsForAnAnswer prints the rule: which touches ask for an answer, and which ones give it.
func TestWhatWaitsForAnAnswer(t *testing.T) {
	t.Parallel()
	in := func(channel, outcome string) customer.Touch {
		return customer.Touch{ID: "tch_1", Direction: customer.TouchIn, Channel: channel, Outcome: outcome, By: "stf_a"}
	}
	out := func(channel, outcome, by string) customer.Touch {
		return customer.Touch{ID: "tch_1", Direction: customer.TouchOut, Channel: channel, Outcome: outcome, By: by}
	}
	with := func(t customer.Touch, set func(*customer.Touch)) customer.Touch { set(&t); return t }
	mail := customer.Touch{ID: "tch_1", Direction: customer.TouchIn, Channel: customer.TouchMail,
		Kind: message.MailPerson}
	for _, c := range []struct {
		name    string
		touch   customer.Touch
		asks    string
		answers bool
	}{
		{"a call", in("call", ""), task.AskCall, false},
		{"a call to be called back", in("call", customer.OutcomeCallBack), task.AskCall, false},
		{"a call for a quotation", in("call", customer.OutcomeQuote), task.AskCall, false},
		{"a call that nobody took", in("call", customer.OutcomeUnreachable), task.AskCall, false},
		{"a call that was answered", in("call", customer.OutcomeAnswered), "", false},
		{"a call of somebody who needs nothing now", in("call", customer.OutcomeNotNow), "", false},
		{"a call with a next step", with(in("call", ""), func(t *customer.Touch) { t.Next = &customer.NextStep{} }), "",
			false},
		{"a fax", in("fax", ""), task.AskLetter, false},
		{"a mail that a colleague noted", in(customer.TouchMail, ""), task.AskLetter, false},
		{"an SMS", in("sms", ""), task.AskMessage, false},
		{"WeChat", in("wechat", ""), task.AskMessage, false},
		{"at the counter", in("counter", ""), "", false},
		{"at the counter, to be called back", in("counter", customer.OutcomeCallBack), task.AskCall, false},
		{"a person's mail", mail, task.AskLetter, false},
		{"a machine's mail", with(mail, func(t *customer.Touch) { t.Kind = "automatic" }), "", false},
		{"a mail in doubt", with(mail, func(t *customer.Touch) { t.Sender = customer.SenderStranger }), "", false},
		{"a mail about a complaint", with(mail, func(t *customer.Touch) { t.About = "cmp_1" }), "", false},
		{"we call", out("call", customer.OutcomeInterested, "stf_a"), "", true},
		{"we visit", out("visit", "", "stf_a"), "", true},
		{"we write", out(customer.TouchMail, customer.OutcomeWritten, "stf_a"), "", true},
		{"we reach nobody", out("call", customer.OutcomeUnreachable, "stf_a"), "", false},
		{"we shall call again", out("call", customer.OutcomeCallBack, "stf_a"), "", true},
		{"a process writes", out(customer.TouchMail, "", "process:lead"), "", false},
		{"nobody writes", out(customer.TouchMail, "", ""), "", false},
	} {
		ask, asks := c.touch.Asks()
		if asks != (c.asks != "") || ask.Kind != c.asks || c.touch.Line().Answers() != c.answers {
			t.Errorf("%s: asks %q, answers %v", c.name, ask.Kind, c.touch.Line().Answers())
		}
	}
	mail.Subject, mail.Text = "Paper", "Which one?"
	if ask, _ := mail.Asks(); ask.Said != "Paper\nWhich one?" || ask.ID != "tch_1" {
		t.Errorf("%+v", ask)
	}
}

// A word with one contact answers that contact, and what somebody without a name asked.
func TestWhomAWordAnswers(t *testing.T) {
	t.Parallel()
	c := customer.Customer{}.Owes("con_1", "tsk_1").Owes("con_2", "tsk_2").Owes("", "tsk_3").Owes("con_2", "tsk_4")
	for contact, want := range map[string]int{"con_1": 2, "con_2": 2, "con_9": 1, "": 3} {
		if got := c.OwedTo(contact); len(got) != want {
			t.Errorf("%q: %v", contact, got)
		}
	}
	if c.Awaited("con_2") != "tsk_4" || c.Settled("tsk_4").Awaited("con_2") != "" || c.Awaited("con_9") != "" ||
		len(c.Owed) != 3 {
		t.Errorf("%+v", c.Owed)
	}
	at := crmtest.Tuesday
	c = c.Met(customer.TouchLine{At: at, Direction: customer.TouchOut, By: "stf_a", Contact: "con_1"})
	for _, w := range []struct {
		contact string
		at      time.Time
		want    bool
	}{{"con_1", at, true}, {"con_1", at.Add(-time.Hour), true}, {"con_1", at.Add(time.Minute), false},
		{"con_2", at, false}, {"", at, true}} {
		if got := c.AnsweredBefore(w.contact, w.at, at.Add(time.Hour)); got != w.want {
			t.Errorf("%q at %s: %v", w.contact, w.at, got)
		}
	}
}

func TestWhoAnswers(t *testing.T) {
	t.Parallel()
	terms := crmtest.Terms(t).Task()
	sales := func(id string, away bool) staff.Staff {
		p := staff.Staff{ID: id, Roles: []staff.Role{staff.Sales}, Branches: []string{terms.Branch.ID}}
		if away {
			p.Absences = []staff.Absence{{From: crmtest.Tuesday.Add(-time.Hour), To: crmtest.Tuesday.Add(240 * time.Hour)}}
		}
		return p
	}
	boss := staff.Staff{ID: "stf_boss", Roles: []staff.Role{staff.Owner}, Branches: []string{terms.Branch.ID},
		HeadOffice: true}
	for _, c := range []struct {
		name, lead, own string
		staff           []staff.Staff
		want            string
	}{
		{"the lead's", "stf_l", "stf_c", []staff.Staff{sales("stf_l", false), sales("stf_c", false), boss}, "stf_l"},
		{"the customer's", "", "stf_c", []staff.Staff{sales("stf_l", false), sales("stf_c", false), boss}, "stf_c"},
		{"away", "stf_l", "stf_c", []staff.Staff{sales("stf_l", true), sales("stf_c", false), boss}, "stf_c"},
		{"of no colleague", "", "", []staff.Staff{sales("stf_l", false), boss}, "stf_boss"},
		{"all are away", "stf_l", "", []staff.Staff{sales("stf_l", true)}, "stf_l"},
		{"nobody takes tasks", "", "", nil, ""},
	} {
		got, ok := customer.Customer{Owner: c.own}.Answerer(c.lead,
			firm.Roster{Staff: c.staff, Branches: []firm.Branch{terms.Branch}}, terms, crmtest.Tuesday)
		if got.ID != c.want || ok != (c.want != "") {
			t.Errorf("%s: %q", c.name, got.ID)
		}
	}
	cust := customer.Customer{Name: "长城印务"}
	if cust.CalledWith("", words.Zh) != "长城印务" || cust.CalledWith("周兰", words.Zh) != "周兰（长城印务）" ||
		cust.CalledWith("周兰", words.En) != "周兰 (长城印务)" {
		t.Error(cust.CalledWith("周兰", words.En))
	}
}

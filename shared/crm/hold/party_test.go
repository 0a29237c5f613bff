package hold_test

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"

	"pgregory.net/rapid"
)

// The colleague who sees to a question may write its answer down, if there is anybody who may.
func TestWhoSeesToAQuestion(t *testing.T) {
	person := func(id, branch string, role staff.Role) staff.Staff {
		return staff.Staff{ID: id, Roles: []staff.Role{role}, Branches: []string{branch}}
	}
	away, gone := person("stf_away", "sh", staff.Sales), person("stf_gone", "sh", staff.Sales)
	away.Absences = []staff.Absence{{From: crmtest.Tuesday.Add(-time.Hour), To: crmtest.Tuesday.Add(time.Hour)}}
	left := crmtest.Tuesday.Add(-time.Hour)
	gone.LeavesAt = &left
	terms := crmtest.Terms(t)
	terms.Branch = firm.Branch{ID: "sh", Manager: "stf_boss"}
	press, counter, boss := person("stf_press", "sh", staff.Production), person("stf_counter", "sh", staff.Service),
		person("stf_boss", "sh", staff.Manager)
	own := []staff.Staff{person("stf_sales", "sh", staff.Sales), person("stf_far", "hz", staff.Sales),
		person("stf_market", "sh", staff.Marketing), away, gone, press, boss}
	for _, c := range []struct {
		owner, by, want string
		also            []staff.Staff
	}{
		{"stf_sales", "stf_press", "stf_sales", []staff.Staff{counter}},
		{"stf_far", "stf_press", "stf_counter", []staff.Staff{counter}},
		{"stf_market", "stf_press", "stf_counter", []staff.Staff{counter}},
		{"stf_away", "stf_press", "stf_counter", []staff.Staff{counter}},
		{"stf_gone", "stf_press", "stf_counter", []staff.Staff{counter}},
		{"", "stf_press", "stf_counter", []staff.Staff{counter}},
		{"stf_nobody", "stf_press", "stf_counter", []staff.Staff{counter}},
		// who asks may answer himself
		{"stf_away", "stf_counter", "stf_counter", []staff.Staff{counter}},
		{"stf_away", "stf_boss", "stf_boss", []staff.Staff{counter}},
		{"", "stf_press", "stf_sales", []staff.Staff{crmtest.Absent(counter)}},
		{"", "stf_press", "stf_sales", []staff.Staff{person("stf_counter", "hz", staff.Service)}},
	} {
		shop := firm.Roster{Staff: slices.Concat(own, c.also)}
		by, _ := shop.Person(c.by)
		if got := hold.OwnerOf(shop, terms.Terms, customer.Customer{Owner: c.owner}, staff.ActorOf(by),
			crmtest.Tuesday); got != c.want {
			t.Errorf("of the customer of %q, asked by %s: %s, want %s", c.owner, c.by, got, c.want)
		}
	}
	for want, st := range map[string][]staff.Staff{"stf_boss": {press, away, boss}, "stf_press": {press, away}} {
		if got := hold.OwnerOf(firm.Roster{Staff: st}, terms.Terms, customer.Customer{Owner: "stf_away"},
			staff.ActorOf(press), crmtest.Tuesday); got != want {
			t.Errorf("of %d people: %s, want %s", len(st), got, want)
		}
	}
	both, seen := firm.Roster{Staff: []staff.Staff{press, counter, person("stf_second", "sh", staff.Service)}},
		map[string]bool{}
	for i := range 10 {
		seen[hold.OwnerOf(both, terms.Terms, customer.Customer{}, staff.ActorOf(press),
			crmtest.Tuesday.Add(time.Duration(i)*time.Millisecond))] = true
	}
	if len(seen) != 2 {
		t.Errorf("the questions of a day go to %v", seen)
	}
}

// A mail about a question makes a task for somebody who is there; with nobody there, and of a machine's answer, it
// is kept alone.
func TestWhoReadsAMailAboutAQuestion(t *testing.T) {
	person := func(id string, role staff.Role) staff.Staff {
		return staff.Staff{ID: id, Roles: []staff.Role{role}, Branches: []string{"sh"}}
	}
	own, boss, head := person("stf_own", staff.Sales), person("stf_boss", staff.Manager), person("stf_head", staff.Owner)
	terms := crmtest.Terms(t)
	terms.Branch = firm.Branch{ID: "sh", Manager: "stf_boss"}
	gone, left := own, crmtest.Tuesday.Add(-time.Hour)
	gone.LeavesAt = &left
	for name, c := range map[string]struct {
		kind  message.MailKind
		staff []staff.Staff
		want  string
	}{
		"the owner":      {message.MailPerson, []staff.Staff{own, boss, head}, "stf_own"},
		"owner away":     {message.MailPerson, []staff.Staff{crmtest.Absent(own), boss, head}, "stf_boss"},
		"owner has left": {message.MailPerson, []staff.Staff{gone, boss, head}, "stf_boss"},
		"manager away":   {message.MailPerson, []staff.Staff{crmtest.Absent(own), crmtest.Absent(boss), head}, "stf_head"},
		"nobody is there": {message.MailPerson,
			[]staff.Staff{crmtest.Absent(own), crmtest.Absent(boss), crmtest.Absent(head)}, ""},
		"a machine": {message.MailAutomatic, []staff.Staff{own, boss, head}, ""},
	} {
		h := hold.Hold{ID: "hld_1", Customer: "cus_1", Branch: "sh", Owner: "stf_own"}
		heard, err := h.Heard(customer.Touch{Kind: c.kind}, firm.Roster{Staff: c.staff}, terms.Hold(), crmtest.Tuesday)
		got := ""
		if heard.Next != nil {
			got = heard.Next.Owner
		}
		if err != nil || got != c.want || heard.Customer != "cus_1" || heard.About != "hld_1" {
			t.Errorf("%s: %q, want %q: %+v %v", name, got, c.want, heard, err)
		}
	}
}

func TestWhoIsAsked(t *testing.T) {
	mail := []customer.Reach{{Value: "a@b.cn"}}
	left := crmtest.Tuesday
	proofs := customer.Contact{ID: "proofs", Roles: []string{"proofs"},
		Phones: []customer.Reach{{Value: "+8613800138000"}}}
	buys, decides := customer.Contact{ID: "buys", Roles: []string{"pays", "buys"}, Emails: mail},
		customer.Contact{ID: "decides", Roles: []string{"decides"}, Emails: mail}
	silent, former := customer.Contact{ID: "silent", Roles: []string{"proofs"},
		Phones: []customer.Reach{{Value: "+862150801188"}}},
		customer.Contact{ID: "former", Roles: []string{"proofs"}, Emails: mail, LeftAt: &left}
	for want, contacts := range map[string][]customer.Contact{
		"proofs": {decides, buys, proofs}, "buys": {decides, silent, former, buys},
		"decides": {{ID: "first", Emails: mail}, decides}, "first": {silent, {ID: "first", Emails: mail}},
		"": {silent, former, {ID: "bare"}},
	} {
		before := slices.Clone(contacts)
		got, found := hold.ContactOf(contacts, message.SMSPolicy{})
		if got.ID != want || found != (want != "") {
			t.Errorf("of %d: %q, want %q", len(contacts), got.ID, want)
		}
		if !slices.EqualFunc(before, contacts, func(a, b customer.Contact) bool { return a.ID == b.ID }) {
			t.Error("it changed the list that it was given")
		}
	}
}

func TestByWhichAddress(t *testing.T) {
	left := crmtest.Tuesday
	for name, c := range map[string]struct {
		contact                           customer.Contact
		channel, address, reason, prefers string
	}{
		"both": {customer.Contact{Emails: []customer.Reach{{Value: "a@b.cn"}, {Value: "c@d.cn"}},
			Phones: []customer.Reach{{Value: "+8613800138000"}}}, message.ChannelEmail, "a@b.cn", "", ""},
		"the second phone": {customer.Contact{Phones: []customer.Reach{{Value: "+862150801188"},
			{Value: "+8613800138000"}}}, message.ChannelSMS, "+8613800138000", "", ""},
		"a landline": {customer.Contact{Phones: []customer.Reach{{Value: "+862150801188"}}}, message.ChannelSMS, "",
			message.ReasonNoMobile, ""},
		"abroad": {customer.Contact{Phones: []customer.Reach{{Value: "+12015550123"}}}, message.ChannelSMS, "",
			message.ReasonCountry, ""},
		"nothing": {customer.Contact{}, message.ChannelEmail, "", message.ReasonNoAddress, ""},
		"left, with address": {customer.Contact{Emails: []customer.Reach{{Value: "a@b.cn"}}, LeftAt: &left},
			message.ChannelEmail, "", message.ReasonLeft, ""},
		"likes SMS": {customer.Contact{Emails: []customer.Reach{{Value: "a@b.cn"}},
			Phones: []customer.Reach{{Value: "+862150801188"}, {Value: "+8613800138000"}}}, message.ChannelSMS,
			"+8613800138000", "", "sms"},
		"SMS to a landline": {customer.Contact{Emails: []customer.Reach{{Value: "a@b.cn"}},
			Phones: []customer.Reach{{Value: "+862150801188"}}}, message.ChannelEmail, "a@b.cn", "", "sms"},
		"likes calls": {customer.Contact{Emails: []customer.Reach{{Value: "a@b.cn"}},
			Phones: []customer.Reach{{Value: "+8613800138000"}}}, message.ChannelEmail, "a@b.cn", "", "call"},
		"left, likes SMS": {customer.Contact{Phones: []customer.Reach{{Value: "+8613800138000"}}, LeftAt: &left},
			message.ChannelEmail, "", message.ReasonLeft, "sms"},
	} {
		if channel, address, reason := c.contact.AddressFor(message.SMSPolicy{}, c.prefers); channel != c.channel ||
			address != c.address || reason != c.reason {
			t.Errorf("%s: %s %q %s", name, channel, address, reason)
		}
	}
}

// A title is one line of bounded length, whatever the question is.
func TestTheTitleOfAQuestion(t *testing.T) {
	for question, want := range map[string]string{
		"纸张偏黄，\n 继续吗？":                                                                  "J-1 · 纸张偏黄， 继续吗？",
		"The paper of the inner pages is another shade than the proof, shall we go on?": "J-1 · The paper of the inner pages is another shade than the…",
		strings.Repeat("印", 61): "J-1 · " +
			strings.Repeat("印", 60) + "…",
	} {
		if got := (hold.Hold{Job: "J-1", Question: words.PublicText(question)}).Title(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		title := hold.Hold{Job: "J", Question: words.PublicText(rapid.String().Draw(t, "question"))}.Title()
		if n := utf8.RuneCountInString(title); n > hold.TitleLength+5 || strings.ContainsAny(title, "\n\r\t") {
			t.Fatalf("%d characters: %q", n, title)
		}
	})
}

// What the customer wrote himself is told to staff by the record alone.
func TestWordsOfAnAnswer(t *testing.T) {
	choices := []string{"继续", "换纸"}
	for _, c := range []struct {
		answer hold.Answer
		en     string
	}{
		{hold.Answer{Choice: 2}, "换纸"},
		{hold.Answer{Choice: 2, Text: "<b>"}, "换纸 (the customer adds something: open the question)"},
		{hold.Answer{Text: "<b>"}, "The customer answers in their own words: open the question"},
		{hold.Answer{Choice: 9}, "The customer answers in their own words: open the question"},
	} {
		if w := c.answer.Words(choices); w.En != c.en || w.Zh == "" || strings.Contains(w.Zh+w.En, "<b>") {
			t.Errorf("%+v: %+v", c.answer, w)
		}
	}
	if got := (hold.Hold{Choices: choices}).ListedChoices(); got != "1. 继续\n2. 换纸" {
		t.Errorf("%q", got)
	}
}

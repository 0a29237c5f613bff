package crm

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// Whoever sees to a question may write its answer down, if there is anybody who may.
func TestWhoSeesToAQuestion(t *testing.T) {
	person := func(id, branch string, role Role) Staff {
		return Staff{ID: id, Roles: []Role{role}, Branches: []string{branch}}
	}
	away, gone := person("stf_away", "sh", Sales), person("stf_gone", "sh", Sales)
	away.Absences = []Absence{{From: tuesday.Add(-time.Hour), To: tuesday.Add(time.Hour)}}
	left := tuesday.Add(-time.Hour)
	gone.LeavesAt = &left
	terms := testTerms(t)
	terms.Branch = Branch{ID: "sh", Manager: "stf_boss"}
	press, counter, boss := person("stf_press", "sh", Production), person("stf_counter", "sh", Service), person("stf_boss", "sh", Manager)
	own := []Staff{person("stf_sales", "sh", Sales), person("stf_far", "hz", Sales), person("stf_market", "sh", Marketing), away, gone, press, boss}
	for _, c := range []struct {
		owner, by, want string
		also            []Staff
	}{
		{"stf_sales", "stf_press", "stf_sales", []Staff{counter}},
		{"stf_far", "stf_press", "stf_counter", []Staff{counter}}, {"stf_market", "stf_press", "stf_counter", []Staff{counter}},
		{"stf_away", "stf_press", "stf_counter", []Staff{counter}}, {"stf_gone", "stf_press", "stf_counter", []Staff{counter}},
		{"", "stf_press", "stf_counter", []Staff{counter}}, {"stf_nobody", "stf_press", "stf_counter", []Staff{counter}},
		{"stf_away", "stf_counter", "stf_counter", []Staff{counter}}, {"stf_away", "stf_boss", "stf_boss", []Staff{counter}}, // who asks may answer himself
		{"", "stf_press", "stf_sales", []Staff{absent(counter)}}, {"", "stf_press", "stf_sales", []Staff{person("stf_counter", "hz", Service)}},
	} {
		shop := Roster{Staff: slices.Concat(own, c.also)}
		by, _ := shop.Person(c.by)
		if got := HoldOwner(shop, terms.FirmTerms, Customer{Owner: c.owner}, ActorOf(by), tuesday); got != c.want {
			t.Errorf("of the customer of %q, asked by %s: %s, want %s", c.owner, c.by, got, c.want)
		}
	}
	for want, staff := range map[string][]Staff{"stf_boss": {press, away, boss}, "stf_press": {press, away}} {
		if got := HoldOwner(Roster{Staff: staff}, terms.FirmTerms, Customer{Owner: "stf_away"}, ActorOf(press), tuesday); got != want {
			t.Errorf("of %d people: %s, want %s", len(staff), got, want)
		}
	}
	both, seen := Roster{Staff: []Staff{press, counter, person("stf_second", "sh", Service)}}, map[string]bool{}
	for i := range 10 {
		seen[HoldOwner(both, terms.FirmTerms, Customer{}, ActorOf(press), tuesday.Add(time.Duration(i)*time.Millisecond))] = true
	}
	if len(seen) != 2 {
		t.Errorf("the questions of a day go to %v", seen)
	}
}

// A mail about a question makes a task for somebody who is there; with nobody there, and of a machine's answer, it is kept alone.
func TestWhoReadsAMailAboutAQuestion(t *testing.T) {
	person := func(id string, role Role) Staff {
		return Staff{ID: id, Roles: []Role{role}, Branches: []string{"sh"}}
	}
	own, boss, head := person("stf_own", Sales), person("stf_boss", Manager), person("stf_head", Owner)
	terms := testTerms(t)
	terms.Branch = Branch{ID: "sh", Manager: "stf_boss"}
	gone, left := own, tuesday.Add(-time.Hour)
	gone.LeavesAt = &left
	for name, c := range map[string]struct {
		kind  MailKind
		staff []Staff
		want  string
	}{
		"his owner":       {MailPerson, []Staff{own, boss, head}, "stf_own"},
		"owner away":      {MailPerson, []Staff{absent(own), boss, head}, "stf_boss"},
		"owner has left":  {MailPerson, []Staff{gone, boss, head}, "stf_boss"},
		"manager away":    {MailPerson, []Staff{absent(own), absent(boss), head}, "stf_head"},
		"nobody is there": {MailPerson, []Staff{absent(own), absent(boss), absent(head)}, ""},
		"a machine":       {MailAutomatic, []Staff{own, boss, head}, ""},
	} {
		h := Hold{ID: "hld_1", Customer: "cus_1", Branch: "sh", Owner: "stf_own"}
		heard, err := h.Heard(Touch{Kind: c.kind}, Roster{Staff: c.staff}, terms.Hold(), tuesday)
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
	mail := []Reach{{Value: "a@b.cn"}}
	left := tuesday
	proofs := Contact{ID: "proofs", Roles: []string{"proofs"}, Phones: []Reach{{Value: "+8613800138000"}}}
	buys, decides := Contact{ID: "buys", Roles: []string{"pays", "buys"}, Emails: mail}, Contact{ID: "decides", Roles: []string{"decides"}, Emails: mail}
	silent, former := Contact{ID: "silent", Roles: []string{"proofs"}, Phones: []Reach{{Value: "+862150801188"}}}, Contact{ID: "former", Roles: []string{"proofs"}, Emails: mail, LeftAt: &left}
	for want, contacts := range map[string][]Contact{
		"proofs": {decides, buys, proofs}, "buys": {decides, silent, former, buys}, "decides": {{ID: "first", Emails: mail}, decides}, "first": {silent, {ID: "first", Emails: mail}},
		"": {silent, former, {ID: "bare"}},
	} {
		before := slices.Clone(contacts)
		got, found := HoldContact(contacts, SMSPolicy{})
		if got.ID != want || found != (want != "") {
			t.Errorf("of %d: %q, want %q", len(contacts), got.ID, want)
		}
		if !slices.EqualFunc(before, contacts, func(a, b Contact) bool { return a.ID == b.ID }) {
			t.Error("it changed the list that it was given")
		}
	}
}

func TestByWhichAddress(t *testing.T) {
	left := tuesday
	for name, c := range map[string]struct {
		contact                           Contact
		channel, address, reason, prefers string
	}{
		"both":               {Contact{Emails: []Reach{{Value: "a@b.cn"}, {Value: "c@d.cn"}}, Phones: []Reach{{Value: "+8613800138000"}}}, ChannelEmail, "a@b.cn", "", ""},
		"the second phone":   {Contact{Phones: []Reach{{Value: "+862150801188"}, {Value: "+8613800138000"}}}, ChannelSMS, "+8613800138000", "", ""},
		"a landline":         {Contact{Phones: []Reach{{Value: "+862150801188"}}}, ChannelSMS, "", ReasonNoMobile, ""},
		"abroad":             {Contact{Phones: []Reach{{Value: "+12015550123"}}}, ChannelSMS, "", ReasonCountry, ""},
		"nothing":            {Contact{}, ChannelEmail, "", ReasonNoAddress, ""},
		"left, with address": {Contact{Emails: []Reach{{Value: "a@b.cn"}}, LeftAt: &left}, ChannelEmail, "", ReasonLeft, ""},
		"likes SMS":          {Contact{Emails: []Reach{{Value: "a@b.cn"}}, Phones: []Reach{{Value: "+862150801188"}, {Value: "+8613800138000"}}}, ChannelSMS, "+8613800138000", "", "sms"},
		"SMS to a landline":  {Contact{Emails: []Reach{{Value: "a@b.cn"}}, Phones: []Reach{{Value: "+862150801188"}}}, ChannelEmail, "a@b.cn", "", "sms"},
		"likes calls":        {Contact{Emails: []Reach{{Value: "a@b.cn"}}, Phones: []Reach{{Value: "+8613800138000"}}}, ChannelEmail, "a@b.cn", "", "call"},
		"left, likes SMS":    {Contact{Phones: []Reach{{Value: "+8613800138000"}}, LeftAt: &left}, ChannelEmail, "", ReasonLeft, "sms"},
	} {
		if channel, address, reason := c.contact.AddressFor(SMSPolicy{}, c.prefers); channel != c.channel || address != c.address || reason != c.reason {
			t.Errorf("%s: %s %q %s", name, channel, address, reason)
		}
	}
}

// A title is one line of bounded length, whatever the question is.
func TestTheTitleOfAQuestion(t *testing.T) {
	for question, want := range map[string]string{
		"纸张偏黄，\n 继续吗？":                                                                  "J-1 · 纸张偏黄， 继续吗？",
		"The paper of the inner pages is another shade than the proof, shall we go on?": "J-1 · The paper of the inner pages is another shade than the…",
		strings.Repeat("印", 61):                                                         "J-1 · " + strings.Repeat("印", 60) + "…",
	} {
		if got := (Hold{Job: "J-1", Question: PublicText(question)}).Title(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		title := Hold{Job: "J", Question: PublicText(rapid.String().Draw(t, "question"))}.Title()
		if n := utf8.RuneCountInString(title); n > titleLength+5 || strings.ContainsAny(title, "\n\r\t") {
			t.Fatalf("%d characters: %q", n, title)
		}
	})
}

// What the customer wrote himself is told to staff by the record alone.
func TestWordsOfAnAnswer(t *testing.T) {
	choices := []string{"继续", "换纸"}
	for _, c := range []struct {
		answer HoldAnswer
		en     string
	}{
		{HoldAnswer{Choice: 2}, "换纸"}, {HoldAnswer{Choice: 2, Text: "<b>"}, "换纸 (he adds something in his own words: open the question)"},
		{HoldAnswer{Text: "<b>"}, "The customer says it in his own words: open the question"}, {HoldAnswer{Choice: 9}, "The customer says it in his own words: open the question"},
	} {
		if w := c.answer.Words(choices); w.En != c.en || w.Zh == "" || strings.Contains(w.Zh+w.En, "<b>") {
			t.Errorf("%+v: %+v", c.answer, w)
		}
	}
	if got := (Hold{Choices: choices}).ListedChoices(); got != "1. 继续\n2. 换纸" {
		t.Errorf("%q", got)
	}
}

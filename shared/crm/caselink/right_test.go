package caselink_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/caselink"
	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/token"
)

const mail, phone = "wang@customer.example", "+8613800138000"

// wang is a contact whose links staff ended twice.
func wang() customer.Contact {
	return customer.Contact{ID: "con_0198a1b2-0000-7000-8000-000000000001", LinkEnds: 2,
		Emails: []customer.Reach{{Value: mail}}, Phones: []customer.Reach{{Value: phone, Shared: true}}}
}

func TestALinksRight(t *testing.T) {
	tokens, left := token.NewTokens(kerneltest.Ring("a")), time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	none, byHand := caselink.Right{}, caselink.GivenTo(tokens, wang(), "")
	byMail, byPhone := caselink.GivenTo(tokens, wang(), mail), caselink.GivenTo(tokens, wang(), phone)
	before := byMail
	before.Ends = 1
	same, another := func(*customer.Contact) {}, func(c *customer.Contact) { c.ID = "con_2" }
	leaves := func(c *customer.Contact) { c.LeftAt, c.LinkEnds = &left, 0 }
	otherLeaves := func(c *customer.Contact) { c.ID, c.LeftAt = "con_2", &left }
	moves := func(c *customer.Contact) { c.Emails[0].Value = "x" + mail }
	for name, c := range map[string]struct {
		right  caselink.Right
		change func(*customer.Contact)
		want   caselink.Over
	}{
		"by mail":                            {byMail, same, ""},
		"by SMS to a shared phone":           {byPhone, same, ""},
		"handed over":                        {byHand, same, ""},
		"of before, links ended":             {none, same, caselink.OverEnded},
		"of before, no links ended":          {none, func(c *customer.Contact) { c.LinkEnds = 0 }, ""},
		"of before, the contact left":        {none, leaves, caselink.OverLeft},
		"the contact left":                   {byMail, leaves, caselink.OverLeft},
		"another contact in the record":      {byMail, another, caselink.OverMoved},
		"another contact, who left":          {byMail, otherLeaves, caselink.OverMoved},
		"handed over, then another contact":  {byHand, another, caselink.OverMoved},
		"ended since":                        {before, same, caselink.OverEnded},
		"ended since, and the address is no": {before, func(c *customer.Contact) { c.Emails = nil }, caselink.OverEnded},
		"another address":                    {byMail, moves, caselink.OverAddress},
		"the phone alone is left":            {byMail, func(c *customer.Contact) { c.Emails = nil }, caselink.OverAddress},
		"another phone":                      {byPhone, func(c *customer.Contact) { c.Phones = nil }, caselink.OverAddress},
		"handed over, and no address":        {byHand, func(c *customer.Contact) { c.Emails, c.Phones = nil, nil }, ""},
		"a second address beside it": {byMail, func(c *customer.Contact) {
			c.Emails = append([]customer.Reach{{Value: "other@customer.example"}}, c.Emails...)
		}, ""},
	} {
		who := wang()
		if c.change(&who); c.right.Over(tokens, who) != c.want {
			t.Errorf("%s: %q, not %q", name, c.right.Over(tokens, who), c.want)
		}
	}
}

func TestALinkLapses(t *testing.T) {
	ended := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	day := func(n int) time.Time { return ended.AddDate(0, 0, n) }
	for name, c := range map[string]struct {
		ended, until, now time.Time
		want              bool
	}{
		"open for years":                {time.Time{}, time.Time{}, day(4000), false},
		"at once":                       {ended, time.Time{}, ended, false},
		"on the 90th day":               {ended, time.Time{}, day(90), false},
		"after it":                      {ended, time.Time{}, day(90).Add(time.Second), true},
		"after it, reopened for longer": {ended, day(365), day(365), false},
		"after both":                    {ended, day(365), day(365).Add(time.Second), true},
		"reopened for less":             {ended, day(30), day(91), true},
	} {
		if got := caselink.Lapsed(c.ended, c.until, c.now); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestALinkCarriesItsRight(t *testing.T) {
	tokens := token.NewTokens(kerneltest.Ring("a"))
	right := caselink.GivenTo(tokens, wang(), mail)
	for _, l := range []caselink.Link{{About: "cmp_1"}, {About: "con_1", Job: "J-7 内页"},
		{About: "cmp_1", Right: right}, {About: "con_1", Job: "r 1 内页", Right: right},
		{About: "con_1", Job: strings.Repeat("𠮷", 64), Right: caselink.Right{Contact: right.Contact, Ends: 1 << 40,
			Address: right.Address}}} {
		tok := caselink.Sign(tokens, l)
		if got, ok := caselink.Open(tokens, tok); !ok || got != l || strings.Contains(tok, "@") {
			t.Errorf("%+v became %+v, %t", l, got, ok)
		}
	}
	sms := caselink.PathTo(tokens, wang(), phone, "cmp_0198a1b2-0000-7000-8000-000000000001", "zh")
	if len(sms) > 135 {
		t.Errorf("%d characters, which an SMS has to carry: %s", len(sms), sms)
	}
	for _, payload := range []string{"", "r ", "r x cmp_1", "r a/b cmp_1", "r a/-/b cmp_1",
		"r a/1/b/c cmp_1", "r a/1/b"} {
		if got, ok := caselink.Open(tokens, tokens.Sign(caselink.Use, payload)); ok {
			t.Errorf("%q opens %+v", payload, got)
		}
	}
}

func TestALinkThatIsOverIsMissing(t *testing.T) {
	var over caselink.Over
	if err := caselink.OverEnded.Refuse(); fault.KindOf(err) != fault.NotFound || !errors.As(err, &over) ||
		over != caselink.OverEnded {
		t.Error(err)
	}
}

package message

import (
	"cmp"

	"afterpress/shared/kernel/fault"
)

// LetterPolicy says how many letters the shop sends by itself to people who filled in a form. Strangers type other
// people's addresses there, and each such letter costs the shop some of its good name with mail servers. Beyond a
// limit the enquiry is taken all the same, and staff see that nobody was thanked. A day is one of UTC. Public mail
// providers have no limit of their domain; a network is a /24 or a /48, and its limit counts SMS as well.
type LetterPolicy struct {
	Domain  int64 `json:"domain_day,omitempty" validate:"min=0,max=10000000" description:"To a domain; 0: 20 · 每个企业域名"`
	Network int64 `json:"network_day,omitempty" validate:"min=0,max=10000000" description:"To a network; 0: 100 · 每个网段"`
	Company int64 `json:"company_day,omitempty" validate:"min=0,max=10000000" description:"Of all branches; 0: 1000 · 全公司"`
}

// Daily limits of a domain, a network and the company where the policy names no figure. A fair's visitors share a
// network; twenty colleagues of one company rarely ask on one day.
const (
	standardLetterDomain  = 20
	standardLetterNetwork = 100
	standardLetterCompany = 1000
)

// StandardLetters is what a new shop starts with.
func StandardLetters() LetterPolicy {
	return LetterPolicy{Domain: standardLetterDomain, Network: standardLetterNetwork, Company: standardLetterCompany}
}

// TrialLetters holds where programs fill in forms on purpose, as form.TrialPolicy does: tests, stories, measurements.
func TrialLetters() LetterPolicy {
	const plenty = 1_000_000
	return LetterPolicy{Domain: plenty, Network: plenty, Company: 10 * plenty}
}

// Caps are how many automatic letters may go to a domain, answer a network, and leave the company a day.
func (p LetterPolicy) Caps() (domain, network, company int64) {
	return cmp.Or(p.Domain, standardLetterDomain), cmp.Or(p.Network, standardLetterNetwork),
		cmp.Or(p.Company, standardLetterCompany)
}

// Check adds to f what is wrong with the policy: a negative cap.
func (p LetterPolicy) Check(f *fault.List) {
	for _, figure := range []struct {
		name string
		n    int64
	}{{"domain_day", p.Domain}, {"network_day", p.Network}, {"company_day", p.Company}} {
		if figure.n < 0 {
			f.Add("/letters/"+figure.name, fault.NotNegative.Zh, fault.NotNegative.En)
		}
	}
}

// LetterAutomatic is the one class of letters that has a budget. Others answer what the shop itself decided.
const LetterAutomatic = "automatic"

// DayCap is the company's budget of letters of a day.
func (p LetterPolicy) DayCap() DayCap {
	_, _, company := p.Caps()
	return DayCap{Class: LetterAutomatic, Own: company, All: company}
}

// DayCap is how many messages of a class, and of all classes, the company may send a day (UTC).
type DayCap struct {
	Class    string
	Own, All int64
}

// Slice is how many messages a process reserves at once while so many of the cap are reserved: a hundredth. Once four
// fifths are reserved it is one, so that no process keeps for itself what others need.
func (c DayCap) Slice(reserved int64) int64 {
	if reserved*5 >= c.All*4 {
		return 1
	}
	return max(1, c.All/100)
}

// Thanked is what became of the messages that thank for an enquiry, of which at most one was sent. The one that may
// have come comes first, then one that still waits. ok is false where none was decided on yet.
func Thanked(rows []Message) (m Message, ok bool) {
	for _, which := range []func(Message) bool{
		Message.Reached,
		func(m Message) bool { return m.State == StateQueued },
		Message.Unheard,
		func(Message) bool { return true },
	} {
		for _, row := range rows {
			if which(row) {
				return row, true
			}
		}
	}
	return Message{}, false
}

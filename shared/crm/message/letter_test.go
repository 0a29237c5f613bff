package message

import (
	"testing"

	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/kerneltest"
)

func TestLetterPolicy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		policy                   LetterPolicy
		domain, network, company int64
	}{
		{LetterPolicy{}, 20, 100, 1000},
		{StandardLetters(), 20, 100, 1000},
		{LetterPolicy{Domain: 1}, 1, 100, 1000},
		{LetterPolicy{Network: 7, Company: 9}, 20, 7, 9},
	} {
		if domain, network, company := c.policy.Caps(); domain != c.domain || network != c.network || company != c.company {
			t.Errorf("%+v: %d to a domain, %d to a network, %d of the company", c.policy, domain, network, company)
		}
		if got := c.policy.DayCap(); got != (DayCap{LetterAutomatic, c.company, c.company}) {
			t.Errorf("%+v: %+v", c.policy, got)
		}
	}
	var faults fault.List
	LetterPolicy{Domain: -1, Network: -1, Company: -1}.Check(&faults)
	if got := kerneltest.PointersOf(faults); got != "/letters/company_day /letters/domain_day /letters/network_day" &&
		got != "/letters/domain_day /letters/network_day /letters/company_day" {
		t.Errorf("%q", got)
	}
	faults = nil
	if StandardLetters().Check(&faults); len(faults) > 0 {
		t.Errorf("%v", faults)
	}
}

func TestSlice(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ all, reserved, want int64 }{
		{500, 0, 5}, {500, 399, 5}, {500, 400, 1}, {500, 500, 1}, {50, 0, 1}, {1, 0, 1}, {1000, 799, 10}, {1000, 800, 1},
	} {
		if got := (DayCap{All: c.all}).Slice(c.reserved); got != c.want {
			t.Errorf("%d of %d are reserved: %d at once, want %d", c.reserved, c.all, got, c.want)
		}
	}
}

func TestThanked(t *testing.T) {
	t.Parallel()
	sent, barred := Message{State: StateSent}, Message{State: StateSuppressed, Reason: ReasonDomainCap}
	failed, waits := Message{State: StateFailed}, Message{State: StateQueued}
	returned := Message{State: StateSent, Fate: FateReturned}
	for name, c := range map[string]struct {
		rows    []Message
		want    Message
		decided bool
	}{
		"nothing yet":            {nil, Message{}, false},
		"sent":                   {[]Message{sent}, sent, true},
		"by the other channel":   {[]Message{barred, sent}, sent, true},
		"not permitted":          {[]Message{barred}, barred, true},
		"refused":                {[]Message{failed}, failed, true},
		"tried again":            {[]Message{barred, waits}, waits, true},
		"came back":              {[]Message{returned}, returned, true},
		"came back, then by SMS": {[]Message{returned, sent}, sent, true},
	} {
		if got, decided := Thanked(c.rows); got != c.want || decided != c.decided {
			t.Errorf("%s: %+v %v", name, got, decided)
		}
	}
}

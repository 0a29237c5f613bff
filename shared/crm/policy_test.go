package crm

import (
	"strings"
	"testing"
)

func TestPolicyCheck(t *testing.T) {
	if err := StandardPolicy().Lead.Check(); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name, want string
		spoil      func(*LeadPolicy)
	}{
		{"no time", "positive", func(p *LeadPolicy) { p.FirstContact = 0 }},
		{"no owners", "positive", func(p *LeadPolicy) { p.MaxOwners = -1 }},
		{"a state that is none", "ladder[2].state", func(p *LeadPolicy) { p.Ladder[2].State = "asigned" }},
		{"a step that is none", "ladder[3].do", func(p *LeadPolicy) { p.Ladder[3].Do = "shout" }},
		{"before its state", "ladder[4]", func(p *LeadPolicy) { p.Ladder[4].Plus = -60 }},
		{"a name twice", "ladder[9].name", func(p *LeadPolicy) { p.Ladder[9].Name = "half" }},
		{"the name of the manager's own rung", "ladder[9].name", func(p *LeadPolicy) { p.Ladder[9].Name = passedOn }},
	} {
		p := StandardPolicy().Lead
		tc.spoil(&p)
		if err := p.Check(); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
}

func TestSMSPolicyPermits(t *testing.T) {
	abroad := SMSPolicy{Countries: []string{"CN", "HK", "US"}}
	for _, c := range []struct {
		policy SMSPolicy
		phone  string
		reason string
	}{
		{SMSPolicy{}, "+8613800138000", ""}, {abroad, "+8613800138000", ""}, {abroad, "+85251234567", ""}, {abroad, "+12015550123", ""},
		{SMSPolicy{}, "+85251234567", ReasonCountry}, {SMSPolicy{}, "+12015550123", ReasonCountry}, {abroad, "+447400123456", ReasonCountry},
		{SMSPolicy{}, "+862162345678", ReasonNoMobile}, {SMSPolicy{}, "+864008001234", ReasonNoMobile}, {abroad, "+19002345678", ReasonNoMobile},
		{SMSPolicy{}, "+870773111632", ReasonCountry}, {SMSPolicy{}, "", ReasonNoMobile}, {SMSPolicy{}, "13800138000", ReasonNoMobile},
		{SMSPolicy{}, "+8613800138000,+8613900139000", ReasonNoMobile},
	} {
		if reason, ok := c.policy.Permits(c.phone); reason != c.reason || ok != (reason == "") {
			t.Errorf("%v %s: %q %v", c.policy.Countries, c.phone, reason, ok)
		}
	}
	for _, reason := range []string{ReasonNoAddress, ReasonBlocked, ReasonNoConsent, ReasonCountry, ReasonNoMobile, ReasonAnswered, ReasonNumberCap, ReasonSMSCap, ReasonLeft} {
		if words := (Message{State: MessageSuppressed, Reason: reason}).Words(); words.Zh == "" || words.En == "" {
			t.Errorf("no words for %s", reason)
		}
	}
}

func TestSMSPolicyCaps(t *testing.T) {
	for _, c := range []struct {
		policy          SMSPolicy
		number, company int64
	}{
		{SMSPolicy{}, 3, 500}, {StandardPolicy().SMS, 3, 500}, {SMSPolicy{Number: 1}, 1, 500}, {SMSPolicy{Company: 20}, 3, 20}, {SMSPolicy{Number: 5, Company: 9}, 5, 9},
	} {
		if number, company := c.policy.Caps(); number != c.number || company != c.company {
			t.Errorf("%+v: %d to a number, %d of the company", c.policy, number, company)
		}
	}
	for _, caps := range []SMSPolicy{{Number: -1}, {Company: -1}} {
		p := StandardPolicy()
		p.SMS = caps
		if err := p.Check(); err == nil || !strings.Contains(err.Error(), "cannot be negative") {
			t.Errorf("%+v: %v", caps, err)
		}
	}
}

func TestChecksOfTheSetUp(t *testing.T) {
	p := StandardPolicy()
	p.SMS.Countries = []string{"CN", "XX"}
	if err := p.Check(); err == nil || !strings.Contains(err.Error(), "sms.countries[1]") {
		t.Errorf("policy: %v", err)
	}
	for _, robot := range []*Robot{{Kind: "email", Name: "a"}, {Kind: ChannelFeishu}, {Name: "a"}} {
		if err := (Branch{Robot: robot}).Check(); err == nil {
			t.Errorf("branch with %+v", robot)
		}
	}
	if err := (Branch{Robot: &Robot{Kind: ChannelFeishu, Name: "a"}}).Check(); err != nil || (Branch{}).Check() != nil {
		t.Error(err)
	}
}

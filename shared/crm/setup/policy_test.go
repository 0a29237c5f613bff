package setup_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/staff"
)

func TestPolicyCheck(t *testing.T) {
	if faults := setup.StandardPolicy().Check(); len(faults) > 0 {
		t.Fatal(faults)
	}
	for _, tc := range []struct {
		name, want string
		spoil      func(*setup.Policy)
	}{
		{"no time", "/lead/first_contact_s", func(p *setup.Policy) { p.Lead.FirstContact = 0 }},
		{"no owners", "/lead/max_owners", func(p *setup.Policy) { p.Lead.MaxOwners = -1 }},
		{"nothing to claim", "/lead/claims_per_day", func(p *setup.Policy) { p.Lead.ClaimsPerDay = 0 }},
		{"a state that is none", "/lead/ladder/2/state", func(p *setup.Policy) { p.Lead.Ladder[2].State = "asigned" }},
		{"a step that is none", "/lead/ladder/3/do", func(p *setup.Policy) { p.Lead.Ladder[3].Do = "shout" }},
		{"before its state", "/lead/ladder/4/plus_s", func(p *setup.Policy) { p.Lead.Ladder[4].Plus = -60 }},
		{"before its state", "/lead/ladder/4/percent", func(p *setup.Policy) { p.Lead.Ladder[4].Percent = -1 }},
		{"a name twice", "/lead/ladder/9/name", func(p *setup.Policy) { p.Lead.Ladder[9].Name = "half" }},
		{"no name", "/lead/ladder/9/name", func(p *setup.Policy) { p.Lead.Ladder[9].Name = "" }},
		{"the name of the manager's own rung", "/lead/ladder/9/name",
			func(p *setup.Policy) { p.Lead.Ladder[9].Name = lead.PassedOn }},
		{"a country that is none", "/sms/countries/1", func(p *setup.Policy) { p.SMS.Countries = []string{"CN", "XX"} }},
	} {
		p := setup.StandardPolicy()
		tc.spoil(&p)
		if got := kerneltest.PointersOf(p.Check()); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, got, tc.want)
		}
	}
	p := setup.StandardPolicy()
	p.Lead.FirstContact, p.Lead.Pool, p.Lead.Ladder[1].Do = 0, 0, ""
	if got := kerneltest.PointersOf(p.Check()); got != "/lead/first_contact_s /lead/pool_s /lead/ladder/1/do" {
		t.Errorf("not every fault is named: %s", got)
	}
}

func TestAPolicyIsReshaped(t *testing.T) {
	now := time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)
	shop := crmtest.Shop()
	p := shop.Policies[0]
	owner := staff.Actor{ID: "stf_o", Roles: []staff.Role{staff.Owner}}
	next := p
	next.Lead.Pool = 3600
	next, e, err := p.Reshape(next, owner, shop, now)
	if err != nil || next.Version != p.Version+1 || e.Type != event.PolicyChanged || e.Customer != "policy/"+p.ID ||
		!e.Pending ||
		e.Data["from"] != p.Ref() || e.Data["to"] != next.Ref() || e.Data["changed"] != "lead" {
		t.Errorf("%+v %+v %v", next, e, err)
	}
	endless := p
	endless.Lead.NextStep = 10_000_000
	var refused *fault.Error
	if _, _, err := p.Reshape(endless, owner, shop, now); !errors.As(err, &refused) ||
		kerneltest.PointersOf(refused.Fields) != "/lead" {
		t.Errorf("%v", err)
	}
}

func TestSMSPolicyPermits(t *testing.T) {
	abroad := message.SMSPolicy{Countries: []string{"CN", "HK", "US"}}
	for _, c := range []struct {
		policy message.SMSPolicy
		phone  string
		reason string
	}{
		{message.SMSPolicy{}, "+8613800138000", ""}, {abroad, "+8613800138000", ""}, {abroad, "+85251234567", ""},
		{abroad, "+12015550123", ""},
		{message.SMSPolicy{}, "+85251234567", message.ReasonCountry},
		{message.SMSPolicy{}, "+12015550123", message.ReasonCountry}, {abroad, "+447400123456", message.ReasonCountry},
		{message.SMSPolicy{}, "+862162345678", message.ReasonNoMobile},
		{message.SMSPolicy{}, "+864008001234", message.ReasonNoMobile}, {abroad, "+19002345678", message.ReasonNoMobile},
		{message.SMSPolicy{}, "+870773111632", message.ReasonCountry}, {message.SMSPolicy{}, "", message.ReasonNoMobile},
		{message.SMSPolicy{}, "13800138000", message.ReasonNoMobile},
		{message.SMSPolicy{}, "+8613800138000,+8613900139000", message.ReasonNoMobile},
		{message.SMSPolicy{}, "+8613800138000;ext=1234", message.ReasonNoMobile},
	} {
		if reason, ok := c.policy.Permits(c.phone); reason != c.reason || ok != (reason == "") {
			t.Errorf("%v %s: %q %v", c.policy.Countries, c.phone, reason, ok)
		}
	}
	for _, reason := range []string{message.ReasonNoAddress, message.ReasonBlocked, message.ReasonNoConsent,
		message.ReasonCountry, message.ReasonNoMobile, message.ReasonAnswered, message.ReasonNumberCap,
		message.ReasonSMSCap, message.ReasonLeft} {
		if words := (message.Message{State: message.StateSuppressed, Reason: reason}).Words(); words.Zh == "" ||
			words.En == "" {
			t.Errorf("no words for %s", reason)
		}
	}
}

func TestSMSPolicyCaps(t *testing.T) {
	for _, c := range []struct {
		policy          message.SMSPolicy
		number, company int64
	}{
		{message.SMSPolicy{}, 3, 500}, {setup.StandardPolicy().SMS, 3, 500}, {message.SMSPolicy{Number: 1}, 1, 500},
		{message.SMSPolicy{Company: 20}, 3, 20}, {message.SMSPolicy{Number: 5, Company: 9}, 5, 9},
	} {
		if number, company := c.policy.Caps(); number != c.number || company != c.company {
			t.Errorf("%+v: %d to a number, %d of the company", c.policy, number, company)
		}
	}
	for _, caps := range []message.SMSPolicy{{Number: -1}, {Company: -1}} {
		p := setup.StandardPolicy()
		p.SMS = caps
		if faults := p.Check(); !strings.Contains(fault.Listed(faults), "/sms/") {
			t.Errorf("%+v: %v", caps, fault.Listed(faults))
		}
	}
}

func TestChecksOfTheSetUp(t *testing.T) {
	for robot, want := range map[firm.Robot]string{{Kind: "email", Name: "a"}: "/robot/kind",
		{Kind: firm.ChannelFeishu}: "/robot/name", {Kind: firm.ChannelFeishu, Name: "a"}: ""} {
		if got := kerneltest.PointersOf(firm.Branch{Phone: "+862150801188", Robot: &robot}.Check()); got != want {
			t.Errorf("%+v: %s", robot, got)
		}
	}
	for phone, want := range map[string]string{"+862150801188": "", "": "/phone", "50801188": "/phone",
		"+86 21 5080 1188": "/phone", "+80012345678": "/phone"} {
		if got := kerneltest.PointersOf(firm.Branch{Phone: phone}.Check()); got != want {
			t.Errorf("%s: %s", phone, got)
		}
	}
}

package crm

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestPolicyCheck(t *testing.T) {
	if faults := StandardPolicy().Check(); len(faults) > 0 {
		t.Fatal(faults)
	}
	for _, tc := range []struct {
		name, want string
		spoil      func(*Policy)
	}{
		{"no time", "/lead/first_contact_s", func(p *Policy) { p.Lead.FirstContact = 0 }},
		{"no owners", "/lead/max_owners", func(p *Policy) { p.Lead.MaxOwners = -1 }},
		{"nothing to claim", "/lead/claims_per_day", func(p *Policy) { p.Lead.ClaimsPerDay = 0 }},
		{"a state that is none", "/lead/ladder/2/state", func(p *Policy) { p.Lead.Ladder[2].State = "asigned" }},
		{"a step that is none", "/lead/ladder/3/do", func(p *Policy) { p.Lead.Ladder[3].Do = "shout" }},
		{"before its state", "/lead/ladder/4/plus_s", func(p *Policy) { p.Lead.Ladder[4].Plus = -60 }},
		{"before its state", "/lead/ladder/4/percent", func(p *Policy) { p.Lead.Ladder[4].Percent = -1 }},
		{"a name twice", "/lead/ladder/9/name", func(p *Policy) { p.Lead.Ladder[9].Name = "half" }},
		{"no name", "/lead/ladder/9/name", func(p *Policy) { p.Lead.Ladder[9].Name = "" }},
		{"the name of the manager's own rung", "/lead/ladder/9/name", func(p *Policy) { p.Lead.Ladder[9].Name = passedOn }},
		{"a country that is none", "/sms/countries/1", func(p *Policy) { p.SMS.Countries = []string{"CN", "XX"} }},
	} {
		p := StandardPolicy()
		tc.spoil(&p)
		if got := pointersOf(p.Check()); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, got, tc.want)
		}
	}
	p := StandardPolicy()
	p.Lead.FirstContact, p.Lead.Pool, p.Lead.Ladder[1].Do = 0, 0, ""
	if got := pointersOf(p.Check()); got != "/lead/first_contact_s /lead/pool_s /lead/ladder/1/do" {
		t.Errorf("not every fault is named: %s", got)
	}
}

// pointersOf are the places of faults; each must say in both languages what to do.
func pointersOf(faults []Field) string {
	var out []string
	for _, f := range faults {
		if f.Text.Zh == "" || f.Text.En == "" {
			out = append(out, "no words for")
		}
		out = append(out, f.Pointer)
	}
	return strings.Join(out, " ")
}

func TestAPolicyIsReshaped(t *testing.T) {
	now := time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)
	shop := testShop()
	p := shop.Policies[0]
	owner := Actor{ID: "stf_o", Roles: []Role{Owner}}
	next := p
	next.Lead.Pool = 3600
	next, event, err := p.Reshape(next, owner, shop, now)
	if err != nil || next.Version != p.Version+1 || event.Type != PolicyChanged || event.Customer != "policy/"+p.ID || !event.Pending ||
		event.Data["from"] != p.Ref() || event.Data["to"] != next.Ref() || event.Data["changed"] != "lead" {
		t.Errorf("%+v %+v %v", next, event, err)
	}
	endless := p
	endless.Lead.NextStep = 10_000_000
	var refused *Error
	if _, _, err := p.Reshape(endless, owner, shop, now); !errors.As(err, &refused) || pointersOf(refused.Fields) != "/lead" {
		t.Errorf("%v", err)
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
		if faults := p.Check(); !strings.Contains(Listed(faults), "/sms/") {
			t.Errorf("%+v: %v", caps, Listed(faults))
		}
	}
}

func TestChecksOfTheSetUp(t *testing.T) {
	for robot, want := range map[Robot]string{{Kind: "email", Name: "a"}: "/robot/kind", {Kind: ChannelFeishu}: "/robot/name", {Kind: ChannelFeishu, Name: "a"}: ""} {
		if got := pointersOf(Branch{Phone: "+862150801188", Robot: &robot}.Check()); got != want {
			t.Errorf("%+v: %s", robot, got)
		}
	}
	for phone, want := range map[string]string{"+862150801188": "", "": "/phone", "50801188": "/phone", "+86 21 5080 1188": "/phone", "+80012345678": "/phone"} {
		if got := pointersOf(Branch{Phone: phone}.Check()); got != want {
			t.Errorf("%s: %s", phone, got)
		}
	}
}

package crm_test

import (
	"testing"

	"afterpress/shared/crm"
)

func TestEveryKindOfTheTimelineHasEvents(t *testing.T) {
	shown := map[crm.EventType]bool{}
	for _, kind := range crm.TimelineKinds {
		types := crm.TimelineTypes(kind)
		if len(types) == 0 {
			t.Errorf("no event is of the kind %s", kind)
		}
		for _, e := range types {
			shown[e] = true
		}
	}
	for _, e := range []crm.EventType{crm.CustomerTouched, crm.LeadReplied, crm.ConsentWithdrawn, crm.MessageBounce, crm.TaskHanded, crm.ContactLeft} {
		if !shown[e] {
			t.Errorf("%s is of no kind", e)
		}
	}
}

func TestWhatAnEventSaysInWords(t *testing.T) {
	shop := crm.Roster{Staff: []crm.Staff{{ID: "stf_a", Name: "陈立"}}}
	e := crm.Event{Data: map[string]string{"channel": "wechat", "direction": "in", "owner": "stf_a", "touch": "tch_1", "outcome": "call-back"}}
	for lang, want := range map[crm.Lang][]string{crm.Zh: {"微信", "客户主动", "陈立", "约定再联系"}, crm.En: {"WeChat", "The customer began it", "陈立", "To be called again"}} {
		got := e.Words(shop, lang)
		for i, name := range []string{"channel", "direction", "owner", "outcome"} {
			if got[name] != want[i] {
				t.Errorf("%s %s: %q", lang, name, got[name])
			}
		}
		if len(got) != 4 {
			t.Errorf("%v", got)
		}
	}
	for id, want := range map[string]string{"stf_a": "陈立", "process:lead": "The system", "hook:mail": "Another system", "visitor": "The person himself", "": "", "stf_gone": "stf_gone"} {
		if got := shop.Who(id, crm.En); got != want {
			t.Errorf("%q is %q", id, got)
		}
	}
}

func TestEveryChannelOfATouchHasWords(t *testing.T) {
	for _, channel := range crm.TouchChannels {
		if w := crm.ChannelWords(channel); w.Zh == channel || w.En == "" {
			t.Errorf("%s: %+v", channel, w)
		}
	}
}

// TestWhoSeesALine asks of each kind of line whether a role, and a branch, sees it.
func TestWhoSeesALine(t *testing.T) {
	of := func(branch string, roles ...crm.Role) crm.Actor {
		return crm.Actor{ID: "stf_a", Roles: roles, Branches: []string{branch}}
	}
	progress := func(owner string) *crm.Progress { return &crm.Progress{Owner: owner} }
	for _, c := range []struct {
		name  string
		event crm.Event
		roles map[crm.Role]bool
		far   bool // whether sales of another branch see it
	}{
		{"lead", crm.Event{Type: crm.LeadCaptured}, map[crm.Role]bool{crm.Marketing: true, crm.Finance: false, crm.Service: true}, false},
		{"his own lead elsewhere", crm.Event{Type: crm.LeadTaken, Progress: progress("stf_a")}, map[crm.Role]bool{crm.Finance: false}, true},
		{"a colleague's lead", crm.Event{Type: crm.LeadTaken, Progress: progress("stf_b")}, map[crm.Role]bool{crm.Sales: true}, false},
		{"task", crm.Event{Type: crm.TaskOpened, Progress: progress("stf_b")}, map[crm.Role]bool{crm.Finance: true}, false},
		{"complaint", crm.Event{Type: crm.ComplaintOpenedEvent}, map[crm.Role]bool{crm.Marketing: false, crm.Finance: true}, false},
		{"hold", crm.Event{Type: crm.HoldOpenedEvent}, map[crm.Role]bool{crm.Finance: false, crm.Production: true}, false},
		{"consent", crm.Event{Type: crm.ConsentWithdrawn}, map[crm.Role]bool{crm.Finance: false, crm.Marketing: true}, true},
		{"contact", crm.Event{Type: crm.ContactAdded}, map[crm.Role]bool{crm.Finance: true, crm.Production: false}, true},
		{"preference", crm.Event{Type: crm.PreferenceSet}, map[crm.Role]bool{crm.Production: true, crm.Integration: false}, true},
		{"customer", crm.Event{Type: crm.CustomerTouched}, map[crm.Role]bool{crm.Finance: true}, true},
		{"message about a lead", crm.Event{Type: crm.MessageStuck, Data: map[string]string{"about": "lead/lead_1/1"}}, map[crm.Role]bool{crm.Finance: false, crm.Marketing: true}, false},
		{"message about a complaint", crm.Event{Type: crm.MessageStuck, Data: map[string]string{"about": "complaint/cmp_1/1"}}, map[crm.Role]bool{crm.Finance: true, crm.Marketing: false}, false},
		{"file with a lead", crm.Event{Type: crm.ArtworkKept, Record: "lead_1"}, map[crm.Role]bool{crm.Finance: false}, false},
		{"file with a complaint", crm.Event{Type: crm.ArtworkKept, Record: "cmp_1"}, map[crm.Role]bool{crm.Marketing: false}, false},
		{"submission", crm.Event{Type: crm.SubmissionFreed}, map[crm.Role]bool{crm.Finance: false, crm.Marketing: true}, false},
	} {
		c.event.Branch = "near"
		for role, want := range c.roles {
			if got := c.event.SeenBy(of("near", role)); got != want {
				t.Errorf("%s: %s sees it: %v", c.name, role, got)
			}
		}
		if got := c.event.SeenBy(of("far", crm.Sales, crm.Marketing)); got != c.far {
			t.Errorf("%s: seen from another branch: %v", c.name, got)
		}
	}
	for _, touch := range []crm.Touch{{Lead: "lead_1", Branch: "near"}, {About: "hld_1", Branch: "near"}} {
		if touch.SeenBy(of("near", crm.Finance)) || touch.SeenBy(of("far", crm.Sales)) || !touch.SeenBy(of("near", crm.Sales)) {
			t.Errorf("%+v", touch)
		}
	}
}

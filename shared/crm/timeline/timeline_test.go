package timeline_test

import (
	"testing"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/timeline"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

func TestEveryKindOfTheTimelineHasEvents(t *testing.T) {
	shown := map[event.Type]bool{}
	for _, kind := range timeline.Kinds {
		types := timeline.Types(kind)
		if len(types) == 0 {
			t.Errorf("no event is of the kind %s", kind)
		}
		for _, e := range types {
			shown[e] = true
		}
	}
	for _, e := range []event.Type{event.CustomerTouched, event.LeadReplied, event.ConsentWithdrawn,
		event.MessageBounced, event.TaskHanded, event.ContactLeft} {
		if !shown[e] {
			t.Errorf("%s is of no kind", e)
		}
	}
}

func TestWhatAnEventSaysInWords(t *testing.T) {
	shop := firm.Roster{Staff: []staff.Staff{{ID: "stf_a", Name: "陈立"}}}
	e := event.Event{Data: map[string]string{"channel": "wechat", "direction": "in", "owner": "stf_a", "touch": "tch_1",
		"outcome": "call-back"}}
	for lang, want := range map[words.Lang][]string{words.Zh: {"微信", "客户主动", "陈立", "约定再联系"},
		words.En: {"WeChat", "The customer began it", "陈立", "To be called again"}} {
		got := timeline.EventWords(e, shop, lang)
		for i, name := range []string{"channel", "direction", "owner", "outcome"} {
			if got[name] != want[i] {
				t.Errorf("%s %s: %q", lang, name, got[name])
			}
		}
		if len(got) != 4 {
			t.Errorf("%v", got)
		}
	}
	for id, want := range map[string]string{"stf_a": "陈立", "process:lead": "The system", "hook:mail": "Another system",
		"visitor": "The customer", "": "", "stf_gone": "stf_gone"} {
		if got := shop.Who(id, words.En); got != want {
			t.Errorf("%q is %q", id, got)
		}
	}
}

func TestEveryChannelOfATouchHasWords(t *testing.T) {
	for _, channel := range customer.TouchChannels {
		if w := customer.ChannelWords(channel); w.Zh == channel || w.En == "" {
			t.Errorf("%s: %+v", channel, w)
		}
	}
}

// TestWhoSeesALine asks of each kind of line whether a role, and a branch, sees it.
func TestWhoSeesALine(t *testing.T) {
	of := func(branch string, roles ...staff.Role) staff.Actor {
		return staff.Actor{ID: "stf_a", Roles: roles, Branches: []string{branch}}
	}
	progress := func(owner string) *ladder.Progress { return &ladder.Progress{Owner: owner} }
	for _, c := range []struct {
		name  string
		event event.Event
		roles map[staff.Role]bool
		far   bool // whether sales of another branch see it
	}{
		{"lead", event.Event{Type: event.LeadCaptured},
			map[staff.Role]bool{staff.Marketing: true, staff.Finance: false, staff.Service: true}, false},
		{"the own lead elsewhere", event.Event{Type: event.LeadAssigned, Progress: progress("stf_a")},
			map[staff.Role]bool{staff.Finance: false}, true},
		{"a colleague's lead", event.Event{Type: event.LeadAssigned, Progress: progress("stf_b")},
			map[staff.Role]bool{staff.Sales: true}, false},
		{"task", event.Event{Type: event.TaskOpened, Progress: progress("stf_b")}, map[staff.Role]bool{staff.Finance: true},
			false},
		{"complaint", event.Event{Type: event.ComplaintOpened},
			map[staff.Role]bool{staff.Marketing: false, staff.Finance: true}, false},
		{"hold", event.Event{Type: event.HoldOpened}, map[staff.Role]bool{staff.Finance: false, staff.Production: true},
			false},
		{"consent", event.Event{Type: event.ConsentWithdrawn},
			map[staff.Role]bool{staff.Finance: false, staff.Marketing: true}, true},
		{"contact", event.Event{Type: event.ContactAdded},
			map[staff.Role]bool{staff.Finance: true, staff.Production: false}, true},
		{"preference", event.Event{Type: event.PreferenceSet},
			map[staff.Role]bool{staff.Production: true, staff.Integration: false}, true},
		{"customer", event.Event{Type: event.CustomerTouched}, map[staff.Role]bool{staff.Finance: true}, true},
		{"message about a lead", event.Event{Type: event.MessageUnknown, Data: map[string]string{"about": "lead/lead_1/1"}},
			map[staff.Role]bool{staff.Finance: false, staff.Marketing: true}, false},
		{"message about a complaint",
			event.Event{Type: event.MessageUnknown, Data: map[string]string{"about": "complaint/cmp_1/1"}},
			map[staff.Role]bool{staff.Finance: true, staff.Marketing: false}, false},
		{"file with a lead", event.Event{Type: event.ArtworkAttached, Record: "lead_1"},
			map[staff.Role]bool{staff.Finance: false}, false},
		{"file with a complaint", event.Event{Type: event.ArtworkAttached, Record: "cmp_1"},
			map[staff.Role]bool{staff.Marketing: false}, false},
		{"submission", event.Event{Type: event.SubmissionReleased},
			map[staff.Role]bool{staff.Finance: false, staff.Marketing: true}, false},
	} {
		c.event.Branch = "near"
		for role, want := range c.roles {
			if got := timeline.SeesEvent(c.event, of("near", role)); got != want {
				t.Errorf("%s: %s sees it: %v", c.name, role, got)
			}
		}
		if got := timeline.SeesEvent(c.event, of("far", staff.Sales, staff.Marketing)); got != c.far {
			t.Errorf("%s: seen from another branch: %v", c.name, got)
		}
	}
	for _, touch := range []customer.Touch{{Lead: "lead_1", Branch: "near"}, {About: "hld_1", Branch: "near"}} {
		if timeline.SeesTouch(touch, of("near", staff.Finance)) || timeline.SeesTouch(touch, of("far", staff.Sales)) ||
			!timeline.SeesTouch(touch, of("near", staff.Sales)) {
			t.Errorf("%+v", touch)
		}
	}
}

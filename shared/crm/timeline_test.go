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
	shop := crm.Shop{Staff: []crm.Staff{{ID: "stf_a", Name: "陈立"}}}
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

package crm

import (
	"maps"
	"slices"
	"strings"
)

// TimelineKinds lists the kinds by which a timeline can be read.
var TimelineKinds = []string{"lead", "message", "touch", "consent", "customer", "contact", "preference", "task", "hold"}

// TimelineMessage is the kind of the messages of the ledger, and of what happened to them.
const TimelineMessage = "message"

// timelineTouches are the events that tell of a touch, whatever record they belong to.
var timelineTouches = []EventType{CustomerTouched, LeadReached, LeadAttempted, LeadReplied}

// TimelineTypes lists the types of events that a kind of the timeline shows, sorted. An event may be of two kinds: a contact with a lead is a touch, too.
func TimelineTypes(kind string) []EventType {
	var out []EventType
	for _, t := range slices.Sorted(maps.Keys(EventCatalogue)) {
		noun, _, _ := strings.Cut(string(t), ".")
		touch := slices.Contains(timelineTouches, t)
		if kind == "touch" && touch || kind == noun && t != CustomerTouched {
			out = append(out, t)
		}
	}
	return out
}

// dataWords put values of an event's data in words, by the name of the value.
var dataWords = map[string]map[string]Text{
	"direction": {TouchIn: {Zh: "客户主动", En: "The customer began it"}, TouchOut: {Zh: "我方主动", En: "We began it"}},
	"outcome": {
		OutcomeInterested: {Zh: "有意向", En: "Interested"}, OutcomeQuote: {Zh: "要求报价", En: "Asked for a quotation"}, OutcomeCallBack: {Zh: "约定再联系", En: "To be called again"},
		OutcomeNotNow: {Zh: "暂无需求", En: "Not now"}, OutcomeUnreachable: {Zh: "未联系上", En: "Not reached"},
	},
	"how": {
		"added": {Zh: "新登记", En: "Added"}, "changed": {Zh: "已修改", En: "Changed"}, "confirmed": {Zh: "已确认", En: "Confirmed"}, "removed": {Zh: "已移除", En: "Removed"},
	},
	"requirement": {"yes": {Zh: "必须满足", En: "A requirement"}, "no": {Zh: "偏好", En: "A preference"}},
	"kind":        preferenceWords,
	"channel":     touchWords,
}

// Words put an event's data in words where they have some: what a value means, and colleagues by their names. Values that are words already, and ids of
// records, are left out.
func (e Event) Words(shop Shop, lang Lang) map[string]string {
	out := map[string]string{}
	for name, value := range e.Data {
		if words, known := dataWords[name][value]; known {
			out[name] = words.In(lang)
		} else if p, found := shop.Person(value); found {
			out[name] = p.Name
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

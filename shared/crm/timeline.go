package crm

import (
	"maps"
	"slices"
	"strings"
)

// TimelineKinds lists the kinds by which a timeline can be read.
var TimelineKinds = []string{"lead", "message", "touch", "consent", "customer", "contact", "preference", "task", "complaint", "hold"}

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
	"channel":     channelWords(),
	"reason": {
		PauseCustomer: {Zh: "等待客户", En: "Waiting for the customer"}, PauseSample: {Zh: "等待样品", En: "Waiting for samples"}, PauseSupplier: {Zh: "等待供应商", En: "Waiting for the supplier"},
	},
	"severity":  {"1": {Zh: "1 级（最严重）", En: "Severity 1, the gravest"}, "2": {Zh: "2 级", En: "Severity 2"}, "3": {Zh: "3 级", En: "Severity 3"}, "4": {Zh: "4 级", En: "Severity 4"}},
	"satisfied": {"true": {Zh: "客户满意", En: "The customer is content"}, "false": {Zh: "客户不满意", En: "The customer is not content"}},
	"effective": {"true": {Zh: "措施有效", En: "It helped"}, "false": {Zh: "措施无效", En: "It did not help"}},
	"factor":    CauseFactors,
}

// channelWords name how a customer was met, and how a complaint came.
func channelWords() map[string]Text {
	out := maps.Clone(touchWords)
	maps.Copy(out, complaintChannelWords)
	return out
}

var complaintChannelWords = map[string]Text{
	"phone": {Zh: "电话", En: "Phone"}, "mail": {Zh: "邮件", En: "Mail"}, "link": {Zh: "客户链接", En: "The customer's link"}, "hook": {Zh: "外部系统", En: "Another system"},
	"survey": {Zh: "调查", En: "Survey"},
}

// complaintData puts what an event of a complaint says in words where these stand in a catalogue.
func complaintData(name, value string) (Text, bool) {
	switch name {
	case "liability":
		t, known := Liabilities[Liability(value)]
		return t, known
	case "defect":
		d, known := DefectOf(DefectKind(value))
		return d.Name, known
	case "measure":
		m, known := Measures[Measure(value)]
		return m.Name, known
	}
	return Text{}, false
}

// Words put an event's data in words where they have some: what a value means, and colleagues by their names. Values that are words already, and ids of
// records, are left out.
func (e Event) Words(shop Shop, lang Lang) map[string]string {
	out := map[string]string{}
	for name, value := range e.Data {
		if words, known := dataWords[name][value]; known {
			out[name] = words.In(lang)
		} else if words, known := complaintData(name, value); known {
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

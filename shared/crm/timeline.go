package crm

import (
	"cmp"
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

// timelineReads is what a reader must be permitted to see a line about a kind of record. What is about the customer himself, and about a file that he sent with
// no other record, is seen with him.
var timelineReads = map[string]Action{
	"lead": ReadLeads, "task": ReadTasks, "complaint": ReadComplaints, "hold": ReadHolds, "submission": ReadSubmissions,
	"contact": ReadContacts, "consent": ReadConsents, "preference": ReadPreferences,
}

// timelineOfBranch are the kinds of records that belong to a branch. The others are the customer's, so who sees him sees them.
var timelineOfBranch = []string{"lead", "task", "complaint", "hold", "submission"}

// recordKinds are kinds by the beginnings of ids, for lines that name a record by its id alone.
var recordKinds = map[string]string{"lead": "lead", "tsk": "task", "cmp": "complaint", "hld": "hold"}

func kindOfRecord(id string) string {
	prefix, _, _ := strings.Cut(id, "_")
	return recordKinds[prefix]
}

// seesLine reports whether a line about a kind of record is the actor's to see: his role reads the kind, and the record is of a branch of his or his own.
// It is the rule by which an overview shows what is open.
func (a Actor) seesLine(kind, branch, owner string) bool {
	if action, asked := timelineReads[kind]; asked && Permit(a, action) != nil {
		return false
	}
	return !slices.Contains(timelineOfBranch, kind) || a.Sees(branch) || owner != "" && owner == a.ID
}

// SeenBy reports whether an actor who sees the customer sees what the event tells.
func (e Event) SeenBy(by Actor) bool {
	kind, _, _ := strings.Cut(string(e.Type), ".")
	switch kind {
	case TimelineMessage:
		kind, _, _ = strings.Cut(e.Data["about"], "/")
	case "artwork":
		kind = kindOfRecord(e.Record)
	}
	owner := ""
	if e.Progress != nil {
		owner = e.Progress.Owner
	}
	return by.seesLine(kind, e.Branch, owner)
}

// SeenBy reports whether an actor who sees the customer sees that the message went to him, or why it did not.
func (m Message) SeenBy(by Actor) bool {
	kind, _, _ := strings.Cut(m.About, "/")
	return by.seesLine(kind, m.Branch, m.Owner)
}

// SeenBy reports whether an actor who sees the customer sees the touch: what was said about another record is seen with that record.
func (t Touch) SeenBy(by Actor) bool {
	return by.seesLine(kindOfRecord(cmp.Or(t.Lead, t.About)), t.Branch, t.By)
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
func (e Event) Words(shop Roster, lang Lang) map[string]string {
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

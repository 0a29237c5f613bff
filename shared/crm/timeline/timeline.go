// Package timeline decides who sees which line of a customer's history, and in which words.
package timeline

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// Kinds lists the kinds by which a timeline can be read.
var Kinds = []string{"lead", "message", "touch", "consent", "customer", "contact", "preference", "task", "complaint",
	"hold", "erase"}

// Message is the kind of the messages in the ledger, and of the events that tell what happened to them.
const Message = "message"

// touches are the events that tell of a touch, whatever record they belong to.
var touches = []event.Type{event.CustomerTouched, event.CustomerWritten, event.LeadContacted, event.LeadAttempted,
	event.LeadReplied}

// Types lists the types of events that a kind of the timeline shows, sorted. An event may be of two kinds: a
// contact with a lead is a touch, too.
func Types(kind string) []event.Type {
	var out []event.Type
	for _, t := range slices.Sorted(maps.Keys(event.Catalogue)) {
		noun, _, _ := strings.Cut(string(t), ".")
		touch := slices.Contains(touches, t)
		if kind == "touch" && touch || kind == noun && t != event.CustomerTouched && t != event.CustomerWritten {
			out = append(out, t)
		}
	}
	return out
}

// reads gives the permission that a reader needs to see a line about a kind of record. Any other kind is seen
// with the customer. That holds for a file, too, that the customer sent with no other record.
var reads = map[string]permission.Action{
	"lead": permission.ReadLeads, "task": permission.ReadTasks, "complaint": permission.ReadComplaints,
	"hold": permission.ReadHolds, "submission": permission.ReadSubmissions,
	"contact": permission.ReadContacts, "consent": permission.ReadConsents, "preference": permission.ReadPreferences,
	"erase": permission.ReadErasures,
}

// ofBranch are the kinds of records that belong to a branch. Other records are the customer's, and are seen
// with the customer.
var ofBranch = []string{"lead", "task", "complaint", "hold", "submission", "erase"}

// recordKinds gives the kind by the prefix of an id, for lines that name a record by its id alone.
var recordKinds = map[string]string{"lead": "lead", "tsk": "task", "cmp": "complaint", "hld": "hold"}

func kindOfRecord(id string) string {
	prefix, _, _ := strings.Cut(id, "_")
	return recordKinds[prefix]
}

// seesLine reports whether the actor may see a line about a kind of record. The actor's role must read the
// kind, and the record must be of the actor's branch or the actor's own. An overview shows open items by the
// same rule.
func seesLine(a staff.Actor, kind, branch, owner string) bool {
	if action, asked := reads[kind]; asked && permission.Permit(a, action) != nil {
		return false
	}
	return !slices.Contains(ofBranch, kind) || a.Sees(branch) || owner != "" && owner == a.ID
}

// SeesEvent reports whether an actor who sees the customer may see the event. An event of a message is seen
// like the record that the message is about.
func SeesEvent(e event.Event, by staff.Actor) bool {
	kind, _, _ := strings.Cut(string(e.Type), ".")
	switch kind {
	case Message:
		kind, _, _ = strings.Cut(e.Data["about"], "/")
	case "artwork":
		kind = kindOfRecord(e.Record)
	}
	owner := ""
	if e.Progress != nil {
		owner = e.Progress.Owner
	}
	return seesLine(by, kind, e.Branch, owner)
}

// SeesMessage reports whether an actor who sees the customer may see that the message went out, or why it did
// not.
func SeesMessage(m message.Message, by staff.Actor) bool {
	kind, _, _ := strings.Cut(m.About, "/")
	return seesLine(by, kind, m.Branch, m.Owner)
}

// SeesTouch reports whether an actor who sees the customer may see the touch. A touch about another record is
// seen with that record.
func SeesTouch(t customer.Touch, by staff.Actor) bool {
	return seesLine(by, kindOfRecord(cmp.Or(t.Lead, t.About)), t.Branch, t.By)
}

// dataWords are the words for values in an event's data, by the name of the value.
var dataWords = map[string]map[string]words.Text{
	"direction": {customer.TouchIn: {Zh: "客户主动", En: "The customer began it"},
		customer.TouchOut: {Zh: "我方主动", En: "We began it"}},
	"outcome": {
		customer.OutcomeInterested: {Zh: "有意向", En: "Interested"},
		customer.OutcomeQuote:      {Zh: "要求报价", En: "Asked for a quotation"},
		customer.OutcomeCallBack:   {Zh: "约定再联系", En: "To be called again"},
		customer.OutcomeAnswered:   {Zh: "已答复", En: "Answered"},
		customer.OutcomeWritten:    {Zh: "已写信", En: "Written to"},
		customer.OutcomeNotNow:     {Zh: "暂无需求", En: "Not now"}, customer.OutcomeUnreachable: {Zh: "未联系上", En: "Not reached"},
	},
	"how": {
		"added": {Zh: "新登记", En: "Added"}, "changed": {Zh: "已修改", En: "Changed"}, "confirmed": {Zh: "已确认", En: "Confirmed"},
		"removed": {Zh: "已移除", En: "Removed"},
	},
	"requirement": {"yes": {Zh: "必须满足", En: "A requirement"}, "no": {Zh: "偏好", En: "A preference"}},
	"asked": {
		task.AskCall: {Zh: "来电", En: "A call"}, task.AskLetter: {Zh: "来信", En: "A letter"},
		task.AskMessage: {Zh: "消息", En: "A message"}, task.AskFile: {Zh: "文件", En: "A file"},
	},
	"kind":    customer.PreferenceWords,
	"channel": channelWords(),
	"reason": {
		complaint.PauseCustomer: {Zh: "等待客户", En: "Waiting for the customer"},
		complaint.PauseSample:   {Zh: "等待样品", En: "Waiting for samples"},
		complaint.PauseSupplier: {Zh: "等待供应商", En: "Waiting for the supplier"},
		gate.OpenSpoken:         {Zh: "联系人口头确认可用", En: "The contact says that it works"},
		gate.OpenAnswered:       {Zh: "收到了从该处发来的信息", En: "Something came from there"},
		gate.OpenMended:         {Zh: "对方邮箱或服务商的故障已修复", En: "A fault on their side is mended"},
		gate.OpenMistaken:       {Zh: "退信与此地址无关", En: "What came back was about something else"},
	},
	"severity": {"1": {Zh: "1 级（最严重）", En: "Severity 1, the gravest"}, "2": {Zh: "2 级", En: "Severity 2"},
		"3": {Zh: "3 级", En: "Severity 3"}, "4": {Zh: "4 级", En: "Severity 4"}},
	"satisfied": {"true": {Zh: "客户满意", En: "The customer is satisfied"},
		"false": {Zh: "客户不满意", En: "The customer is not satisfied"}},
	"effective": {"true": {Zh: "措施有效", En: "It worked"}, "false": {Zh: "措施无效", En: "It did not work"}},
	"factor":    defect.CauseFactors,
	"cause":     {event.Outage: {Zh: "系统中断", En: "An outage"}},
	"which": {string(identity.ClaimPhone): {Zh: "电话", En: "Phone"},
		string(identity.ClaimEmail): {Zh: "电子邮箱", En: "E-mail address"}},
}

// channelWords are the words for the channels of a touch and of a complaint. Where both have words for a
// channel, those for a complaint hold.
func channelWords() map[string]words.Text {
	out := maps.Clone(customer.TouchWords)
	maps.Copy(out, complaintChannelWords)
	return out
}

var complaintChannelWords = map[string]words.Text{
	"phone": {Zh: "电话", En: "Phone"}, "mail": {Zh: "邮件", En: "Mail"}, "link": {Zh: "客户链接", En: "The customer's link"},
	"hook":   {Zh: "外部系统", En: "Another system"},
	"survey": {Zh: "调查", En: "Survey"},
}

// complaintData gives the words for a value in an event of a complaint, where a catalogue of the complaint
// area has them.
func complaintData(name, value string) (words.Text, bool) {
	switch name {
	case "liability":
		t, known := verdict.Liabilities[verdict.Liability(value)]
		return t, known
	case "defect":
		d, known := defect.Of(defect.Kind(value))
		return d.Name, known
	case "measure":
		m, known := defect.Measures[defect.Measure(value)]
		return m.Name, known
	}
	return words.Text{}, false
}

// EventWords gives the words for an event's data, by the name of the value: what a value means, and
// colleagues by their names. Values that are words already, and ids of records, are left out. It is nil when
// no value has words.
func EventWords(e event.Event, shop firm.Roster, lang words.Lang) map[string]string {
	out := map[string]string{}
	for name, value := range e.Data {
		if text, known := dataWords[name][value]; known {
			out[name] = text.In(lang)
		} else if said, known := complaintData(name, value); known {
			out[name] = said.In(lang)
		} else if p, found := shop.Person(value); found {
			out[name] = p.Name
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

package crm

import "time"

// EventType names what happened, as noun.participle. Adding one means adding it to the catalogue below.
type EventType string

const (
	LeadCaptured  EventType = "lead.captured"
	LeadTaken     EventType = "lead.assigned"
	LeadAttempted EventType = "lead.attempted"
	LeadReached   EventType = "lead.contacted"
	LeadWon       EventType = "lead.qualified"
	LeadGivenUp   EventType = "lead.lost"
	LeadRecycled  EventType = "lead.recycled"
	LeadClaimed   EventType = "lead.claimed"
	LeadReplied   EventType = "lead.replied"
	MessageStuck  EventType = "message.unknown"
	MessageClosed EventType = "message.settled"
	MessageBounce EventType = "message.bounced"
	MessageSpam   EventType = "message.complained"

	SubmissionFreed   EventType = "submission.released"
	SubmissionDropped EventType = "submission.discarded"
	FormOpened        EventType = "form.opened"
	FormChanged       EventType = "form.changed"
	FormClosed        EventType = "form.closed"
	ConsentConfirmed  EventType = "consent.confirmed"
	ConsentWithdrawn  EventType = "consent.withdrawn"
	ArtworkKept       EventType = "artwork.attached"
)

// Event is one line of a customer's log: timeline, audit trail and outbox in one. It carries ids, states, amounts and times; no names and
// no free text. It is written in the transaction of the change that it tells of, and never changed but for losing its pending mark.
type Event struct {
	ID       string            `json:"id"` // evt_… by time
	Type     EventType         `json:"type"`
	V        int               `json:"v"`
	Customer string            `json:"customer"` // whose log it stands in; a record that belongs to nobody has a log of its own
	Record   string            `json:"record"`   // id of the record that changed
	Seq      int64             `json:"seq"`      // the record's version after it
	At       time.Time         `json:"at"`
	Day      string            `json:"day"` // yyyy-mm-dd, UTC
	Branch   string            `json:"branch"`
	Cause    string            `json:"cause"` // who or which process
	Progress *Progress         `json:"progress,omitempty"`
	Data     map[string]string `json:"data,omitempty"`
	Pending  bool              `json:"-"` // to be handed to the process that it concerns
}

// EventEntry is what the catalogue says of one type: which process hears it ("" for none), and how the timeline puts it.
type EventEntry struct {
	Process string
	Words   Text
}

// EventCatalogue lists every type of event.
var EventCatalogue = map[EventType]EventEntry{
	LeadCaptured:  {"lead", Text{Zh: "收到询价", En: "Enquiry received"}},
	LeadTaken:     {"lead", Text{Zh: "线索已分配", En: "Lead assigned"}},
	LeadAttempted: {"", Text{Zh: "联系未成功", En: "Tried to reach, without success"}},
	LeadReached:   {"lead", Text{Zh: "已联系客户", En: "Customer contacted"}},
	LeadWon:       {"lead", Text{Zh: "线索已转为商机", En: "Lead qualified"}},
	LeadGivenUp:   {"lead", Text{Zh: "线索已流失", En: "Lead lost"}},
	LeadRecycled:  {"lead", Text{Zh: "线索已退回公海", En: "Lead returned to the pool"}},
	LeadClaimed:   {"lead", Text{Zh: "从公海领取了线索", En: "Lead claimed from the pool"}},
	LeadReplied:   {"lead", Text{Zh: "客户回复了邮件", En: "The person wrote back"}},
	MessageStuck:  {"", Text{Zh: "一条消息是否送达不明", En: "A message may or may not have been sent"}},
	MessageClosed: {"", Text{Zh: "已确认消息结果", En: "The outcome of a message was confirmed"}},
	MessageBounce: {"", Text{Zh: "消息被退回，该渠道已停用", En: "A message came back; the channel is blocked"}},
	MessageSpam:   {"", Text{Zh: "客户投诉为垃圾邮件，该渠道已停用", En: "Reported as unwanted; the channel is blocked"}},

	SubmissionFreed:   {"", Text{Zh: "放行了被隔离的提交", En: "A quarantined submission was released"}},
	SubmissionDropped: {"", Text{Zh: "丢弃了被隔离的提交", En: "A quarantined submission was discarded"}},
	FormOpened:        {"", Text{Zh: "新建了表单", En: "A form was made"}},
	FormChanged:       {"", Text{Zh: "修改了表单", En: "A form was changed"}},
	FormClosed:        {"", Text{Zh: "停用了表单", En: "A form was taken out of use"}},
	ConsentConfirmed:  {"", Text{Zh: "已确认订阅营销信息", En: "Consent to marketing confirmed"}},
	ConsentWithdrawn:  {"", Text{Zh: "已撤回营销许可", En: "Consent to marketing withdrawn"}},
	ArtworkKept:       {"", Text{Zh: "客户上传了文件", En: "The person sent a file"}},
}

// tell makes the event of a change. pending follows from the catalogue: a process is woken when it hears the type, did not cause it, and had
// or has something to do.
func tell(kind EventType, by Actor, before, after Progress, customer, branch string, at time.Time, data map[string]string) Event {
	process := EventCatalogue[kind].Process
	awake := !before.Closed || !after.Closed
	return Event{
		Type: kind, V: 1, Customer: customer, Record: after.ID, Seq: after.Seq, At: at, Day: at.UTC().Format(time.DateOnly),
		Branch: branch, Cause: by.ID, Progress: &after, Data: data,
		Pending: process != "" && awake && !by.IsProcess(),
	}
}

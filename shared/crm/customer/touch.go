package customer

import (
	"errors"
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// Outcomes of a contact. Unreachable is an attempt: the clock goes on.
const (
	OutcomeInterested  = "interested"
	OutcomeQuote       = "quote-requested"
	OutcomeCallBack    = "call-back"
	OutcomeNotNow      = "not-now"
	OutcomeUnreachable = "unreachable"
)

// Touch is one time that the shop and a customer met: a call, a visit, a fax, a mail that came back. Staff write
// most of them down; hooks bring the mails that people answer. A touch stands under its customer and is never
// changed. Summary, Subject and Text are plain text as somebody wrote it: whoever shows them escapes them.
type Touch struct {
	ID        string    `json:"id"` // tch_…
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"` // when it was written down
	Customer  string    `json:"customer"`
	Branch    string    `json:"branch"`
	Contact   string    `json:"contact,omitempty"` // with whom
	Lead      string    `json:"lead,omitempty"`    // about which lead
	About     string    `json:"about,omitempty"`   // of a mail: about which complaint or question from production
	Channel   string    `json:"channel"`           // one of TouchChannels
	Direction string    `json:"direction"`         // in or out
	At        time.Time `json:"at"`                // when it happened
	By        string    `json:"by,omitempty"`      // the colleague who had it; empty where only a machine was there
	Length    int64     `json:"length_s,omitempty"`
	Outcome   string    `json:"outcome,omitempty"`
	Summary   string    `json:"summary,omitempty"`
	Next      *NextStep `json:"next_step,omitempty"`

	// What a hook brought.
	Kind      message.MailKind `json:"kind,omitempty"` // person or automatic
	From      string           `json:"from,omitempty"`
	Subject   string           `json:"subject,omitempty"`
	Text      string           `json:"text,omitempty"`
	Shortened bool             `json:"shortened,omitempty"` // there was more than TouchText
	Via       string           `json:"via,omitempty"`       // by which hook it came, and under which key
}

// NextStep is what was agreed at a touch: what is to be done, by whom, until when.
type NextStep struct {
	Title string    `json:"title"`
	Due   time.Time `json:"due_at"`
	Owner string    `json:"owner"`
	Task  string    `json:"task,omitempty"` // the task that it became
}

// TouchMail is the channel of a touch by e-mail.
const TouchMail = "e-mail"

// TouchChannels are the ways in which the shop and a customer meet.
var TouchChannels = []string{"call", "visit", "fax", TouchMail, "sms", "counter", "exhibition", "wechat"}

// Directions of a touch: who began it.
const (
	TouchIn  = "in"
	TouchOut = "out"
)

var TouchWords = map[string]words.Text{
	"call":               {Zh: "电话", En: "Call"},
	"visit":              {Zh: "拜访", En: "Visit"},
	"fax":                {Zh: "传真", En: "Fax"},
	TouchMail:            {Zh: "邮件", En: "E-mail"},
	message.ChannelEmail: {Zh: "邮件", En: "E-mail"},
	message.ChannelSMS:   {Zh: "短信", En: "SMS"},
	"counter":            {Zh: "门店", En: "Counter"},
	"exhibition":         {Zh: "展会", En: "Exhibition"},
	"wechat":             {Zh: "微信", En: "WeChat"},
	"phone":              {Zh: "电话", En: "Phone"}, // these three are how a customer answers a question about a job
	"mail":               {Zh: "邮件", En: "E-mail"},
	"link":               {Zh: "网页链接", En: "Link"},
}

// ChannelWords name a channel; one that has no words names itself.
func ChannelWords(channel string) words.Text {
	if text, known := TouchWords[channel]; known {
		return text
	}
	return words.Text{Zh: channel, En: channel}
}

// TouchText is how much of a text is kept, in characters.
const TouchText = 20_000

// TouchReach is how long ago a touch may have happened when it is written down.
const TouchReach = 400 * 24 * time.Hour

// Touched takes in a touch that a colleague writes down: it ends the customer's silence and stands on his card. It
// is Refused when he is archived, Invalid for a time that is not in the last 400 days and for a next step that has
// no future or goes to somebody who cannot have it.
func (c Customer) Touched(by staff.Actor, t Touch, shop firm.Roster,
	now time.Time) (Customer, Touch, event.Event, error) {
	if c.ArchivedAt != nil {
		return c, t, event.Event{}, archived()
	}
	t.Branch = c.Branch
	if !by.Sees(c.Branch) && len(by.Branches) > 0 { // all branches share him: it happened where the colleague works
		t.Branch = by.Branches[0]
	}
	if faults := t.check(by, shop, now); len(faults) > 0 {
		return c, t, event.Event{}, fault.Faulty(faults...)
	}
	t.Version, t.CreatedAt, t.Customer, t.By = 1, now, c.ID, by.ID
	data := map[string]string{"touch": t.ID, "channel": t.Channel, "direction": t.Direction}
	for name, value := range map[string]string{"contact": t.Contact, "outcome": t.Outcome} {
		if value != "" {
			data[name] = value
		}
	}
	if t.Next != nil {
		data["owner"], data["task"] = t.Next.Owner, t.Next.Task
	}
	return c.Met(t.Line()), t, event.News(event.CustomerTouched, by, c.ID, t.ID, t.Version, t.Branch, now, data), nil
}

func (t Touch) check(by staff.Actor, shop firm.Roster, now time.Time) []fault.Field {
	var faults []fault.Field
	flt := func(pointer, zh, en string) {
		faults = append(faults, fault.Field{Pointer: pointer, Text: words.Text{Zh: zh, En: en}})
	}
	if t.At.After(now) || t.At.Before(now.Add(-TouchReach)) {
		flt("/at", "请填写过去 400 天以内的时间；将来的事请填在下一步。", "Enter a time within the last 400 days; what is to come is a next step.")
	}
	if t.Next == nil {
		return faults
	}
	if !t.Next.Due.After(now) || t.Next.Due.After(now.Add(calendar.Reach)) {
		flt("/next_step/due_at", "请填写今后 400 天以内的时间。", "Enter a time within the next 400 days.")
	}
	owner, _ := shop.Person(t.Next.Owner) // nobody works in no branch
	err := task.Fit(owner, t.Branch, now, "/next_step/owner")
	if err == nil && len(faults) == 0 {
		err = task.There(by, owner, t.Next.Due, "/next_step/owner", now)
	}
	var unfit *fault.Error
	if errors.As(err, &unfit) {
		faults = append(faults, unfit.Fields...)
	}
	return faults
}

// Task is the work that the next step makes.
func (t Touch) Task() task.Draft {
	due := t.Next.Due
	return task.Draft{ID: t.Next.Task, Customer: t.Customer, About: t.ID, Title: t.Next.Title, Due: &due}
}

// Line is the touch as the customer's card shows it.
func (t Touch) Line() TouchLine {
	return TouchLine{ID: t.ID, At: t.At, Channel: t.Channel, Direction: t.Direction, By: t.By, Outcome: t.Outcome}
}

package customer

import (
	"cmp"
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

// Outcomes of a contact. OutcomeUnreachable is only an attempt: the time for the first contact goes on.
const (
	OutcomeInterested  = "interested"
	OutcomeQuote       = "quote-requested"
	OutcomeCallBack    = "call-back"
	OutcomeAnswered    = "answered" // what the customer wanted is settled
	OutcomeNotNow      = "not-now"
	OutcomeUnreachable = "unreachable"
)

// Touch is one contact between the shop and a customer: a call, a visit, a fax, an e-mail that came back.
// Colleagues write most touches down; hooks bring the e-mails that people answer. A touch stands under its
// customer and is never changed. Summary, Subject and Text are plain text as a person wrote it, so every page
// that shows them must escape them.
type Touch struct {
	ID        string    `json:"id"` // tch_…
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"` // when it was written down
	Customer  string    `json:"customer"`
	Branch    string    `json:"branch"`
	Contact   string    `json:"contact,omitempty"`              // the contact's id
	Lead      string    `json:"lead,omitempty"`                 // about which lead
	About     string    `json:"about,omitempty"`                // of an e-mail: id of its complaint or production question
	Channel   string    `json:"channel" of:"touch-channel"`     // one of TouchChannels
	Direction string    `json:"direction" of:"touch-direction"` // in or out
	At        time.Time `json:"at"`                             // when it happened
	By        string    `json:"by,omitempty"`                   // the colleague's id; empty where only a machine was there
	Length    int64     `json:"length_s,omitempty"`
	Outcome   string    `json:"outcome,omitempty" of:"answered-outcome"`
	Summary   string    `json:"summary,omitempty"`
	Next      *NextStep `json:"next_step,omitempty"`

	// These fields come with an e-mail that a hook brought.
	Kind      message.MailKind `json:"kind,omitempty" of:"mail-kind"` // person or automatic
	From      string           `json:"from,omitempty"`
	Sender    string           `json:"sender,omitempty"` // a doubt about who wrote it, such as SenderStranger
	Subject   string           `json:"subject,omitempty"`
	Text      string           `json:"text,omitempty"`
	Shortened bool             `json:"shortened,omitempty"` // there was more than TouchText
	Letter    string           `json:"letter,omitempty"`    // id of the letter as it came
	// Via is the hook that brought the e-mail, and the key under which it did.
	Via string `json:"via,omitempty"`
}

// NextStep is what was agreed at a touch: the work, its owner and its due time.
type NextStep struct {
	Title string    `json:"title"`
	Due   time.Time `json:"due_at"`
	Owner string    `json:"owner"`
	Task  string    `json:"task,omitempty"` // id of the task that it became
}

// TouchMail is the channel of a touch by e-mail.
const TouchMail = "e-mail"

// TouchChannels are the values that Touch.Channel may have.
var TouchChannels = []string{"call", "visit", "fax", TouchMail, "sms", "counter", "exhibition", "wechat"}

// Directions of a touch: in when the customer began it, out when the shop did.
const (
	TouchIn  = "in"
	TouchOut = "out"
)

// TouchWords are the words for channels, for those of touches, of messages and of answers to production
// questions.
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
	// phone, mail and link are how a customer answers a production question
	"phone": {Zh: "电话", En: "Phone"},
	"mail":  {Zh: "邮件", En: "E-mail"},
	"link":  {Zh: "网页链接", En: "Link"},
}

// ChannelWords gives the words for a channel. A channel without words is given as its own name.
func ChannelWords(channel string) words.Text {
	if text, known := TouchWords[channel]; known {
		return text
	}
	return words.Text{Zh: channel, En: channel}
}

// TouchText is how many characters of a text are kept.
const TouchText = 20_000

// TouchReach is the greatest age of a touch when it is written down: 400 days.
const TouchReach = 400 * 24 * time.Hour

// Touched records a touch that a colleague writes down. It stands on the customer's card. It ends the
// customer's silence, unless its outcome is OutcomeUnreachable. The error is Refused for an archived
// customer. It is Invalid for a time outside the last 400 days. It is Invalid too for a next step that is not
// due within the next 400 days, or whose owner cannot take it.
func (c Customer) Touched(by staff.Actor, t Touch, shop firm.Roster,
	now time.Time) (Customer, Touch, event.Event, error) {
	if c.ArchivedAt != nil {
		return c, t, event.Event{}, archived()
	}
	t.Branch = c.Branch
	// every branch shares this customer: the touch happened where the colleague works
	if !by.Sees(c.Branch) && len(by.Branches) > 0 {
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
	return c.Met(t.Line()), t, event.New(event.CustomerTouched, by, c.ID, t.ID, t.Version, t.Branch, now, data), nil
}

// Wrote records a letter of a contact that came in by itself and is about no open record. It ends the customer's
// silence.
func (c Customer) Wrote(by staff.Actor, t Touch) (Customer, Touch, event.Event) {
	t.Version, t.CreatedAt, t.Customer, t.Branch = 1, t.At, c.ID, c.Branch
	data := map[string]string{"touch": t.ID, "channel": t.Channel, "direction": t.Direction, "contact": t.Contact}
	return c.Met(t.Line()), t, event.New(event.CustomerTouched, by, c.ID, t.ID, t.Version, t.Branch, t.At, data)
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
	owner, _ := shop.Person(t.Next.Owner) // an unknown owner works in no branch, so task.MayTake refuses
	err := task.MayTake(owner, t.Branch, now, "/next_step/owner")
	if err == nil && len(faults) == 0 {
		err = task.IsThere(by, owner, t.Next.Due, "/next_step/owner", now)
	}
	var unfit *fault.Error
	if errors.As(err, &unfit) {
		faults = append(faults, unfit.Fields...)
	}
	return faults
}

// Task is the draft of the task for the next step. Next must not be nil.
func (t Touch) Task() task.Draft {
	due := t.Next.Due
	d := task.Draft{ID: t.Next.Task, Customer: t.Customer, About: t.ID, Title: t.Next.Title, Due: &due}
	if t.Sender != "" {
		d.Letters = []string{cmp.Or(t.Letter, t.ID)}
	}
	return d
}

// Line is the touch as the customer's card shows it.
func (t Touch) Line() TouchLine {
	return TouchLine{ID: t.ID, At: t.At, Channel: t.Channel, Direction: t.Direction, By: t.By, Contact: t.Contact,
		Outcome: t.Outcome}
}

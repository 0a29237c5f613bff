package crm

import (
	"errors"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Touch is one time that the shop and a customer met: a call, a visit, a fax, a mail that came back. Staff write most of them down; hooks bring the mails
// that people answer. A touch stands under its customer and is never changed. Summary, Subject and Text are plain text as somebody wrote it: whoever
// shows them escapes them.
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
	Kind      MailKind `json:"kind,omitempty"` // person or automatic
	From      string   `json:"from,omitempty"`
	Subject   string   `json:"subject,omitempty"`
	Text      string   `json:"text,omitempty"`
	Shortened bool     `json:"shortened,omitempty"` // there was more than TouchText
	Via       string   `json:"via,omitempty"`       // by which hook it came, and under which key
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

var touchWords = map[string]Text{
	"call":       {Zh: "电话", En: "Call"},
	"visit":      {Zh: "拜访", En: "Visit"},
	"fax":        {Zh: "传真", En: "Fax"},
	TouchMail:    {Zh: "邮件", En: "E-mail"},
	ChannelEmail: {Zh: "邮件", En: "E-mail"},
	ChannelSMS:   {Zh: "短信", En: "SMS"},
	"counter":    {Zh: "门店", En: "Counter"},
	"exhibition": {Zh: "展会", En: "Exhibition"},
	"wechat":     {Zh: "微信", En: "WeChat"},
	"phone":      {Zh: "电话", En: "Phone"}, // these three are how a customer answers a question about a job
	"mail":       {Zh: "邮件", En: "E-mail"},
	"link":       {Zh: "网页链接", En: "Link"},
}

// ChannelWords name a channel; one that has no words names itself.
func ChannelWords(channel string) Text {
	if words, known := touchWords[channel]; known {
		return words
	}
	return Text{Zh: channel, En: channel}
}

// TouchText is how much of a text is kept, in characters.
const TouchText = 20_000

// TouchReach is how long ago a touch may have happened when it is written down.
const TouchReach = 400 * 24 * time.Hour

// Touched takes in a touch that a colleague writes down: it ends the customer's silence and stands on his card. It is Refused when he is archived,
// Invalid for a time that is not in the last 400 days and for a next step that has no future or goes to somebody who cannot have it.
func (c Customer) Touched(by Actor, t Touch, shop Roster, now time.Time) (Customer, Touch, Event, error) {
	if c.ArchivedAt != nil {
		return c, t, Event{}, archived()
	}
	t.Branch = c.Branch
	if !by.Sees(c.Branch) && len(by.Branches) > 0 { // all branches share him: it happened where the colleague works
		t.Branch = by.Branches[0]
	}
	if faults := t.check(by, shop, now); len(faults) > 0 {
		return c, t, Event{}, Faulty(faults...)
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
	return c.Met(t.Line()), t, news(CustomerTouched, by, c.ID, t.ID, t.Version, t.Branch, now, data), nil
}

func (t Touch) check(by Actor, shop Roster, now time.Time) []Field {
	var faults []Field
	fault := func(pointer, zh, en string) {
		faults = append(faults, Field{Pointer: pointer, Text: Text{Zh: zh, En: en}})
	}
	if t.At.After(now) || t.At.Before(now.Add(-TouchReach)) {
		fault("/at", "请填写过去 400 天以内的时间；将来的事请填在下一步。", "Enter a time within the last 400 days; what is to come is a next step.")
	}
	if t.Next == nil {
		return faults
	}
	if !t.Next.Due.After(now) || t.Next.Due.After(now.Add(CalendarReach)) {
		fault("/next_step/due_at", "请填写今后 400 天以内的时间。", "Enter a time within the next 400 days.")
	}
	owner, _ := shop.Person(t.Next.Owner) // nobody works in no branch
	err := fit(owner, t.Branch, now, "/next_step/owner")
	if err == nil && len(faults) == 0 {
		err = there(by, owner, t.Next.Due, "/next_step/owner", now)
	}
	var unfit *Error
	if errors.As(err, &unfit) {
		faults = append(faults, unfit.Fields...)
	}
	return faults
}

// Task is the work that the next step makes.
func (t Touch) Task() TaskDraft {
	due := t.Next.Due
	return TaskDraft{ID: t.Next.Task, Customer: t.Customer, About: t.ID, Title: t.Next.Title, Due: &due}
}

// Line is the touch as the customer's card shows it.
func (t Touch) Line() TouchLine {
	return TouchLine{ID: t.ID, At: t.At, Channel: t.Channel, Direction: t.Direction, By: t.By, Outcome: t.Outcome}
}

// Spoke is the line on the customer's card that a change of the lead brings; ok is false when nobody spoke or wrote. It has the id of the lead where the
// lead itself tells of the contact.
func (l Lead) Spoke(e Event) (line TouchLine, ok bool) {
	switch {
	case e.Type == LeadReplied:
		return TouchLine{ID: e.Data["touch"], At: e.At, Channel: TouchMail, Direction: TouchIn}, true
	case (e.Type == LeadReached || e.Type == LeadAttempted) && l.LastContact != nil:
		c := l.LastContact
		return TouchLine{ID: l.ID, At: c.At, Channel: c.Channel, Direction: TouchOut, By: c.By, Outcome: c.Outcome}, true
	}
	return TouchLine{}, false
}

// Plain is text as it may stand in a record: valid, in lines, without what can move the text around it, and at most limit characters long.
// shortened says that some of it was left out.
func Plain(text string, limit int) (plain string, shortened bool) {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\r\n", "\n")
	text = strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) || r == '\r':
			return '\n'
		case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, text))
	if utf8.RuneCountInString(text) <= limit {
		return text, false
	}
	return string([]rune(text)[:limit]), true
}

// Reply takes in that the person wrote back. The clock of the first contact goes on; the process tells the owner. Where the process had ended, a new
// round begins for it.
func (l Lead) Reply(by Actor, touch string, now time.Time) (Lead, Event, error) {
	next := l
	next.Version, next.UpdatedAt = l.Version+1, now
	next.Replies, next.Unanswered = l.Replies+1, l.Unanswered+1
	if l.Closed() || l.Progress().Closed {
		next.Round, next.Rungs = l.Round+1, nil
	}
	told := Rung{Name: "reply-" + strconv.Itoa(next.Replies), Do: DoTellReply, At: now}
	next.Rungs = append(append([]Rung(nil), next.Rungs...), told)
	return next, tell(LeadReplied, by, l.Progress(), next.Progress(), l.Customer, l.Branch, now, map[string]string{"touch": touch}), nil
}

package task

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// What a customer may wait to have answered.
const (
	AskCall    = "call"
	AskLetter  = "letter"
	AskMessage = "message"
	AskFile    = "file"
)

// AskKinds lists what a customer may wait to have answered.
var AskKinds = []string{AskCall, AskLetter, AskMessage, AskFile}

// Ask is one thing that came in and waits for an answer.
type Ask struct {
	ID   string    `json:"id"` // of the touch, or of the file
	Kind string    `json:"kind" of:"ask-kind"`
	At   time.Time `json:"at"`             // when it came in
	Said string    `json:"said,omitempty"` // its first words
}

// AskSaid is how many characters of what was said stand in an Ask.
const AskSaid = 200

// maxAsks is how many things wait under one task. The oldest one goes first; the touches are all kept.
const maxAsks = 50

// again begins the names of the rungs by which an owner is told that something more came in.
const again = "again-"

// longestName is how many characters of a customer's name stand in a title. A card has room for so many.
const longestName = 60

// askTitles are the titles of tasks, by what came in first.
var askTitles = map[string]words.Text{
	AskCall:    {Zh: "回电：%s", En: "Call back: %s"},
	AskLetter:  {Zh: "回复来信：%s", En: "Answer a letter: %s"},
	AskMessage: {Zh: "回复消息：%s", En: "Answer a message: %s"},
	AskFile:    {Zh: "回复收到的文件：%s", En: "Answer about a file: %s"},
}

// askWords say why somebody has to answer, by what came in last.
var askWords = map[string]words.Text{
	AskCall:    {Zh: "客户来电，等待回复", En: "The customer called and waits for an answer"},
	AskLetter:  {Zh: "客户来信，等待回复", En: "The customer wrote and waits for an answer"},
	AskMessage: {Zh: "客户发来消息，等待回复", En: "The customer sent a message and waits for an answer"},
	AskFile:    {Zh: "客户发来文件，等待回复", En: "The customer sent a file and waits for an answer"},
}

// Why says why a task stands on a desk, by Card.Asked. It is empty for a task that answers nobody.
func Why(asked string) words.Text { return askWords[asked] }

// Answers reports whether the task is to answer a customer. Its rule opens it when something comes in, and closes it
// when a colleague gets in touch.
func (t Task) Answers() bool { return len(t.Asks) > 0 }

// asked is the kind of what came in last; empty for a task that answers nobody.
func (t Task) asked() string {
	if !t.Answers() {
		return ""
	}
	return t.Asks[len(t.Asks)-1].Kind
}

// Answer is what is known of a customer who waits for an answer.
type Answer struct {
	ID, Customer string
	Contact      string // who waits; empty: nobody knows which contact
	About        string // the lead, or the touch
	Who          string // what the title calls the customer
	Ask          Ask
	Told         bool // the owner hears of it in another way
}

// NewAnswer opens the task to answer a customer. by is the colleague who noted what came in, or a process. The policy
// gives its deadline. The owner is told, unless they noted it themselves. Taker finds an owner who may have it.
func NewAnswer(by staff.Actor, a Answer, owner staff.Staff, terms Terms, now time.Time) (Task, event.Event, error) {
	who := []rune(a.Who)
	text := words.Text{
		Zh: "请与客户联系：从本任务写信（POST /tasks/" + a.ID + "/messages），或致电后登记联系记录。联系之后，任务自动完成。",
		En: "Get in touch with the customer. Write from this task (POST /tasks/" + a.ID +
			"/messages), or call and record the contact. Either one completes the task."}
	return open(by, Draft{ID: a.ID, Customer: a.Customer, About: a.About, Priority: Priorities[2],
		Title: fmt.Sprintf(askTitles[a.Ask.Kind].In(owner.Lang), string(who[:min(len(who), longestName)])),
		Text:  text.In(owner.Lang)}, owner, terms, now, func(t *Task) bool {
		t.Contact, t.Asks = a.Contact, []Ask{a.Ask}
		return !a.Told
	})
}

// Taker is who gets a task that somebody must have: the first of these people who can take it and is there in time.
// Where nobody is there, it is the first who can take it. ok is false where nobody can.
func Taker(branch string, due, now time.Time, among ...staff.Staff) (owner staff.Staff, ok bool) {
	if p, found := FirstTaker(branch, due, now, among...); found {
		return p, true
	}
	i := slices.IndexFunc(among, func(p staff.Staff) bool { return MayTake(p, branch, now, "") == nil })
	if i < 0 {
		return staff.Staff{}, false
	}
	return among[i], true
}

// Asked puts one more thing under the task of a customer who waits already. The deadline stays. The owner is told, as
// in NewAnswer. ok is false for a task that is closed or answers nobody.
func (t Task) Asked(by staff.Actor, a Answer, now time.Time) (next Task, e event.Event, ok bool) {
	if t.Closed() || !t.Answers() {
		return t, event.Event{}, false
	}
	next = t.next(now)
	next.Asks = append(slices.Clone(t.Asks), a.Ask)
	slices.SortStableFunc(next.Asks, func(a, b Ask) int { return a.At.Compare(b.At) })
	next.Asks = next.Asks[max(0, len(next.Asks)-maxAsks):]
	next.About = cmp.Or(next.About, a.About)
	if by.ID != t.Owner && !a.Told {
		told := ladder.Rung{Name: again + strconv.FormatInt(next.Version, 10), Do: ladder.DoTell, At: now}
		next.Rungs = append(slices.Clone(t.Rungs), told)
	}
	return next, next.event(event.TaskChanged, by, t, now, map[string]string{"asked": a.Ask.Kind, "ask": a.Ask.ID}), true
}

// Answered takes off what had come in by the time of a contact; with is the id of the touch or the lead that tells of
// it. The last one closes the task, in time if the contact was. ok is false where nothing under the task had come in
// by then, and for a task that is closed.
func (t Task) Answered(by staff.Actor, with string, at, now time.Time) (next Task, e event.Event, ok bool) {
	waits := slices.DeleteFunc(slices.Clone(t.Asks), func(a Ask) bool { return !a.At.After(at) })
	if t.Closed() || len(waits) == len(t.Asks) {
		return t, event.Event{}, false
	}
	if len(waits) > 0 {
		next = t.next(now)
		next.Asks = waits
		return next, next.event(event.TaskChanged, by, t, now, map[string]string{"answered_by": with}), true
	}
	next = t.closed(StateClosed, by, now)
	next.AnsweredBy, next.InTime = with, !at.After(t.Due)
	return next, next.event(event.TaskDone, by, t, now,
		map[string]string{"answered_by": with, "in_time": strconv.FormatBool(next.InTime)}), true
}

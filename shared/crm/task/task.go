// Package task has the rules for tasks: what one colleague does by a deadline.
package task

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"

	"github.com/samber/lo"
)

// States of a task.
const (
	StateOpen    = "open"
	StateClosed  = "done"
	StateDropped = "cancelled"
)

// States lists the states in the order of the board.
var States = []string{StateOpen, StateClosed, StateDropped}

// Priorities lists how urgent a task can be, beside its deadline. Lists of tasks are sorted by the deadline
// alone.
var Priorities = []string{"low", "normal", "high"}

// MaxWatchers is how many people may watch a task because a comment names them or they opened it. Former
// owners watch it beyond that, so that a task can always be handed on. MaxChecklist is how many items a
// checklist may have.
const (
	MaxWatchers  = 20
	MaxChecklist = 50
)

// mostWatchers limits former owners as well. Closing a task writes a row for each watcher in one transaction,
// which takes a hundred.
const mostWatchers = 80

// urgency is the priority that was chosen, else normal.
func urgency(chosen string) string { return cmp.Or(chosen, Priorities[1]) }

// Task is a piece of free-standing work. An open one has exactly one owner and exactly one deadline. Leads
// and messages in doubt are on their owner's desk by themselves and need no task.
type Task struct {
	ID        string    `json:"id"` // tsk_…
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	Branch    string    `json:"branch"`
	State     string    `json:"state" of:"task-state"`
	Round     int       `json:"round"`              // 1; one more each time it is reopened
	Turn      int       `json:"turn"`               // one more with each owner and each deadline
	Customer  string    `json:"customer,omitempty"` // the customer whom it concerns
	Contact   string    `json:"contact,omitempty"`  // the contact who waits for an answer
	About     string    `json:"about,omitempty"`    // the record that it belongs to
	Title     string    `json:"title"`
	Text      string    `json:"text,omitempty"`
	Priority  string    `json:"priority" of:"priority"` // one of Priorities
	Creator   string    `json:"creator"`                // staff id, or a process
	Owner     string    `json:"owner"`
	Watchers  []Watcher `json:"watchers,omitempty"`
	Since     time.Time `json:"since"` // the time from which the deadline was counted
	Due       time.Time `json:"due_at"`
	// the policy gave the deadline, so it moves with policy and calendar
	ByPolicy  bool            `json:"due_by_policy,omitempty"`
	Rungs     []ladder.Rung   `json:"rungs,omitempty"`
	Policy    string          `json:"policy"`
	Checklist []ChecklistItem `json:"checklist,omitempty"`
	Comments  int             `json:"comments"`
	Letters   []string        `json:"letters,omitempty"` // ids of letters that wait under it for a person
	Asks      []Ask           `json:"asks,omitempty"`    // what waits for an answer, the newest one last
	// AnsweredBy is the id of the touch that answered, or of the lead under which the contact was recorded.
	AnsweredBy string     `json:"answered_by,omitempty"`
	HandOns    int        `json:"hand_ons"`
	ClosedAt   *time.Time `json:"closed_at,omitempty"`
	ClosedBy   string     `json:"closed_by,omitempty"`
	InTime     bool       `json:"in_time,omitempty"` // done by its deadline
}

// Watcher is a person who keeps seeing the task: its creator, a former owner, or a colleague whom a comment
// names.
type Watcher struct {
	Staff string `json:"staff"`
	Since int64  `json:"since_version"` // the version of the task that added them
}

// ChecklistItem is one step of a task. ID names it within the task and stays when others come and go.
type ChecklistItem struct {
	ID   int        `json:"id"`
	Text string     `json:"text"`
	Done bool       `json:"done,omitempty"`
	By   string     `json:"by,omitempty"`
	At   *time.Time `json:"at,omitempty"`
}

// Kinds of a Note.
const (
	NoteComment = "comment"
	NoteHandOn  = "hand-on"
	NoteCancel  = "cancel"
	NoteReopen  = "reopen"
)

// Note is a text under a task: a comment, or why it was handed on, cancelled or reopened. Notes are never
// changed.
type Note struct {
	ID        string    `json:"id"` // cmt_…
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	Task      string    `json:"task"`
	Kind      string    `json:"kind" of:"note-kind"`
	By        string    `json:"by"`
	Text      string    `json:"text"`
	Mentions  []string  `json:"mentions,omitempty"` // staff ids
	To        string    `json:"to,omitempty"`       // hand-on: the new owner
}

// ETagVersion is the version that an If-Match names.
func (t Task) ETagVersion() int64 { return t.Version }

// Closed reports whether nothing more is to be done with the task.
func (t Task) Closed() bool { return t.State != StateOpen }

// Log is the log in which the events of the task stand: its customer's, or its own where it has none.
func (t Task) Log() string { return cmp.Or(t.Customer, t.ID) }

// Watches reports whether the person keeps seeing the task.
func (t Task) Watches(person string) bool {
	return slices.ContainsFunc(t.Watchers, func(w Watcher) bool { return w.Staff == person })
}

// SeenBy reports whether the actor may see the task: it is in their branches, or they own, created or watch
// it.
func (t Task) SeenBy(by staff.Actor) bool {
	return by.Sees(t.Branch) || t.Owner == by.ID || t.Creator == by.ID || t.Watches(by.ID)
}

// Progress is where the follow-up of the task stands.
func (t Task) Progress() ladder.Progress {
	return ladder.Progress{Kind: "task", ID: t.ID, Seq: t.Version, Round: t.Round, Turn: t.Turn, State: t.State,
		Closed: t.Closed(), Owner: t.Owner, Due: t.Due,
		Rungs: t.Rungs, Policy: t.Policy}
}

// Card is what a board or a desk shows of a task.
type Card struct {
	ID        string    `json:"id"`
	State     string    `json:"state" of:"task-state"`
	Branch    string    `json:"branch"`
	Owner     string    `json:"owner"`
	Due       time.Time `json:"due_at"`
	Title     string    `json:"title"`
	Priority  string    `json:"priority" of:"priority"`
	Customer  string    `json:"customer,omitempty"`
	About     string    `json:"about,omitempty"`
	Asked     string    `json:"asked,omitempty" description:"What the customer waits to have answered · 待答复的内容"`
	CreatedAt time.Time `json:"created_at"`
}

// cardTitle is how many bytes of a title a card has, so that the whole of it stays within 700.
const cardTitle = 330

// Card is the task in a list.
func (t Task) Card() Card {
	return Card{ID: t.ID, State: t.State, Branch: t.Branch, Owner: t.Owner, Due: t.Due,
		Title: words.Clip(t.Title, cardTitle), Priority: t.Priority, Customer: t.Customer,
		About: t.About, Asked: t.asked(), CreatedAt: t.CreatedAt}
}

// Draft is the content of a task that is to be opened. Without Due the policy's working time is given.
// Without Priority it is normal.
type Draft struct {
	ID        string
	Customer  string
	About     string
	Title     string
	Text      string
	Priority  string
	Due       *time.Time
	Checklist []string
	Letters   []string // ids of those that wait under it
}

// ID is a task's id made of a fact. The same fact makes the same task, so an activity that is tried again
// opens no second one. at is the time of the fact, and key names it.
func ID(at time.Time, key string) string {
	id := sha256.Sum256([]byte(key))
	for i, ms := 5, at.UnixMilli(); i >= 0; i, ms = i-1, ms>>8 {
		id[i] = byte(ms)
	}
	id[6], id[8] = id[6]&0x0f|0x70, id[8]&0x3f|0x80 // a UUIDv7 (RFC 9562, section 5.7)
	return fmt.Sprintf("tsk_%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:16])
}

// New opens a task of a branch and gives it to its owner. The owner is told, unless they opened it
// themselves. Invalid is the error for an owner who may not have it or is away until the deadline. It is also
// the error for a deadline that has passed or is more than 400 days away.
func New(by staff.Actor, d Draft, owner staff.Staff, terms Terms, now time.Time) (Task, event.Event, error) {
	if err := MayTake(owner, terms.Branch.ID, now, "/owner"); err != nil {
		return Task{}, event.Event{}, err
	}
	t, e, err := open(by, d, owner, terms, now, func(*Task) bool { return true })
	if err == nil {
		err = IsThere(by, owner, t.Due, "/owner", now)
	}
	if err != nil {
		return Task{}, event.Event{}, err
	}
	return t, e, nil
}

// open is a new task of the draft, for any owner. set completes it and says whether an owner who did not open it
// themselves is told.
func open(by staff.Actor, d Draft, owner staff.Staff, terms Terms, now time.Time,
	set func(*Task) (tell bool)) (Task, event.Event, error) {
	t := Task{ID: d.ID, Version: 1, CreatedAt: now, UpdatedAt: now, Branch: terms.Branch.ID, State: StateOpen, Round: 1,
		Turn: 1, Customer: d.Customer, About: d.About,
		Title: d.Title, Text: d.Text, Priority: urgency(d.Priority), Creator: by.ID, Owner: owner.ID,
		Letters: d.Letters}
	t.Checklist = t.listed(d.Checklist)
	if by.ID != owner.ID && !by.IsProcess() {
		t.watch(by.ID)
	}
	tell := set(&t)
	t, err := t.dated(d.Due, tell && by.ID != owner.ID, terms, now)
	if err != nil {
		return Task{}, event.Event{}, err
	}
	return t, event.NewTransition(event.TaskOpened, by, ladder.Progress{Closed: true}, t.Progress(), t.Log(), t.Branch,
		now, map[string]string{"owner": t.Owner, "about": t.About}), nil
}

// MayTake refuses an owner who cannot see the branch, has left, or whose roles have no tasks. The error is
// Invalid and stands at pointer.
func MayTake(owner staff.Staff, branch string, now time.Time, pointer string) error {
	if as := staff.ActorOf(owner); !owner.Employed(now) || !as.Sees(branch) ||
		permission.Permit(as, permission.ChangeTask) != nil {
		return fault.Faulty(fault.Field{Pointer: pointer, Text: words.Text{
			Zh: "此人不能接收该网点的任务。请选择该网点在职的同事。",
			En: "This person can't take tasks of the branch. Choose a colleague who works there."}})
	}
	return nil
}

// IsThere refuses an owner who is away until the task is due. The error is Invalid and stands at pointer.
// People who take a task themselves may be away.
func IsThere(by staff.Actor, owner staff.Staff, due time.Time, pointer string, now time.Time) error {
	if owner.ID == by.ID || owner.PresentWithin(now, due) {
		return nil
	}
	return fault.Faulty(fault.Field{Pointer: pointer, Text: words.Text{
		Zh: "此人在任务到期前都不在岗。请选择其他同事，或填写更晚的期限。",
		En: "This person is away until the task is due. Choose another colleague, or a later deadline."}})
}

// FirstTaker is the first of these people who can take a task of the branch and is there before it is due.
func FirstTaker(branch string, due, now time.Time, among ...staff.Staff) (staff.Staff, bool) {
	return lo.Find(among, func(p staff.Staff) bool {
		return MayTake(p, branch, now, "") == nil &&
			p.PresentWithin(now, due)
	})
}

// watch makes a person keep seeing the task. The version in the Watcher tells the store that the Watcher is
// new.
func (t *Task) watch(person string) {
	if person != t.Owner && !t.Watches(person) {
		t.Watchers = append(slices.Clone(t.Watchers), Watcher{Staff: person, Since: t.Version})
	}
}

// keep makes a former owner keep seeing the task, up to mostWatchers.
func (t *Task) keep(former string) {
	if len(t.Watchers) < mostWatchers {
		t.watch(former)
	}
}

// listed is the checklist of these texts. An item whose text stays keeps its id and its mark.
func (t Task) listed(texts []string) []ChecklistItem {
	left, last := slices.Clone(t.Checklist), 0
	for _, item := range left {
		last = max(last, item.ID)
	}
	var out []ChecklistItem
	for _, text := range texts {
		if i := slices.IndexFunc(left, func(item ChecklistItem) bool { return item.Text == text }); i >= 0 {
			out, left = append(out, left[i]), slices.Delete(left, i, i+1)
			continue
		}
		last++
		out = append(out, ChecklistItem{ID: last, Text: text})
	}
	return out
}

// Package stuck has the rules for what cannot go on by itself: a step of a process, an event, a record that a change
// of the set-up could not reach. The worker or the stream notes it. A person sees it, has it tried again or
// leaves it out.
package stuck

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// Kinds of what is stuck.
const (
	KindStep    = "step"    // a rung of a record's ladder
	KindEvent   = "event"   // an event that its process does not hear, or whose search rows are not written
	KindRecord  = "record"  // a record that a walk over many left as it was
	KindProcess = "process" // a process whose own program fails
	KindSetup   = "setup"   // a record of the set-up that cannot be read
	KindMessage = "message" // a message of which nobody knows whether it was sent; its own record says so
	// mail comes back, and the address is not to blame: one line for each status, day and branch
	KindDelivery = "delivery"
)

// Kinds lists the kinds, as a list is asked for them.
var Kinds = []string{KindStep, KindEvent, KindRecord, KindProcess, KindSetup, KindMessage, KindDelivery}

// States of what is stuck.
const (
	StateWaiting = "waiting" // it is tried again by itself, with growing pauses
	StateParked  = "parked"  // it can never succeed as it is, so it waits for a person
	StateRetried = "retried" // a person had it tried again; it has not failed since
	StateSkipped = "skipped" // a person decided to go on without it
	StateOver    = "over"    // it went on
)

// States lists the states of what is stuck.
var States = []string{StateWaiting, StateParked, StateRetried, StateSkipped, StateOver}

// Stuck is one thing that cannot go on by itself. Its id follows from what it is, so that it is noted once. Cause is a
// kind of error or a code and says nothing about a customer.
type Stuck struct {
	ID        string     `json:"id"` // stk_…
	Version   int64      `json:"version"`
	CreatedAt time.Time  `json:"created_at"`           // when it failed first
	UpdatedAt time.Time  `json:"updated_at"`           // when it failed last, or a person decided
	What      string     `json:"what" of:"stuck-what"` // one of Kinds
	State     string     `json:"state" of:"stuck-state"`
	Record    string     `json:"record,omitempty"`   // id of the record; of an event that cannot be read, its own id
	Event     string     `json:"event,omitempty"`    // of an event: its id
	Step      string     `json:"step,omitempty"`     // the rung's key, the event's type, or the name of the walk
	Process   string     `json:"process,omitempty"`  // lead, task, complaint or hold: whose rung it is
	Round     int        `json:"round,omitempty"`    // of that record
	Run       int        `json:"run,omitempty"`      // of that record
	Customer  string     `json:"customer,omitempty"` // in whose log the events stand
	Branch    string     `json:"branch,omitempty"`   // empty where it is not known: then the head office sees it alone
	Owner     string     `json:"owner,omitempty"`    // staff id of the record's owner
	Cause     string     `json:"cause"`
	Tries     int        `json:"tries"` // failures since created_at
	Reason    string     `json:"reason,omitempty"`
	ClosedAt  *time.Time `json:"closed_at,omitempty"`
	ClosedBy  string     `json:"closed_by,omitempty"` // staff id; empty where it went on by itself
}

// Reading is the step of a process that reads its record. It cannot be left out.
const Reading = "look"

// LongestCause is how many bytes of a cause are kept.
const LongestCause = 256

// ETagVersion is the version that an If-Match names.
func (s Stuck) ETagVersion() int64 { return s.Version }

// Closed reports whether nobody has to look any more.
func (s Stuck) Closed() bool { return s.State == StateSkipped || s.State == StateOver }

// Log is the log in which the events of a person's decision stand.
func (s Stuck) Log() string { return cmp.Or(s.Customer, s.Record, s.ID) }

// IDOf is the id of what is stuck. It is the same each time that the same thing fails.
func IDOf(s Stuck) string {
	parts := []string{s.What, s.Event} // one that cannot be read does not say what it is about
	if s.Event == "" {
		parts = append(parts, s.Record, strconv.Itoa(s.Round), s.Step)
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\n")))
	return "stk_" + hex.EncodeToString(sum[:16])
}

// Failed is the row after another failure. seen says what failed, and why this time. Parked says whether no repeat can
// succeed. What went on before, and fails again, is stuck anew. What a person left out stays left out.
func (s Stuck) Failed(seen Stuck, parked bool, now time.Time) Stuck {
	if s.State == StateSkipped {
		return s
	}
	next := seen
	next.ID, next.Version, next.CreatedAt, next.Tries = IDOf(seen), s.Version+1, s.CreatedAt, s.Tries+1
	if s.Version == 0 || s.Closed() {
		next.CreatedAt, next.Tries = now, 1
	}
	next.UpdatedAt, next.State = now, StateWaiting
	next.Reason, next.ClosedAt, next.ClosedBy = "", nil, ""
	next.Cause = strings.ToValidUTF8(next.Cause[:min(len(next.Cause), LongestCause)], "")
	if parked {
		next.State = StateParked
	}
	return next
}

// Over is the row once it went on.
func (s Stuck) Over(now time.Time) Stuck {
	s.State, s.Version, s.UpdatedAt, s.ClosedAt = StateOver, s.Version+1, now, &now
	return s
}

// Outlived reports whether the step or the process is no matter any more: its record stands so now that nobody asks for
// it. It ended, began another round, or has another ladder.
func (s Stuck) Outlived(now ladder.Progress) bool {
	if now.Round != s.Round || now.Over(func(key string) bool { return key != s.Step }) {
		return true
	}
	planned := func(r ladder.Rung) bool { return now.Key(r) == s.Step }
	return s.What == KindStep && s.Step != Reading && !slices.ContainsFunc(now.Rungs, planned)
}

// commands lists what a person may do, with the states and the kinds in which it makes sense.
var commands = []struct {
	name   string
	action permission.Action
	states []string
	kinds  []string
	no     words.Text
}{
	{"retry", permission.RetryStuck, []string{StateWaiting, StateParked, StateRetried}, []string{KindStep, KindEvent},
		words.Text{Zh: "这一项会自动重试，或已经结束。请查看原因。",
			En: "This one is tried again by itself, or has ended. See its cause."}},
	{"skip", permission.SkipStuck, []string{StateWaiting, StateParked, StateRetried},
		[]string{KindStep, KindEvent, KindRecord, KindProcess, KindDelivery},
		words.Text{Zh: "这一项已经结束，或不能跳过。请查看原因。",
			En: "This one has ended, or cannot be left out. See its cause."}},
}

// allowed refuses a command that the state or the kind does not take.
func (s Stuck) allowed(name string) error {
	for _, c := range commands {
		never := name == "skip" && s.Step == Reading
		if c.name == name && (never || !slices.Contains(c.states, s.State) || !slices.Contains(c.kinds, s.What)) {
			e := fault.Fail(fault.Refused, c.no.Zh, c.no.En)
			e.State = s.State
			return e
		}
	}
	return nil
}

// For lists what the actor may do with it, and why not the rest.
func (s Stuck) For(by staff.Actor) []permission.Permitted {
	var out []permission.Permitted
	for _, c := range commands {
		p := permission.Permitted{Name: c.name, Allowed: true}
		if permission.Permit(by, c.action) != nil {
			p.Allowed, p.Text = false, words.Text{Zh: "您的岗位没有这项权限。", En: "Your role does not allow it."}
		} else if s.allowed(c.name) != nil {
			p.Allowed, p.Text = false, c.no
		}
		out = append(out, p)
	}
	return out
}

// Retry is a person's word that it is to be tried again now. In a state that does not take it the error is Refused.
func (s Stuck) Retry(by staff.Actor, now time.Time) (Stuck, event.Event, error) {
	if err := s.allowed("retry"); err != nil {
		return s, event.Event{}, err
	}
	next := s
	next.State, next.Version, next.UpdatedAt = StateRetried, s.Version+1, now
	return next, next.event(event.StuckRetried, by, now), nil
}

// LeaveOut is a person's decision to go on without it, and why. In a state that does not take it the error is Refused.
func (s Stuck) LeaveOut(by staff.Actor, reason string, now time.Time) (Stuck, event.Event, error) {
	if err := s.allowed("skip"); err != nil {
		return s, event.Event{}, err
	}
	next := s
	next.State, next.Version, next.UpdatedAt = StateSkipped, s.Version+1, now
	next.Reason, next.ClosedAt, next.ClosedBy = reason, &now, by.ID
	return next, next.event(event.StuckSkipped, by, now), nil
}

// event tells whom the decision concerns. A process hears of its rung. The stream itself mends an event.
func (s Stuck) event(kind event.Type, by staff.Actor, now time.Time) event.Event {
	data := map[string]string{"kind": s.What}
	e := event.New(kind, by, s.Log(), cmp.Or(s.Record, s.ID), s.Version, s.Branch, now, data)
	e.Wakes, e.Pending = false, false
	switch s.What {
	case KindStep:
		data[event.StuckStep] = s.Step
		e.Progress = &ladder.Progress{Kind: s.Process, ID: s.Record, Round: s.Round, Run: s.Run}
		e.Wakes, e.Pending = true, true
	case KindEvent:
		data[event.StuckEvent] = s.Event
		e.Pending = true
	}
	return e
}

// Card is what a list shows of it.
type Card struct {
	ID       string    `json:"id"`
	What     string    `json:"what" of:"stuck-what"`
	State    string    `json:"state" of:"stuck-card-state"`
	Record   string    `json:"record,omitempty"`
	Step     string    `json:"step,omitempty"`
	Customer string    `json:"customer,omitempty"`
	Branch   string    `json:"branch,omitempty"`
	Owner    string    `json:"owner,omitempty"`
	Cause    string    `json:"cause,omitempty"`
	Tries    int       `json:"tries,omitempty"`
	LastAt   time.Time `json:"last_at,omitzero"`
}

// Card makes the card of the row.
func (s Stuck) Card() Card {
	return Card{ID: s.ID, What: s.What, State: s.State, Record: s.Record, Step: s.Step, Customer: s.Customer,
		Branch: s.Branch, Owner: s.Owner, Cause: s.Cause, Tries: s.Tries, LastAt: s.UpdatedAt}
}

// causes word what a kind of error means for the manager who has to act.
var causes = map[fault.Kind]words.Text{
	fault.Impossible: {Zh: "系统拒绝保存或发送，重试无效。请联系管理员处理后再重试。",
		En: "The system can never take it as it is. Have it mended, then try it again."},
	fault.Internal: {Zh: "有一条数据暂时无法读取。系统会继续重试；若一直不行，请联系管理员。",
		En: "Something cannot be read. It is tried again; if it stays, tell your administrator."},
	fault.Unavailable: {Zh: "系统暂时繁忙，会自动重试。", En: "The system is busy; it is tried again by itself."},
}

// Unknown is the cause of a step, a type or a field that this release does not know.
const Unknown = "unknown-to-this-release"

// Words say why it is stuck and what happens next.
func (s Stuck) Words() words.Text {
	if s.What == KindDelivery {
		return words.Text{Zh: "邮件被退回，问题不在客户地址：信件本身、途中，或对方不信任我们；原话见 cause。请检查信件大小、线路、SPF、DKIM、DMARC 和信誉，处理后跳过此项。",
			En: "Mail came back, and the address is not to blame: the letter, the way there, or what others think of us; " +
				"see cause. Mend it, then leave this out."}
	}
	if s.Cause == Unknown {
		return words.Text{Zh: "较新的版本写入了这一项，当前版本不认识。请更新系统，之后会自动继续。",
			En: "A later release wrote this, and this one does not know it. Update the system; then it goes on by itself."}
	}
	if said, ok := causes[fault.Kind(s.Cause)]; ok {
		return said
	}
	return words.Text{Zh: "处理时出错。系统会继续重试；若一直不行，请联系管理员。",
		En: "It fails each time. It is tried again; if it stays, tell your administrator."}
}

// Title names it in a list.
func (s Card) Title() words.Text {
	switch s.What {
	case KindSetup:
		return words.Text{Zh: "设置无法读取：" + s.Record, En: "Part of the set-up cannot be read: " + s.Record}
	case KindMessage:
		return words.Text{Zh: "消息是否送达不明", En: "Message may or may not have been sent"}
	case KindDelivery:
		return words.Text{Zh: "邮件被对方拒收：" + s.Step, En: "Mail refused by other servers: " + s.Step}
	case KindEvent:
		return words.Text{Zh: "事件未处理：" + s.Step, En: "Event not handed over: " + s.Step}
	case KindRecord:
		return words.Text{Zh: "记录未更新：" + s.Step, En: "Record left as it was: " + s.Step}
	case KindProcess:
		return words.Text{Zh: "流程出错：" + s.Step, En: "Process fails: " + s.Step}
	}
	return words.Text{Zh: "步骤未完成：" + s.Step, En: "Step not done: " + s.Step}
}

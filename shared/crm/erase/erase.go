// Package erase has the rules for forgetting a person: who asks for it, who confirms it, how long it may be taken back,
// and by when it is done.
package erase

import (
	"strings"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
)

// States of an erasure.
const (
	StateAsked = "asked" // a second person has to confirm it
	// confirmed: marketing, links and search have ended, and it may be taken back until TakeBackUntil
	StateWaiting   = "waiting"
	StateErasing   = "erasing" // what is known of the contact is being erased
	StateDone      = "done"
	StateTakenBack = "taken-back"
)

// States lists the states in their order.
var States = []string{StateAsked, StateWaiting, StateErasing, StateDone, StateTakenBack}

// OpenStates are the states in which something is still to be done.
var OpenStates = States[:3]

// Reasons for an erasure.
const (
	ReasonRequest   = "request"    // the person asked for it
	ReasonNotNeeded = "not-needed" // nothing is left for which the data was kept
	ReasonUnlawful  = "unlawful"   // it should never have been kept
)

// Reasons lists the reasons that staff may give.
var Reasons = []string{ReasonRequest, ReasonNotNeeded, ReasonUnlawful}

// BackupDays is how long backups keep what was erased: point-in-time recovery of the tables reaches back 35 days, the
// longest that DynamoDB has. Versions of files that were deleted end before, after 30 days (template.yaml: Artwork).
const BackupDays = 35

// Erase is the erasure of one contact. It holds ids, states and times, and nothing that anybody typed. Its id follows
// from the contact's, so there is one for each.
type Erase struct {
	ID        string    `json:"id"` // ers_…
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	Branch    string    `json:"branch"`
	Customer  string    `json:"customer"`
	Contact   string    `json:"contact"`
	State     string    `json:"state" of:"erase-state"`
	Round     int       `json:"round"` // from 1; one more each time it is asked for again
	Turn      int       `json:"turn"`
	Reason    string    `json:"reason" of:"erase-reason"` // one of Reasons
	AskedBy   string    `json:"asked_by"`
	AskedAt   time.Time `json:"asked_at"`

	ConfirmedBy string    `json:"confirmed_by,omitempty"`
	ConfirmedAt time.Time `json:"confirmed_at,omitzero"`
	// Parted says that the confirmation itself ended the contact. Taking it back brings the contact back then.
	Parted bool `json:"parted,omitempty"`

	TakeBackUntil time.Time     `json:"take_back_until,omitzero"`
	TakenBackBy   string        `json:"taken_back_by,omitempty"`
	DoneBy        time.Time     `json:"done_by"` // the latest day, by the policy under which it was asked
	DoneAt        time.Time     `json:"done_at,omitzero"`
	ClockFrom     time.Time     `json:"clock_from"` // start of the time of this state
	Due           time.Time     `json:"due_at"`     // of this state
	Rungs         []ladder.Rung `json:"rungs,omitempty"`
	Policy        string        `json:"policy"`
}

// IDOf is the id of the erasure of a contact.
func IDOf(contact string) string { return "ers_" + strings.TrimPrefix(contact, "con_") }

// ETagVersion is the version that an If-Match names.
func (e Erase) ETagVersion() int64 { return e.Version }

// Closed reports whether nothing is left to do.
func (e Erase) Closed() bool { return e.State == StateDone || e.State == StateTakenBack }

// Ends reports whether links of the contact have ended: from the confirmation on, unless it was taken back.
func (e Erase) Ends() bool {
	return e.State == StateWaiting || e.State == StateErasing || e.State == StateDone
}

// BackupsOver is when no backup holds anything of the contact any more. It is zero before the erasure is done.
func (e Erase) BackupsOver() time.Time {
	if e.State != StateDone {
		return time.Time{}
	}
	return e.DoneAt.AddDate(0, 0, BackupDays)
}

// Owner is whose desk it stands on: no one's desk while it has to be confirmed, then that of the colleague who asked.
func (e Erase) Owner() string {
	if e.State == StateAsked {
		return ""
	}
	return e.AskedBy
}

// Progress is where the process of the erasure stands.
func (e Erase) Progress() ladder.Progress {
	return ladder.Progress{Kind: "erase", ID: e.ID, Seq: e.Version, Round: e.Round, Turn: e.Turn, State: e.State,
		Closed: e.Closed(), Owner: e.Owner(), Due: e.Due, Rungs: e.Rungs, Policy: e.Policy}
}

// Card is an erasure as a board or a desk shows it.
type Card struct {
	ID        string    `json:"id"`
	State     string    `json:"state" of:"erase-state"`
	Branch    string    `json:"branch"`
	Owner     string    `json:"owner,omitempty"`
	Due       time.Time `json:"due_at"`
	Contact   string    `json:"contact"`
	Customer  string    `json:"customer"`
	CreatedAt time.Time `json:"created_at"`
}

// Card is the erasure in a list.
func (e Erase) Card() Card {
	return Card{ID: e.ID, State: e.State, Branch: e.Branch, Owner: e.Owner(), Due: e.Due, Contact: e.Contact,
		Customer: e.Customer, CreatedAt: e.CreatedAt}
}

// Settled is an erasure after a command, with the contact whom the command parts or brings back.
type Settled struct {
	Erase        Erase
	Event        event.Event
	Contact      customer.Contact // in the version that it had where nothing changed
	ContactEvent event.Event
}

// Ask begins the erasure of a contact, or begins it anew after it was taken back. was is the erasure that is stored, or
// none. The error is Refused while one is open, and once the contact is erased.
func (was Erase) Ask(by staff.Actor, c customer.Contact, branch, reason string, terms Terms,
	now time.Time) (Erase, event.Event, error) {
	if was.Version > 0 && was.State != StateTakenBack {
		return was, event.Event{}, was.refuse()
	}
	policy := terms.Policy.orStandard()
	e := Erase{ID: IDOf(c.ID), Version: was.Version, CreatedAt: now, Branch: branch, Customer: c.Customer, Contact: c.ID,
		Round: was.Round + 1, Turn: was.Turn, Reason: reason, AskedBy: by.ID, AskedAt: now,
		DoneBy: now.AddDate(0, 0, policy.Done)}
	if was.Version > 0 {
		e.CreatedAt = was.CreatedAt
	}
	next := e.enter(StateAsked, now.AddDate(0, 0, policy.Done-policy.TakeBack), terms, now)
	return next, next.newEvent(event.EraseAsked, by, was, now), nil
}

// Confirm is the second person's word. From then on nothing is sent to the contact, their links are over, and search
// does not find them. The error is Forbidden for who asked, and Refused in any other state than StateAsked.
func (e Erase) Confirm(by staff.Actor, c customer.Contact, in customer.Customer, terms Terms,
	now time.Time) (Settled, error) {
	if e.State != StateAsked {
		return Settled{Erase: e}, e.refuse()
	}
	if by.ID == e.AskedBy {
		return Settled{Erase: e}, fault.Fail(fault.Forbidden, "删除须由另一位经理或老板确认。请联系其中一位。",
			"A second person has to confirm it. Ask another manager or an owner.")
	}
	var out Settled
	out.Contact, out.ContactEvent = c.Forget(in, by, now)
	was := e
	e.Parted, e.ConfirmedBy, e.ConfirmedAt = c.LeftAt == nil, by.ID, now
	e.TakeBackUntil = ladder.Later(now, earlier(now.AddDate(0, 0, terms.Policy.orStandard().TakeBack), e.DoneBy))
	out.Erase = e.enter(StateWaiting, e.TakeBackUntil, terms, now)
	out.Event = out.Erase.newEvent(event.EraseConfirmed, by, was, now)
	return out, nil
}

// TakeBack ends an erasure before it begins. A contact whom the confirmation parted is back, with their phones and
// e-mails. The error is Refused once erasing has begun.
func (e Erase) TakeBack(by staff.Actor, c customer.Contact, in customer.Customer, terms Terms,
	now time.Time) (Settled, error) {
	if e.State != StateAsked && e.State != StateWaiting {
		return Settled{Erase: e}, e.refuse()
	}
	out := Settled{Contact: c}
	if e.State == StateWaiting {
		var err error
		if out.Contact, out.ContactEvent, err = c.Recall(e.Parted, in, by, now); err != nil {
			return Settled{Erase: e}, err
		}
	}
	was := e
	e.TakenBackBy, e.Parted = by.ID, false
	out.Erase = e.enter(StateTakenBack, now, terms, now)
	out.Event = out.Erase.newEvent(event.EraseTakenBack, by, was, now)
	return out, nil
}

// Begin is a step of the process: the time to take it back is over. The error is Refused before, and in any other state
// than StateWaiting.
func (e Erase) Begin(terms Terms, now time.Time) (Erase, event.Event, error) {
	if e.State != StateWaiting || now.Before(e.TakeBackUntil) {
		return e, event.Event{}, e.refuse()
	}
	next := e.enter(StateErasing, ladder.Later(now, e.DoneBy), terms, now)
	return next, next.newEvent(event.EraseBegun, staff.Process("erase"), e, now), nil
}

// Finish is a step of the process: nothing of the contact is left. The error is Refused in any other state than
// StateErasing.
func (e Erase) Finish(terms Terms, now time.Time) (Erase, event.Event, error) {
	if e.State != StateErasing {
		return e, event.Event{}, e.refuse()
	}
	was := e
	e.DoneAt = now
	next := e.enter(StateDone, now, terms, now)
	return next, next.newEvent(event.EraseDone, staff.Process("erase"), was, now), nil
}

// enter takes the erasure into a state that is due at a time, with the rungs of that state.
func (e Erase) enter(state string, due time.Time, terms Terms, now time.Time) Erase {
	e.Version, e.UpdatedAt = e.Version+1, now
	e.State, e.Turn, e.ClockFrom, e.Due, e.Policy = state, e.Turn+1, now, due, terms.Ref
	e.Rungs = terms.Policy.orStandard().plan(e)
	return e
}

// newEvent is the event of a change. It stands in the customer's log.
func (e Erase) newEvent(kind event.Type, by staff.Actor, was Erase, now time.Time) event.Event {
	before := was.Progress()
	if was.Version == 0 {
		before = ladder.Progress{Closed: true}
	}
	return event.NewTransition(kind, by, before, e.Progress(), e.Customer, e.Branch, now,
		map[string]string{"contact": e.Contact})
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// refusals say, by state, why a command does not fit and what to do.
var refusals = map[string][2]string{
	StateAsked: {"删除已申请，等待另一位经理或老板确认。",
		"It is asked for already and waits for a second person to confirm it."},
	StateWaiting: {"删除已确认。在 take_back_until 之前可以撤回。", "It is confirmed. It can be taken back until take_back_until."},
	StateErasing: {"正在删除，不能再撤回。请等待完成。", "It is being erased and cannot be taken back. Wait until it is done."},
	StateDone: {"此人的信息已删除，不能恢复。如再次来访，请新建联系人。",
		"The person is erased for good. Should they come again, add a new contact."},
	StateTakenBack: {"删除已撤回。如仍需删除，请重新申请。",
		"It was taken back. Ask for it again where it is still wanted."},
}

// commands are what may be asked of an erasure, by its state.
var commands = map[string][]string{
	StateAsked:   {string(permission.ConfirmErasure), string(permission.TakeBackErasure)},
	StateWaiting: {string(permission.TakeBackErasure)}, StateTakenBack: {string(permission.AskErasure)},
}

func (e Erase) refuse() *fault.Error {
	said := refusals[e.State]
	out := fault.Fail(fault.Refused, said[0], said[1])
	out.State, out.Record, out.Allowed = e.State, e, commands[e.State]
	return out
}

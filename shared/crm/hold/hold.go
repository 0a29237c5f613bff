// Package hold has the rules for questions that production asks a customer while a job is printed.
package hold

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"afterpress/shared/crm/artwork"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// ArtworkPlace is where the photos of the question stand. Once the question is closed, no more are taken.
func (h Hold) ArtworkPlace() artwork.Place {
	return artwork.PhotoPlace(h.ID, h.Branch, h.Customer, h.Closed())
}

// Said reports whether the customer gave this very answer by link already, as after a second click.
func (h Hold) Said(a Answer) bool {
	return h.Answer != nil && h.Answer.By == staff.Visitor.ID && h.Answer.Choice == a.Choice && h.Answer.Text == a.Text
}

// States of a question that is asked while a job is printed. The press waits, so an open question is asked at
// once and escalates fast.
const (
	StateAsked = "asked"
	// no answer came in time, and the branch's manager has the question
	StateEscalated = "escalated"
	StateAnswered  = "answered"
	StateWithdrawn = "withdrawn"
)

// States lists the states in the order of the board.
var States = []string{StateAsked, StateEscalated, StateAnswered, StateWithdrawn}

// OpenStates are the states in which a question waits for its answer.
var OpenStates = States[:2]

// Hold is one question to a customer about a running job. Examples are paper of another shade, or a picture
// that is too small: go on or stop?
type Hold struct {
	ID        string           `json:"id"` // hld_…
	Version   int64            `json:"version"`
	CreatedAt time.Time        `json:"created_at"`
	UpdatedAt time.Time        `json:"updated_at"`
	Branch    string           `json:"branch"`
	Customer  string           `json:"customer"`
	Contact   string           `json:"contact"`
	Job       string           `json:"job"`
	Question  words.PublicText `json:"public_question"`
	Photos    []string         `json:"photos,omitempty"`
	Choices   []string         `json:"choices"`
	State     string           `json:"state" of:"hold-state"`
	Turn      int              `json:"turn"`
	AskedBy   string           `json:"asked_by"`
	Owner     string           `json:"owner"` // staff id of the colleague who sees that it is answered
	ClockFrom time.Time        `json:"clock_from"`
	Due       time.Time        `json:"due_at"`
	Rungs     []ladder.Rung    `json:"rungs,omitempty"`
	Policy    string           `json:"policy"`
	Answer    *Answer          `json:"answer,omitempty"`

	WithdrawnBy string `json:"withdrawn_by,omitempty"`
}

// Answer is what the customer wants, and who recorded it. The customer answers by link; a colleague records
// what comes by phone, at the counter or by mail.
type Answer struct {
	Choice  int              `json:"choice"` // 1 is the first of Choices; 0 is an answer in words
	Text    words.PublicText `json:"public_text,omitempty" validate:"max=2000,text"`
	Channel string           `json:"channel" validate:"required,one=answer-channel" of:"answer-channel"`
	By      string           `json:"by"`
	At      time.Time        `json:"at"`
}

// Question is what production asks.
type Question struct {
	Job      string           `json:"job" validate:"required,max=64,oneline"`
	Question words.PublicText `json:"public_question" validate:"required,max=2000,shown,text"`
	Photos   []string         `json:"photos" validate:"max=5,unique,dive,required,max=64,oneline"`
	Choices  []string         `json:"choices" validate:"required,min=2,max=6,unique,dive,required,max=200,shown,oneline"`
}

// ETagVersion is the version that an If-Match names.
func (h Hold) ETagVersion() int64 { return h.Version }

// Closed reports whether the question is answered or withdrawn.
func (h Hold) Closed() bool { return h.State == StateAnswered || h.State == StateWithdrawn }

// Progress is where the question's process stands.
func (h Hold) Progress() ladder.Progress {
	return ladder.Progress{Kind: "hold", ID: h.ID, Seq: h.Version, Round: 1, Turn: h.Turn, State: h.State,
		Closed: h.Closed(), Owner: h.Owner,
		Due: h.Due, Rungs: h.Rungs, Policy: h.Policy}
}

// Ask makes the question and its event. owner is the colleague who sees that it is answered (OwnerOf). The
// error is Invalid for a faulty question, or comes from the calendar.
func Ask(in Question, id, customer, contact, owner string, by staff.Actor, terms Terms,
	now time.Time) (Hold, event.Event, error) {
	if faults := checker.Faults(in); len(faults) > 0 {
		return Hold{}, event.Event{}, fault.Faulty(faults...)
	}
	h := Hold{ID: id, Version: 1, CreatedAt: now, UpdatedAt: now, Branch: terms.Branch.ID, Customer: customer,
		Contact: contact, Job: in.Job, Question: in.Question,
		Photos: slices.Clone(in.Photos), Choices: slices.Clone(in.Choices), AskedBy: by.ID, Owner: owner}
	h, err := h.enter(StateAsked, terms, now)
	if err != nil {
		return Hold{}, event.Event{}, err
	}
	return h, event.NewTransition(event.HoldOpened, by, ladder.Progress{Closed: true}, h.Progress(), customer, h.Branch,
		now, map[string]string{"owner": owner}), nil
}

func (h Hold) enter(state string, terms Terms, now time.Time) (Hold, error) {
	h.State, h.Turn, h.ClockFrom = state, h.Turn+1, now
	if h.Closed() {
		h.Due, h.Rungs, h.Policy = now, h.outcomeRungs(now), terms.Ref
		return h, nil
	}
	return h.plan(terms)
}

// outcomeRungs tell the asker what the customer wants, because production waits for it. A withdrawal is told to the
// owner, who would otherwise call the customer, and to the asker, who would otherwise wait. A colleague who
// acted is not told of it.
func (h Hold) outcomeRungs(now time.Time) []ladder.Rung {
	switch {
	case h.Answer != nil && h.Answer.By != h.AskedBy:
		return []ladder.Rung{{Name: "answer", Do: ladder.DoTellAnswer, At: now, Who: h.AskedBy, Last: true}}
	case h.WithdrawnBy != "":
		var out []ladder.Rung
		if h.Owner != h.WithdrawnBy {
			out = append(out, ladder.Rung{Name: "withdrawn", Do: ladder.DoTellWithdrawn, At: now, Who: h.Owner, Last: true})
		}
		if h.AskedBy != h.WithdrawnBy && h.AskedBy != h.Owner {
			out = append(out, ladder.Rung{Name: "withdrawn-asker", Do: ladder.DoTellWithdrawn, At: now, Who: h.AskedBy,
				Last: true})
		}
		return out
	}
	return nil
}

// plan computes the deadline and the ladder for the question's state. An asker who is also the owner is not
// told of the new question.
func (h Hold) plan(terms Terms) (Hold, error) {
	policy := terms.Policy.orStandard()
	budget := policy.Answer
	if h.State == StateEscalated {
		budget = policy.Escalate
	}
	var err error
	h.Policy = terms.Ref
	if h.Due, err = terms.Calendar.Add(h.ClockFrom, calendar.Seconds(budget)); err != nil {
		return h, err
	}
	h.Rungs, err = ladder.Plan(policy.Ladder, h.State, terms.Calendar, h.ClockFrom, budget)
	h.Rungs = slices.DeleteFunc(h.Rungs,
		func(r ladder.Rung) bool { return r.Do == ladder.DoTell && h.Owner == h.AskedBy })
	return h, err
}

// may refuses what the actor, the branch or the state does not allow. The customer answers by link as
// staff.Visitor. The process escalates and does nothing else.
func (h Hold) may(by staff.Actor, command permission.Action) *fault.Error {
	customer := by.ID == staff.Visitor.ID
	switch {
	case !customer && !by.Sees(h.Branch):
		return fault.Missing("生产问题", "production question")
	case customer && command != permission.AnswerHold, by.IsProcess():
		return fault.Fail(fault.Forbidden, "此操作须由员工完成。请联系本厂。", "A member of staff has to do this. Ask the shop.")
	}
	if !customer {
		if err := permission.Permit(by, command); err != nil {
			return err.(*fault.Error)
		}
	}
	if h.Closed() {
		return h.over()
	}
	return nil
}

// over refuses every command of a closed question. Another question is a new one.
func (h Hold) over() *fault.Error {
	who := permission.RolesOf(permission.OpenHold)
	zh, en := "问题已答复。", "The question is answered."
	if h.State == StateWithdrawn {
		zh, en = "问题已撤回。", "The question was withdrawn."
	}
	return h.refuse(zh+"如还有疑问，请提出新的问题（"+who.Zh+"）。",
		en+" If something else is open, ask a new one ("+who.En+").")
}

func (h Hold) refuse(zh, en string) *fault.Error {
	e := fault.Fail(fault.Refused, zh, en)
	e.State, e.Record = h.State, h
	if !h.Closed() {
		e.Allowed = []string{"answer", "withdraw"}
	}
	return e
}

// Actions lists what the actor may do with the question now, and why not the rest. Commands that none of the
// actor's roles has are left out.
func Actions(by staff.Actor, h Hold) []permission.Permitted {
	var out []permission.Permitted
	for _, command := range []permission.Action{permission.AnswerHold, permission.WithdrawHold} {
		if by.ID == staff.Visitor.ID && command != permission.AnswerHold || by.ID != staff.Visitor.ID &&
			permission.Permit(by, command) != nil {
			continue
		}
		p := permission.Permitted{Name: string(command), Allowed: true}
		if err := h.may(by, command); err != nil {
			p.Allowed, p.Text = false, err.Text
		}
		out = append(out, p)
	}
	return out
}

func (h Hold) move(by staff.Actor, kind event.Type, state string, terms Terms, now time.Time, data map[string]string,
	set func(*Hold)) (Hold, event.Event, error) {
	next := h
	next.Version, next.UpdatedAt = h.Version+1, now
	set(&next)
	next, err := next.enter(state, terms, now)
	if err != nil {
		return h, event.Event{}, err
	}
	return next, event.NewTransition(kind, by, h.Progress(), next.Progress(), h.Customer, h.Branch, now, data), nil
}

// Reply records the answer with its author. Instead of a choice, or beside it, the customer may answer in
// words. The error is Missing, Forbidden or Refused as may says, and Invalid for a faulty answer.
func (h Hold) Reply(by staff.Actor, a Answer, terms Terms, now time.Time) (Hold, event.Event, error) {
	if err := h.may(by, permission.AnswerHold); err != nil {
		return h, event.Event{}, err
	}
	a.By, a.At = by.ID, now
	faults := checker.Faults(a)
	if a.Choice < 0 || a.Choice > len(h.Choices) {
		faults = append(faults, fault.Field{Pointer: "/choice",
			Text: words.Text{Zh: "请从给出的选项中选择，或填写文字说明。", En: "Choose one of the choices, or say it in words."}})
	}
	if a.Choice == 0 && a.Text == "" {
		faults = append(faults, fault.Field{Pointer: "/public_text",
			Text: words.Text{Zh: "请写明如何处理。", En: "Say what is to be done."}})
	}
	if by.ID == staff.Visitor.ID && a.Channel != "link" || by.ID != staff.Visitor.ID && a.Channel == "link" {
		faults = append(faults, fault.Field{Pointer: "/channel",
			Text: words.Text{Zh: "请填写客户答复的方式。", En: "Say how the customer answered."}})
	}
	if len(faults) > 0 {
		return h, event.Event{}, fault.Faulty(faults...)
	}
	data := map[string]string{"choice": fmt.Sprint(a.Choice), "channel": a.Channel}
	return h.move(by, event.HoldAnswered, StateAnswered, terms, now, data, func(next *Hold) { next.Answer = &a })
}

// Withdraw takes the question back, because it was solved without the customer.
func (h Hold) Withdraw(by staff.Actor, terms Terms, now time.Time) (Hold, event.Event, error) {
	if err := h.may(by, permission.WithdrawHold); err != nil {
		return h, event.Event{}, err
	}
	return h.move(by, event.HoldWithdrawn, StateWithdrawn, terms, now, nil, func(next *Hold) { next.WithdrawnBy = by.ID })
}

// Escalate is a step of the process. A question without an answer in time goes to the branch's manager; where
// manager is empty its owner keeps it. The time is that of the ladder's escalation step, which a policy may
// set before or after the deadline. The error is Refused before that time, and in any state but StateAsked.
func (h Hold) Escalate(manager string, terms Terms, now time.Time) (Hold, event.Event, error) {
	if h.State != StateAsked ||
		!slices.ContainsFunc(h.Rungs, func(r ladder.Rung) bool { return r.Do == ladder.DoEscalate && !now.Before(r.At) }) {
		return h, event.Event{}, h.refuse("时间未到。", "It is not time yet.")
	}
	owner := cmp.Or(manager, h.Owner)
	return h.move(staff.Process("hold"), event.HoldEscalated, StateEscalated, terms, now,
		map[string]string{"owner": owner}, func(next *Hold) { next.Owner = owner })
}

// Replan computes the deadline and the ladder anew after a calendar or a policy changed. A question whose
// times stay the same keeps its version and has no event.
func (h Hold) Replan(terms Terms, now time.Time) (Hold, event.Event, error) {
	if h.Closed() {
		return h, event.Event{}, nil
	}
	next, err := h.plan(terms)
	if err != nil {
		return h, event.Event{}, err
	}
	same := func(a, b ladder.Rung) bool { return a.Name == b.Name && a.Do == b.Do && a.At.Equal(b.At) }
	if next.Due.Equal(h.Due) && slices.EqualFunc(next.Rungs, h.Rungs, same) {
		return h, event.Event{}, nil
	}
	next.Version, next.UpdatedAt = h.Version+1, now
	return next, event.NewTransition(event.HoldReplanned, staff.Process("replan"), h.Progress(), next.Progress(),
		h.Customer, h.Branch, now, map[string]string{"policy": next.Policy}), nil
}

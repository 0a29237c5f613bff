package crm

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// States of a question that is asked while a job is printed. The press waits, so an open one is asked at once and climbs fast.
const (
	HoldAsked     = "asked"
	HoldEscalated = "escalated" // nobody answered in time: the manager has it
	HoldAnswered  = "answered"
	HoldWithdrawn = "withdrawn"
)

// HoldStates lists the states in the order of the board.
var HoldStates = []string{HoldAsked, HoldEscalated, HoldAnswered, HoldWithdrawn}

// Hold is one question to a customer about a running job: the paper is another shade, a picture is too small, go on or stop?
type Hold struct {
	ID        string      `json:"id"` // hld_…
	Version   int64       `json:"version"`
	CreatedAt time.Time   `json:"created_at"`
	UpdatedAt time.Time   `json:"updated_at"`
	Branch    string      `json:"branch"`
	Customer  string      `json:"customer"`
	Contact   string      `json:"contact"`
	Job       string      `json:"job"`
	Question  PublicText  `json:"public_question"`
	Photos    []string    `json:"photos,omitempty"`
	Choices   []string    `json:"choices"`
	State     string      `json:"state"`
	Turn      int         `json:"turn"`
	AskedBy   string      `json:"asked_by"`
	Owner     string      `json:"owner"` // who sees to it that it is answered
	ClockFrom time.Time   `json:"clock_from"`
	Due       time.Time   `json:"due_at"`
	Rungs     []Rung      `json:"rungs,omitempty"`
	Policy    string      `json:"policy"`
	Answer    *HoldAnswer `json:"answer,omitempty"`

	WithdrawnBy string `json:"withdrawn_by,omitempty"`
}

// HoldAnswer is what the customer wants, and who says so: the customer himself, or the person who has it from him by phone.
type HoldAnswer struct {
	Choice  int        `json:"choice"` // 1 is the first of Choices; 0 when he said something else
	Text    PublicText `json:"public_text,omitempty" validate:"max=2000,text"`
	Channel string     `json:"channel" validate:"required,oneof=link phone counter mail"`
	By      string     `json:"by"`
	At      time.Time  `json:"at"`
}

// HoldQuestion is what production asks.
type HoldQuestion struct {
	Job      string     `json:"job" validate:"required,max=64,oneline"`
	Question PublicText `json:"public_question" validate:"required,max=2000,shown,text"`
	Photos   []string   `json:"photos" validate:"max=5,unique,dive,required,max=64,oneline"`
	Choices  []string   `json:"choices" validate:"required,min=2,max=6,unique,dive,required,max=200,shown,oneline"`
}

// HoldPolicy says how long a question may wait, in seconds of working time. One that sets nothing is the standard one.
type HoldPolicy struct {
	Answer   int64      `json:"answer_s" validate:"min=0,max=4320000" description:"Until the question is escalated · 多久无答复则升级"`
	Escalate int64      `json:"escalate_s" validate:"min=0,max=4320000" description:"What the manager has · 经理的处理时间"`
	Ladder   []RungRule `json:"ladder" validate:"max=50,dive" description:"Who is asked and told when · 提醒与升级"`
}

// DoEscalate hands a question that nobody answered to the manager.
const DoEscalate = "escalate"

var holdSteps = []string{DoAskCustomer, DoRemindCustomer, DoTell, DoRemind, DoEscalate, DoTellManager, DoTellOwner}

// DoAskCustomer asks the question. DoTellAnswer tells Who what the customer wants, DoTellWithdrawn that nobody asks any more; both are planned by the question
// itself, by no policy.
const (
	DoAskCustomer   = "ask-customer"
	DoTellAnswer    = "tell-answer"
	DoTellWithdrawn = "tell-withdrawn"
)

// StandardHoldPolicy is the shop's default: a press costs money while it stands, so the customer is asked at once and again after half an hour, his person is told
// to call after an hour, and after two the manager decides with him; an owner of the shop hears after two more.
func StandardHoldPolicy() HoldPolicy {
	const hour = 3600
	return HoldPolicy{Answer: 2 * hour, Escalate: 2 * hour, Ladder: []RungRule{
		{State: HoldAsked, Name: "ask", Do: DoAskCustomer},
		{State: HoldAsked, Name: "tell", Do: DoTell},
		{State: HoldAsked, Name: "again", Do: DoRemindCustomer, Percent: 25},
		{State: HoldAsked, Name: "call", Do: DoRemind, Percent: 50},
		{State: HoldAsked, Name: "escalate", Do: DoEscalate, Percent: 100},
		{State: HoldEscalated, Name: "manager", Do: DoTellManager},
		{State: HoldEscalated, Name: "owner", Do: DoTellOwner, Percent: 100},
	}}
}

func (p HoldPolicy) orStandard() HoldPolicy {
	if p.Answer == 0 && p.Escalate == 0 && len(p.Ladder) == 0 {
		return StandardHoldPolicy()
	}
	return p
}

func (p HoldPolicy) check(f *FaultList) {
	p = p.orStandard()
	f.within("/hold/answer_s", p.Answer, 1, workingReach)
	f.within("/hold/escalate_s", p.Escalate, 1, workingReach)
	checkLadder(f, "/hold/ladder", p.Ladder, []string{HoldAsked, HoldEscalated}, holdSteps)
	escalates := false
	for i, r := range p.Ladder {
		if r.Do == DoEscalate && r.State != HoldAsked {
			f.add(fmt.Sprintf("/hold/ladder/%d/do", i), "已升级的问题不再升级。请换一个步骤。", "What was escalated is not escalated again. Choose another step.")
		}
		escalates = escalates || r.Do == DoEscalate
	}
	if !escalates {
		f.add("/hold/ladder", "无人答复的问题必须升级。请加入步骤 escalate。", "A question that nobody answers must be escalated. Add the step escalate.")
	}
}

// longest is the most working time that the policy asks for at once.
func (p HoldPolicy) longest() time.Duration {
	p = p.orStandard()
	most := max(p.Answer, p.Escalate)
	for _, r := range p.Ladder {
		most = max(most, max(p.Answer, p.Escalate)*r.Percent/100+r.Plus)
	}
	return seconds(most)
}

// ETagVersion is the version that an If-Match names.
func (h Hold) ETagVersion() int64 { return h.Version }

// Closed reports whether the question is answered or gone.
func (h Hold) Closed() bool { return h.State == HoldAnswered || h.State == HoldWithdrawn }

// Progress is where the question's process stands.
func (h Hold) Progress() Progress {
	return Progress{Kind: "hold", ID: h.ID, Seq: h.Version, Round: 1, Turn: h.Turn, State: h.State, Closed: h.Closed(), Owner: h.Owner,
		Due: h.Due, Rungs: h.Rungs, Policy: h.Policy}
}

// AskHold makes the question. owner is who sees to it (HoldOwner).
func AskHold(in HoldQuestion, id, customer, contact, owner string, by Actor, terms HoldTerms, now time.Time) (Hold, Event, error) {
	if faults := Validate(in); len(faults) > 0 {
		return Hold{}, Event{}, Faulty(faults...)
	}
	h := Hold{ID: id, Version: 1, CreatedAt: now, UpdatedAt: now, Branch: terms.Branch.ID, Customer: customer, Contact: contact, Job: in.Job, Question: in.Question,
		Photos: slices.Clone(in.Photos), Choices: slices.Clone(in.Choices), AskedBy: by.ID, Owner: owner}
	h, err := h.enter(HoldAsked, terms, now)
	if err != nil {
		return Hold{}, Event{}, err
	}
	return h, tell(HoldOpenedEvent, by, Progress{Closed: true}, h.Progress(), customer, h.Branch, now, map[string]string{"owner": owner}), nil
}

func (h Hold) enter(state string, terms HoldTerms, now time.Time) (Hold, error) {
	h.State, h.Turn, h.ClockFrom = state, h.Turn+1, now
	if h.Closed() {
		h.Due, h.Rungs, h.Policy = now, h.news(now), terms.Ref
		return h, nil
	}
	return h.plan(terms)
}

// news tells whoever asked what the customer wants, since production waits for it. That no answer is wanted any more is told to whoever sees to it, since he would
// call the customer, and to whoever asked, since he would wait. Who did it himself knows it.
func (h Hold) news(now time.Time) []Rung {
	switch {
	case h.Answer != nil && h.Answer.By != h.AskedBy:
		return []Rung{{Name: "answer", Do: DoTellAnswer, At: now, Who: h.AskedBy, Last: true}}
	case h.WithdrawnBy != "":
		var out []Rung
		if h.Owner != h.WithdrawnBy {
			out = append(out, Rung{Name: "withdrawn", Do: DoTellWithdrawn, At: now, Who: h.Owner, Last: true})
		}
		if h.AskedBy != h.WithdrawnBy && h.AskedBy != h.Owner {
			out = append(out, Rung{Name: "withdrawn-asker", Do: DoTellWithdrawn, At: now, Who: h.AskedBy, Last: true})
		}
		return out
	}
	return nil
}

// plan computes deadline and ladder of the state that the question is in. Who asks and sees to the answer himself is not told that it is his.
func (h Hold) plan(terms HoldTerms) (Hold, error) {
	policy := terms.Policy.orStandard()
	budget := policy.Answer
	if h.State == HoldEscalated {
		budget = policy.Escalate
	}
	var err error
	h.Policy = terms.Ref
	if h.Due, err = terms.Calendar.Add(h.ClockFrom, seconds(budget)); err != nil {
		return h, err
	}
	h.Rungs, err = plan(policy.Ladder, h.State, terms.Calendar, h.ClockFrom, budget)
	h.Rungs = slices.DeleteFunc(h.Rungs, func(r Rung) bool { return r.Do == DoTell && h.Owner == h.AskedBy })
	return h, err
}

// may refuses what actor, branch or state does not allow. The customer answers at his link as Visitor; the process escalates and does nothing else.
func (h Hold) may(by Actor, command Action) *Error {
	customer := by.ID == Visitor.ID
	switch {
	case !customer && !by.Sees(h.Branch):
		return Missing("生产问题", "production question")
	case customer && command != AnswerHold, by.IsProcess():
		return Fail(Forbidden, "此操作须由员工完成。请联系本厂。", "A member of staff has to do this. Ask the shop.")
	}
	if !customer {
		if err := Permit(by, command); err != nil {
			return err.(*Error)
		}
	}
	if h.Closed() {
		return h.refuse("问题已答复或撤回。请刷新。", "The question is answered or withdrawn. Reload it.")
	}
	return nil
}

func (h Hold) refuse(zh, en string) *Error {
	e := Fail(Refused, zh, en)
	e.State, e.Record = h.State, h
	if !h.Closed() {
		e.Allowed = []string{"answer", "withdraw"}
	}
	return e
}

// HoldActions lists what the actor may do with the question now, and why not the rest.
func HoldActions(by Actor, h Hold) []Permitted {
	var out []Permitted
	for _, command := range []Action{AnswerHold, WithdrawHold} {
		if by.ID == Visitor.ID && command != AnswerHold || by.ID != Visitor.ID && Permit(by, command) != nil {
			continue
		}
		p := Permitted{Name: string(command), Allowed: true}
		if err := h.may(by, command); err != nil {
			p.Allowed, p.Text = false, err.Text
		}
		out = append(out, p)
	}
	return out
}

func (h Hold) move(by Actor, kind EventType, state string, terms HoldTerms, now time.Time, data map[string]string, set func(*Hold)) (Hold, Event, error) {
	next := h
	next.Version, next.UpdatedAt = h.Version+1, now
	set(&next)
	next, err := next.enter(state, terms, now)
	if err != nil {
		return h, Event{}, err
	}
	return next, tell(kind, by, h.Progress(), next.Progress(), h.Customer, h.Branch, now, data), nil
}

// Reply records the answer with its author. Beside the choices the customer may say something else, in words.
func (h Hold) Reply(by Actor, a HoldAnswer, terms HoldTerms, now time.Time) (Hold, Event, error) {
	if err := h.may(by, AnswerHold); err != nil {
		return h, Event{}, err
	}
	a.By, a.At = by.ID, now
	faults := Validate(a)
	if a.Choice < 0 || a.Choice > len(h.Choices) {
		faults = append(faults, Field{"/choice", Text{"请从给出的选项中选择，或填写文字说明。", "Choose one of the choices, or say it in words."}})
	}
	if a.Choice == 0 && a.Text == "" {
		faults = append(faults, Field{"/public_text", Text{"请写明如何处理。", "Say what is to be done."}})
	}
	if by.ID == Visitor.ID && a.Channel != "link" || by.ID != Visitor.ID && a.Channel == "link" {
		faults = append(faults, Field{"/channel", Text{"请填写客户答复的方式。", "Say how the customer answered."}})
	}
	if len(faults) > 0 {
		return h, Event{}, Faulty(faults...)
	}
	data := map[string]string{"choice": fmt.Sprint(a.Choice), "channel": a.Channel}
	return h.move(by, HoldAnsweredEvent, HoldAnswered, terms, now, data, func(next *Hold) { next.Answer = &a })
}

// Withdraw takes the question back, because it was solved without the customer.
func (h Hold) Withdraw(by Actor, terms HoldTerms, now time.Time) (Hold, Event, error) {
	if err := h.may(by, WithdrawHold); err != nil {
		return h, Event{}, err
	}
	return h.move(by, HoldWithdrawnEvent, HoldWithdrawn, terms, now, nil, func(next *Hold) { next.WithdrawnBy = by.ID })
}

// Escalate is the process's: a question that nobody answered in its time goes to the branch's manager; where there is none its owner keeps it. Its time is
// that of the ladder's step, which a policy may set before the deadline or behind it.
func (h Hold) Escalate(manager string, terms HoldTerms, now time.Time) (Hold, Event, error) {
	if h.State != HoldAsked || !slices.ContainsFunc(h.Rungs, func(r Rung) bool { return r.Do == DoEscalate && !now.Before(r.At) }) {
		return h, Event{}, h.refuse("时间未到。", "It is not time yet.")
	}
	owner := cmp.Or(manager, h.Owner)
	return h.move(Process("hold"), HoldEscalatedEvent, HoldEscalated, terms, now, map[string]string{"owner": owner}, func(next *Hold) { next.Owner = owner })
}

// Replan computes deadline and ladder anew by a calendar or a policy that changed. A question on which nothing moves comes back in its version.
func (h Hold) Replan(terms HoldTerms, now time.Time) (Hold, Event, error) {
	if h.Closed() {
		return h, Event{}, nil
	}
	next, err := h.plan(terms)
	if err != nil {
		return h, Event{}, err
	}
	same := func(a, b Rung) bool { return a.Name == b.Name && a.Do == b.Do && a.At.Equal(b.At) }
	if next.Due.Equal(h.Due) && slices.EqualFunc(next.Rungs, h.Rungs, same) {
		return h, Event{}, nil
	}
	next.Version, next.UpdatedAt = h.Version+1, now
	return next, tell(HoldReplannedEvent, Process("replan"), h.Progress(), next.Progress(), h.Customer, h.Branch, now, map[string]string{"policy": next.Policy}), nil
}

// HoldTerms are the rules that hold for the questions during production of one branch at one moment.
type HoldTerms struct {
	FirmTerms
	Policy HoldPolicy
}

package crm

import (
	"slices"
	"strings"
	"time"
)

// complaintMoves is the state machine of a complaint: for each command the states in which it may be given. A pause lies over a state: while the clock
// stands still only complaintPaused may be given.
var complaintMoves = map[Action][]string{
	AssignComplaint:    complaintOpenStates,
	TriageComplaint:    ComplaintStates[:5], // until an approver or the customer has something to answer
	RequestEvidence:    {ComplaintTriaged, ComplaintInvestigating},
	MeasureComplaint:   {ComplaintTriaged, ComplaintInvestigating},
	PauseComplaint:     {ComplaintTriaged, ComplaintInvestigating, ComplaintJudged, ComplaintProposed, ComplaintAgreed, ComplaintCarryingOut},
	ResumeComplaint:    {ComplaintTriaged, ComplaintInvestigating, ComplaintJudged, ComplaintProposed, ComplaintAgreed, ComplaintCarryingOut},
	DecideComplaint:    {ComplaintInvestigating, ComplaintJudged},
	OverruleComplaint:  {ComplaintInvestigating, ComplaintJudged},
	ProposeComplaint:   {ComplaintJudged, ComplaintProposed, ComplaintAwaiting, ComplaintOffered},
	ApproveComplaint:   {ComplaintJudged, ComplaintAwaiting}, // judged: an overruling
	RejectComplaint:    {ComplaintJudged, ComplaintAwaiting},
	AgreeComplaint:     {ComplaintOffered},
	DeclineComplaint:   {ComplaintOffered},
	CarryOutComplaint:  {ComplaintAgreed, ComplaintCarryingOut},
	CompleteComplaint:  {ComplaintCarryingOut},
	VerifyComplaint:    {ComplaintVerifying},
	FindCauseComplaint: ComplaintStates[2:11], // investigating to correcting
	CorrectComplaint:   {ComplaintCorrecting},
	CloseComplaint:     {ComplaintCorrecting},
	ReopenComplaint:    {ComplaintCorrecting, ComplaintClosed, ComplaintWithdrawn, ComplaintNoAnswer}, // correcting: for the customer it is settled
	WithdrawComplaint:  ComplaintStates[:8],                                                           // until it is being carried out
	CommentComplaint:   ComplaintStates,
	JoinComplaint:      {ComplaintNew, ComplaintTriaged, ComplaintInvestigating, ComplaintJudged, ComplaintProposed},
}

// ComplaintCommands lists the commands of a complaint in the order in which they are offered.
var ComplaintCommands = []Action{
	AssignComplaint, TriageComplaint, RequestEvidence, MeasureComplaint, PauseComplaint, ResumeComplaint, DecideComplaint, OverruleComplaint,
	ProposeComplaint, ApproveComplaint, RejectComplaint, AgreeComplaint, DeclineComplaint, CarryOutComplaint, CompleteComplaint, VerifyComplaint,
	FindCauseComplaint, CorrectComplaint, CloseComplaint, ReopenComplaint, WithdrawComplaint, CommentComplaint, JoinComplaint,
}

var (
	complaintPaused = []Action{AssignComplaint, ResumeComplaint, WithdrawComplaint, CommentComplaint, JoinComplaint}
	// complaintCustomer is what the customer himself may say at his link.
	complaintCustomer = []Action{AgreeComplaint, DeclineComplaint, VerifyComplaint, ReopenComplaint, WithdrawComplaint, CommentComplaint}
	// complaintProcess is what the process may do of what people may do. It decides nothing and approves nothing.
	complaintProcess = []Action{AssignComplaint, ResumeComplaint}
	// complaintOwners is what only the owner of the complaint may do, or who stands over him.
	complaintOwners = []Action{RequestEvidence, PauseComplaint, ResumeComplaint, DecideComplaint, OverruleComplaint, ProposeComplaint,
		CloseComplaint, WithdrawComplaint, JoinComplaint}
)

// allows reports whether state and pause allow a command.
func (c Complaint) allows(command Action) bool {
	if c.Pause != nil {
		return slices.Contains(complaintPaused, command) && slices.Contains(complaintMoves[command], c.State)
	}
	if command == ResumeComplaint {
		return false
	}
	if c.State == ComplaintJudged && (command == ApproveComplaint || command == RejectComplaint) {
		return c.overruling()
	}
	if c.overruling() && (command == ProposeComplaint || command == PauseComplaint) { // a pause would hide the question while its time runs
		return false
	}
	return slices.Contains(complaintMoves[command], c.State)
}

// overruling reports whether an overruling waits for another person.
func (c Complaint) overruling() bool {
	return c.State == ComplaintJudged && c.Verdict != nil && c.Verdict.Overruled != nil && c.Verdict.Overruled.ApprovedBy == ""
}

// Allowed lists the commands that state and pause allow, whoever gives them.
func (c Complaint) Allowed() []Action {
	return slices.DeleteFunc(slices.Clone(ComplaintCommands), func(a Action) bool { return !c.allows(a) })
}

// ComplaintActions lists what the actor may do with the complaint now, and why not the rest. Commands that none of his roles has are left out; Visitor is the
// customer at his link.
func ComplaintActions(by Actor, c Complaint, now time.Time) []Permitted {
	var out []Permitted
	for _, command := range ComplaintCommands {
		if by.ID == Visitor.ID && !slices.Contains(complaintCustomer, command) || by.ID != Visitor.ID && Permit(by, command) != nil {
			continue
		}
		p := Permitted{Name: string(command), Allowed: true}
		if err := c.may(by, command, now); err != nil {
			p.Allowed, p.Text = false, err.Text
		}
		out = append(out, p)
	}
	return out
}

// may refuses a command that the actor, the branch or the state does not allow. Every command obeys it.
func (c Complaint) may(by Actor, command Action, now time.Time) *Error {
	customer := by.ID == Visitor.ID
	switch {
	case !customer && !by.Sees(c.Branch):
		return Missing("投诉", "complaint")
	case customer && !slices.Contains(complaintCustomer, command), by.IsProcess() && !slices.Contains(complaintProcess, command):
		return Fail(Forbidden, "此操作须由员工完成。请联系本厂。", "A member of staff has to do this. Ask the shop.")
	}
	if !customer {
		if err := Permit(by, command); err != nil {
			return err.(*Error)
		}
	}
	if !c.allows(command) {
		return c.forbidden(command)
	}
	if command == ApproveComplaint || command == RejectComplaint {
		return c.mayDecide(by, command, now)
	}
	above := customer || by.IsProcess() || by.Has(Manager) || by.Has(Owner)
	if above || c.Owner == by.ID || !slices.Contains(complaintOwners, command) && (command != TriageComplaint || c.Owner == "") {
		return nil
	}
	if c.Owner == "" {
		return Fail(Forbidden, "这起投诉还没有负责人。请先受理，或请经理分配。", "This complaint is nobody's yet. Triage it, or let the manager hand it to somebody.")
	}
	return Fail(Forbidden, "这起投诉由其他同事负责。请联系负责人，或请经理转给您。", "This complaint is a colleague's. Ask him, or let the manager hand it to you.")
}

// mayDecide is what approver and question must be like. Rejecting one's own question is no favour to the customer, but withdrawing it is done by an edit, or
// by another verdict.
func (c Complaint) mayDecide(by Actor, command Action, now time.Time) *Error {
	if err := c.impartial(by); err != nil {
		return err
	}
	if c.State == ComplaintJudged && c.Verdict.Overruled.By == by.ID {
		return Fail(Forbidden, "提出改判的人不能自己批准。请转给另一位有权限的同事。", "Who asked for the overruling cannot approve it. Ask a colleague who may.")
	}
	if _, until := c.AskedBy(); !until.IsZero() && !now.Before(until) { // whether or not the process has noted it
		return c.refuse("审批已过期。请经办人重新提出。", "The approval has expired. Its owner must ask again.")
	}
	return nil
}

// forbidden is the refusal of a command that state or pause does not allow: it names the state and what is allowed.
func (c Complaint) forbidden(command Action) *Error {
	switch {
	case c.Pause != nil:
		return c.refuse("投诉已暂停计时。请先恢复。", "The complaint's clock stands still. Resume it first.")
	case command == TriageComplaint && (c.State == ComplaintAwaiting || c.State == ComplaintOffered):
		return c.refuse("方案正等待审批或客户答复。请先把方案改回草稿，再更正资料。",
			"An approver or the customer has the solution before him. Make it a draft again first, then correct what is known.")
	}
	if c.overruling() {
		return c.refuse("改判正在等待审批，现在不能进行此操作。请等待审批结果；如不再需要改判，请重新判定。",
			"The other verdict waits for approval, so this cannot be done now. Wait for the answer, or judge by the rule again if you no longer want it.")
	}
	return c.refuse("投诉当前的状态不允许此操作。请刷新后再选择。", "The complaint's state does not allow this. Reload it and choose again.")
}

// refuse says that the record as it stands does not allow what was asked.
func (c Complaint) refuse(zh, en string) *Error {
	e := Fail(Refused, zh, en)
	e.State, e.Record = c.State, c
	if c.Pause != nil {
		e.State += ", paused: " + c.Pause.Reason
	}
	for _, a := range c.Allowed() {
		_, name, _ := strings.Cut(string(a), ".")
		e.Allowed = append(e.Allowed, name)
	}
	return e
}

// early refuses a timer that fired before its time, or for a state that is over.
func (c Complaint) early() *Error { return c.refuse("时间未到。", "It is not time yet.") }

// complaintStep changes a copy of the complaint and says which state it is in then.
type complaintStep func(next *Complaint) (state string, err error)

// change applies one command: it checks, lets set change a copy, moves the state and makes the event. A set that stays in the state leaves its clock running.
func (c Complaint) change(by Actor, command Action, kind EventType, terms ComplaintTerms, now time.Time, data map[string]string,
	set complaintStep) (Complaint, Event, error) {
	if err := c.may(by, command, now); err != nil {
		return c, Event{}, err
	}
	return c.move(by, kind, terms, now, data, set)
}

// move is change without the question who gives the command: for what only time brings about.
func (c Complaint) move(by Actor, kind EventType, terms ComplaintTerms, now time.Time, data map[string]string,
	set complaintStep) (Complaint, Event, error) {
	next := c
	next.Version, next.UpdatedAt = c.Version+1, now
	state, err := set(&next)
	if err != nil {
		return c, Event{}, err
	}
	if state == c.State && next.Turn == c.Turn {
		next, err = next.plan(terms)
	} else {
		next.Turn = c.Turn
		next, err = next.enter(state, terms, now)
	}
	if err != nil {
		return c, Event{}, err
	}
	return next, c.tell(kind, by, next, now, data), nil
}

func (c Complaint) tell(kind EventType, by Actor, next Complaint, now time.Time, data map[string]string) Event {
	return tell(kind, by, c.Progress(), next.Progress(), c.Customer, c.Branch, now, data)
}

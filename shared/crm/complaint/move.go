package complaint

import (
	"slices"
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
)

// moves is the state machine of a complaint. It lists for each command the states that allow it. While the
// clock is stopped only the commands of paused are allowed.
var moves = map[permission.Action][]string{
	permission.AssignComplaint:  OpenStates,
	permission.TriageComplaint:  States[:5], // until an approver or the customer is asked
	permission.RequestEvidence:  {StateTriaged, StateInvestigating},
	permission.MeasureComplaint: {StateTriaged, StateInvestigating},
	permission.PauseComplaint: {StateTriaged, StateInvestigating, StateJudged, StateProposed, StateAgreed,
		StateCarryingOut},
	permission.ResumeComplaint: {StateTriaged, StateInvestigating, StateJudged, StateProposed, StateAgreed,
		StateCarryingOut},
	permission.DecideComplaint:    {StateTriaged, StateInvestigating, StateJudged},
	permission.OverruleComplaint:  {StateInvestigating, StateJudged},
	permission.ProposeComplaint:   {StateJudged, StateProposed, StateAwaiting, StateOffered},
	permission.ApproveComplaint:   {StateJudged, StateAwaiting}, // judged: an overruling
	permission.RejectComplaint:    {StateJudged, StateAwaiting},
	permission.AgreeComplaint:     {StateOffered},
	permission.DeclineComplaint:   {StateOffered},
	permission.CarryOutComplaint:  {StateAgreed, StateCarryingOut},
	permission.CompleteComplaint:  {StateCarryingOut},
	permission.VerifyComplaint:    {StateVerifying},
	permission.FindCauseComplaint: States[2:11], // investigating to correcting
	permission.CorrectComplaint:   {StateCorrecting},
	permission.CloseComplaint:     {StateCorrecting},
	// correcting: for the customer it is settled
	permission.ReopenComplaint: {StateCorrecting, StateClosed, StateWithdrawn, StateUnanswered},
	// until it is being carried out
	permission.WithdrawComplaint: States[:8],
	permission.CommentComplaint:  States,
	permission.JoinComplaint:     {StateNew, StateTriaged, StateInvestigating, StateJudged, StateProposed},
}

// Commands lists the commands of a complaint in the order in which they are offered.
var Commands = []permission.Action{
	permission.AssignComplaint, permission.TriageComplaint, permission.RequestEvidence, permission.MeasureComplaint,
	permission.PauseComplaint, permission.ResumeComplaint, permission.DecideComplaint, permission.OverruleComplaint,
	permission.ProposeComplaint, permission.ApproveComplaint, permission.RejectComplaint, permission.AgreeComplaint,
	permission.DeclineComplaint, permission.CarryOutComplaint, permission.CompleteComplaint, permission.VerifyComplaint,
	permission.FindCauseComplaint, permission.CorrectComplaint, permission.CloseComplaint, permission.ReopenComplaint,
	permission.WithdrawComplaint, permission.CommentComplaint, permission.JoinComplaint,
}

var (
	paused = []permission.Action{permission.AssignComplaint, permission.ResumeComplaint, permission.WithdrawComplaint,
		permission.CommentComplaint, permission.JoinComplaint}
	// ofCustomer has what customers may do at their link.
	ofCustomer = []permission.Action{permission.AgreeComplaint, permission.DeclineComplaint, permission.VerifyComplaint,
		permission.ReopenComplaint, permission.WithdrawComplaint, permission.CommentComplaint}
	// process has what the process may do of the staff commands. It decides nothing and approves nothing.
	process = []permission.Action{permission.AssignComplaint, permission.ResumeComplaint}
	// owners has what only the complaint's owner, a manager or the shop's owner may do.
	owners = []permission.Action{permission.RequestEvidence, permission.PauseComplaint, permission.ResumeComplaint,
		permission.DecideComplaint, permission.OverruleComplaint, permission.ProposeComplaint,
		permission.CloseComplaint, permission.WithdrawComplaint, permission.JoinComplaint}
)

func (c Complaint) allows(command permission.Action) bool {
	if c.Pause != nil {
		return slices.Contains(paused, command) && slices.Contains(moves[command], c.State)
	}
	if command == permission.ResumeComplaint {
		return false
	}
	if c.State == StateJudged && (command == permission.ApproveComplaint || command == permission.RejectComplaint) {
		return c.Overruling()
	}
	// a pause would hide the question while its time runs
	if c.Overruling() && (command == permission.ProposeComplaint || command == permission.PauseComplaint) {
		return false
	}
	return slices.Contains(moves[command], c.State)
}

// Overruling reports whether an overruling waits for an approver.
func (c Complaint) Overruling() bool {
	return c.State == StateJudged && c.Verdict != nil && c.Verdict.Overruled != nil &&
		c.Verdict.Overruled.ApprovedBy == ""
}

// Allowed lists the commands that state and pause allow, for any actor.
func (c Complaint) Allowed() []permission.Action {
	return slices.DeleteFunc(slices.Clone(Commands), func(a permission.Action) bool { return !c.allows(a) })
}

// Actions lists what the actor may do with the complaint now, and why not the rest. It leaves out commands
// that none of the actor's roles has. The actor staff.Visitor is the customer at the link.
func Actions(by staff.Actor, c Complaint, now time.Time) []permission.Permitted {
	var out []permission.Permitted
	for _, command := range Commands {
		if by.ID == staff.Visitor.ID && !slices.Contains(ofCustomer, command) || by.ID != staff.Visitor.ID &&
			permission.Permit(by, command) != nil {
			continue
		}
		p := permission.Permitted{Name: string(command), Allowed: true}
		if err := c.may(by, command, now); err != nil {
			p.Allowed, p.Text = false, err.Text
		}
		out = append(out, p)
	}
	return out
}

// may refuses a command that the actor, the branch or the state does not allow. Every command obeys it.
func (c Complaint) may(by staff.Actor, command permission.Action, now time.Time) *fault.Error {
	customer := by.ID == staff.Visitor.ID
	switch {
	case !customer && !by.Sees(c.Branch):
		return fault.Missing("投诉", "complaint")
	case customer && !slices.Contains(ofCustomer, command), by.IsProcess() && !slices.Contains(process, command):
		return fault.Fail(fault.Forbidden, "此操作须由员工完成。请联系本厂。", "A member of staff has to do this. Ask the shop.")
	}
	if !customer {
		if err := permission.Permit(by, command); err != nil {
			return err.(*fault.Error)
		}
	}
	if !c.allows(command) {
		return c.forbidden(command)
	}
	if command == permission.ApproveComplaint || command == permission.RejectComplaint {
		return c.mayDecide(by, command, now)
	}
	above := customer || by.IsProcess() || by.Has(staff.Manager) || by.Has(staff.Owner)
	if above || c.Owner == by.ID || !slices.Contains(owners, command) &&
		(command != permission.TriageComplaint || c.Owner == "") {
		return nil
	}
	if c.Owner == "" {
		return fault.Fail(fault.Forbidden, "这起投诉还没有负责人。请先受理，或请经理分配。",
			"This complaint has no owner yet. Triage it, or ask the manager to assign it.")
	}
	return fault.Fail(fault.Forbidden, "这起投诉由其他同事负责。请联系负责人，或请经理转给您。",
		"Another colleague has this complaint. Ask them, or ask the manager to hand it to you.")
}

// early refuses a timer that fired too soon, or for a state that is over.
func (c Complaint) early() *fault.Error { return c.refuse("时间未到。", "It is not time yet.") }

// step changes a copy of the complaint and returns its new state.
type step func(next *Complaint) (state string, err error)

// change applies one command: check, change of a copy by set, new state, event. In the same state the clock
// runs on.
func (c Complaint) change(by staff.Actor, command permission.Action, kind event.Type, terms Terms, now time.Time,
	data map[string]string,
	set step) (Complaint, event.Event, error) {
	if err := c.may(by, command, now); err != nil {
		return c, event.Event{}, err
	}
	return c.move(by, kind, terms, now, data, set)
}

// move is change without the check of the actor, for what only time brings about.
func (c Complaint) move(by staff.Actor, kind event.Type, terms Terms, now time.Time, data map[string]string,
	set step) (Complaint, event.Event, error) {
	next := c
	next.Version, next.UpdatedAt = c.Version+1, now
	state, err := set(&next)
	if err != nil {
		return c, event.Event{}, err
	}
	if state == c.State && next.Turn == c.Turn {
		next, err = next.plan(terms)
	} else {
		next.Turn = c.Turn
		next, err = next.enter(state, terms, now)
	}
	if err != nil {
		return c, event.Event{}, err
	}
	return next, c.newEvent(kind, by, next, now, data), nil
}

func (c Complaint) newEvent(kind event.Type, by staff.Actor, next Complaint, now time.Time,
	data map[string]string) event.Event {
	return event.NewTransition(kind, by, c.Progress(), next.Progress(), c.Customer, c.Branch, now, data)
}

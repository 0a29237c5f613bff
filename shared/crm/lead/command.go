package lead

import (
	"slices"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// moves is the state machine of a lead: for each command, the states in which it may be given.
var moves = map[permission.Action][]string{
	permission.AssignLead:  {StateNew, StateAssigned, StatePooled, StateContacted, StateQualified},
	permission.ContactLead: {StateNew, StateAssigned, StateContacted, StateQualified},
	permission.QualifyLead: {StateContacted},
	permission.WinLead:     {StateContacted, StateQualified},
	permission.LoseLead:    {StateNew, StateAssigned, StatePooled, StateContacted, StateQualified},
	permission.RecycleLead: {StateAssigned, StateContacted, StateQualified},
	permission.ClaimLead:   {StatePooled},
}

// Commands lists the commands of a lead in the order in which they are offered.
var Commands = []permission.Action{permission.AssignLead, permission.ContactLead, permission.QualifyLead,
	permission.WinLead, permission.LoseLead, permission.RecycleLead, permission.ClaimLead}

// Actions lists what the actor may do with the lead now, and why not the rest. Commands that none of the
// actor's roles has are left out.
func Actions(by staff.Actor, l Lead) []permission.Permitted {
	var out []permission.Permitted
	for _, command := range Commands {
		if permission.Permit(by, command) != nil {
			continue
		}
		p := permission.Permitted{Name: string(command), Allowed: true}
		if err := l.may(by, command); err != nil {
			p.Allowed, p.Text = false, err.Text
		}
		out = append(out, p)
	}
	return out
}

// may refuses a command that the actor, the branch or the state does not allow. Every command obeys it.
func (l Lead) may(by staff.Actor, command permission.Action) *fault.Error {
	if !by.Sees(l.Branch) {
		return fault.Missing("线索", "lead")
	}
	if !slices.Contains(moves[command], l.State) {
		return l.forbidden(by, command)
	}
	if command == permission.ContactLead && l.Owner == "" {
		return nil // who speaks with the person may say so, and gets the lead
	}
	if command != permission.AssignLead && command != permission.ClaimLead && !by.IsProcess() &&
		!by.Has(staff.Manager) && !by.Has(staff.Owner) && l.Owner != by.ID {
		if l.Owner == "" {
			return fault.Fail(fault.Forbidden, "这条线索还没有负责人。请从公海领取，或请经理分配给您。",
				"This lead has no owner yet. Claim it from the pool, or ask the manager to assign it to you.")
		}
		return fault.Fail(fault.Forbidden, "这条线索由其他同事负责。请联系负责人，或请经理转给您。",
			"Another colleague has this lead. Ask them, or ask the manager to hand it to you.")
	}
	return nil
}

// change applies one command. It checks, lets set change a copy, moves the state and makes the event.
func (l Lead) change(by staff.Actor, command permission.Action, kind event.Type, terms Terms, now time.Time,
	data map[string]string, set func(*Lead) (state string)) (Lead, event.Event, error) {
	if err := l.may(by, command); err != nil {
		return l, event.Event{}, err
	}
	next := l
	next.Version, next.UpdatedAt, next.Agreed = l.Version+1, now, false
	state := set(&next)
	next.wake(l)
	next, err := next.enter(state, terms, now)
	if err != nil {
		return l, event.Event{}, err
	}
	return next, event.NewTransition(kind, by, l.Progress(), next.Progress(), l.Customer, l.Branch, now, data), nil
}

// Assign gives the lead to a colleague. In a lead whose person was reached, the state stays. The error is
// Missing, Refused or Forbidden as may says. It is Invalid when the colleague cannot take leads of the branch
// or is not present.
func (l Lead) Assign(by staff.Actor, to staff.Staff, terms Terms, now time.Time) (Lead, event.Event, error) {
	if err := l.may(by, permission.AssignLead); err != nil {
		return l, event.Event{}, err
	}
	if !l.MayGoTo(to, now) {
		return l, event.Event{}, fault.Faulty(fault.Field{Pointer: "/owner", Text: words.Text{
			Zh: "此人不能接收该网点的线索。请选择在岗的销售或经理。",
			En: "This person can't take leads of the branch. Choose a sales person or manager who is present."}})
	}
	if l.Pursued() {
		return l.handOver(by, to.ID, terms, now)
	}
	return l.change(by, permission.AssignLead, event.LeadAssigned, terms, now,
		map[string]string{"owner": to.ID}, func(next *Lead) string {
			next.take(to.ID)
			return StateAssigned
		})
}

// MayGoTo reports whether a colleague can take the lead now.
func (l Lead) MayGoTo(to staff.Staff, now time.Time) bool {
	return to.WorksIn(l.Branch) && to.Present(now) && (to.Has(staff.Sales) || to.Has(staff.Manager) || to.Has(staff.Owner))
}

func (l *Lead) take(owner string) {
	l.Owner, l.Turn = owner, l.Turn+1
	l.Owners = append(slices.Clone(l.Owners), owner)
}

// Speak records a contact with the person. OutcomeUnreachable leaves the deadline running; any other outcome
// ends the wait for the first contact. nextStep is the time agreed with the person; zero where none was. A later
// contact begins the time for the next step anew.
func (l Lead) Speak(by staff.Actor, c Conversation, nextStep time.Time, terms Terms,
	now time.Time) (Lead, event.Event, error) {
	c.By, c.At = by.ID, now
	data := map[string]string{"channel": c.Channel, "outcome": c.Outcome}
	if c.Outcome == customer.OutcomeUnreachable {
		if err := l.may(by, permission.ContactLead); err != nil {
			return l, event.Event{}, err
		}
		next := l
		next.Version, next.UpdatedAt, next.Attempts, next.LastContact = l.Version+1, now, l.Attempts+1, &c
		return next, event.NewTransition(event.LeadAttempted, by, l.Progress(), next.Progress(), l.Customer, l.Branch, now,
			data), nil
	}
	next, e, err := l.change(by, permission.ContactLead, event.LeadContacted, terms, now, data, func(next *Lead) string {
		next.LastContact, next.Unanswered = &c, 0
		if next.Owner == "" {
			next.take(by.ID)
		} else if l.Pursued() {
			next.Turn++ // the next step has reminders of its own
		}
		if next.Agreed = !nextStep.IsZero(); next.Agreed {
			next.Due = nextStep
		}
		if l.State == StateQualified {
			return StateQualified
		}
		return StateContacted
	})
	return next, e, err
}

// FirstContactIs reports whether the event is the first contact with the person since the capture. The
// deadline of the first contact is about that one. l is the lead before the event.
func (l Lead) FirstContactIs(e event.Event) bool {
	return e.Type == event.LeadContacted && l.Round == 1 && !l.Pursued()
}

// Qualify says that a contacted lead is worth a quotation. The process asks its owner for one.
func (l Lead) Qualify(by staff.Actor, q Qualification, terms Terms, now time.Time) (Lead, event.Event, error) {
	return l.change(by, permission.QualifyLead, event.LeadQualified, terms, now, nil, func(next *Lead) string {
		next.Qualification = &q
		return StateQualified
	})
}

// Lose closes the lead with a reason.
func (l Lead) Lose(by staff.Actor, loss Loss, terms Terms, now time.Time) (Lead, event.Event, error) {
	return l.change(by, permission.LoseLead, event.LeadLost, terms, now, map[string]string{"reason": loss.Reason},
		func(next *Lead) string {
			next.Loss = &loss
			return StateLost
		})
}

// Recycle returns the lead to the pool, as recycle says.
func (l Lead) Recycle(by staff.Actor, reason string, terms Terms, now time.Time) (Lead, event.Event, error) {
	return l.recycle(by, permission.RecycleLead, reason, terms, now)
}

// Claim takes the lead out of the pool for the actor, who need not be told of it. The daily limit is counted
// in the transaction that writes the lead.
func (l Lead) Claim(by staff.Actor, terms Terms, now time.Time) (Lead, event.Event, error) {
	next, e, err := l.change(by, permission.ClaimLead, event.LeadClaimed, terms, now, map[string]string{"owner": by.ID},
		func(next *Lead) string {
			next.take(by.ID)
			return StateAssigned
		})
	if err == nil {
		next.Rungs = slices.DeleteFunc(next.Rungs, func(r ladder.Rung) bool { return r.Do == ladder.DoTell })
		e.Progress.Rungs = next.Rungs
	}
	return next, e, err
}

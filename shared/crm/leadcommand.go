package crm

import (
	"slices"
	"time"
)

// leadMoves is the state machine of a lead: for each command the states in which it may be given.
var leadMoves = map[Action][]string{
	AssignLead:  {LeadNew, LeadAssigned, LeadPooled, LeadContacted},
	ContactLead: {LeadNew, LeadAssigned, LeadContacted},
	QualifyLead: {LeadContacted},
	LoseLead:    {LeadNew, LeadAssigned, LeadPooled, LeadContacted},
	RecycleLead: {LeadAssigned, LeadContacted},
	ClaimLead:   {LeadPooled},
}

// LeadCommands lists the commands of a lead in the order in which they are offered.
var LeadCommands = []Action{AssignLead, ContactLead, QualifyLead, LoseLead, RecycleLead, ClaimLead}

// Outcomes of a contact. Unreachable is an attempt: the clock goes on.
const (
	OutcomeInterested  = "interested"
	OutcomeQuote       = "quote-requested"
	OutcomeCallBack    = "call-back"
	OutcomeNotNow      = "not-now"
	OutcomeUnreachable = "unreachable"
)

// Permitted is what an actor may do with a record: each command, and the reason where he may not.
type Permitted struct {
	Name    string `json:"name"`
	Allowed bool   `json:"allowed"`
	Refusal string `json:"refusal,omitempty"` // in the reader's language, filled by the door
	Text    Text   `json:"-"`
}

// LeadActions lists what the actor may do with the lead now, and why not the rest. Commands that none of his roles has are left out.
func LeadActions(by Actor, l Lead) []Permitted {
	var out []Permitted
	for _, command := range LeadCommands {
		if Permit(by, command) != nil {
			continue
		}
		p := Permitted{Name: string(command), Allowed: true}
		if err := l.may(by, command); err != nil {
			p.Allowed, p.Text = false, err.Text
		}
		out = append(out, p)
	}
	return out
}

// may refuses a command that the actor, the branch or the state does not allow. Every command obeys it.
func (l Lead) may(by Actor, command Action) *Error {
	if !by.Sees(l.Branch) {
		return Missing("线索", "lead")
	}
	if !slices.Contains(leadMoves[command], l.State) {
		e := Fail(Refused, "线索当前的状态不允许此操作。请刷新后再选择。", "The lead's state does not allow this. Reload it and choose again.")
		e.State, e.Record = l.State, l
		for _, c := range LeadCommands {
			if slices.Contains(leadMoves[c], l.State) {
				e.Allowed = append(e.Allowed, string(c))
			}
		}
		return e
	}
	if command == ContactLead && l.Owner == "" {
		return nil // whoever speaks with the person may say so, and has the lead
	}
	if command != AssignLead && command != ClaimLead && !by.IsProcess() && !by.Has(Manager) && !by.Has(Owner) && l.Owner != by.ID {
		if l.Owner == "" {
			return Fail(Forbidden, "这条线索还没有负责人。请从公海领取，或请经理分配给您。", "This lead is nobody's yet. Claim it from the pool, or let the manager hand it to you.")
		}
		return Fail(Forbidden, "这条线索由其他同事负责。请联系负责人，或请经理转给您。", "This lead is a colleague's. Ask him, or let the manager hand it to you.")
	}
	return nil
}

// change applies one command: it checks, lets set change a copy, moves the state and makes the event.
func (l Lead) change(by Actor, command Action, kind EventType, terms LeadTerms, now time.Time, data map[string]string, set func(*Lead) (state string)) (Lead, Event, error) {
	if err := l.may(by, command); err != nil {
		return l, Event{}, err
	}
	next := l
	next.Version, next.UpdatedAt = l.Version+1, now
	state := set(&next)
	next, err := next.enter(state, terms, now)
	if err != nil {
		return l, Event{}, err
	}
	return next, tell(kind, by, l.Progress(), next.Progress(), l.Customer, l.Branch, now, data), nil
}

// Assign gives the lead to a person. In a lead that was contacted only the owner changes.
func (l Lead) Assign(by Actor, to Staff, terms LeadTerms, now time.Time) (Lead, Event, error) {
	if err := l.may(by, AssignLead); err != nil {
		return l, Event{}, err
	}
	if !to.WorksIn(l.Branch) || !to.Present(now) || !(to.Has(Sales) || to.Has(Manager) || to.Has(Owner)) {
		return l, Event{}, Faulty(Field{Pointer: "/owner", Text: Text{
			Zh: "此人不能接收该网点的线索。请选择在岗的销售或经理。", En: "This person can't take leads of the branch. Choose a sales person or manager who is present."}})
	}
	next, event, err := l.change(by, AssignLead, LeadTaken, terms, now, map[string]string{"owner": to.ID}, func(next *Lead) string {
		next.take(to.ID)
		if l.State == LeadContacted {
			return LeadContacted
		}
		return LeadAssigned
	})
	if err == nil && l.State == LeadContacted { // what was agreed with the person still holds
		next.ClockFrom, next.Agreed = l.ClockFrom, l.Agreed
		next.Due, event.Progress.Due = l.Due, l.Due
	}
	return next, event, err
}

func (l *Lead) take(owner string) {
	l.Owner, l.Turn = owner, l.Turn+1
	l.Owners = append(slices.Clone(l.Owners), owner)
}

// Speak records a contact with the person. An unreachable person leaves the clock running; anything else ends the wait for the first contact.
func (l Lead) Speak(by Actor, c Conversation, nextStep time.Time, terms LeadTerms, now time.Time) (Lead, Event, error) {
	c.By, c.At = by.ID, now
	data := map[string]string{"channel": c.Channel, "outcome": c.Outcome}
	if c.Outcome == OutcomeUnreachable {
		if err := l.may(by, ContactLead); err != nil {
			return l, Event{}, err
		}
		next := l
		next.Version, next.UpdatedAt, next.Attempts, next.LastContact = l.Version+1, now, l.Attempts+1, &c
		return next, tell(LeadAttempted, by, l.Progress(), next.Progress(), l.Customer, l.Branch, now, data), nil
	}
	next, event, err := l.change(by, ContactLead, LeadReached, terms, now, data, func(next *Lead) string {
		next.LastContact, next.Unanswered = &c, 0
		if next.Owner == "" {
			next.take(by.ID)
		}
		return LeadContacted
	})
	if err == nil && !nextStep.IsZero() {
		next.Agreed, next.Due, event.Progress.Due = true, nextStep, nextStep
	}
	return next, event, err
}

// FirstContactIs reports whether the event is the first time that somebody spoke with the person, counted from the capture: what its deadline is about.
func (l Lead) FirstContactIs(e Event) bool {
	return e.Type == LeadReached && l.Round == 1 && l.State != LeadContacted
}

// Qualify turns a contacted lead into something worth a quotation, and closes it.
func (l Lead) Qualify(by Actor, q Qualification, terms LeadTerms, now time.Time) (Lead, Event, error) {
	return l.change(by, QualifyLead, LeadWon, terms, now, nil, func(next *Lead) string {
		next.Qualification = &q
		return LeadQualified
	})
}

// Lose closes the lead with a reason.
func (l Lead) Lose(by Actor, loss Loss, terms LeadTerms, now time.Time) (Lead, Event, error) {
	return l.change(by, LoseLead, LeadGivenUp, terms, now, map[string]string{"reason": loss.Reason}, func(next *Lead) string {
		next.Loss = &loss
		return LeadLost
	})
}

// Recycle returns the lead to the pool. From contacted it begins a new round: its follow-up starts again when somebody claims it.
func (l Lead) Recycle(by Actor, reason string, terms LeadTerms, now time.Time) (Lead, Event, error) {
	return l.change(by, RecycleLead, LeadRecycled, terms, now, map[string]string{"reason": reason}, func(next *Lead) string {
		next.Owner = ""
		if l.State == LeadContacted {
			next.Round, next.Turn, next.Owners = l.Round+1, 0, nil
		}
		return LeadPooled
	})
}

// Claim takes the lead out of the pool; nobody needs to tell him. The daily limit is counted in the transaction that writes it.
func (l Lead) Claim(by Actor, terms LeadTerms, now time.Time) (Lead, Event, error) {
	next, event, err := l.change(by, ClaimLead, LeadClaimed, terms, now, map[string]string{"owner": by.ID}, func(next *Lead) string {
		next.take(by.ID)
		return LeadAssigned
	})
	if err == nil {
		next.Rungs = slices.DeleteFunc(next.Rungs, func(r Rung) bool { return r.Do == DoTell })
		event.Progress.Rungs = next.Rungs
	}
	return next, event, err
}

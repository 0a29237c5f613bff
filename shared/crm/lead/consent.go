package lead

import (
	"slices"
	"time"

	"afterpress/shared/crm/form"
	"afterpress/shared/crm/gate"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
)

// AwaitsConfirmation reports whether the lead holds a yes that waits for its confirmation. It also needs an
// e-mail address that the person's record has: nobody confirms for another.
func (l Lead) AwaitsConfirmation() bool {
	return l.Consent == gate.ConsentAwaiting && l.Person.Email != "" && !slices.Contains(l.Unverified, "email")
}

// States of a yes that waits for its confirmation.
const (
	ConfirmOpen = "open" // it waits
	ConfirmDone = "done" // it counts
	// the person said no after it, or at the same moment, and the no stands
	ConfirmKept = "kept"
)

// Confirming says where the yes that came with the submission stands: ConfirmOpen, ConfirmDone or
// ConfirmKept.
func Confirming(g gate.Gate, sub form.Submission) string {
	answer, answered := g.Consents[gate.ConsentKey]
	switch {
	case answer.Yes:
		return ConfirmDone
	case answered && !answer.At.Before(sub.CreatedAt):
		return ConfirmKept
	}
	return ConfirmOpen
}

// Confirm makes the yes that came with the submission count. Its proof is the words that the person saw and
// the link by which the person confirmed it. A no that came after that yes stands. The error is Refused when
// the yes is not open any more, or the lead does not hold it.
func Confirm(g gate.Gate, l Lead, sub form.Submission, now time.Time) (gate.Gate, event.Event, error) {
	if Confirming(g, sub) != ConfirmOpen || !l.AwaitsConfirmation() || l.Submission != sub.ID {
		return g, event.Event{}, fault.Fail(fault.Refused, "这个链接不再有效：您之后作出了其他选择。",
			"This link no longer works: you made another choice after it.")
	}
	next := g.Answer(gate.Wording,
		gate.Consent{Yes: true, At: gate.MomentAfter(now, g.Consents[gate.ConsentKey].At), Text: sub.ConsentText,
			Source: sub.ID,
			Proof:  "confirmed by the link mailed for " + l.ID}, staff.Visitor, now)
	data := gate.Wording.Data()
	data["lead"] = l.ID
	return next, next.NewEvent(event.ConsentConfirmed, l.Branch, staff.Visitor, now, data), nil
}

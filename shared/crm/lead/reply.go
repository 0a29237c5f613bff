package lead

import (
	"strconv"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
)

// Spoke is the line on the customer's card for a change of the lead. ok is false when the change is no
// contact and no reply. The line has the id of the touch for a reply, and the id of the lead for a contact.
func (l Lead) Spoke(e event.Event) (line customer.TouchLine, ok bool) {
	switch {
	case e.Type == event.LeadReplied:
		return customer.TouchLine{ID: e.Data["touch"], At: e.At, Channel: customer.TouchMail, Direction: customer.TouchIn},
			true
	case (e.Type == event.LeadContacted || e.Type == event.LeadAttempted) && l.LastContact != nil:
		c := l.LastContact
		return customer.TouchLine{ID: l.ID, At: c.At, Channel: c.Channel, Direction: customer.TouchOut, By: c.By,
			Outcome: c.Outcome}, true
	}
	return customer.TouchLine{}, false
}

// Reply records that the person wrote back; touch is the id of that touch. The time for the first contact
// goes on, and the process tells the owner. Where the process had ended, a new round begins. The error is
// always nil.
func (l Lead) Reply(by staff.Actor, touch string, now time.Time) (Lead, event.Event, error) {
	next := l
	next.Version, next.UpdatedAt = l.Version+1, now
	next.Replies, next.Unanswered = l.Replies+1, l.Unanswered+1
	if l.Closed() || l.Progress().Closed {
		next.Round, next.Rungs = l.Round+1, nil
	}
	told := ladder.Rung{Name: "reply-" + strconv.Itoa(next.Replies), Do: ladder.DoTellReply, At: now}
	next.Rungs = append(append([]ladder.Rung(nil), next.Rungs...), told)
	return next, event.NewTransition(event.LeadReplied, by, l.Progress(), next.Progress(), l.Customer, l.Branch, now,
		map[string]string{"touch": touch}), nil
}

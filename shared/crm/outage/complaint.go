package outage

import (
	"slices"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
)

func began(c complaint.Complaint) time.Time {
	if c.Pause != nil {
		return c.Pause.Since
	}
	return c.ClockFrom
}

// restart gives the time of this stay anew. A question to approvers gets its time anew as well. A promise to the
// customer that is over by now moves, and the customer is told once we are open. The complaint comes back in its
// version where no time of ours runs: while it is paused, or the check of a correction is dated. It does so as well
// where the customer was told the delivery day, or decides and heard each question in time.
func restart(c complaint.Complaint, late []ladder.Rung, o ladder.Outage, terms setup.Terms,
	now time.Time) (complaint.Complaint, event.Event, error) {
	if !ours(c, late) {
		return c, event.Event{}, nil
	}
	next := c
	next.ClockFrom = now
	if c.Theirs() {
		next.Stops = append(slices.Clone(c.Stops), complaint.Stop{Reason: complaint.StopDecides, From: c.ClockFrom, To: now})
	}
	policy := terms.Policy.Complaint.OrStandard()
	next, err := askedAgain(next, policy, terms, now)
	if err != nil {
		return c, event.Event{}, err
	}
	if !c.Promised.IsZero() && !c.Promised.After(now) {
		if !slices.ContainsFunc(late, func(r ladder.Rung) bool { return r.Do == ladder.DoAcknowledge }) {
			next.Promises = c.Promises + 1 // else the acknowledgement names it
			if next.PromisedAt, err = terms.Calendar.NextOpen(now); err != nil {
				return c, event.Event{}, err
			}
		}
		working := policy.Time[c.State][c.Severity-1] * policy.Promise / 100
		if next.Promised, err = terms.Calendar.Add(now, calendar.Seconds(working)); err != nil {
			return c, event.Event{}, err
		}
	}
	next, _, err = next.Replan(terms.Complaint(), now)
	if err != nil || next.Version == c.Version {
		return c, event.Event{}, err
	}
	return next, event.NewTransition(event.ComplaintRestarted, staff.Process("complaint"), c.Progress(), next.Progress(),
		c.Customer, c.Branch, now, event.AfterOutage(o, c.Due)), nil
}

// ours reports whether a time of ours runs, or one in which the customer did not hear each question and reminder.
func ours(c complaint.Complaint, late []ladder.Rung) bool {
	unasked := slices.ContainsFunc(late, func(r ladder.Rung) bool {
		return r.Do == ladder.DoAskCustomer || r.Do == ladder.DoRemindCustomer
	})
	wrote := !c.RepliedAt.IsZero() && !c.RepliedAt.Before(c.ClockFrom)
	told := c.State == complaint.StateCarryingOut && c.CarryOut != nil && !c.CarryOut.PromisedAt.IsZero()
	return !c.Closed() && c.Pause == nil && !c.CorrectionRuns() && !told && (!c.Theirs() || unasked && !wrote)
}

// askedAgain gives a question to approvers its time anew.
func askedAgain(c complaint.Complaint, policy complaint.Policy, terms setup.Terms, now time.Time) (complaint.Complaint,
	error) {
	if _, until := c.AskedBy(); until.IsZero() {
		return c, nil
	}
	expires, err := terms.Calendar.Add(now, calendar.Seconds(policy.Approval.Expires))
	if c.State == complaint.StateAwaiting {
		asked := *c.Approval
		asked.Expires = expires
		c.Approval = &asked
		return c, err
	}
	v, overruled := *c.Verdict, *c.Verdict.Overruled
	overruled.Expires = expires
	v.Overruled, c.Verdict = &overruled, &v
	return c, err
}

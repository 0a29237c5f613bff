package complaint

import (
	"time"

	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/kernel/calendar"
)

// pace is the severity by which the times of this stay count. A customer who needs the goods before the policy's date
// has the times of the next graver severity. Their own time to answer stays as it is.
func (c Complaint) pace() int {
	if c.Pressing && !c.Theirs() {
		return max(1, c.Severity-1)
	}
	return c.Severity
}

// resolveBy is when the customer is to confirm the solution: the policy's date, or the customer's own where that comes
// first. A day that had passed before the round began is no date to meet.
func (c Complaint) resolveBy(terms Terms) (at time.Time, pressing bool, err error) {
	working := calendar.Seconds(terms.Policy.OrStandard().Resolve[c.Severity-1])
	at, err = terms.Calendar.Add(c.RoundAt, working)
	if err == nil && c.NeededBy.After(c.RoundAt) && c.NeededBy.Before(at) {
		return c.NeededBy, true, nil
	}
	if err == nil {
		at, err = c.after(terms.Calendar, c.RoundAt, working)
	}
	return at, false, err
}

// ProductionWaits reports whether the answer date of the offer is the last one at which its delivery day can be kept.
func (c Complaint) ProductionWaits() bool {
	return c.State == StateOffered && !c.YesBy.IsZero() && c.Due.Equal(c.YesBy)
}

// yesBy is when production needs the customer's yes: the earliest promised delivery less the work. It is zero where the
// offer makes no goods, or promises no day. Of a day that leaves hardly any time the customer still has a quarter.
func (c Complaint) yesBy(terms Terms) (earliest time.Time, err error) {
	if c.State != StateOffered {
		return time.Time{}, nil
	}
	for _, r := range c.Remedies {
		room := terms.Calendar.Between(c.ClockFrom, r.PromisedAt)
		if !r.Kind.Makes() || room <= 0 {
			continue
		}
		wait := max(room-c.work(r.Kind, terms), room/4)
		at, err := terms.Calendar.Add(c.ClockFrom, wait.Truncate(time.Second))
		if err != nil {
			return at, err
		}
		if earliest.IsZero() || at.Before(earliest) {
			earliest = at
		}
	}
	return earliest, nil
}

// work is the working time from the customer's yes to the goods. It follows from the facts of the proposal. Without
// them it is the policy's time until the remedy is done.
func (c Complaint) work(kind remedy.Kind, terms Terms) time.Duration {
	if b := c.ProposedFrom; b != nil && !b.At.IsZero() {
		ready := b.Inputs.ReprintAt
		if kind == remedy.Rework {
			ready = b.Inputs.MendAt
		}
		if ready.After(b.At) {
			return terms.Calendar.Between(b.At, ready)
		}
	}
	policy := terms.Policy.OrStandard()
	return calendar.Seconds(policy.time(StateAgreed, c.Severity) + policy.time(StateCarryingOut, c.Severity))
}

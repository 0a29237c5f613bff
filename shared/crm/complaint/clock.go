package complaint

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"

	"github.com/samber/lo"
)

// enter begins a stay in a state: the clock runs from now, the ladder is planned, and a pause ends.
func (c Complaint) enter(state string, terms Terms, now time.Time) (Complaint, error) {
	if c.Theirs() {
		c.Stops = append(slices.Clone(c.Stops), Stop{StopDecides, c.ClockFrom, now})
	}
	c.State, c.Turn, c.ClockFrom, c.Pause, c.Zone = state, c.Turn+1, now, nil, terms.Calendar.Zone
	if c.YesBy = (time.Time{}); state == StateOffered {
		c.OfferedAt = now
	}
	if _, known := c.Reached[state]; !known {
		c.Reached = maps.Clone(c.Reached)
		if c.Reached == nil {
			c.Reached = Timely{}
		}
		c.Reached[state] = int64(terms.Calendar.Between(c.RoundAt, now) / time.Second)
	}
	told := c.Promised
	if state == StateCarryingOut || c.AskedAt.Equal(now) { // the customer is written to
		told = time.Time{}
	}
	c.Promised, c.Promises, c.PromisedAt = time.Time{}, 0, time.Time{}
	if c.Closed() {
		c.Policy, c.Due, c.Rungs = terms.Ref, now, c.lastRungs()
		return c, nil
	}
	c, err := c.plan(terms)
	if err == nil {
		c, err = c.promise(told, terms, now)
	}
	return c, err
}

// budget is the working time of this stay. A delivery day told to the customer ends the stay of carrying out.
func (c Complaint) budget(terms Terms) time.Duration {
	if c.State == StateCarryingOut && c.CarryOut != nil && c.CarryOut.PromisedAt.After(c.ClockFrom) {
		return terms.Calendar.Between(c.ClockFrom, c.CarryOut.PromisedAt)
	}
	return calendar.Seconds(terms.Policy.OrStandard().time(c.State, c.pace()))
}

// plan computes deadlines and ladder from the start of the stay, the stops and the pause.
func (c Complaint) plan(terms Terms) (Complaint, error) {
	policy := terms.Policy.OrStandard()
	c.Policy = terms.Ref
	var err error
	if c.AckDue, err = terms.Calendar.Add(c.RoundAt, calendar.Seconds(policy.Acknowledge)); err != nil {
		return c, err
	}
	if c.ResolvedAt.IsZero() {
		if c.ResolveDue, c.Pressing, err = c.resolveBy(terms); err != nil {
			return c, err
		}
	}
	if c.Pause != nil {
		return c.planPause(terms, policy)
	}
	if c.YesBy, err = c.yesBy(terms); err != nil {
		return c, err
	}
	start, budget := c.ClockFrom, c.budget(terms)
	whole := budget
	if c.CorrectionRuns() { // nothing is late before the effect can be checked
		start = c.Correction.CheckAt
	}
	if c.Due, err = c.after(terms.Calendar, start, budget); err != nil {
		return c, err
	}
	if !c.YesBy.IsZero() && c.YesBy.Before(c.Due) { // after it the delivery day is lost, and the question stands
		c.Due, budget = c.YesBy, terms.Calendar.Between(start, c.YesBy)
	}
	c.Rungs = nil
	for _, rule := range policy.Ladder {
		if rule.State != c.State || rule.Do == ladder.DoAssign && c.Owner != "" {
			continue
		}
		r := ladder.Rung{Name: rule.Name, Do: rule.Do, At: start}
		if r.Do == ladder.DoCloseUnanswered && c.Wrote() { // staff must read and enter it
			r.Do = ladder.DoTellManager
		}
		stay := budget
		if rule.Do == ladder.DoCloseUnanswered {
			stay = whole
		}
		if wait := stay*time.Duration(rule.Percent)/100 + calendar.Seconds(rule.Plus); wait > 0 {
			if r.At, err = c.after(terms.Calendar, start, wait.Truncate(time.Second)); err != nil {
				return c, err
			}
		}
		if r.Do == ladder.DoAcknowledge {
			r = c.acknowledgement(rule)
		}
		c.Rungs = append(c.Rungs, r)
	}
	return c.planOwn(terms, policy)
}

// acknowledgement is sent once per round, in the first state where it succeeds. It waits for nothing.
func (c Complaint) acknowledgement(rule ladder.Rule) ladder.Rung {
	return ladder.Rung{Name: fmt.Sprintf("%s-%d", rule.Name, c.Round), Do: ladder.DoAcknowledge, At: c.ClockFrom}
}

// CorrectionRuns reports whether a correction waits for the check of its effect.
func (c Complaint) CorrectionRuns() bool {
	return c.State == StateCorrecting && c.Correction != nil && c.Correction.CheckedAt.IsZero()
}

// lastRungs are the messages that are due even after the end. The owner hears what the customer decided and wrote.
// The customer hears what staff wrote, and that the complaint was joined, closed unanswered or withdrawn by staff.
func (c Complaint) lastRungs() []ladder.Rung {
	var out []ladder.Rung
	if d := c.Decision; d != nil {
		out = append(out, ladder.Rung{Name: fmt.Sprintf("decided-%d", d.No), Do: ladder.DoTellDecided, At: d.At, Once: true,
			Last: true})
	}
	if !c.RepliedAt.IsZero() {
		at := c.RepliedAt
		if c.RepliedFiles {
			at = at.Add(filesTogether)
		}
		out = append(out, ladder.Rung{Name: fmt.Sprintf("reply-%d", c.Replies), Do: ladder.DoTellReply, At: at, Once: true,
			Last: true})
	}
	for _, s := range c.Said {
		out = append(out, ladder.Rung{Name: saidRung + s.Reply, Do: ladder.DoTellSaid, At: s.At, Once: true, Last: true})
	}
	if c.State == StateJoined {
		out = append(out, ladder.Rung{Name: "joined", Do: ladder.DoTellJoined, At: c.ClosedAt, Once: true, Last: true})
	}
	if w := c.Withdrawal; w != nil && w.By != staff.Visitor.ID {
		out = append(out, ladder.Rung{Name: "withdrawn", Do: ladder.DoTellCustomerWithdrawn, At: w.At, Once: true,
			Last: true})
	}
	if c.State == StateUnanswered {
		out = append(out, ladder.Rung{Name: "unanswered", Do: ladder.DoTellUnanswered, At: c.ClosedAt, Once: true,
			Last: true})
	}
	return out
}

// saidRung begins the names of rungs that bring a message of staff to the customer.
const saidRung = "said-"

// SaidBy finds the message that a rung brings to the customer. ok is false where no such message waits.
func (c Complaint) SaidBy(r ladder.Rung) (said Said, ok bool) {
	return lo.Find(c.Said, func(s Said) bool { return r.Do == ladder.DoTellSaid && r.Name == saidRung+s.Reply })
}

// planOwn adds the rungs that the record itself asks for. Owner and customer each hear what the other wrote
// or decided. The customer also hears about evidence, progress and promises. Approvers get overrulings.
// Questions to them expire, and the asker hears of a no. Promises are checked before they are due.
// Corrections are handed over and checked afterwards.
func (c Complaint) planOwn(terms Terms, policy Policy) (Complaint, error) {
	if !c.OwnerAt.IsZero() {
		c.Rungs = append(c.Rungs,
			ladder.Rung{Name: fmt.Sprintf("owner-%d", len(c.Owners)), Do: ladder.DoTell, At: c.OwnerAt, Once: true})
	}
	c.Rungs = append(c.Rungs, c.lastRungs()...)
	if c.ProductionWaits() {
		c.Rungs = append(c.Rungs, ladder.Rung{Name: "needed", Do: ladder.DoRemind, At: c.YesBy})
	}
	if c.State == StateInvestigating && !c.AskedAt.IsZero() {
		c.Rungs = append(c.Rungs,
			ladder.Rung{Name: fmt.Sprintf("evidence-%d", c.Requests), Do: ladder.DoAskEvidence, At: c.AskedAt, Once: true})
	}
	if c.State == StateCarryingOut && c.CarryOut != nil {
		c.Rungs = append(c.Rungs, ladder.Rung{Name: "progress", Do: ladder.DoTellProgress, At: c.CarryOut.Since})
	}
	if !c.PromisedAt.IsZero() {
		c.Rungs = append(c.Rungs,
			ladder.Rung{Name: fmt.Sprintf("promised-%d", c.Promises), Do: ladder.DoTellPromise, At: c.PromisedAt})
	}
	if c.Overruling() {
		var err error
		if c, err = c.planOverruling(terms, policy); err != nil {
			return c, err
		}
	}
	if _, until := c.AskedBy(); !until.IsZero() {
		c.Rungs = append(c.Rungs, ladder.Rung{Name: fmt.Sprintf("expire-%d", c.Approvals), Do: ladder.DoExpire, At: until})
	}
	if r, ok := c.LastRefusal(); ok {
		c.Rungs = append(c.Rungs,
			ladder.Rung{Name: fmt.Sprintf("refused-%d", r.No), Do: ladder.DoTellRefused, At: r.At, Once: true})
	}
	if c.CorrectionRuns() {
		if c.Correction.Owner != c.Correction.By {
			c.Rungs = append(c.Rungs, ladder.Rung{Name: "correction-given", Do: ladder.DoTellCorrection, At: c.Correction.At})
		}
		c.Rungs = append(c.Rungs, ladder.Rung{Name: "correction-due", Do: ladder.DoRemindCorrection, At: c.Correction.Due},
			ladder.Rung{Name: "check-effect", Do: ladder.DoCheckEffect, At: c.Correction.CheckAt})
	}
	at, ok, err := c.correctBy(terms, policy)
	if ok {
		c.Rungs = append(c.Rungs,
			ladder.Rung{Name: fmt.Sprintf("promise-%d", c.Promises+1), Do: ladder.DoCorrectPromise, At: at})
	}
	return c, err
}

// planOverruling sets the end of an overruling that has none. It asks an approver at once and another one half way.
func (c Complaint) planOverruling(terms Terms, policy Policy) (Complaint, error) {
	v, o := *c.Verdict, *c.Verdict.Overruled
	var err error
	if o.Expires.IsZero() {
		if o.Expires, err = terms.Calendar.Add(o.At, calendar.Seconds(policy.Approval.Expires)); err != nil {
			return c, err
		}
		v.Overruled = &o
		c.Verdict = &v
	}
	half, err := terms.Calendar.Add(o.At, (terms.Calendar.Between(o.At, o.Expires) / 2).Truncate(time.Second))
	c.Rungs = append(c.Rungs,
		ladder.Rung{Name: fmt.Sprintf("overrule-%d", c.Approvals), Do: ladder.DoAskApprover, At: o.At},
		ladder.Rung{Name: fmt.Sprintf("overrule-again-%d", c.Approvals), Do: ladder.DoAskApprover, At: half})
	return c, err
}

// correctBy is when a standing promise has to be corrected, so that the customer hears before it is broken.
// That is the policy's lead before it, but at most a quarter of the time.
func (c Complaint) correctBy(terms Terms, policy Policy) (at time.Time, ok bool, err error) {
	if c.Promised.IsZero() || c.Theirs() || c.Closed() {
		return time.Time{}, false, nil
	}
	whole := terms.Calendar.Between(c.ClockFrom, c.Promised)
	lead := min(calendar.Seconds(policy.PromiseLead), whole/4)
	at, err = terms.Calendar.Add(c.ClockFrom, (whole - lead).Truncate(time.Second))
	return at, true, err
}

// promise sets when the customer hears from us next. It leaves room beyond our own deadline, so that a stay
// in time needs no later day. A delivery day told to the customer is the promise itself. An earlier promise
// still holds: progress inside the shop is no message, and only a message moves a promise back.
func (c Complaint) promise(told time.Time, terms Terms, now time.Time) (Complaint, error) {
	if c.Theirs() || !c.ResolvedAt.IsZero() {
		return c, nil
	}
	var err error
	policy := terms.Policy.OrStandard()
	if c.Promised, err = c.after(terms.Calendar, c.ClockFrom,
		calendar.Seconds(policy.time(c.State, c.pace())*policy.Promise/100)); err != nil {
		return c, err
	}
	if c.State == StateCarryingOut && c.CarryOut != nil && c.CarryOut.PromisedAt.After(now) {
		c.Promised = c.CarryOut.PromisedAt
	}
	if told.After(now) && told.Before(c.Promised) {
		c.Promised = told
	}
	return c.plan(terms)
}

// planPause is the ladder of a stopped clock. An awaited customer is reminded half way. The clock goes on
// when the budget is used up.
func (c Complaint) planPause(terms Terms, policy Policy) (Complaint, error) {
	left := c.pauseLeft(terms.Calendar, policy)
	until, err := terms.Calendar.Add(c.Pause.Since, left)
	if err != nil {
		return c, err
	}
	pause := *c.Pause
	pause.Until = until
	c.Pause, c.Due = &pause, until
	c.Rungs = []ladder.Rung{{Name: fmt.Sprintf("resume-%d", c.Pauses), Do: ladder.DoResume, At: until}}
	for _, rule := range policy.Ladder { // a first answer goes out even in a pause
		if rule.State == c.State && rule.Do == ladder.DoAcknowledge {
			c.Rungs = append(c.Rungs, c.acknowledgement(rule))
		}
	}
	if pause.Reason != PauseSupplier {
		half, err := terms.Calendar.Add(pause.Since, (left / 2).Truncate(time.Second))
		if err != nil {
			return c, err
		}
		c.Rungs = append(c.Rungs,
			ladder.Rung{Name: fmt.Sprintf("pause-%d", c.Pauses), Do: ladder.DoRemindCustomer, At: half})
	}
	return c.planOwn(terms, policy)
}

// after is start plus so much working time, without the stops. A stop does not move what was due before it.
func (c Complaint) after(cal calendar.Calendar, start time.Time, working time.Duration) (time.Time, error) {
	at, err := cal.Add(start, working)
	for _, s := range c.Stops {
		if err != nil {
			return at, err
		}
		if s.From.Before(start) || !s.From.Before(at) {
			continue
		}
		at, err = cal.Add(at, cal.Between(s.From, s.To))
	}
	return at, err
}

// PauseUsed is the working time of this round's ended pauses.
func (c Complaint) PauseUsed(cal calendar.Calendar) time.Duration {
	var used time.Duration
	for _, s := range c.Stops {
		if s.Reason != StopDecides {
			used += cal.Between(s.From, s.To)
		}
	}
	return used
}

func (c Complaint) pauseLeft(cal calendar.Calendar, policy Policy) time.Duration {
	return max(0, calendar.Seconds(policy.Pause)-c.PauseUsed(cal))
}

// PauseClock stops the clock for one of Pauses, until it is resumed or the round's budget is used up. With
// less than a second left it returns fault.Refused.
func (c Complaint) PauseClock(by staff.Actor, reason string, terms Terms,
	now time.Time) (Complaint, event.Event, error) {
	return c.change(by, permission.PauseComplaint, event.ComplaintPaused, terms, now,
		map[string]string{"reason": reason}, func(next *Complaint) (string, error) {
			if !slices.Contains(Pauses, reason) {
				return "", fault.Faulty(fault.Field{Pointer: "/reason",
					Text: words.Text{Zh: "请从这些原因中选择：等客户、等样品、等供应商。",
						En: "Choose one of: waiting-customer, waiting-sample, waiting-supplier."}})
			}
			if c.pauseLeft(terms.Calendar, terms.Policy.OrStandard()) < time.Second {
				return "", c.refuse("本轮的暂停时间已用完。请继续处理，或请客户确认延期。",
					"This round's time for pauses is used up. Go on, or agree on a later day with the customer.")
			}
			next.Pauses++
			next.Pause = &Pause{Reason: reason, Since: now}
			return c.State, nil
		})
}

// Resume lets the clock go on. The stopped working time is added to the deadlines, up to the budget. The
// process resumes only when the budget is used up.
func (c Complaint) Resume(by staff.Actor, terms Terms, now time.Time) (Complaint, event.Event, error) {
	return c.change(by, permission.ResumeComplaint, event.ComplaintResumed, terms, now, nil,
		func(next *Complaint) (string, error) {
			if by.IsProcess() && now.Before(c.Pause.Until) {
				return "", c.early()
			}
			next.resume(now)
			return c.State, nil
		})
}

func (c *Complaint) resume(now time.Time) {
	if c.Pause == nil {
		return
	}
	stop := Stop{c.Pause.Reason, c.Pause.Since, calendar.Earlier(now, c.Pause.Until)}
	c.Pause, c.Stops = nil, append(slices.Clone(c.Stops), stop)
}

// CorrectPromise lets the process put off a promise that would be broken, before it is due, and tell the
// customer. The nth correction adds the state's time n times, at most eight times. That time counts as one
// hour at least. Nothing else moves a promise without a message to the customer.
func (c Complaint) CorrectPromise(terms Terms, now time.Time) (Complaint, event.Event, error) {
	by, policy := staff.Process("complaint"), terms.Policy.OrStandard()
	if at, ok, err := c.correctBy(terms, policy); err != nil || !ok || now.Before(at) {
		if err != nil {
			return c, event.Event{}, err
		}
		return c, event.Event{}, c.early()
	}
	next := c
	next.Version, next.UpdatedAt, next.Promises, next.PromisedAt = c.Version+1, now, c.Promises+1, now
	from := c.Promised
	if from.Before(now) {
		from = now
	}
	var err error
	if next.Promised, err = terms.Calendar.Add(from,
		max(calendar.Seconds(policy.time(c.State, c.pace())),
			time.Hour)*time.Duration(min(next.Promises, 8))); err != nil {
		return c, event.Event{}, err
	}
	if next, err = next.plan(terms); err != nil {
		return c, event.Event{}, err
	}
	return next, c.newEvent(event.ComplaintPromised, by, next, now, nil), nil
}

// Replan computes deadlines and ladder anew after a change of calendar or policy. Promises to the customer
// stay. A complaint on which nothing moves keeps its version.
func (c Complaint) Replan(terms Terms, now time.Time) (Complaint, event.Event, error) {
	if c.Closed() {
		return c, event.Event{}, nil
	}
	next, err := c.plan(terms)
	if err != nil {
		return c, event.Event{}, err
	}
	same := func(a, b ladder.Rung) bool { return a.Name == b.Name && a.Do == b.Do && a.At.Equal(b.At) }
	if next.Due.Equal(c.Due) && next.ResolveDue.Equal(c.ResolveDue) && next.AckDue.Equal(c.AckDue) &&
		slices.EqualFunc(next.Rungs, c.Rungs, same) {
		return c, event.Event{}, nil
	}
	next.Version, next.UpdatedAt = c.Version+1, now
	return next, c.newEvent(event.ComplaintReplanned, staff.Process("replan"), next, now,
		map[string]string{"policy": next.Policy}), nil
}

// Promise is when we now say the customer hears from us. It is the standing promise. Once that is over it is
// the state's time from now, one hour at least.
func (c Complaint) Promise(terms Terms, now time.Time) (time.Time, error) {
	if c.Promised.After(now) {
		return c.Promised, nil
	}
	return terms.Calendar.Add(now, max(calendar.Seconds(terms.Policy.OrStandard().time(c.State, c.pace())), time.Hour))
}

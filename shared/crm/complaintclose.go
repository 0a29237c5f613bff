package crm

import (
	"fmt"
	"slices"
	"time"
)

// OutcomeSettled is the outcome of a complaint whose customer confirmed the solution; the other ends have their state's name.
const OutcomeSettled = "settled"

// Verify takes in what the customer says after the remedy. With his yes the clock stops for good; with his no the search begins again.
func (c Complaint) Verify(by Actor, satisfied bool, terms ComplaintTerms, now time.Time) (Complaint, Event, error) {
	data := map[string]string{"satisfied": fmt.Sprint(satisfied)}
	return c.change(by, VerifyComplaint, ComplaintVerifiedEvent, terms, now, data, func(next *Complaint) (string, error) {
		next.Verification = &Verification{Satisfied: satisfied, By: by.ID, At: now}
		if !satisfied {
			next.Agreement, next.CarryOut = nil, nil
			next.void(by, now)
			next.chooses(by, SayUnsettled, now)
			return ComplaintInvestigating, nil
		}
		next.chooses(by, SaySettled, now)
		stops := append(slices.Clone(c.Stops), ComplaintStop{stopDecides, c.ClockFrom, now})
		counted := c
		counted.Stops = stops
		var err error
		next.ResolveDue, err = counted.after(terms.Calendar, c.RoundAt, seconds(terms.Policy.orStandard().Resolve[c.Severity-1]))
		next.ResolvedAt = now
		return ComplaintCorrecting, err
	})
}

// FindCause records the root cause. It can be found from the investigation on.
func (c Complaint) FindCause(by Actor, in ComplaintCause, terms ComplaintTerms, now time.Time) (Complaint, Event, error) {
	in.By, in.At = by.ID, now
	return c.change(by, FindCauseComplaint, ComplaintExplainedEvent, terms, now, map[string]string{"factor": in.Factor}, func(next *Complaint) (string, error) {
		if faults := Validate(in); len(faults) > 0 {
			return "", Faulty(faults...)
		}
		next.Cause = &in
		return c.State, nil
	})
}

// Correct records the corrective action: what, who, by when. Its effect is looked at the policy's days after it is due to be done. One whose effect was looked at
// is kept before it; one that nobody has looked at yet is only put otherwise.
func (c Complaint) Correct(by Actor, in Correction, terms ComplaintTerms, now time.Time) (Complaint, Event, error) {
	in = Correction{Action: in.Action, Owner: in.Owner, Due: in.Due.UTC(), By: by.ID, At: now}
	return c.change(by, CorrectComplaint, ComplaintCorrectedEvent, terms, now, map[string]string{"owner": in.Owner}, func(next *Complaint) (string, error) {
		faults := Validate(in)
		if c.Cause == nil {
			faults = append(faults, Field{"/cause", Text{"请先查明原因。", "Find the cause first."}})
		}
		if !in.Due.After(now) || in.Due.After(now.Add(CalendarReach)) {
			faults = append(faults, Field{"/due_at", Text{"请填写今后 400 天以内的时间。", "Enter a time within the next 400 days."}})
		}
		if len(faults) > 0 {
			return "", Faulty(faults...)
		}
		var err error
		in.CheckAt, err = terms.Calendar.NextOpen(in.Due.AddDate(0, 0, terms.Policy.orStandard().EffectDays)) // Due is after now
		if c.Correction != nil && !c.Correction.CheckedAt.IsZero() {
			next.Corrections = append(slices.Clone(c.Corrections), *c.Correction)
		}
		next.Correction = &in
		next.Turn++ // its reminders are climbed once each, also after an earlier correction that did not help
		return c.State, err
	})
}

// CheckEffect records whether the correction helped, once it has had its time. One that did not help asks for another.
func (c Complaint) CheckEffect(by Actor, effective bool, terms ComplaintTerms, now time.Time) (Complaint, Event, error) {
	data := map[string]string{"effective": fmt.Sprint(effective)}
	return c.change(by, CorrectComplaint, ComplaintCheckedEvent, terms, now, data, func(next *Complaint) (string, error) {
		if c.Correction == nil || !c.Correction.CheckedAt.IsZero() {
			return "", c.refuse("没有待检查的纠正措施。请先登记措施。", "There is no correction to look at. Record one first.")
		}
		if now.Before(c.Correction.CheckAt) {
			return "", c.refuse("纠正措施的效果还不到检查的时候。请到期再查。", "It is too early to see whether the correction helped. Look when it is due.")
		}
		out := *c.Correction
		out.CheckedBy, out.CheckedAt, out.Effective = by.ID, now, effective
		next.Correction = &out
		next.Turn++ // closing it, or another correction, has its time from here
		return c.State, nil
	})
}

// Close ends a complaint that is settled. Up to the policy's severity only with a cause and a correction that helped, and never over a correction whose effect is open.
func (c Complaint) Close(by Actor, terms ComplaintTerms, now time.Time) (Complaint, Event, error) {
	return c.change(by, CloseComplaint, ComplaintClosedEvent, terms, now, nil, func(next *Complaint) (string, error) {
		needed := c.Severity <= terms.Policy.orStandard().CorrectTo
		switch {
		case needed && (c.Cause == nil || c.Correction == nil):
			return "", c.refuse("该级别的投诉须先登记原因和纠正措施。", "A complaint of this severity needs its cause and a correction first.")
		case c.Correction != nil && c.Correction.CheckedAt.IsZero():
			return "", c.refuse("请先检查纠正措施的效果。", "Look first whether the correction helped.")
		case c.Correction != nil && !c.Correction.Effective:
			return "", c.refuse("纠正措施没有效果。请登记新的措施。", "The correction did not help. Record another one.")
		}
		next.end(OutcomeSettled, now)
		return ComplaintClosed, nil
	})
}

func (c *Complaint) end(outcome string, now time.Time) {
	c.Outcome, c.ClosedAt = outcome, now
}

// Withdraw ends the complaint because the customer takes it back. A colleague who enters it says why, for staff, and the customer is written to; of the customer
// himself no reason is asked.
func (c Complaint) Withdraw(by Actor, reason InternalText, terms ComplaintTerms, now time.Time) (Complaint, Event, error) {
	return c.change(by, WithdrawComplaint, ComplaintWithdrawnEvent, terms, now, nil, func(next *Complaint) (string, error) {
		if by.ID != Visitor.ID && faultyReason(reason) {
			return "", Faulty(Field{"/internal_reason", Text{"请说明为何撤回，最多 2000 字。", "Say why it is withdrawn, in at most 2000 characters."}})
		}
		next.Withdrawal = &Withdrawal{By: by.ID, At: now, Reason: reason}
		next.resume(now)
		next.void(by, now)
		next.chooses(by, SayWithdraw, now)
		next.end(ComplaintWithdrawn, now)
		return ComplaintWithdrawn, nil
	})
}

// FallSilent is the process's: the customer was asked, reminded twice and has not answered in the time that he has. He may reopen it. Who wrote in that time is not
// silent, whatever it was: the complaint stays, and the ladder tells the manager.
func (c Complaint) FallSilent(terms ComplaintTerms, now time.Time) (Complaint, Event, error) {
	by := Process("complaint")
	if !c.theirs() || now.Before(c.Due) {
		return c, Event{}, c.early()
	}
	if c.wrote() {
		return c, Event{}, c.refuse("客户已来信，不能按无答复关闭。请阅读并登记他的答复。", "The customer wrote, so it is not closed as unanswered. Read it and enter his answer.")
	}
	return c.move(by, ComplaintSilentEvent, terms, now, nil, func(next *Complaint) (string, error) {
		next.void(by, now)
		next.end(ComplaintNoAnswer, now)
		return ComplaintNoAnswer, nil
	})
}

// Reopen begins a new round within the policy's days after the end, and at any time before it once the customer had said that it is settled: all times start
// again, and from the second reopening on it is one severity up. What the round before came to is kept, also a correction whose effect nobody has looked at.
func (c Complaint) Reopen(by Actor, terms ComplaintTerms, now time.Time) (Complaint, Event, error) {
	data := map[string]string{"round": fmt.Sprint(c.Round + 1)}
	return c.change(by, ReopenComplaint, ComplaintReopenedEvent, terms, now, data, func(next *Complaint) (string, error) {
		days := terms.Policy.orStandard().ReopenDays
		if c.Closed() && now.After(c.ClosedAt.AddDate(0, 0, days)) {
			return "", c.refuse(fmt.Sprintf("关闭已超过 %d 天，不能重新打开。请登记新的投诉。", days), fmt.Sprintf("It was closed more than %d days ago and cannot be reopened. Open a new complaint.", days))
		}
		next.Earlier = append(slices.Clone(c.Earlier), c.earlier())
		if c.Round >= 2 {
			next.Severity = max(1, c.Severity-1)
		}
		next.Round, next.RoundAt, next.Owners = c.Round+1, now, nil
		next.Decision = nil
		next.chooses(by, SayReopen, now)
		if c.Owner != "" {
			next.Owners, next.OwnerAt = []string{c.Owner}, now
			if next.Decision != nil { // that tells him
				next.OwnerAt = time.Time{}
			}
		}
		next.RepliedAt, next.RepliedFiles, next.Run, next.Said = time.Time{}, false, 0, c.waiting(now)
		next.Requests, next.AskedAt, next.Reached = 0, time.Time{}, nil
		next.Stops, next.Asked, next.Case, next.Verdict, next.Proposals, next.Remedies, next.ProposedBy = nil, nil, nil, nil, nil, nil, ""
		next.ProposedFrom = nil
		next.Approval, next.Agreement, next.CarryOut, next.Verification, next.Cause, next.Correction = nil, nil, nil, nil, nil, nil
		next.Withdrawal, next.Corrections = nil, nil
		next.Outcome, next.ResolvedAt, next.ClosedAt = "", time.Time{}, time.Time{}
		return ComplaintNew, nil
	})
}

// earlier is what the round has come to. One that is reopened while its cause is corrected was settled, and stays open there.
func (c Complaint) earlier() ComplaintEarlier {
	out := ComplaintEarlier{Round: c.Round, Severity: c.Severity, Outcome: c.Outcome, Verdict: c.Verdict, Remedies: c.Remedies, Cause: c.Cause,
		Correction: c.Correction, Corrections: c.Corrections, Withdrawal: c.Withdrawal, ResolvedAt: c.ResolvedAt, ClosedAt: c.ClosedAt}
	if !c.Closed() {
		out.Outcome, out.Open = OutcomeSettled, true
	}
	return out
}

// Join ends a complaint because an older one is about the same job of the same customer; what it brought is named there. The older one takes the graver severity,
// the defects of both, the larger quantity, the day on which he told us first and the one on which he needs the goods first, and what was worked out there from less
// falls as by a triage. Both records are written together.
func (c Complaint) Join(by Actor, older Complaint, terms ComplaintTerms, now time.Time) (younger, kept Complaint, events [2]Event, err error) {
	if err := c.joins(by, older, now); err != nil {
		return c, older, events, err
	}
	younger, events[0], err = c.change(by, JoinComplaint, ComplaintJoinedEvent, terms, now, map[string]string{"into": older.ID}, func(next *Complaint) (string, error) {
		next.resume(now)
		next.JoinedInto = older.ID
		next.end(ComplaintJoined, now)
		return ComplaintJoined, nil
	})
	if err != nil {
		return c, older, [2]Event{}, err
	}
	kept, events[1], err = older.move(by, ComplaintExtendedEvent, terms, now, map[string]string{"from": c.ID}, func(next *Complaint) (string, error) {
		brought := append([]JoinedComplaint{{Complaint: c.ID, Defects: c.Defects, Measurements: c.Measurements, At: now}}, c.Joined...)
		next.Joined = append(slices.Clone(older.Joined), brought...)
		next.Severity, next.Affected = min(older.Severity, c.Severity), max(older.Affected, c.Affected)
		next.Defects = older.defectsWith(c.Defects)
		if c.reported().Before(older.reported()) {
			next.ReportedAt = c.reported()
		}
		if !c.NeededBy.IsZero() && (older.NeededBy.IsZero() || c.NeededBy.Before(older.NeededBy)) {
			next.NeededBy = c.NeededBy
		}
		state := older.corrected(next, by, now)
		if state != older.State {
			next.resume(now)
		}
		return state, nil
	})
	if err != nil {
		return c, older, [2]Event{}, err
	}
	return younger, kept, events, nil
}

// defectsWith are its defects and those that another one brings, as many as a complaint takes.
func (c Complaint) defectsWith(more []DefectKind) []DefectKind {
	out := slices.Clone(c.Defects)
	for _, kind := range more {
		if !slices.Contains(out, kind) && len(out) < maxDefects {
			out = append(out, kind)
		}
	}
	return out
}

func (c Complaint) joins(by Actor, older Complaint, now time.Time) error {
	if err := c.may(by, JoinComplaint, now); err != nil {
		return err
	}
	first := older.CreatedAt.Before(c.CreatedAt) || older.CreatedAt.Equal(c.CreatedAt) && older.ID < c.ID
	switch {
	case older.ID == c.ID || older.Branch != c.Branch || older.Customer != c.Customer || c.Job.Ref == "" || older.Job.Ref != c.Job.Ref:
		return Faulty(Field{"/into", Text{"只能并入同一客户、同一订单的另一起投诉。请核对编号。", "It can join only another complaint of the same customer about the same job. Check the id."}})
	case !first:
		return Faulty(Field{"/into", Text{"只能把较新的投诉并入较早的。请在较新的一起上操作。", "The younger complaint joins the older one. Do it from the younger one."}})
	case older.Closed() || !older.ResolvedAt.IsZero():
		return Faulty(Field{"/into", Text{"较早的投诉已解决或关闭。请分别处理，或先重新打开它。", "The older complaint is settled or closed. Handle this one by itself, or reopen the older one first."}})
	}
	return nil
}

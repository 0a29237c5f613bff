package complaint

import (
	"fmt"
	"slices"
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// OutcomeSettled is the outcome of a solution that the customer confirmed. Other ends have their state's name.
const OutcomeSettled = "settled"

// Close ends a settled complaint. Up to the policy's severity CorrectTo it needs a cause and a correction. A
// correction must have been checked and have helped, at any severity.
func (c Complaint) Close(by staff.Actor, terms Terms, now time.Time) (Complaint, event.Event, error) {
	return c.change(by, permission.CloseComplaint, event.ComplaintClosed, terms, now, nil,
		func(next *Complaint) (string, error) {
			needed := c.Severity <= terms.Policy.OrStandard().CorrectTo
			switch {
			case needed && c.Cause == nil:
				return "", c.first("该级别的投诉须有根本原因和纠正措施。",
					"A complaint of this severity needs its cause and a correction.", permission.FindCauseComplaint)
			case needed && c.Correction == nil:
				return "", c.first("该级别的投诉须有根本原因和纠正措施。",
					"A complaint of this severity needs its cause and a correction.", permission.CorrectComplaint)
			case c.Correction != nil && c.Correction.CheckedAt.IsZero():
				return "", c.refuse("请先检查纠正措施的效果。", "First check whether the correction worked.")
			case c.Correction != nil && !c.Correction.Effective:
				return "", c.first("纠正措施没有效果。", "The correction did not work.", permission.CorrectComplaint)
			}
			next.end(OutcomeSettled, now)
			return StateClosed, nil
		})
}

func (c *Complaint) end(outcome string, now time.Time) {
	c.Outcome, c.ClosedAt = outcome, now
}

// Withdraw ends the complaint because the customer takes it back. Staff who enter it give a reason for staff,
// and the customer is written to. Customers need no reason.
func (c Complaint) Withdraw(by staff.Actor, reason words.InternalText, terms Terms,
	now time.Time) (Complaint, event.Event, error) {
	return c.change(by, permission.WithdrawComplaint, event.ComplaintWithdrawn, terms, now, nil,
		func(next *Complaint) (string, error) {
			if by.ID != staff.Visitor.ID && faultyReason(reason) {
				return "", fault.Faulty(fault.Field{Pointer: "/internal_reason",
					Text: words.Text{Zh: "请说明为何撤回，最多 2000 字。", En: "Say why it is withdrawn, in at most 2000 characters."}})
			}
			next.Withdrawal = &Withdrawal{By: by.ID, At: now, Reason: reason}
			next.resume(now)
			next.void(by, now)
			next.chooses(by, SayWithdraw, now)
			next.end(StateWithdrawn, now)
			return StateWithdrawn, nil
		})
}

// CloseUnanswered lets the process close a complaint when the customer, asked and reminded twice, has not
// answered in time. The customer may reopen it. It is refused where they wrote anything in that time: the
// complaint stays, and the ladder tells the manager.
func (c Complaint) CloseUnanswered(terms Terms, now time.Time) (Complaint, event.Event, error) {
	by := staff.Process("complaint")
	if !c.Theirs() || now.Before(c.Due) {
		return c, event.Event{}, c.early()
	}
	whole, err := c.after(terms.Calendar, c.ClockFrom, c.budget(terms)) // Due may be production's, which comes first
	if err != nil {
		return c, event.Event{}, err
	}
	if now.Before(whole) {
		return c, event.Event{}, c.early()
	}
	if c.Wrote() {
		return c, event.Event{}, c.refuse("客户已来信，不能按无答复关闭。请阅读并登记客户的答复。",
			"The customer wrote, so it cannot be closed as unanswered. Read the message and record the answer.")
	}
	return c.move(by, event.ComplaintUnanswered, terms, now, nil, func(next *Complaint) (string, error) {
		next.void(by, now)
		next.end(StateUnanswered, now)
		return StateUnanswered, nil
	})
}

// Reopen begins a new round within the policy's days after the end. Before the end it may begin once the
// customer said that it is settled. All times start again. From the second reopening on it is one severity
// worse. The result of the last round is kept, also a correction whose effect is unchecked. why has the customer's
// words, or a reason for staff; it may not be empty.
func (c Complaint) Reopen(by staff.Actor, why string, terms Terms, now time.Time) (Complaint, event.Event, error) {
	data := map[string]string{"round": fmt.Sprint(c.Round + 1)}
	return c.change(by, permission.ReopenComplaint, event.ComplaintReopened, terms, now, data,
		func(next *Complaint) (string, error) {
			days := terms.Policy.OrStandard().ReopenDays
			if c.Closed() && now.After(c.ClosedAt.AddDate(0, 0, days)) {
				return "", c.refuse(fmt.Sprintf("关闭已超过 %d 天，不能重新打开。请登记新的投诉。", days),
					fmt.Sprintf("It was closed more than %d days ago and cannot be reopened. Open a new complaint.", days))
			}
			if faultyReason(words.InternalText(why)) {
				return "", fault.Faulty(unexplained(by))
			}
			next.Earlier = append(slices.Clone(c.Earlier), c.earlier())
			next.Reopened = &Reopening{By: by.ID, At: now, Reason: words.InternalText(why)}
			if by.ID == staff.Visitor.ID {
				next.Reopened = &Reopening{By: by.ID, At: now, Words: words.PublicText(why)}
			}
			if c.Round >= 2 {
				next.Severity = max(1, c.Severity-1)
			}
			next.Round, next.RoundAt, next.Owners = c.Round+1, now, nil
			next.Decision = nil
			next.chooses(by, SayReopen, now)
			if c.Owner != "" {
				next.Owners, next.OwnerAt = []string{c.Owner}, now
				if next.Decision != nil { // the decision tells the owner
					next.OwnerAt = time.Time{}
				}
			}
			next.RepliedAt, next.RepliedFiles, next.Run, next.Said = time.Time{}, false, 0, c.waiting(now)
			next.Requests, next.AskedAt, next.Reached = 0, time.Time{}, nil
			next.Stops, next.Asked, next.Case, next.Verdict, next.Proposals, next.Remedies, next.ProposedBy = nil, nil, nil,
				nil, nil, nil, ""
			next.ProposedFrom = nil
			next.Approval, next.Agreement, next.CarryOut, next.Verification, next.Cause, next.Correction = nil, nil, nil, nil,
				nil, nil
			next.Withdrawal, next.Corrections, next.OfferedAt, next.YesBy = nil, nil, time.Time{}, time.Time{}
			next.Outcome, next.ResolvedAt, next.ClosedAt = "", time.Time{}, time.Time{}
			return StateNew, nil
		})
}

// unexplained is the fault of a reopening without a reason.
func unexplained(by staff.Actor) fault.Field {
	if by.ID == staff.Visitor.ID {
		return fault.Field{Pointer: "/text", Text: words.Text{Zh: "请写明还有什么问题，最多 2000 字。",
			En: "Tell us what is still wrong, in at most 2000 characters."}}
	}
	return fault.Field{Pointer: "/internal_reason", Text: words.Text{Zh: "请说明为何重新打开，最多 2000 字。",
		En: "Say why it is opened again, in at most 2000 characters."}}
}

package complaint

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"afterpress/shared/crm/complaint/approval"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// Refusal is an approver's no, to remedies of an amount or to an overruling. An overruling that expired is
// one too, with By and Reason empty. It is kept when another question follows.
type Refusal struct {
	No       int                `json:"no"`
	AskedBy  string             `json:"asked_by,omitempty"`
	By       string             `json:"by"`
	At       time.Time          `json:"at"`
	Reason   words.InternalText `json:"internal_reason"`
	Amount   *money.Money       `json:"amount,omitempty"`
	Overrule *verdict.Overrule  `json:"overrule,omitempty"`
}

// LastRefusal is the negative answer to the last question, until another is asked. It is an approver's no, or
// an expiry with By empty. It holds only in the round in which it was given.
func (c Complaint) LastRefusal() (r Refusal, ok bool) {
	a := c.Approval
	switch {
	case c.State == StateProposed && a != nil && (a.State == approval.StateRejected || a.State == approval.StateExpired):
		r = Refusal{No: a.No, AskedBy: a.RequestedBy, At: a.DecidedAt, Reason: a.Reason, Amount: &a.Amount}
		if a.State == approval.StateRejected {
			r.By = a.DecidedBy
		}
	case (c.State == StateJudged || c.State == StateInvestigating) && len(c.Refused) > 0:
		if r = c.Refused[len(c.Refused)-1]; r.Overrule == nil {
			return Refusal{}, false
		}
	default:
		return Refusal{}, false
	}
	return r, r.No == c.Approvals && !r.At.Before(c.RoundAt)
}

// Covers refuses an actor whose limit is below the amount plus what the customer was given before. So a large
// remedy in small parts is seen. It also refuses when the amount with all that was given for the job is above
// worth, the job's price.
func Covers(p approval.Policy, by staff.Actor, amount money.Money, before approval.Granted,
	worth money.Money) *fault.Error {
	if by.Has(staff.Owner) || amount.Minor == 0 { // an apology gives nothing away
		return nil
	}
	if before.Customer < 0 || before.Job < 0 {
		return fault.Fail(fault.Internal, "计数有误，请稍后再试。", "A counter is wrong; try again later.")
	}
	customer, err := amount.Add(money.Money{Minor: before.Customer, Currency: amount.Currency})
	job, jobErr := amount.Add(money.Money{Minor: before.Job, Currency: amount.Currency})
	if err != nil || jobErr != nil || job.Currency != worth.Currency || job.Minor > worth.Minor {
		return fault.Fail(fault.Forbidden, "补救总额超过订单金额，须由老板批准。请转给老板。",
			"The remedies pass what the job was worth; the shop's owner must approve. Ask him.")
	}
	if most, set := p.Customer[amount.Currency]; !set || customer.Minor > most {
		return fault.Fail(fault.Forbidden, "该客户 30 天内的补救总额超过上限，须由老板批准。请转给老板。",
			"What this customer got in 30 days passes the limit; the shop's owner must approve. Ask him.")
	}
	for role, limits := range p.Roles {
		if limit, set := limits[amount.Currency]; set && by.Has(role) && customer.Minor <= limit {
			return nil
		}
	}
	return fault.Fail(fault.Forbidden, "金额连同 30 天内已给该客户的，超过您的权限。请转给额度更高的同事。",
		"With what this customer got in 30 days the amount passes your limit. Ask somebody with a higher one.")
}

// interested reports whether the actor has an interest in what the customer gets. Interested are the
// proposer, the asker, all owners of this round, the opener, and the customer's owner.
func (c Complaint) interested(by staff.Actor) bool {
	parties := append([]string{c.ProposedBy, c.OpenedBy, c.Account, c.Owner}, c.Owners...)
	return slices.Contains(parties, by.ID) || c.Approval != nil && c.Approval.RequestedBy == by.ID
}

func (c Complaint) impartial(by staff.Actor) *fault.Error {
	if !c.interested(by) {
		return nil
	}
	return fault.Fail(fault.Forbidden, "提出者、经办人、登记人和该客户的负责人不能自己批准。请转给另一位有权限的同事。",
		"Who asked, handled or opened it, and the customer's own person, cannot approve it. Ask a colleague who may.")
}

// Approve approves remedies or an overruling. no and amount name the question that the approver has read. It
// returns fault.Refused where another question has replaced it, and fault.Forbidden for an interested approver. It
// is also Forbidden where the amount with all that was given before is above the approver's limit.
func (c Complaint) Approve(by staff.Actor, no int, amount money.Money, before approval.Granted, terms Terms,
	now time.Time) (Complaint, event.Event, error) {
	return c.change(by, permission.ApproveComplaint, event.ComplaintApproved, terms, now,
		map[string]string{"no": fmt.Sprint(no)}, func(next *Complaint) (string, error) {
			if err := c.sameQuestion(no, amount); err != nil {
				return "", err
			}
			if c.State == StateJudged {
				v, o := *c.Verdict, *c.Verdict.Overruled
				o.ApprovedBy, o.ApprovedAt = by.ID, now
				v.Overruled, v.Stood = &o, nil
				next.unpropose() // those followed from another verdict
				next.Verdict = &v
				return c.State, nil
			}
			job, faults := c.remedyJob()
			if len(faults) > 0 {
				return "", fault.Faulty(faults...)
			}
			if err := Covers(terms.Policy.OrStandard().Approval, by, c.Approval.Amount, before, job.Value); err != nil {
				return "", err
			}
			next.Approval = c.Approval.Decided(approval.StateApproved, by, "", now)
			return StateOffered, nil
		})
}

// AskedAmount is the amount to approve. It is zero for an overruling.
func (c Complaint) AskedAmount() money.Money {
	if c.State != StateAwaiting {
		return money.Money{}
	}
	return c.Approval.Amount
}

// sameQuestion refuses a decision about a question that another one has replaced.
func (c Complaint) sameQuestion(no int, amount money.Money) error {
	if c.Approvals == no && c.AskedAmount() == amount {
		return nil
	}
	return c.refuse("审批内容已被修改。请重新查看后再决定。", "What is to be approved was changed. Read it again and decide then.")
}

// Reject rejects remedies or an overruling, with a reason for staff. The remedies are chosen again. An
// overruling falls, and what stood before stands again.
func (c Complaint) Reject(by staff.Actor, no int, reason words.InternalText, terms Terms,
	now time.Time) (Complaint, event.Event, error) {
	return c.change(by, permission.RejectComplaint, event.ComplaintRejected, terms, now,
		map[string]string{"no": fmt.Sprint(no)}, func(next *Complaint) (string, error) {
			if faultyReason(reason) {
				return "", fault.Faulty(fault.Field{Pointer: "/internal_reason",
					Text: words.Text{Zh: "请说明理由，最多 2000 字。", En: "Say why, in at most 2000 characters."}})
			}
			if err := c.sameQuestion(no, c.AskedAmount()); err != nil {
				return "", err
			}
			if c.State == StateJudged {
				return next.unrule(Refusal{By: by.ID, At: now, Reason: reason}), nil
			}
			next.Refused = append(slices.Clone(c.Refused),
				Refusal{No: no, AskedBy: c.Approval.RequestedBy, By: by.ID, At: now, Reason: reason, Amount: &c.Approval.Amount})
			next.Approval = c.Approval.Decided(approval.StateRejected, by, reason, now)
			return StateProposed, nil
		})
}

// unrule drops the waiting overruling and keeps it with the answer. An earlier approved overruling stands
// again, else the rule's verdict. Where there is neither, the complaint is investigated again.
func (c *Complaint) unrule(answer Refusal) (state string) {
	answer.No, answer.AskedBy, answer.Overrule = c.Approvals, c.Verdict.Overruled.By, c.Verdict.Overruled
	c.Refused = append(slices.Clone(c.Refused), answer)
	if c.Verdict.Liability == verdict.Unclear && c.Verdict.Stood == nil {
		c.Case, c.Verdict = nil, nil
		return StateInvestigating
	}
	v := *c.Verdict
	v.Overruled, v.Stood = v.Stood, nil
	c.Verdict = &v
	return c.State
}

// faultyReason reports whether a reason for staff is empty, above 2000 characters, or not printable.
func faultyReason(reason words.InternalText) bool {
	return strings.TrimSpace(string(reason)) == "" || len([]rune(reason)) > 2000 ||
		!words.Printable(string(reason), "\n\t")
}

// Expire lets the process end a question that was not answered in time. The asker has to ask again. Remedies
// are chosen again, an overruling falls. Before its time it returns fault.Refused.
func (c Complaint) Expire(terms Terms, now time.Time) (Complaint, event.Event, error) {
	by := staff.Process("complaint")
	if _, until := c.AskedBy(); until.IsZero() || now.Before(until) {
		return c, event.Event{}, c.early()
	}
	return c.move(by, event.ComplaintApprovalExpired, terms, now, map[string]string{"no": fmt.Sprint(c.Approvals)},
		func(next *Complaint) (string, error) {
			if c.State == StateJudged {
				return next.unrule(Refusal{At: now}), nil
			}
			next.Approval = c.Approval.Decided(approval.StateExpired, by, "", now)
			return StateProposed, nil
		})
}

package complaint

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"afterpress/shared/crm/complaint/approval"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/crm/firm"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"

	"github.com/samber/lo"
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
		"Its requester, handler and opener cannot approve it, nor can the customer's owner. Ask another colleague who may.")
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
			if err := terms.Policy.OrStandard().Approval.Covers(by, c.Approval.Amount, before, job.Value); err != nil {
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
	return c.refuse("审批内容已被修改。请重新查看后再决定。", "The request was changed. Read it again, then decide.")
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

// Approver chooses who is asked to decide: a person present, without an interest, whose limit covers the amount and
// what was given before. For an overruling any impartial approver will do. The nearest limit comes first, and the
// shop's owner last, for what only they may decide. asked is how many were asked already. The next one follows, and
// after the last the first again. With no approver present it is an owner of the shop, wherever they are.
func Approver(shop firm.Roster, terms Terms, c Complaint, asked int, now time.Time) (staff.Staff, bool) {
	var may []staff.Staff
	for _, p := range shop.Staff {
		if p.Employed(now) && c.decides(p, terms, now) {
			may = append(may, p)
		}
	}
	slices.SortFunc(may, func(a, b staff.Staff) int {
		return cmp.Or(cmp.Compare(c.reach(a, terms), c.reach(b, terms)), cmp.Compare(a.ID, b.ID))
	})
	here := slices.DeleteFunc(slices.Clone(may), func(p staff.Staff) bool { return !p.Present(now) })
	if len(here) > 0 {
		return here[asked%len(here)], true
	}
	return lo.Find(may, func(p staff.Staff) bool { return p.Has(staff.Owner) })
}

// decides reports whether the person could approve what is asked now.
func (c Complaint) decides(p staff.Staff, terms Terms, now time.Time) bool {
	by := staff.ActorOf(p)
	if c.may(by, permission.ApproveComplaint, now) != nil {
		return false
	}
	if c.State != StateAwaiting {
		return true
	}
	return c.Job.Value != nil &&
		terms.Policy.OrStandard().Approval.Covers(by, c.Approval.Amount, c.Approval.Before, c.Job.Value.Value) == nil
}

// reach is the person's limit in the currency asked about, in minor units. The shop's owner has none.
func (c Complaint) reach(p staff.Staff, terms Terms) int64 {
	if p.Has(staff.Owner) {
		return math.MaxInt64
	}
	var most int64
	for _, role := range p.Roles {
		most = max(most, terms.Policy.OrStandard().Approval.Roles[role][c.AskedAmount().Currency])
	}
	return most
}

// mayDecide refuses an interested approver, the asker of an overruling, and an expired question. It holds for
// a rejection too: the asker takes a question back by an edit or another verdict.
func (c Complaint) mayDecide(by staff.Actor, command permission.Action, now time.Time) *fault.Error {
	if err := c.impartial(by); err != nil {
		return err
	}
	if c.State == StateJudged && c.Verdict.Overruled.By == by.ID {
		return fault.Fail(fault.Forbidden, "提出改判的人不能自己批准。请转给另一位有权限的同事。",
			"You asked for the other verdict, so you cannot approve it. Ask another colleague who may.")
	}
	if _, until := c.AskedBy(); !until.IsZero() && !now.Before(until) { // even before the process has expired it
		return c.refuse("审批已过期。请经办人重新提出。", "The approval has expired. Its owner must ask again.")
	}
	return nil
}

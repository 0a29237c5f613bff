package crm

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// RemedyFacts is what proposals depend on beside the complaint.
type RemedyFacts struct {
	LateHours int64      `json:"late_hours"`
	Usable    bool       `json:"usable"`
	Sortable  bool       `json:"sortable"`
	Mendable  bool       `json:"mendable"`
	Standing  string     `json:"standing"`
	ReprintAt time.Time  `json:"reprint_at"`
	MendAt    time.Time  `json:"mend_at"`
	Cost      RemedyCost `json:"cost"`
}

// RemedyChoice is what staff want to offer. Without remedies the rule's proposals are put on the table; a draft stays there too.
type RemedyChoice struct {
	Facts    *RemedyFacts `json:"facts"`
	Remedies []Remedy     `json:"remedies" validate:"max=9"`
	Draft    bool         `json:"draft"`
	Before   Granted      `json:"-"` // counted by the store
}

// Propose chooses remedies. Whose word covers them offers them to the customer at once; else another person is asked, and the amount is frozen in the
// question. An edit voids a question that was asked, and takes back an offer that was made.
func (c Complaint) Propose(by Actor, in RemedyChoice, terms ComplaintTerms, now time.Time) (Complaint, Event, error) {
	data := map[string]string{}
	return c.change(by, ProposeComplaint, ComplaintProposedEvent, terms, now, data, func(next *Complaint) (string, error) {
		job, faults := c.remedyJob()
		if len(faults) > 0 {
			return "", Faulty(faults...)
		}
		policy := terms.Policy.orStandard()
		if in.Facts != nil {
			rc := c.remedyCase(*in.Facts, job)
			if faults := rc.Check(); len(faults) > 0 {
				return "", Faulty(faults...)
			}
			next.Proposals = ProposeRemedies(rc, policy.Remedy)
			next.ProposedFrom = &ProposalBasis{Rule: RemedyRule, Policy: terms.Ref, Settings: policy.Remedy, Inputs: rc}
		}
		next.void(by, now)
		next.ProposedBy, next.Remedies = by.ID, slices.Clone(in.Remedies)
		if len(in.Remedies) == 0 && in.Facts != nil {
			next.Turn++
			return ComplaintProposed, nil
		}
		if _, faults = CheckRemedies(in.Remedies, job); len(faults) > 0 {
			return "", Faulty(faults...)
		}
		amount, err := givenAway(in.Remedies, job)
		if err != nil {
			return "", err
		}
		data["amount"], data["currency"] = fmt.Sprint(amount.Minor), amount.Currency
		next.Turn++ // an edit begins the stay anew: whoever is to answer is asked again
		switch {
		case in.Draft:
			return ComplaintProposed, nil
		case policy.Approval.covers(by, amount, in.Before, job.Value) == nil:
			return ComplaintOffered, nil
		}
		expires, err := terms.Calendar.Add(now, seconds(policy.Approval.Expires))
		if err != nil {
			return "", err
		}
		next.Approvals++
		next.Approval = &Approval{No: next.Approvals, Amount: amount, State: ApprovalRequested, RequestedBy: by.ID, RequestedAt: now, Expires: expires,
			Before: in.Before, Policy: terms.Ref}
		return ComplaintAwaiting, nil
	})
}

// void ends a question whose remedies are edited or no longer wanted.
func (c *Complaint) void(by Actor, now time.Time) {
	if c.Approval != nil && (c.Approval.State == ApprovalRequested || c.Approval.State == ApprovalApproved) {
		c.Approval = c.Approval.decided(ApprovalVoid, by, "", now)
	}
}

// givenAway is what an approval is asked for: what the remedies cost us or are worth to the customer, whichever is more.
func givenAway(remedies []Remedy, job RemedyJob) (Money, error) {
	cost, value, err := sumRemedies(remedies, job)
	if err != nil {
		return Money{}, err
	}
	return Money{max(cost.Minor, value.Minor), job.Value.Currency}, nil
}

func (c Complaint) remedyCase(f RemedyFacts, job RemedyJob) RemedyCase {
	liability, share := c.Verdict.Stands()
	return RemedyCase{Liability: liability, OurShare: share, Job: job, Defect: c.Case.Defect, Severity: c.Severity, Affected: c.Affected, LateHours: f.LateHours,
		Usable: f.Usable, Sortable: f.Sortable, Mendable: f.Mendable, Standing: f.Standing, Wanted: c.Wanted, NeededBy: c.NeededBy, ReprintAt: f.ReprintAt,
		MendAt: f.MendAt, Cost: f.Cost}
}

// Approve decides for what was asked: an overruling, or remedies. no and amount are the question that the approver has read; where it is another by now, he is
// told so. The approver has no interest in it, and his word covers the amount with all that was given before.
func (c Complaint) Approve(by Actor, no int, amount Money, before Granted, terms ComplaintTerms, now time.Time) (Complaint, Event, error) {
	return c.change(by, ApproveComplaint, ComplaintApprovedEvent, terms, now, map[string]string{"no": fmt.Sprint(no)}, func(next *Complaint) (string, error) {
		if err := c.sameQuestion(no, amount); err != nil {
			return "", err
		}
		if c.State == ComplaintJudged {
			v, o := *c.Verdict, *c.Verdict.Overruled
			o.ApprovedBy, o.ApprovedAt = by.ID, now
			v.Overruled, v.Stood = &o, nil
			next.unpropose() // that was reckoned from another verdict
			next.Verdict = &v
			return c.State, nil
		}
		job, faults := c.remedyJob()
		if len(faults) > 0 {
			return "", Faulty(faults...)
		}
		if err := terms.Policy.orStandard().Approval.covers(by, c.Approval.Amount, before, job.Value); err != nil {
			return "", err
		}
		next.Approval = c.Approval.decided(ApprovalApproved, by, "", now)
		return ComplaintOffered, nil
	})
}

// asked is the amount that is to be approved; zero for an overruling.
func (c Complaint) asked() Money {
	if c.State != ComplaintAwaiting {
		return Money{}
	}
	return c.Approval.Amount
}

// sameQuestion refuses a decision about a question that another one has replaced.
func (c Complaint) sameQuestion(no int, amount Money) error {
	if c.Approvals == no && c.asked() == amount {
		return nil
	}
	return c.refuse("审批内容已被修改。请重新查看后再决定。", "What is to be approved was changed. Read it again and decide then.")
}

// Reject decides against it, with a reason for staff. Remedies go back to the choice, an overruling falls and what stood before stands.
func (c Complaint) Reject(by Actor, no int, reason InternalText, terms ComplaintTerms, now time.Time) (Complaint, Event, error) {
	return c.change(by, RejectComplaint, ComplaintRejectedEvent, terms, now, map[string]string{"no": fmt.Sprint(no)}, func(next *Complaint) (string, error) {
		if faultyReason(reason) {
			return "", Faulty(Field{"/internal_reason", Text{"请说明理由，最多 2000 字。", "Say why, in at most 2000 characters."}})
		}
		if err := c.sameQuestion(no, c.asked()); err != nil {
			return "", err
		}
		if c.State == ComplaintJudged {
			return next.unrule(Refusal{By: by.ID, At: now, Reason: reason}), nil
		}
		next.Refused = append(slices.Clone(c.Refused), Refusal{No: no, AskedBy: c.Approval.RequestedBy, By: by.ID, At: now, Reason: reason, Amount: &c.Approval.Amount})
		next.Approval = c.Approval.decided(ApprovalRejected, by, reason, now)
		return ComplaintProposed, nil
	})
}

// unrule drops the overruling that waits, and keeps it with the answer. What stood before stands again: an overruling that was approved, else the rule's verdict;
// where there is neither, the complaint is investigated again.
func (c *Complaint) unrule(answer Refusal) (state string) {
	answer.No, answer.AskedBy, answer.Overrule = c.Approvals, c.Verdict.Overruled.By, c.Verdict.Overruled
	c.Refused = append(slices.Clone(c.Refused), answer)
	if c.Verdict.Liability == Unclear && c.Verdict.Stood == nil {
		c.Case, c.Verdict = nil, nil
		return ComplaintInvestigating
	}
	v := *c.Verdict
	v.Overruled, v.Stood = v.Stood, nil
	c.Verdict = &v
	return c.State
}

// faultyReason reports whether a reason for staff says nothing, too much, or what cannot be shown.
func faultyReason(reason InternalText) bool {
	return strings.TrimSpace(string(reason)) == "" || len([]rune(reason)) > 2000 || !printable(string(reason), "\n\t")
}

// Expire is the process's: a question that nobody answered in time ends, and who asked has to ask again. Remedies go back to the choice, an overruling falls.
func (c Complaint) Expire(terms ComplaintTerms, now time.Time) (Complaint, Event, error) {
	by := Process("complaint")
	if _, until := c.AskedBy(); until.IsZero() || now.Before(until) {
		return c, Event{}, c.early()
	}
	return c.move(by, ComplaintExpiredEvent, terms, now, map[string]string{"no": fmt.Sprint(c.Approvals)}, func(next *Complaint) (string, error) {
		if c.State == ComplaintJudged {
			return next.unrule(Refusal{At: now}), nil
		}
		next.Approval = c.Approval.decided(ApprovalExpired, by, "", now)
		return ComplaintProposed, nil
	})
}

// Agree takes in the customer's yes to the offer of that turn: one that was taken back and made anew is another.
func (c Complaint) Agree(by Actor, turn int, terms ComplaintTerms, now time.Time) (Complaint, Event, error) {
	return c.change(by, AgreeComplaint, ComplaintAgreedEvent, terms, now, nil, func(next *Complaint) (string, error) {
		if turn != c.Turn {
			return "", c.refuse("方案已更新。请重新查看后再答复。", "The offer was changed. Read it again and answer then.")
		}
		next.Agreement = &Agreement{By: by.ID, At: now}
		next.chooses(by, SayAgree, now)
		return ComplaintAgreed, nil
	})
}

// Decline takes in the customer's no: staff have to find something else.
func (c Complaint) Decline(by Actor, terms ComplaintTerms, now time.Time) (Complaint, Event, error) {
	return c.change(by, DeclineComplaint, ComplaintDeclinedEvent, terms, now, nil, func(next *Complaint) (string, error) {
		next.void(by, now)
		next.chooses(by, SayDecline, now)
		return ComplaintJudged, nil
	})
}

// CarryOutPlan is how the remedies will be done. Goods have a day, credits a number; either may be filled in later.
type CarryOutPlan struct {
	PromisedAt   time.Time `json:"promised_at"`
	CreditNumber string    `json:"credit_number" validate:"max=64,oneline"`
}

// CarryOutRemedies begins to do what was agreed, and gives the customer a new day where the first one cannot be kept. The number of a credit is entered by finance.
func (c Complaint) CarryOutRemedies(by Actor, in CarryOutPlan, terms ComplaintTerms, now time.Time) (Complaint, Event, error) {
	return c.change(by, CarryOutComplaint, ComplaintCarriedEvent, terms, now, nil, func(next *Complaint) (string, error) {
		goods, money := c.agreed()
		faults := Validate(in)
		out := CarryOut{Since: now}
		if c.CarryOut != nil && c.State == ComplaintCarryingOut {
			out = *c.CarryOut
		}
		if in.CreditNumber != "" {
			if !money || !by.Has(Finance) && !by.Has(Manager) && !by.Has(Owner) {
				faults = append(faults, Field{"/credit_number", Text{"凭证号由财务填写，且方案中须有退款或贷记。", "Finance enters the number, and only where something is credited."}})
			}
			out.CreditNumber = in.CreditNumber
		}
		if !in.PromisedAt.IsZero() {
			if !goods || !in.PromisedAt.After(now) || in.PromisedAt.After(now.Add(CalendarReach)) {
				faults = append(faults, Field{"/promised_at", Text{"请填写今后 400 天以内的交货时间，且方案中须有重印或返工。", "Enter a day within the next 400 days, and only where goods are made or mended."}})
			}
			out.PromisedAt = in.PromisedAt.UTC()
		}
		if goods && out.PromisedAt.IsZero() {
			faults = append(faults, Field{"/promised_at", Text{"请填写答应客户的交货时间。", "Enter the day that the customer is told for the goods."}})
		}
		if len(faults) > 0 {
			return "", Faulty(faults...)
		}
		if c.State == ComplaintCarryingOut && !in.PromisedAt.IsZero() {
			next.Promised, next.PromisedAt = out.PromisedAt, now
			next.Promises++
		}
		next.CarryOut = &out
		return ComplaintCarryingOut, nil
	})
}

// agreed says whether what was agreed makes goods, and whether it gives money.
func (c Complaint) agreed() (goods, money bool) {
	for _, r := range c.Remedies {
		goods = goods || r.Kind.makes()
		money = money || r.Kind == RemedyCreditNote || r.Kind == RemedyPriceCut || r.Kind == RemedyRefund
	}
	return goods, money
}

// Complete says that all that was agreed is done. Its cost is added to the complaint's.
func (c Complaint) Complete(by Actor, terms ComplaintTerms, now time.Time) (Complaint, Event, error) {
	data := map[string]string{}
	return c.change(by, CompleteComplaint, ComplaintCompletedEvent, terms, now, data, func(next *Complaint) (string, error) {
		if _, money := c.agreed(); money && c.CarryOut.CreditNumber == "" {
			return "", Faulty(Field{"/credit_number", Text{"缺少凭证号。请财务先填写。", "The credit's number is missing. Ask finance to enter it first."}})
		}
		job, _ := c.remedyJob() // it was complete when the remedies were chosen
		cost, _, err := sumRemedies(c.Remedies, job)
		if err == nil && c.Cost != nil {
			cost, err = cost.Add(*c.Cost)
		}
		if err != nil {
			return "", err
		}
		out := *c.CarryOut
		out.DoneAt = now
		next.CarryOut, next.Cost = &out, &cost
		data["cost"], data["currency"] = fmt.Sprint(cost.Minor), cost.Currency
		return ComplaintVerifying, nil
	})
}

package complaint

import (
	"fmt"
	"slices"
	"time"

	"afterpress/shared/crm/complaint/approval"
	"afterpress/shared/crm/complaint/proposal"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
)

// RemedyFacts is what proposals depend on besides the complaint.
type RemedyFacts struct {
	LateHours int64         `json:"late_hours"`
	Usable    bool          `json:"usable"`
	Sortable  bool          `json:"sortable"`
	Mendable  bool          `json:"mendable"`
	Standing  string        `json:"standing"`
	ReprintAt time.Time     `json:"reprint_at"`
	MendAt    time.Time     `json:"mend_at"`
	Cost      proposal.Cost `json:"cost"`
}

// RemedyChoice is what staff want to offer. Without remedies only the rule's proposals are recorded. A draft
// is not offered yet either.
type RemedyChoice struct {
	Facts    *RemedyFacts     `json:"facts"`
	Remedies []remedy.Remedy  `json:"remedies" validate:"max=9"`
	Draft    bool             `json:"draft"`
	Before   approval.Granted `json:"-"` // counted by the store
}

// Propose chooses remedies. They are offered to the customer at once where the actor's limit covers them.
// Otherwise an approver is asked, and the amount is frozen in the question. An edit voids an open question
// and takes back an offer.
func (c Complaint) Propose(by staff.Actor, in RemedyChoice, terms Terms,
	now time.Time) (Complaint, event.Event, error) {
	data := map[string]string{}
	return c.change(by, permission.ProposeComplaint, event.ComplaintProposed, terms, now, data,
		func(next *Complaint) (string, error) {
			job, faults := c.remedyJob()
			if len(faults) > 0 {
				return "", fault.Faulty(faults...)
			}
			policy := terms.Policy.OrStandard()
			if in.Facts != nil {
				rc := c.remedyCase(*in.Facts, job)
				if faults := rc.Check(); len(faults) > 0 {
					return "", fault.Faulty(faults...)
				}
				next.Proposals = proposal.Propose(rc, policy.Remedy)
				next.ProposedFrom = &proposal.Basis{Rule: proposal.Rule, Policy: terms.Ref, Settings: policy.Remedy,
					Inputs: rc, At: now}
			}
			next.void(by, now)
			next.ProposedBy, next.Remedies = by.ID, slices.Clone(in.Remedies)
			if len(in.Remedies) == 0 && in.Facts != nil {
				next.Turn++
				return StateProposed, nil
			}
			if _, faults = remedy.Check(in.Remedies, job); len(faults) > 0 {
				return "", fault.Faulty(faults...)
			}
			amount, err := givenAway(in.Remedies, job)
			if err != nil {
				return "", err
			}
			data["amount"], data["currency"] = fmt.Sprint(amount.Minor), amount.Currency
			next.Turn++ // a new stay: approver or customer is asked again
			switch {
			case in.Draft:
				return StateProposed, nil
			case policy.Approval.Covers(by, amount, in.Before, job.Value) == nil:
				return StateOffered, nil
			}
			expires, err := terms.Calendar.Add(now, calendar.Seconds(policy.Approval.Expires))
			if err != nil {
				return "", err
			}
			next.Approvals++
			next.Approval = &approval.Approval{No: next.Approvals, Amount: amount, State: approval.StateRequested,
				RequestedBy: by.ID,
				RequestedAt: now, Expires: expires,
				Before: in.Before, Policy: terms.Ref}
			return StateAwaiting, nil
		})
}

// void ends a question whose remedies are edited or no longer wanted.
func (c *Complaint) void(by staff.Actor, now time.Time) {
	if c.Approval != nil && (c.Approval.State == approval.StateRequested || c.Approval.State == approval.StateApproved) {
		c.Approval = c.Approval.Decided(approval.StateVoid, by, "", now)
	}
}

// givenAway is the amount to approve: our cost or the value to the customer, whichever is more.
func givenAway(remedies []remedy.Remedy, job remedy.Job) (money.Money, error) {
	cost, value, err := remedy.Sum(remedies, job)
	if err != nil {
		return money.Money{}, err
	}
	return money.Money{Minor: max(cost.Minor, value.Minor), Currency: job.Value.Currency}, nil
}

func (c Complaint) remedyCase(f RemedyFacts, job remedy.Job) proposal.Case {
	liability, share := c.Verdict.Stands()
	return proposal.Case{Liability: liability, OurShare: share, Job: job, Defect: c.Case.Defect, Severity: c.Severity,
		Affected: c.Affected, LateHours: f.LateHours,
		Usable: f.Usable, Sortable: f.Sortable, Mendable: f.Mendable, Standing: f.Standing, Wanted: c.Wanted,
		NeededBy: c.NeededBy, ReprintAt: f.ReprintAt,
		MendAt: f.MendAt, Cost: f.Cost}
}

// Agree records the customer's yes to the offer of that turn. An offer that was taken back and made again is
// another one: then it returns fault.Refused.
func (c Complaint) Agree(by staff.Actor, turn int, terms Terms, now time.Time) (Complaint, event.Event, error) {
	return c.change(by, permission.AgreeComplaint, event.ComplaintAgreed, terms, now, nil,
		func(next *Complaint) (string, error) {
			if turn != c.Turn {
				return "", c.refuse("方案已更新。请重新查看后再答复。", "The offer was changed. Read it again, then answer.")
			}
			next.Agreement = &Agreement{By: by.ID, At: now}
			next.chooses(by, SayAgree, now)
			return StateAgreed, nil
		})
}

// Decline records the customer's no. Staff have to find another remedy.
func (c Complaint) Decline(by staff.Actor, terms Terms, now time.Time) (Complaint, event.Event, error) {
	return c.change(by, permission.DeclineComplaint, event.ComplaintDeclined, terms, now, nil,
		func(next *Complaint) (string, error) {
			next.void(by, now)
			next.chooses(by, SayDecline, now)
			return StateJudged, nil
		})
}

package complaint

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// States of an approval. Only requested can still be decided.
const (
	ApprovalRequested = "requested"
	ApprovalApproved  = "approved"
	ApprovalRejected  = "rejected"
	ApprovalExpired   = "expired"
	ApprovalVoid      = "void" // what it was asked for was edited or is over
)

// Approval is one person's question to another whether remedies may be given. Its amount is frozen: whoever edits
// the remedies voids it and asks anew.
type Approval struct {
	No     int         `json:"no"` // within the complaint; whoever decides names it
	Amount money.Money `json:"amount"`
	// what was given before it was asked: by this an approver is looked for, and whoever decides is measured by what
	// was given by then
	Before      Granted            `json:"before"`
	State       string             `json:"state"`
	RequestedBy string             `json:"requested_by"`
	RequestedAt time.Time          `json:"requested_at"`
	Expires     time.Time          `json:"expires_at"`
	Policy      string             `json:"policy,omitempty"`
	DecidedBy   string             `json:"decided_by,omitempty"`
	DecidedAt   time.Time          `json:"decided_at,omitzero"`
	Reason      words.InternalText `json:"internal_reason,omitempty"` // of a rejection
}

// Refusal is an approver's no: to remedies of an amount, or to an overruling. An overruling that nobody answered in
// time is one too; By and Reason are empty then. It is kept when another question follows.
type Refusal struct {
	No       int                `json:"no"`
	AskedBy  string             `json:"asked_by,omitempty"`
	By       string             `json:"by"`
	At       time.Time          `json:"at"`
	Reason   words.InternalText `json:"internal_reason"`
	Amount   *money.Money       `json:"amount,omitempty"`
	Overrule *verdict.Overrule  `json:"overrule,omitempty"`
}

// LastRefusal is the answer to the question that was put last, as long as nobody has put another: an approver's no,
// or that none came in time; By is empty then. Each answer concerns the round in which it was given.
func (c Complaint) LastRefusal() (r Refusal, ok bool) {
	a := c.Approval
	switch {
	case c.State == StateProposed && a != nil && (a.State == ApprovalRejected || a.State == ApprovalExpired):
		r = Refusal{No: a.No, AskedBy: a.RequestedBy, At: a.DecidedAt, Reason: a.Reason, Amount: &a.Amount}
		if a.State == ApprovalRejected {
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

// Granted is what the customer was given in the last 30 days, and for this job at any time, in minor units of the
// job's currency, without what this complaint's own offer gives. The store counts it in the transaction that
// approves.
type Granted struct {
	Customer int64 `json:"customer"`
	Job      int64 `json:"job"`
}

// ApprovalPolicy says who may give how much away. Amounts are minor units by currency (ISO 4217). A currency
// without an entry is for the shop's owner alone.
type ApprovalPolicy struct {
	// what one customer may be given in 30 days with this role's word
	Roles map[staff.Role]map[string]int64 `json:"roles"`
	// above this for one customer in 30 days only the shop's owner
	Customer map[string]int64 `json:"customer"`
	// working time after which a question that nobody answered ends
	Expires int64 `json:"expires_s"`
}

// StandardApprovalPolicy is the shop's default: service may give ¥200 and sales ¥500, which is a reprint of cards;
// finance ¥3,000, a manager ¥5,000, and above ¥20,000 for one customer in 30 days the owner decides. A question
// ends after two working days.
func StandardApprovalPolicy() ApprovalPolicy {
	cny := func(yuan int64) map[string]int64 { return map[string]int64{"CNY": yuan * 100} }
	return ApprovalPolicy{
		Roles: map[staff.Role]map[string]int64{staff.Service: cny(200), staff.Sales: cny(500), staff.Finance: cny(3000),
			staff.Manager: cny(5000)},
		Customer: cny(20_000), Expires: 16 * 3600,
	}
}

func (p ApprovalPolicy) check(f *fault.List, place string) {
	for _, role := range slices.Sorted(maps.Keys(p.Roles)) {
		if _, known := staff.RoleWords[role]; !known || role == staff.Owner {
			f.Add(place+"/roles/"+string(role), "不能为这个角色设额度。请选择老板以外的角色。",
				"No limit is set for this role. Choose one other than the owner's.")
		}
		checkAmounts(f, place+"/roles/"+string(role), p.Roles[role])
	}
	f.Within(place+"/expires_s", p.Expires, 1, 30*8*3600)
	checkAmounts(f, place+"/customer", p.Customer)
}

func checkAmounts(f *fault.List, place string, amounts map[string]int64) {
	for _, currency := range slices.Sorted(maps.Keys(amounts)) {
		f.Within(place+"/"+currency, amounts[currency], 0, defect.MaxFigure)
		if (money.Money{Currency: currency}).Check() != nil {
			f.Add(place+"/"+currency, "没有这种货币。请填写三个大写字母，例如 CNY。",
				"There is no such currency. Enter its three capital letters, such as CNY.")
		}
	}
}

// covers refuses an actor whose word is not enough for the amount. It counts what the customer was given before, so
// that a large remedy in small parts is seen, and against the job's worth what was given for the job.
func (p ApprovalPolicy) covers(by staff.Actor, amount money.Money, before Granted, worth money.Money) *fault.Error {
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

// open reports whether the approval can still be decided. One that is past its end cannot, whether or not the
// process has noted it.
func (a *Approval) open(now time.Time) bool {
	return a != nil && a.State == ApprovalRequested && now.Before(a.Expires)
}

// decided is the approval with a decision; the record that holds it is not touched.
func (a *Approval) decided(state string, by staff.Actor, reason words.InternalText, now time.Time) *Approval {
	out := *a
	out.State, out.DecidedBy, out.DecidedAt, out.Reason = state, by.ID, now, reason
	return &out
}

// interested reports whether the actor has an interest in what the customer gets: he asked for it, owns or owned
// the complaint, opened it, or the customer is his.
func (c Complaint) interested(by staff.Actor) bool {
	parties := append([]string{c.ProposedBy, c.OpenedBy, c.Account, c.Owner}, c.Owners...)
	return slices.Contains(parties, by.ID) || c.Approval != nil && c.Approval.RequestedBy == by.ID
}

// impartial refuses an approver who has an interest.
func (c Complaint) impartial(by staff.Actor) *fault.Error {
	if !c.interested(by) {
		return nil
	}
	return fault.Fail(fault.Forbidden, "提出者、经办人、登记人和该客户的负责人不能自己批准。请转给另一位有权限的同事。",
		"Who asked, handled or opened it, and the customer's own person, cannot approve it. Ask a colleague who may.")
}

// Approve decides for what was asked: an overruling, or remedies. no and amount are the question that the approver
// has read; where it is another by now, he is told so. The approver has no interest in it, and his word covers the
// amount with all that was given before.
func (c Complaint) Approve(by staff.Actor, no int, amount money.Money, before Granted, terms Terms,
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
				next.unpropose() // that was reckoned from another verdict
				next.Verdict = &v
				return c.State, nil
			}
			job, faults := c.remedyJob()
			if len(faults) > 0 {
				return "", fault.Faulty(faults...)
			}
			if err := terms.Policy.OrStandard().Approval.covers(by, c.Approval.Amount, before, job.Value); err != nil {
				return "", err
			}
			next.Approval = c.Approval.decided(ApprovalApproved, by, "", now)
			return StateOffered, nil
		})
}

// AskedAmount is the amount that is to be approved; zero for an overruling.
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

// Reject decides against it, with a reason for staff. Remedies go back to the choice, an overruling falls and what
// stood before stands.
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
			next.Approval = c.Approval.decided(ApprovalRejected, by, reason, now)
			return StateProposed, nil
		})
}

// unrule drops the overruling that waits, and keeps it with the answer. What stood before stands again: an
// overruling that was approved, else the rule's verdict; where there is neither, the complaint is investigated
// again.
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

// faultyReason reports whether a reason for staff says nothing, too much, or what cannot be shown.
func faultyReason(reason words.InternalText) bool {
	return strings.TrimSpace(string(reason)) == "" || len([]rune(reason)) > 2000 ||
		!words.Printable(string(reason), "\n\t")
}

// Expire is the process's: a question that nobody answered in time ends, and who asked has to ask again. Remedies
// go back to the choice, an overruling falls.
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
			next.Approval = c.Approval.decided(ApprovalExpired, by, "", now)
			return StateProposed, nil
		})
}

// Package approval decides who may approve a remedy, and up to what amount.
package approval

import (
	"maps"
	"slices"
	"time"

	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// States of an approval. Only a requested one can still be decided.
const (
	StateRequested = "requested"
	StateApproved  = "approved"
	StateRejected  = "rejected"
	StateExpired   = "expired"
	StateVoid      = "void" // its remedies were edited or are over
)

// States lists the states of an approval.
var States = []string{StateRequested, StateApproved, StateRejected, StateExpired, StateVoid}

// Approval is a staff member's question to an approver whether remedies may be given. Its amount is frozen.
// An edit of the remedies voids it, and a new one is asked.
type Approval struct {
	No     int         `json:"no"` // within the complaint; a decision names it
	Amount money.Money `json:"amount"`
	// Given before it was asked, to find an approver. The decision is checked against what was given by then.
	Before      Granted            `json:"before"`
	State       string             `json:"state" of:"approval-state"`
	RequestedBy string             `json:"requested_by"`
	RequestedAt time.Time          `json:"requested_at"`
	Expires     time.Time          `json:"expires_at"`
	Policy      string             `json:"policy,omitempty"`
	DecidedBy   string             `json:"decided_by,omitempty"`
	DecidedAt   time.Time          `json:"decided_at,omitzero"`
	Reason      words.InternalText `json:"internal_reason,omitempty"` // of a rejection
}

// Granted is what the customer was given before, in minor units of the job's currency. Customer counts the
// last 30 days, Job any time. This complaint's own offer is left out. The store counts it in the transaction
// that offers or approves.
type Granted struct {
	Customer int64 `json:"customer"`
	Job      int64 `json:"job"`
}

// Policy says who may give how much away. Amounts are minor units by currency (ISO 4217). A currency
// without an entry is for the shop's owner alone.
type Policy struct {
	// what this role may give one customer in 30 days
	Roles map[staff.Role]map[string]int64 `json:"roles"`
	// above this for one customer in 30 days only the shop's owner decides
	Customer map[string]int64 `json:"customer"`
	// working time, in seconds, after which an open question expires
	Expires int64 `json:"expires_s"`
}

// StandardPolicy is the shop's default. Service may give ¥200, and sales ¥500, which is a reprint of
// cards. Finance may give ¥3,000, a manager ¥5,000. Above ¥20,000 for one customer in 30 days the shop's
// owner decides. A question expires after two working days.
func StandardPolicy() Policy {
	cny := func(yuan int64) map[string]int64 { return map[string]int64{"CNY": yuan * 100} }
	return Policy{
		Roles: map[staff.Role]map[string]int64{staff.Service: cny(200), staff.Sales: cny(500), staff.Finance: cny(3000),
			staff.Manager: cny(5000)},
		Customer: cny(20_000), Expires: 16 * 3600,
	}
}

// Check adds to f what is wrong with the policy, which stands at a place of the whole document.
func (p Policy) Check(f *fault.List, place string) {
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

// Open reports whether it can still be decided: not past its end, even before the process expires it.
func (a *Approval) Open(now time.Time) bool {
	return a != nil && a.State == StateRequested && now.Before(a.Expires)
}

// Decided returns a copy of the approval with a decision. The record that holds it is not touched.
func (a *Approval) Decided(state string, by staff.Actor, reason words.InternalText, now time.Time) *Approval {
	out := *a
	out.State, out.DecidedBy, out.DecidedAt, out.Reason = state, by.ID, now, reason
	return &out
}

// Covers refuses an actor whose limit is below the amount plus what the customer was given before. So a large
// remedy in small parts is seen. It also refuses when the amount with all that was given for the job is above
// worth, the job's price.
func (p Policy) Covers(by staff.Actor, amount money.Money, before Granted, worth money.Money) *fault.Error {
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
			"The remedies exceed the value of the job, so the shop's owner must approve them. Ask the owner.")
	}
	if most, set := p.Customer[amount.Currency]; !set || customer.Minor > most {
		return fault.Fail(fault.Forbidden, "该客户 30 天内的补救总额超过上限，须由老板批准。请转给老板。",
			"The customer's remedies in 30 days exceed the limit, so the shop's owner must approve them. Ask the owner.")
	}
	for role, limits := range p.Roles {
		if limit, set := limits[amount.Currency]; set && by.Has(role) && customer.Minor <= limit {
			return nil
		}
	}
	return fault.Fail(fault.Forbidden, "金额连同 30 天内已给该客户的，超过您的权限。请转给额度更高的同事。",
		"Together with the customer's remedies in 30 days, the amount exceeds your limit. Ask a colleague with a higher one.")
}

package crm

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/samber/lo"
)

// NextComplaintOwner chooses who sees to a complaint that nobody took: fair rotation over the branch's service staff who are there when it is next open, else the
// customer's own person, else who answers for the branch. turn is the branch's rotation counter. ok is false when nobody is there: the ladder tells manager and
// owner of the shop as time goes by.
func NextComplaintOwner(shop Roster, terms ComplaintTerms, c Complaint, turn int64, now time.Time) (owner Staff, ok bool) {
	at, err := terms.Calendar.NextOpen(now)
	if err != nil {
		at = now
	}
	takes := func(p Staff) bool { return c.suits(p, now) == nil }
	free := slices.DeleteFunc(shop.Available(c.Branch, Service, at), func(p Staff) bool { return !takes(p) })
	if len(free) > 0 {
		return free[int(turn%int64(len(free)))], true
	}
	if p, found := shop.Person(c.Account); found && takes(p) {
		return p, true
	}
	manager, found := shop.Manager(terms.Branch, now)
	return manager, found && takes(manager)
}

// Approver chooses who is asked to decide: somebody present who may, has no interest in it, and whose word covers the amount with what was given before; for an
// overruling any impartial person. Whose limit is nearest comes first, the shop's owner last, so that he is asked for what nobody else may decide. asked counts
// who was asked already: the next one is asked then, and the first again when there is none. Without anybody present it is an owner of the shop, wherever he is.
func Approver(shop Roster, terms ComplaintTerms, c Complaint, asked int, now time.Time) (Staff, bool) {
	var may []Staff
	for _, p := range shop.Staff {
		if p.Employed(now) && c.decides(p, terms, now) {
			may = append(may, p)
		}
	}
	slices.SortFunc(may, func(a, b Staff) int {
		return cmp.Or(cmp.Compare(c.reach(a, terms), c.reach(b, terms)), cmp.Compare(a.ID, b.ID))
	})
	here := slices.DeleteFunc(slices.Clone(may), func(p Staff) bool { return !p.Present(now) })
	if len(here) > 0 {
		return here[asked%len(here)], true
	}
	return lo.Find(may, func(p Staff) bool { return p.Has(Owner) })
}

// decides reports whether the person could approve what is asked now.
func (c Complaint) decides(p Staff, terms ComplaintTerms, now time.Time) bool {
	by := ActorOf(p)
	if c.may(by, ApproveComplaint, now) != nil {
		return false
	}
	if c.State != ComplaintAwaiting {
		return true
	}
	return c.Job.Value != nil && terms.Policy.orStandard().Approval.covers(by, c.Approval.Amount, c.Approval.Before, c.Job.Value.Value) == nil
}

// reach is how much the person may give in the currency that is asked about; the owner of the shop has no limit.
func (c Complaint) reach(p Staff, terms ComplaintTerms) int64 {
	if p.Has(Owner) {
		return math.MaxInt64
	}
	var most int64
	for _, role := range p.Roles {
		most = max(most, terms.Policy.orStandard().Approval.Roles[role][c.asked().Currency])
	}
	return most
}

package setup

import (
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/staff"
)

// branchFits says what the branch names that the shop does not have. A manager who left after being named is
// no fault: an owner then answers for the branch.
func branchFits(b firm.Branch, before firm.Branch, shop Shop, now time.Time) []fault.Field {
	var f fault.List
	if _, found := shop.Calendar(b.Calendar); !found {
		f.Add("/calendar", "没有这个日历。请从日历列表中选择。", "There is no such calendar. Choose one from the list of calendars.")
	}
	if _, found := shop.Policy(b.Policy); !found {
		f.Add("/policy", "没有这套规则。请从规则列表中选择。", "There is no such policy. Choose one from the list of policies.")
	}
	manager, found := shop.Person(b.Manager)
	if b.Manager != before.Manager &&
		(!found || !manager.Employed(now) || !manager.Has(staff.Manager) && !manager.Has(staff.Owner) ||
			!manages(manager, b, before)) {
		f.Add("/manager", "请选择在该网点工作的经理或老板。", "Choose a manager or an owner who works in the branch and has not left.")
	}
	shop.Branches = replaced(shop.Branches, b, func(x firm.Branch) bool { return x.ID == b.ID })
	if len(f) == 0 && len(shop.failing(func(x firm.Branch) bool { return x.ID == b.ID }, now)) > 0 {
		f.Add("/policy", "按该日历，这套规则的期限在 400 天内到不了。请换一套规则或日历。",
			"By this calendar the times of this policy do not pass within 400 days. Choose another policy or calendar.")
	}
	return f
}

// manages reports whether the person can answer for the branch. For a new branch any person can, because
// nobody works there yet. Its manager is given the branch afterwards.
func manages(p staff.Staff, b, before firm.Branch) bool {
	return before.Version == 0 || staff.ActorOf(p).Sees(b.ID)
}

// ReshapeBranch is the next version of the branch and its event. A branch of version 0 is a new one. The
// error is Invalid when the branch is faulty by itself or does not fit the shop. Without a change the branch
// comes back as it is, without an event.
func ReshapeBranch(b firm.Branch, next firm.Branch, by staff.Actor, shop Shop,
	now time.Time) (firm.Branch, event.Event, error) {
	kind := event.BranchChanged
	next.ID, next.Version, next.CreatedAt, next.UpdatedAt = b.ID, b.Version+1, b.CreatedAt, now
	if b.Version == 0 {
		kind, next.CreatedAt = event.BranchOpened, now
	}
	if phone, err := identity.Phone(next.Phone, b.Region()); err == nil {
		next.Phone = phone
	}
	if b.Version > 0 && fault.Same(b, next) {
		return b, event.Event{}, nil
	}
	if err := append(fault.List(next.Check()), branchFits(next, b, shop, now)...).Invalid(); err != nil {
		return firm.Branch{}, event.Event{}, err
	}
	return next, event.SetupChanged(kind, by, "branch", next.ID, next.Version, next.ID, now, b, next), nil
}

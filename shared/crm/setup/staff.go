package setup

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"

	"github.com/samber/lo"
)

// TidyStaff brings phone and e-mail to the one form under which they are compared. A value that cannot be
// read stays as it is, for CheckStaff to refuse. A phone number without a country code is read as one of the
// person's first branch.
func TidyStaff(s staff.Staff, shop Shop) staff.Staff {
	if len(s.Branches) > 0 && s.Phone != "" {
		branch, _ := shop.Branch(s.Branches[0])
		if phone, err := identity.Phone(s.Phone, branch.Region()); err == nil {
			s.Phone = phone
		}
	}
	if email, err := identity.Email(s.Email); err == nil {
		s.Email = email
	}
	return s
}

// CheckStaff says what is wrong with a staff record within the shop, beyond the form of its values.
func CheckStaff(s staff.Staff, shop Shop) []fault.Field {
	var f fault.List
	for i, id := range s.Branches {
		if _, found := shop.Branch(id); !found {
			f.Add(fmt.Sprintf("/branches/%d", i), "没有这个网点。请从网点列表中选择。",
				"There is no such branch. Choose one from the list of branches.")
		}
	}
	if _, found := shop.Calendar(s.Calendar); s.Calendar != "" && !found {
		f.Add("/calendar", "没有这个日历。请从日历列表中选择，或留空使用网点的日历。",
			"There is no such calendar. Choose one from the list, or leave it out for the branch's.")
	}
	if phone, err := identity.Phone(s.Phone, ""); s.Phone != "" && (err != nil || phone != s.Phone) {
		f.Add("/phone", "请填写可拨打的电话，例如 +8613800138000。", "Enter a phone number that can be dialled, such as +8613800138000.")
	}
	if email, err := identity.Email(s.Email); err != nil || email != s.Email {
		f.Add("/email", "请填写完整的电子邮箱，例如 name@example.com。", "Enter a whole e-mail address, such as name@example.com.")
	}
	if slices.ContainsFunc(shop.Staff, func(p staff.Staff) bool { return p.ID != s.ID && p.Subject == s.Subject }) {
		f = append(f, SubjectTaken())
	}
	if s.LeavesAt != nil && !plausible(*s.LeavesAt) {
		f.Add("/leaves_at", "请填写 2000 年到 2100 年之间的时间。", "Enter a time between the years 2000 and 2100.")
	}
	checkAbsences(s, &f)
	return f
}

// SubjectTaken is the fault of a sign-in account that another staff member has already.
func SubjectTaken() fault.Field {
	return fault.Field{Pointer: "/subject", Text: words.Text{
		Zh: "这个登录账号已属于另一位员工。请核对，或先更改那位员工的账号。",
		En: "This sign-in account belongs to another staff member. Check it, or change that account first."}}
}

func checkAbsences(s staff.Staff, f *fault.List) {
	for i, a := range s.Absences {
		at := fmt.Sprintf("/absences/%d", i)
		switch {
		case !slices.Contains(staff.AbsenceReasons, a.Reason):
			f.Add(at+"/reason", "请从这些值中选择："+strings.Join(staff.AbsenceReasons, "、")+"。", "Choose one of: "+
				strings.Join(staff.AbsenceReasons, ", ")+".")
		case !plausible(a.From):
			f.Add(at+"/from", "请填写 2000 年到 2100 年之间的时间。", "Enter a time between the years 2000 and 2100.")
		case !plausible(a.To) || !a.To.After(a.From):
			f.Add(at+"/to", "结束时间须晚于开始时间。", "The end must be later than the beginning.")
		}
		for _, other := range s.Absences[:i] {
			if a.From.Before(other.To) && other.From.Before(a.To) {
				f.Add(at, "与另一段缺勤时间重叠。请合并或调整。", "This overlaps another absence. Join the two, or change one.")
				break
			}
		}
	}
}

func plausible(t time.Time) bool { return t.Year() >= 2000 && t.Year() <= 2100 }

// StaffChange is the next version of a staff record, with what must hold when it is written. Without a change
// Event is zero.
type StaffChange struct {
	Before, Next staff.Staff
	Event        event.Event
	// Stays is set where an owner goes: the other owner, who must still be there when the change is written.
	Stays *staff.Staff
}

// ReshapeStaff is the next version of the person and its event. A person of version 0 is a new one. The error
// is Forbidden for what the actor may not give, and Invalid for what the shop cannot use. Each fault names
// its field. Without a change the person comes back as before, without an event.
func ReshapeStaff(s staff.Staff, next staff.Staff, by staff.Actor, shop Shop, now time.Time) (StaffChange, error) {
	kind := event.StaffChanged
	next.ID, next.Version, next.CreatedAt, next.UpdatedAt = s.ID, s.Version+1, s.CreatedAt, now
	next.SessionsSince = s.SessionsSince
	if s.Version == 0 {
		kind, next.CreatedAt = event.StaffOpened, now
	}
	next = TidyStaff(next, shop)
	if err := staffPermits(s, next, by); err != nil {
		return StaffChange{}, err
	}
	if s.Version > 0 && fault.Same(s, next) {
		return StaffChange{Before: s, Next: s}, nil
	}
	faults := fault.List(CheckStaff(next, shop))
	change := StaffChange{Before: s, Next: next, Stays: lastOwner(s, next, shop, &faults)}
	stillManages(s, next, shop, &faults)
	if err := faults.Invalid(); err != nil {
		return StaffChange{}, err
	}
	var branch string
	if len(next.Branches) > 0 {
		branch = next.Branches[0]
	}
	change.Event = event.SetupChanged(kind, by, "staff", next.ID, next.Version, branch, now, s, next)
	if _, tells := AccountChangeOf(change.Event); !tells {
		change.Event.Wakes, change.Event.Pending = false, false
	}
	return change, nil
}

// EndSessions is the next version of the person after they signed out everywhere, and its event.
func EndSessions(s staff.Staff, by staff.Actor, now time.Time) StaffChange {
	next := s
	next.Version, next.UpdatedAt, next.SessionsSince = s.Version+1, now, &now
	var branch string
	if len(next.Branches) > 0 {
		branch = next.Branches[0]
	}
	e := event.SetupChanged(event.StaffChanged, by, "staff", next.ID, next.Version, branch, now, s, next)
	e.Wakes, e.Pending = false, false
	return StaffChange{Before: s, Next: next, Event: e}
}

// staffPermits refuses what the actor may not give. Colleagues do not raise their own rights. They do not
// move their own account either, which would lock them out. An owner gives every right and may therefore take
// it, too, because the owner of a small shop has nobody to ask. A manager sets up colleagues of the manager's
// own branches who hold no role that only an owner gives.
func staffPermits(s staff.Staff, next staff.Staff, by staff.Actor) error {
	var f fault.List
	self := s.Version > 0 && s.ID == by.ID
	if self && s.Subject != next.Subject {
		f.Add("/subject", "不能更改自己的登录账号。请另一位老板更改。", "You cannot change your own sign-in account. Ask another owner.")
	}
	switch {
	case by.Has(staff.Owner):
	case self:
		raises(s, next, &f)
	case s.Version > 0 && s.Beyond(by):
		return fault.Fail(fault.Forbidden,
			"这位员工的资料只能由老板修改：其角色为老板、经理或财务，属于总部，或在您管理之外的网点工作。请联系老板。",
			"Only an owner changes this record: of an owner, manager, finance, head office, or a colleague who also works in another branch. Ask an owner.")
	default:
		mayBeGiven(next, by, &f)
	}
	if len(f) == 0 {
		return nil
	}
	e := fault.Fail(fault.Forbidden, "您不能授予这些权限。请联系老板。", "You may not give these rights. Ask an owner.")
	e.Fields = f
	return e
}

// mayBeGiven adds a fault for each right in the record that a manager may not give.
func mayBeGiven(s staff.Staff, by staff.Actor, f *fault.List) {
	for i, r := range s.Roles {
		if slices.Contains(staff.OwnersGift, r) {
			f.Add(fmt.Sprintf("/roles/%d", i), "这个角色只能由老板授予。", "Only an owner gives this role.")
		}
	}
	for i, b := range s.Branches {
		if !by.Sees(b) {
			f.Add(fmt.Sprintf("/branches/%d", i), "请填写您管理的网点。", "Enter a branch of yours.")
		}
	}
	if s.HeadOffice {
		f.Add("/head_office", "总部权限只能由老板授予。", "Only an owner makes somebody head office.")
	}
}

// raises adds a fault for each right that an actor who is no owner would give to the actor's own record.
func raises(s staff.Staff, next staff.Staff, f *fault.List) {
	own := func(pointer string) {
		f.Add(pointer, "不能提高自己的权限。请联系老板。", "You cannot raise your own rights. Ask an owner.")
	}
	if slices.ContainsFunc(next.Roles, func(r staff.Role) bool { return !s.Has(r) }) {
		own("/roles")
	}
	if slices.ContainsFunc(next.Branches, func(b string) bool { return !s.WorksIn(b) }) {
		own("/branches")
	}
	if next.HeadOffice && !s.HeadOffice {
		own("/head_office")
	}
	if s.LeavesAt != nil && (next.LeavesAt == nil || next.LeavesAt.After(*s.LeavesAt)) {
		own("/leaves_at")
	}
}

// lastOwner is the owner who stays where this one goes. Without an owner a shop could never change its set-up
// again.
func lastOwner(s staff.Staff, next staff.Staff, shop Shop, f *fault.List) *staff.Staff {
	if !s.Stays() || next.Stays() {
		return nil
	}
	if other, found := lo.Find(shop.Staff, func(p staff.Staff) bool { return p.ID != s.ID && p.Stays() }); found {
		return &other
	}
	pointer := "/roles"
	if next.Has(staff.Owner) {
		pointer = "/leaves_at"
	}
	f.Add(pointer, "这是最后一位老板。请先让另一位员工成为老板。", "This is the last owner. Make somebody else an owner first.")
	return nil
}

// stillManages refuses to take from a branch's manager a role or a branch that the manager needs for it.
// Leaving is not refused: an owner then answers for the branch.
func stillManages(s staff.Staff, next staff.Staff, shop Shop, f *fault.List) {
	for _, id := range shop.Manages(s.ID) {
		if !next.Has(staff.Manager) && !next.Has(staff.Owner) {
			f.Add("/roles", "此人是网点 "+id+" 的负责人。请先为该网点指定另一位负责人。", "The person is the manager of the branch "+id+
				". Name another manager there first.")
		}
		if !staff.ActorOf(next).Sees(id) {
			f.Add("/branches", "此人是网点 "+id+" 的负责人。请先为该网点指定另一位负责人。", "The person is the manager of the branch "+id+
				". Name another manager there first.")
		}
	}
}

// Manages lists the ids of the branches that name the person as their manager.
func (s Shop) Manages(person string) []string {
	var out []string
	for _, b := range s.Branches {
		if b.Manager == person {
			out = append(out, b.ID)
		}
	}
	return out
}

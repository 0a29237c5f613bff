package crm

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/samber/lo"
)

// ownersGift are the roles that only an owner gives, and whose holders only an owner changes.
var ownersGift = []Role{Owner, Manager, Finance}

// Tidy brings phone and e-mail to the one form under which they are compared; what cannot be read stays for Check to refuse. A phone without a
// country code is read as one of the person's first branch.
func (s Staff) Tidy(shop Shop) Staff {
	if len(s.Branches) > 0 && s.Phone != "" {
		branch, _ := shop.Branch(s.Branches[0])
		if phone, err := Phone(s.Phone, branch.Region()); err == nil {
			s.Phone = phone
		}
	}
	if email, err := Email(s.Email); err == nil {
		s.Email = email
	}
	return s
}

// Check says what is wrong with a staff record within the shop, beyond the form of its values.
func (s Staff) Check(shop Shop) []Field {
	var f FaultList
	for i, id := range s.Branches {
		if _, found := shop.Branch(id); !found {
			f.add(fmt.Sprintf("/branches/%d", i), "没有这个网点。请从网点列表中选择。", "There is no such branch. Choose one from the list of branches.")
		}
	}
	if _, found := shop.Calendar(s.Calendar); s.Calendar != "" && !found {
		f.add("/calendar", "没有这个日历。请从日历列表中选择，或留空使用网点的日历。", "There is no such calendar. Choose one from the list, or leave it out for the branch's.")
	}
	if phone, err := Phone(s.Phone, ""); s.Phone != "" && (err != nil || phone != s.Phone) {
		f.add("/phone", "请填写可拨打的电话，例如 +8613800138000。", "Enter a phone number that can be dialled, such as +8613800138000.")
	}
	if email, err := Email(s.Email); err != nil || email != s.Email {
		f.add("/email", "请填写完整的电子邮箱，例如 name@example.com。", "Enter a whole e-mail address, such as name@example.com.")
	}
	if slices.ContainsFunc(shop.Staff, func(p Staff) bool { return p.ID != s.ID && p.Subject == s.Subject }) {
		f = append(f, SubjectTaken())
	}
	if s.LeavesAt != nil && !plausible(*s.LeavesAt) {
		f.add("/leaves_at", "请填写 2000 年到 2100 年之间的时间。", "Enter a time between the years 2000 and 2100.")
	}
	s.checkAbsences(&f)
	return f
}

// SubjectTaken is the fault of a sign-in account that belongs to somebody else.
func SubjectTaken() Field {
	return Field{Pointer: "/subject", Text: Text{
		Zh: "这个登录账号已属于另一位员工。请核对，或先更改那位员工的账号。", En: "This sign-in account belongs to another staff member. Check it, or give him another one first."}}
}

func (s Staff) checkAbsences(f *FaultList) {
	for i, a := range s.Absences {
		at := fmt.Sprintf("/absences/%d", i)
		switch {
		case !slices.Contains(AbsenceReasons, a.Reason):
			f.add(at+"/reason", "请从这些值中选择："+strings.Join(AbsenceReasons, "、")+"。", "Choose one of: "+strings.Join(AbsenceReasons, ", ")+".")
		case !plausible(a.From):
			f.add(at+"/from", "请填写 2000 年到 2100 年之间的时间。", "Enter a time between the years 2000 and 2100.")
		case !plausible(a.To) || !a.To.After(a.From):
			f.add(at+"/to", "结束时间须晚于开始时间。", "The end must be later than the beginning.")
		}
		for _, other := range s.Absences[:i] {
			if a.From.Before(other.To) && other.From.Before(a.To) {
				f.add(at, "与另一段缺勤时间重叠。请合并或调整。", "This overlaps another absence. Join the two, or change one.")
				break
			}
		}
	}
}

func plausible(t time.Time) bool { return t.Year() >= 2000 && t.Year() <= 2100 }

// SeenBy reports whether the actor may know of the person: himself, whoever works in one of his branches, and the head office; the head office knows all.
func (s Staff) SeenBy(by Actor) bool {
	return s.ID == by.ID || s.HeadOffice || by.HeadOffice || slices.ContainsFunc(s.Branches, by.Sees)
}

// ShownTo is the person as the actor sees him. Account, phone, the reasons of absences and a day of leaving that has not come are for himself and for
// those who may change his record; colleagues see whom to ask, when he is away, and how to write to him.
func (s Staff) ShownTo(by Actor, now time.Time) Staff {
	if s.ID == by.ID || by.Has(Owner) || by.Has(Manager) && !s.beyond(by) {
		return s
	}
	s.Subject, s.Phone = "", ""
	s.Absences = slices.Clone(s.Absences)
	for i := range s.Absences {
		s.Absences[i].Reason = ""
	}
	if s.Employed(now) {
		s.LeavesAt = nil
	}
	return s
}

// StaffChange is the next version of a staff record with what must hold when it is written.
type StaffChange struct {
	Before, Next Staff
	Event        Event
	Stays        *Staff // where an owner goes: the one who must still be there then
}

// Reshape is the next version of the person and its event. A person of version 0 is a new one. It refuses with Forbidden what the actor may not give, and
// with Invalid what the shop cannot use; each fault names its field. Nothing to change gives the person as he is, without an event.
func (s Staff) Reshape(next Staff, by Actor, shop Shop, now time.Time) (StaffChange, error) {
	kind := StaffChanged
	next.ID, next.Version, next.CreatedAt, next.UpdatedAt = s.ID, s.Version+1, s.CreatedAt, now
	if s.Version == 0 {
		kind, next.CreatedAt = StaffOpened, now
	}
	next = next.Tidy(shop)
	if err := s.permits(next, by); err != nil {
		return StaffChange{}, err
	}
	if s.Version > 0 && same(s, next) {
		return StaffChange{Before: s, Next: s}, nil
	}
	faults := FaultList(next.Check(shop))
	change := StaffChange{Before: s, Next: next, Stays: s.lastOwner(next, shop, &faults)}
	s.stillManages(next, shop, &faults)
	if err := faults.invalid(); err != nil {
		return StaffChange{}, err
	}
	var branch string
	if len(next.Branches) > 0 {
		branch = next.Branches[0]
	}
	change.Event = setupEvent(kind, by, "staff", next.ID, next.Version, branch, now, s, next)
	return change, nil
}

// permits refuses what the actor may not give. Nobody raises himself, and nobody moves his own account, by which he would lock himself out. An owner gives
// everything, so that he may also give it to himself: the owner of a small shop has nobody to ask. A manager sets up those of his branches who hold
// no role that is an owner's to give.
func (s Staff) permits(next Staff, by Actor) error {
	var f FaultList
	self := s.Version > 0 && s.ID == by.ID
	if self && s.Subject != next.Subject {
		f.add("/subject", "不能更改自己的登录账号。请另一位老板更改。", "Nobody changes his own sign-in account. Ask another owner.")
	}
	switch {
	case by.Has(Owner):
	case self:
		s.raises(next, &f)
	case s.Version > 0 && s.beyond(by):
		return Fail(Forbidden,
			"这位员工的资料由老板修改：他有老板、经理或财务角色，属于总部，或在您管理之外的网点工作。请联系老板。",
			"Only an owner changes this record: the person is an owner, manager or finance, of the head office, or also works in a branch that is not yours. Ask an owner.")
	default:
		next.mayBeGiven(by, &f)
	}
	if len(f) == 0 {
		return nil
	}
	e := Fail(Forbidden, "您不能授予这些权限。请联系老板。", "You may not give these rights. Ask an owner.")
	e.Fields = f
	return e
}

// beyond reports whether only an owner may change the person, and not the manager who asks.
func (s Staff) beyond(by Actor) bool {
	return s.HeadOffice || slices.ContainsFunc(s.Roles, func(r Role) bool { return slices.Contains(ownersGift, r) }) ||
		slices.ContainsFunc(s.Branches, func(b string) bool { return !by.Sees(b) })
}

// mayBeGiven names what of the record a manager may not give.
func (s Staff) mayBeGiven(by Actor, f *FaultList) {
	for i, r := range s.Roles {
		if slices.Contains(ownersGift, r) {
			f.add(fmt.Sprintf("/roles/%d", i), "这个角色只能由老板授予。", "Only an owner gives this role.")
		}
	}
	for i, b := range s.Branches {
		if !by.Sees(b) {
			f.add(fmt.Sprintf("/branches/%d", i), "请填写您管理的网点。", "Enter a branch of yours.")
		}
	}
	if s.HeadOffice {
		f.add("/head_office", "总部权限只能由老板授予。", "Only an owner makes somebody head office.")
	}
}

// raises names what somebody who is no owner would give himself.
func (s Staff) raises(next Staff, f *FaultList) {
	own := func(pointer string) {
		f.add(pointer, "不能提高自己的权限。请联系老板。", "Nobody raises himself. Ask an owner.")
	}
	if slices.ContainsFunc(next.Roles, func(r Role) bool { return !s.Has(r) }) {
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

// stays reports whether the person is an owner for good.
func (s Staff) stays() bool { return s.Has(Owner) && s.LeavesAt == nil }

// lastOwner finds the owner who stays where this one goes; a shop without one could never set anything up again.
func (s Staff) lastOwner(next Staff, shop Shop, f *FaultList) *Staff {
	if !s.stays() || next.stays() {
		return nil
	}
	if other, found := lo.Find(shop.Staff, func(p Staff) bool { return p.ID != s.ID && p.stays() }); found {
		return &other
	}
	pointer := "/roles"
	if next.Has(Owner) {
		pointer = "/leaves_at"
	}
	f.add(pointer, "这是最后一位老板。请先让另一位员工成为老板。", "This is the last owner. Make somebody else an owner first.")
	return nil
}

// stillManages refuses to take from a branch's manager what he needs for it. That he leaves is not refused: an owner then answers for the branch.
func (s Staff) stillManages(next Staff, shop Shop, f *FaultList) {
	for _, id := range shop.Manages(s.ID) {
		if !next.Has(Manager) && !next.Has(Owner) {
			f.add("/roles", "他是网点 "+id+" 的负责人。请先为该网点指定另一位负责人。", "The person is the manager of the branch "+id+". Name another manager there first.")
		}
		if !ActorOf(next).Sees(id) {
			f.add("/branches", "他是网点 "+id+" 的负责人。请先为该网点指定另一位负责人。", "The person is the manager of the branch "+id+". Name another manager there first.")
		}
	}
}

// Manages lists the branches that name the person as their manager.
func (s Shop) Manages(staff string) []string {
	var out []string
	for _, b := range s.Branches {
		if b.Manager == staff {
			out = append(out, b.ID)
		}
	}
	return out
}

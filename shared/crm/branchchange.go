package crm

import (
	"slices"
	"strings"
	"time"
)

// ETagVersion is the version that an If-Match names.
func (b Branch) ETagVersion() int64 { return b.Version }

// Check says what is wrong with the branch by itself.
func (b Branch) Check() []Field {
	var f FaultList
	if phone, err := Phone(b.Phone, ""); err != nil || phone != b.Phone || len(b.Region()) != 2 {
		f.add("/phone", "请填写带国家代码的电话，例如 +862150801188。", "Enter a phone number with its country code, such as +862150801188.")
	}
	if b.Robot != nil && b.Robot.Name == "" {
		f.add("/robot/name", "请填写机器人在设置中的名称。", "Enter the name under which the settings keep the robot.")
	}
	if b.Robot != nil && !slices.Contains(ChatChannels, b.Robot.Kind) {
		f.add("/robot/kind", "请从这些值中选择："+strings.Join(ChatChannels, "、")+"。", "Choose one of: "+strings.Join(ChatChannels, ", ")+".")
	}
	return f
}

// fits says what of the branch the shop does not have. A manager who left since he was named is no fault: an owner answers for the branch.
func (b Branch) fits(before Branch, shop Shop, now time.Time) []Field {
	var f FaultList
	if _, found := shop.Calendar(b.Calendar); !found {
		f.add("/calendar", "没有这个日历。请从日历列表中选择。", "There is no such calendar. Choose one from the list of calendars.")
	}
	if _, found := shop.Policy(b.Policy); !found {
		f.add("/policy", "没有这套规则。请从规则列表中选择。", "There is no such policy. Choose one from the list of policies.")
	}
	manager, found := shop.Person(b.Manager)
	if b.Manager != before.Manager && (!found || !manager.Employed(now) || !manager.Has(Manager) && !manager.Has(Owner) || !manages(manager, b, before)) {
		f.add("/manager", "请选择在该网点工作的经理或老板。", "Choose a manager or an owner who works in the branch and has not left.")
	}
	shop.Branches = replaced(shop.Branches, b, func(x Branch) bool { return x.ID == b.ID })
	if len(f) == 0 && len(shop.failing(func(x Branch) bool { return x.ID == b.ID }, now)) > 0 {
		f.add("/policy", "按该日历，这套规则的期限在 400 天内到不了。请换一套规则或日历。",
			"By this calendar the times of this policy do not pass within 400 days. Choose another policy or calendar.")
	}
	return f
}

// manages reports whether the person can answer for the branch. Nobody works yet in a branch that is new: its manager is given it afterwards.
func manages(p Staff, b, before Branch) bool { return before.Version == 0 || ActorOf(p).Sees(b.ID) }

// Reshape is the next version of the branch and its event. A branch of version 0 is a new one. Nothing to change gives the branch as it is, without an event.
func (b Branch) Reshape(next Branch, by Actor, shop Shop, now time.Time) (Branch, Event, error) {
	kind := BranchChanged
	next.ID, next.Version, next.CreatedAt, next.UpdatedAt = b.ID, b.Version+1, b.CreatedAt, now
	if b.Version == 0 {
		kind, next.CreatedAt = BranchOpened, now
	}
	if phone, err := Phone(next.Phone, b.Region()); err == nil {
		next.Phone = phone
	}
	if b.Version > 0 && same(b, next) {
		return b, Event{}, nil
	}
	if err := append(FaultList(next.Check()), next.fits(b, shop, now)...).invalid(); err != nil {
		return Branch{}, Event{}, err
	}
	return next, setupEvent(kind, by, "branch", next.ID, next.Version, next.ID, now, b, next), nil
}

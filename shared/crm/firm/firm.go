// Package firm knows the branches and the roster: who works where, and who answers for what.
package firm

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"

	"github.com/nyaruka/phonenumbers"
	"github.com/samber/lo"
)

// ETagVersion is the version that an If-Match names.
func (b Branch) ETagVersion() int64 { return b.Version }

// Check says what is wrong with the branch by itself.
func (b Branch) Check() []fault.Field {
	var f fault.List
	if phone, err := identity.Phone(b.Phone, ""); err != nil || phone != b.Phone || len(b.Region()) != 2 {
		f.Add("/phone", "请填写带国家代码的电话，例如 +862150801188。",
			"Enter a phone number with its country code, such as +862150801188.")
	}
	if b.Robot != nil && b.Robot.Name == "" {
		f.Add("/robot/name", "请填写机器人在设置中的名称。", "Enter the name under which the settings keep the robot.")
	}
	if b.Robot != nil && !slices.Contains(ChatChannels, b.Robot.Kind) {
		f.Add("/robot/kind", "请从这些值中选择："+strings.Join(ChatChannels, "、")+"。", "Choose one of: "+
			strings.Join(ChatChannels, ", ")+".")
	}
	return f
}

// Who names who did something: a colleague by his name, else what acted. It is empty for nobody.
func (s Roster) Who(id string, lang words.Lang) string {
	if p, found := s.Person(id); found {
		return p.Name
	}
	kind, _, _ := strings.Cut(id, ":")
	switch kind {
	case "":
		return ""
	case staff.Visitor.ID:
		return words.Text{Zh: "客户本人", En: "The person himself"}.In(lang)
	case "process":
		return words.Text{Zh: "系统", En: "The system"}.In(lang)
	case "hook":
		return words.Text{Zh: "外部系统", En: "Another system"}.In(lang)
	}
	return id
}

// Branch is one place of the shop. Its calendar and policy hold for the records that it owns.
type Branch struct {
	ID        string     `json:"id"`
	Version   int64      `json:"version"`
	CreatedAt time.Time  `json:"created_at"`
	UpdatedAt time.Time  `json:"updated_at"`
	Name      words.Text `json:"name"`
	Phone     string     `json:"phone"`
	Calendar  string     `json:"calendar"`
	Policy    string     `json:"policy"`
	Manager   string     `json:"manager"` // staff id: who gets what nobody else can take
	Robot     *Robot     `json:"robot,omitempty"`
}

// Channels that lead to the chat group of a branch's staff.
const (
	ChannelWeCom    = "wecom"
	ChannelDingTalk = "dingtalk"
	ChannelFeishu   = "feishu"
)

// ChatChannels are the channels that a branch's robot may serve.
var ChatChannels = []string{ChannelWeCom, ChannelDingTalk, ChannelFeishu}

// Robot posts what staff are told into the group chat of a branch.
type Robot struct {
	Kind string `json:"kind"` // one of ChatChannels
	Name string `json:"name"` // under which the settings keep its address and secret
}

// Region is the country of the branch's own phone (ISO 3166): it reads numbers that come without a country code.
// Empty when the phone has none.
func (b Branch) Region() string {
	number, err := phonenumbers.Parse(b.Phone, "")
	if err != nil {
		return ""
	}
	return phonenumbers.GetRegionCodeForNumber(number)
}

// Roster is who works in the shop, where and when. Rules take it instead of the whole set-up.
type Roster struct {
	Staff     []staff.Staff
	Branches  []Branch
	Calendars []calendar.Calendar
}

// Terms are the branch of a record and its calendar at one moment. Each area adds its own part of the policy.
type Terms struct {
	Branch   Branch
	Calendar calendar.Calendar
	Ref      string // the policy's name and version, as a record keeps it: "standard@3"
}

// DayEnds is the midnight that ends the branch's day.
func (t Terms) DayEnds(now time.Time) (time.Time, error) {
	zone, err := calendar.Zone(t.Calendar.Zone)
	if err != nil {
		return time.Time{}, err
	}
	year, month, day := now.In(zone).Date()
	return time.Date(year, month, day+1, 0, 0, 0, 0, zone).UTC(), nil
}

// Person finds a staff member by id.
func (s Roster) Person(id string) (staff.Staff, bool) {
	return lo.Find(s.Staff, func(p staff.Staff) bool { return p.ID == id })
}

// Subject finds a staff member by what the identity provider calls him; somebody who has left is not found.
func (s Roster) Subject(subject string, now time.Time) (staff.Staff, bool) {
	return lo.Find(s.Staff, func(p staff.Staff) bool { return p.Subject == subject && p.Employed(now) })
}

// Calendar finds a calendar by id.
func (s Roster) Calendar(id string) (calendar.Calendar, bool) {
	return lo.Find(s.Calendars, func(c calendar.Calendar) bool { return c.ID == id })
}

// Branch finds a branch by id.
func (s Roster) Branch(id string) (Branch, bool) {
	return lo.Find(s.Branches, func(b Branch) bool { return b.ID == id })
}

// Manager is who answers for a branch: its manager while he works here, else an owner of the shop who sees the
// branch. ok is false when there is neither.
func (s Roster) Manager(b Branch, at time.Time) (manager staff.Staff, ok bool) {
	if p, found := s.Person(b.Manager); found && p.Employed(at) {
		return p, true
	}
	return s.Head(b, at)
}

// AnswersFor lists the branches for whose unowned work the person answers: those that he manages, as its manager or
// as one of several; an owner of the shop, those that he sees and nobody who is present manages.
func (s Roster) AnswersFor(p staff.Staff, at time.Time) []string {
	out := []string{}
	for _, b := range s.Branches {
		manages := func(p staff.Staff) bool {
			return p.Employed(at) && (p.Has(staff.Manager) && p.WorksIn(b.ID) || p.ID == b.Manager &&
				(p.Has(staff.Manager) || p.Has(staff.Owner)) && staff.ActorOf(p).Sees(b.ID))
		}
		heads := p.Employed(at) && p.Has(staff.Owner) && staff.ActorOf(p).Sees(b.ID)
		if manages(p) || heads &&
			!slices.ContainsFunc(s.Staff, func(p staff.Staff) bool { return manages(p) && p.Present(at) }) {
			out = append(out, b.ID)
		}
	}
	return out
}

// Head is an owner of the shop who sees the branch, one who is present before one who is not. ok is false when
// there is none.
func (s Roster) Head(b Branch, at time.Time) (owner staff.Staff, ok bool) {
	heads := slices.DeleteFunc(slices.Clone(s.Staff), func(p staff.Staff) bool {
		return !p.Has(staff.Owner) || !p.Employed(at) || !staff.ActorOf(p).Sees(b.ID)
	})
	if p, here := lo.Find(heads, func(p staff.Staff) bool { return p.Present(at) }); here {
		return p, true
	}
	return lo.Find(heads, func(staff.Staff) bool { return true })
}

// Available lists who may be given work of the branch by role at the time, by id, so that a rotation visits all of
// them. A person without a calendar of his own works when the branch does.
func (s Roster) Available(branch string, role staff.Role, at time.Time) []staff.Staff {
	var out []staff.Staff
	for _, p := range s.Staff {
		if !p.Has(role) || !p.WorksIn(branch) || !p.Present(at) {
			continue
		}
		if own, ok := s.Calendar(p.Calendar); ok && !own.Open(at) {
			continue
		}
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b staff.Staff) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// Package staff knows who acts: people with roles and branches, visitors and processes.
package staff

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"afterpress/shared/kernel/words"
)

var RoleWords = map[Role]words.Text{
	Owner:       {Zh: "老板", En: "owner"},
	Manager:     {Zh: "经理", En: "manager"},
	Sales:       {Zh: "销售", En: "sales"},
	Service:     {Zh: "客服", En: "service"},
	Marketing:   {Zh: "市场", En: "marketing"},
	Production:  {Zh: "生产", En: "production"},
	Finance:     {Zh: "财务", En: "finance"},
	Integration: {Zh: "系统接口", En: "integration"},
}

func RoleNames(roles []Role) words.Text {
	var out words.Text
	for i, r := range roles {
		if i > 0 {
			out.Zh, out.En = out.Zh+"、", out.En+", "
		}
		out.Zh, out.En = out.Zh+RoleWords[r].Zh, out.En+RoleWords[r].En
	}
	return out
}

// Role is what a staff member is in the shop. A person may have several.
type Role string

const (
	Owner       Role = "owner"
	Manager     Role = "manager"
	Sales       Role = "sales"
	Service     Role = "service"
	Marketing   Role = "marketing"
	Production  Role = "production"
	Finance     Role = "finance"
	Integration Role = "integration"
)

// Roles lists every role, for tables and tests.
var Roles = []Role{Owner, Manager, Sales, Service, Marketing, Production, Finance, Integration}

// Staff is one person who works in the shop. Subject is who the identity provider says he is; everything else is ours.
type Staff struct {
	ID        string    `json:"id"`
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	Subject   string    `json:"subject,omitempty"` // unique in the shop; empty only where the reader may not see it
	Name      string    `json:"name"`
	Email     string    `json:"email"`
	// E.164 of the mobile under which the branch's chat knows him, so that it can call him
	Phone      string     `json:"phone,omitempty"`
	Lang       words.Lang `json:"lang"`
	Roles      []Role     `json:"roles"`
	Branches   []string   `json:"branches"`
	HeadOffice bool       `json:"head_office,omitempty"` // sees every branch
	Calendar   string     `json:"calendar,omitempty"`    // empty: the calendar of the branch
	Absences   []Absence  `json:"absences,omitempty"`
	LeavesAt   *time.Time `json:"leaves_at,omitempty"`
}

// Absence is a time in [From, To) in which a person gets no new leads, and from others no task that is due before
// he is back.
type Absence struct {
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
	Reason string    `json:"reason,omitempty"` // one of AbsenceReasons; empty only where the reader may not see it
}

// AbsenceReasons are why somebody is away.
var AbsenceReasons = []string{"leave", "sick", "parental", "training", "business-trip", "other"}

// ETagVersion is the version that an If-Match names.
func (s Staff) ETagVersion() int64 { return s.Version }

// Has reports whether the person has the role.
func (s Staff) Has(role Role) bool { return slices.Contains(s.Roles, role) }

// FirstName is how a customer may know the person: the given name. A Chinese name of two characters is not taken
// apart, since nobody is called by one alone.
func (s Staff) FirstName() string {
	first, _, split := strings.Cut(s.Name, " ")
	runes := []rune(s.Name)
	if split || len(runes) < 3 || len(runes) > 4 || !unicode.Is(unicode.Han, runes[0]) {
		return first
	}
	if len(runes) == 4 { // a surname of two characters
		return string(runes[2:])
	}
	return string(runes[1:])
}

// WorksIn reports whether the person belongs to the branch; being allowed to see it is Actor.Sees.
func (s Staff) WorksIn(branch string) bool { return slices.Contains(s.Branches, branch) }

// Employed reports whether the person still works here at the time.
func (s Staff) Employed(at time.Time) bool { return s.LeavesAt == nil || at.Before(*s.LeavesAt) }

// Present reports whether the person works here and is not absent at the time.
func (s Staff) Present(at time.Time) bool {
	if !s.Employed(at) {
		return false
	}
	return !slices.ContainsFunc(s.Absences, func(a Absence) bool { return !at.Before(a.From) && at.Before(a.To) })
}

// PresentWithin reports whether the person is at work at some time from now until a deadline; of a deadline that
// has passed, whether he is now.
func (s Staff) PresentWithin(now, due time.Time) bool {
	back := now
	for away := true; away; {
		i := slices.IndexFunc(s.Absences, func(a Absence) bool { return !back.Before(a.From) && back.Before(a.To) })
		if away = i >= 0; away {
			back = s.Absences[i].To
		}
	}
	return s.Employed(back) && (back.Equal(now) || back.Before(due))
}

// Actor is who does something: a staff member, a visitor at the public door, or a process.
type Actor struct {
	ID         string   // stf_…, "visitor", or "process:lead"
	Roles      []Role   // empty for visitors and processes
	Branches   []string // the branches whose records he may touch
	HeadOffice bool
	process    bool
}

// ActorOf is the staff member as an actor.
func ActorOf(s Staff) Actor {
	return Actor{ID: s.ID, Roles: s.Roles, Branches: s.Branches, HeadOffice: s.HeadOffice}
}

// Visitor is anyone at the public door.
var Visitor = Actor{ID: "visitor"}

// Process is a workflow that acts by itself; what it writes is not handed back to it.
func Process(kind string) Actor { return Actor{ID: "process:" + kind, HeadOffice: true, process: true} }

// IsProcess reports whether a workflow acts.
func (a Actor) IsProcess() bool { return a.process }

// Has reports whether the actor has the role.
func (a Actor) Has(role Role) bool { return slices.Contains(a.Roles, role) }

// Sees reports whether records of the branch are his to see.
func (a Actor) Sees(branch string) bool { return a.HeadOffice || slices.Contains(a.Branches, branch) }

// OwnersGift are the roles that only an owner gives, and whose holders only an owner changes.
var OwnersGift = []Role{Owner, Manager, Finance}

// SeenBy reports whether the actor may know of the person: himself, whoever works in one of his branches, and the
// head office; the head office knows all.
func (s Staff) SeenBy(by Actor) bool {
	return s.ID == by.ID || s.HeadOffice || by.HeadOffice || slices.ContainsFunc(s.Branches, by.Sees)
}

// ShownTo is the person as the actor sees him. Account, phone, the reasons of absences and a day of leaving that
// has not come are for himself and for those who may change his record; colleagues see whom to ask, when he is
// away, and how to write to him.
func (s Staff) ShownTo(by Actor, now time.Time) Staff {
	if s.ID == by.ID || by.Has(Owner) || by.Has(Manager) && !s.Beyond(by) {
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

// Beyond reports whether only an owner may change the person, and not the manager who asks.
func (s Staff) Beyond(by Actor) bool {
	return s.HeadOffice || slices.ContainsFunc(s.Roles, func(r Role) bool { return slices.Contains(OwnersGift, r) }) ||
		slices.ContainsFunc(s.Branches, func(b string) bool { return !by.Sees(b) })
}

// Stays reports whether the person is an owner for good.
func (s Staff) Stays() bool { return s.Has(Owner) && s.LeavesAt == nil }

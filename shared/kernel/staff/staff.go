// Package staff knows who acts: people with roles and branches, visitors and processes.
package staff

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"afterpress/shared/kernel/words"
)

// RoleWords are the names of the roles in both languages.
var RoleWords = map[Role]words.Text{
	Owner:       {Zh: "老板", En: "the shop's owner"},
	Manager:     {Zh: "经理", En: "manager"},
	Sales:       {Zh: "销售", En: "sales"},
	Service:     {Zh: "客服", En: "service"},
	Marketing:   {Zh: "市场", En: "marketing"},
	Production:  {Zh: "生产", En: "production"},
	Finance:     {Zh: "财务", En: "finance"},
	Integration: {Zh: "系统接口", En: "integration"},
}

// RoleNames lists the names of roles in both languages, with commas between.
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

// Role is what a staff member is in the shop. A staff member may have several.
type Role string

// Roles of staff members. Integration is that of another system.
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

// Staff is one person who works in the shop. Subject comes from the identity provider; everything else is
// ours.
type Staff struct {
	ID        string    `json:"id"`
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	Subject   string    `json:"subject,omitempty"` // unique in the shop; empty only where the reader may not see it
	Name      string    `json:"name"`
	Email     string    `json:"email"`
	// E.164 of the mobile by which the branch's chat knows them, so that a notice there can mention them
	Phone      string     `json:"phone,omitempty"`
	Lang       words.Lang `json:"lang"`
	Roles      []Role     `json:"roles"`
	Branches   []string   `json:"branches"`
	HeadOffice bool       `json:"head_office,omitempty"` // sees every branch
	Calendar   string     `json:"calendar,omitempty"`    // empty: the calendar of the branch
	Absences   []Absence  `json:"absences,omitempty"`
	LeavesAt   *time.Time `json:"leaves_at,omitempty"`
	// SessionsSince is when the person ended all sessions in browsers: those that began before are over.
	SessionsSince *time.Time `json:"sessions_since,omitempty"`
}

// Absence is a time in [From, To) in which the person gets no new leads. Colleagues can give them no task
// that is due before they are back.
type Absence struct {
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
	Reason string    `json:"reason,omitempty"` // one of AbsenceReasons; empty only where the reader may not see it
}

// AbsenceReasons lists why a person may be away.
var AbsenceReasons = []string{"leave", "sick", "parental", "training", "business-trip", "other"}

// ETagVersion is the version that an If-Match names.
func (s Staff) ETagVersion() int64 { return s.Version }

// Has reports whether the person has the role.
func (s Staff) Has(role Role) bool { return slices.Contains(s.Roles, role) }

// FirstName is the name by which a customer may know the person: the given name. A Chinese name of two
// characters stays whole, since nobody is called by one character alone.
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

// WorksIn reports whether the person belongs to the branch. Actor.Sees reports whether they may see it.
func (s Staff) WorksIn(branch string) bool { return slices.Contains(s.Branches, branch) }

// Employed reports whether the person has not left by the time.
func (s Staff) Employed(at time.Time) bool { return s.LeavesAt == nil || at.Before(*s.LeavesAt) }

// KeepsSession reports whether a session that began at the time is still the person's: they have not signed out
// everywhere since.
func (s Staff) KeepsSession(began time.Time) bool {
	return s.SessionsSince == nil || !began.Before(*s.SessionsSince)
}

// Present reports whether the person works here and is not absent at the time.
func (s Staff) Present(at time.Time) bool {
	if !s.Employed(at) {
		return false
	}
	return !slices.ContainsFunc(s.Absences, func(a Absence) bool { return !at.Before(a.From) && at.Before(a.To) })
}

// PresentWithin reports whether the person is at work at some time from now until due. Where due has passed,
// it reports whether they are at work now.
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

// Actor is the one who acts: a staff member, a visitor at the public door, or a process.
type Actor struct {
	ID         string   // stf_…, "visitor", or "process:lead"
	Roles      []Role   // empty for visitors and processes
	Branches   []string // the branches whose records they may touch
	HeadOffice bool
	process    bool
}

// ActorOf is the staff member as an actor.
func ActorOf(s Staff) Actor {
	return Actor{ID: s.ID, Roles: s.Roles, Branches: s.Branches, HeadOffice: s.HeadOffice}
}

// Visitor is the actor at the public door, where nobody is signed in.
var Visitor = Actor{ID: "visitor"}

// Process is the actor of a workflow of this kind, which sees every branch. What it writes is not handed back
// to it.
func Process(kind string) Actor { return Actor{ID: "process:" + kind, HeadOffice: true, process: true} }

// IsProcess reports whether the actor is a workflow.
func (a Actor) IsProcess() bool { return a.process }

// Has reports whether the actor has the role.
func (a Actor) Has(role Role) bool { return slices.Contains(a.Roles, role) }

// Sees reports whether the actor may see records of the branch.
func (a Actor) Sees(branch string) bool { return a.HeadOffice || slices.Contains(a.Branches, branch) }

// OwnersGift are the roles that only an owner gives. Only an owner changes a person who has one of them.
var OwnersGift = []Role{Owner, Manager, Finance}

// SeenBy reports whether the actor may know of the person. Staff know of themselves, of colleagues in their
// branches and of the head office. The head office knows of everybody.
func (s Staff) SeenBy(by Actor) bool {
	return s.ID == by.ID || s.HeadOffice || by.HeadOffice || slices.ContainsFunc(s.Branches, by.Sees)
}

// ShownTo is the person as the actor may see them. Account, phone, reasons of absences and a future day of
// leaving are for the person and for those who may change the record. Other colleagues see whom to ask, when
// the person is away, and how to write to them.
func (s Staff) ShownTo(by Actor, now time.Time) Staff {
	if s.ID == by.ID || by.Has(Owner) || by.Has(Manager) && !s.Beyond(by) {
		return s
	}
	s.Subject, s.Phone, s.SessionsSince = "", "", nil
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

// Stays reports whether the person is an owner without a day of leaving.
func (s Staff) Stays() bool { return s.Has(Owner) && s.LeavesAt == nil }

package firm

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"

	"github.com/samber/lo"
)

// Roster is who works in the shop, where and when. Rules take it instead of the whole set-up.
type Roster struct {
	Staff     []staff.Staff
	Branches  []Branch
	Calendars []calendar.Calendar
}

// Person finds a staff member by id.
func (s Roster) Person(id string) (staff.Staff, bool) {
	return lo.Find(s.Staff, func(p staff.Staff) bool { return p.ID == id })
}

// Subject finds a staff member by the name of the identity provider. A colleague who has left is not found.
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

// HeadOffice is the branch that takes what belongs to no branch: where the first owner who sees every branch works. In
// a shop without such an owner it is the first branch. ok is false for a shop without branches.
func (s Roster) HeadOffice() (home Branch, ok bool) {
	for _, p := range s.Staff {
		if !p.HeadOffice || !p.Has(staff.Owner) || p.LeavesAt != nil {
			continue
		}
		for _, id := range p.Branches {
			if b, found := s.Branch(id); found {
				return b, true
			}
		}
	}
	return lo.First(s.Branches)
}

// Manager is who answers for a branch: its manager while employed, else an owner of the shop who sees the branch.
// ok is false when there is neither.
func (s Roster) Manager(b Branch, at time.Time) (manager staff.Staff, ok bool) {
	if p, found := s.Person(b.Manager); found && p.Employed(at) {
		return p, true
	}
	return s.Head(b, at)
}

// Head is an owner of the shop who sees the branch. An owner who is present comes before one who is not. ok is
// false when there is none.
func (s Roster) Head(b Branch, at time.Time) (owner staff.Staff, ok bool) {
	heads := slices.DeleteFunc(slices.Clone(s.Staff), func(p staff.Staff) bool {
		return !p.Has(staff.Owner) || !p.Employed(at) || !staff.ActorOf(p).Sees(b.ID)
	})
	if p, here := lo.Find(heads, func(p staff.Staff) bool { return p.Present(at) }); here {
		return p, true
	}
	return lo.Find(heads, func(staff.Staff) bool { return true })
}

// AnswersFor lists the ids of the branches for whose unowned work the person answers. A manager answers for the
// branches that they manage, alone or with others. An owner of the shop answers for the branches that they see
// and that no manager who is present manages.
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

// Available lists the colleagues of a role who may be given work of the branch at the time. They are sorted by id,
// so that a rotation visits all of them. A colleague without a calendar of their own works when the branch does.
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

// Who names who did something: a colleague by name, else the customer, the system or another system. It is empty
// for an empty id, and the id itself where nothing is known of it.
func (s Roster) Who(id string, lang words.Lang) string {
	if p, found := s.Person(id); found {
		return p.Name
	}
	kind, _, _ := strings.Cut(id, ":")
	switch kind {
	case "":
		return ""
	case staff.Visitor.ID:
		return words.Text{Zh: "客户本人", En: "The customer"}.In(lang)
	case "process":
		return words.Text{Zh: "系统", En: "The system"}.In(lang)
	case "hook":
		return words.Text{Zh: "外部系统", En: "Another system"}.In(lang)
	}
	return id
}

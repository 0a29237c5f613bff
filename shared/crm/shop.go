package crm

import (
	"cmp"
	"slices"
	"time"

	"github.com/nyaruka/phonenumbers"
	"github.com/samber/lo"
)

// Branch is one place of the shop. Its calendar and policy hold for the records that it owns.
type Branch struct {
	ID        string    `json:"id"`
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	Name      Text      `json:"name"`
	Phone     string    `json:"phone"`
	Calendar  string    `json:"calendar"`
	Policy    string    `json:"policy"`
	Manager   string    `json:"manager"` // staff id: who gets what nobody else can take
	Robot     *Robot    `json:"robot,omitempty"`
}

// Robot posts what staff are told into the group chat of a branch.
type Robot struct {
	Kind string `json:"kind"` // one of ChatChannels
	Name string `json:"name"` // under which the settings keep its address and secret
}

// Region is the country of the branch's own phone (ISO 3166): it reads numbers that come without a country code. Empty when the phone has none.
func (b Branch) Region() string {
	number, err := phonenumbers.Parse(b.Phone, "")
	if err != nil {
		return ""
	}
	return phonenumbers.GetRegionCodeForNumber(number)
}

// Roster is who works in the shop, where and when. Rules take it instead of the whole set-up.
type Roster struct {
	Staff     []Staff
	Branches  []Branch
	Calendars []Calendar
}

// FirmTerms are the branch of a record and its calendar at one moment. Each area adds its own part of the policy.
type FirmTerms struct {
	Branch   Branch
	Calendar Calendar
	Ref      string // the policy's name and version, as a record keeps it: "standard@3"
}

// DayEnds is the midnight that ends the branch's day.
func (t FirmTerms) DayEnds(now time.Time) (time.Time, error) {
	zone, err := calendarZone(t.Calendar.Zone)
	if err != nil {
		return time.Time{}, err
	}
	year, month, day := now.In(zone).Date()
	return time.Date(year, month, day+1, 0, 0, 0, 0, zone).UTC(), nil
}

// Person finds a staff member by id.
func (s Roster) Person(id string) (Staff, bool) {
	return lo.Find(s.Staff, func(p Staff) bool { return p.ID == id })
}

// Subject finds a staff member by what the identity provider calls him; somebody who has left is not found.
func (s Roster) Subject(subject string, now time.Time) (Staff, bool) {
	return lo.Find(s.Staff, func(p Staff) bool { return p.Subject == subject && p.Employed(now) })
}

// Calendar finds a calendar by id.
func (s Roster) Calendar(id string) (Calendar, bool) {
	return lo.Find(s.Calendars, func(c Calendar) bool { return c.ID == id })
}

// Branch finds a branch by id.
func (s Roster) Branch(id string) (Branch, bool) {
	return lo.Find(s.Branches, func(b Branch) bool { return b.ID == id })
}

// Manager is who answers for a branch: its manager while he works here, else an owner of the shop who sees the branch. ok is false when there is neither.
func (s Roster) Manager(b Branch, at time.Time) (manager Staff, ok bool) {
	if p, found := s.Person(b.Manager); found && p.Employed(at) {
		return p, true
	}
	return s.Head(b, at)
}

// AnswersFor lists the branches for whose unowned work the person answers: those that he manages, as its manager or as one of several; an owner of the shop,
// those that he sees and nobody who is present manages.
func (s Roster) AnswersFor(p Staff, at time.Time) []string {
	out := []string{}
	for _, b := range s.Branches {
		manages := func(p Staff) bool {
			return p.Employed(at) && (p.Has(Manager) && p.WorksIn(b.ID) || p.ID == b.Manager && (p.Has(Manager) || p.Has(Owner)) && ActorOf(p).Sees(b.ID))
		}
		heads := p.Employed(at) && p.Has(Owner) && ActorOf(p).Sees(b.ID)
		if manages(p) || heads && !slices.ContainsFunc(s.Staff, func(p Staff) bool { return manages(p) && p.Present(at) }) {
			out = append(out, b.ID)
		}
	}
	return out
}

// Head is an owner of the shop who sees the branch, one who is present before one who is not. ok is false when there is none.
func (s Roster) Head(b Branch, at time.Time) (owner Staff, ok bool) {
	heads := slices.DeleteFunc(slices.Clone(s.Staff), func(p Staff) bool { return !p.Has(Owner) || !p.Employed(at) || !ActorOf(p).Sees(b.ID) })
	if p, here := lo.Find(heads, func(p Staff) bool { return p.Present(at) }); here {
		return p, true
	}
	return lo.Find(heads, func(Staff) bool { return true })
}

// Available lists who may be given work of the branch by role at the time, by id, so that a rotation visits all of them. A person without a
// calendar of his own works when the branch does.
func (s Roster) Available(branch string, role Role, at time.Time) []Staff {
	var out []Staff
	for _, p := range s.Staff {
		if !p.Has(role) || !p.WorksIn(branch) || !p.Present(at) {
			continue
		}
		if own, ok := s.Calendar(p.Calendar); ok && !own.Open(at) {
			continue
		}
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b Staff) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

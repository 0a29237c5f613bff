// Package setup spans the areas: the whole set-up of a shop, its policy document, and how each is changed.
package setup

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/erase"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/letter"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/words"

	"github.com/samber/lo"
)

// Shop is what the company has set up: who works where, when, and by which rules. It is read as a whole and kept
// while its stamp stays the same, so a request costs one small read for it, or none.
type Shop struct {
	firm.Roster
	Name       words.Text
	Policies   []Policy
	Forms      []form.Form
	Categories []customer.Category
	Unreadable []string // what this release cannot read, as KIND#id; the rest of the set-up holds
}

// Unread reports whether a record of the set-up is there and cannot be read. It is not missing: nothing is decided
// without it.
func (s Shop) Unread(kind, id string) bool {
	return slices.Contains(s.Unreadable, strings.ToUpper(kind)+"#"+id)
}

// Form finds a form by id.
func (s Shop) Form(id string) (form.Form, bool) {
	f, found := lo.Find(s.Forms, func(f form.Form) bool { return f.ID == id })
	if b, known := s.Branch(f.Branch); known {
		if at := b.Place(); at.Region == f.Region {
			f.Area = at.Area
		}
	}
	return f, found
}

// Sign is what stands over the door of a branch: what its pages say of the shop.
type Sign struct {
	Shop   words.Text
	Branch words.Text
	Phone  string // E.164
	// Privacy is the privacy notice, or the address of one; empty where there is none.
	Privacy words.Text
}

// Sign is that of a branch. For a branch that is not there it names the shop alone.
func (s Shop) Sign(branch string) Sign {
	b, _ := s.Branch(branch)
	notice, _ := s.PrivacyAt(branch)
	return Sign{Shop: s.Name, Branch: b.Name, Phone: b.Phone, Privacy: notice}
}

// House is the Sign of the head office, for a page that may say nothing of the branch that it is about.
func (s Shop) House() Sign {
	home, _ := s.HeadOffice()
	return s.Sign(home.ID)
}

// Letterhead is what every letter of the branch to a customer says, by placeholder.
func (s Shop) Letterhead(b firm.Branch, lang words.Lang) map[string]string {
	return map[string]string{"shop": s.Name.In(lang), "branch": b.Name.In(lang),
		"branch_phone": identity.PhoneWritten(b.Phone, lang)}
}

// Terms are the rules for the records of one branch at one moment. Each area is handed its own part.
type Terms struct {
	firm.Terms
	Policy Policy
}

// Terms finds the calendar and the policy of a branch. The error is Missing for an unknown branch. It is Internal for
// a branch that cannot be read, or that lacks a calendar or a policy. That is a fault of the set-up and not of the
// request.
func (s Shop) Terms(branch string) (Terms, error) {
	b, ok := s.Branch(branch)
	if !ok && s.Unread("branch", branch) {
		return Terms{}, fault.Fail(fault.Internal, "网点设置暂时无法读取。请联系管理员。",
			"The set-up of the branch cannot be read. Ask your administrator.")
	}
	if !ok {
		return Terms{}, fault.Missing("网点", "branch")
	}
	cal, okCal := s.Calendar(b.Calendar)
	pol, okPol := lo.Find(s.Policies, func(p Policy) bool { return p.ID == b.Policy })
	if !okCal || !okPol {
		return Terms{}, fault.Fail(fault.Internal, "网点设置不完整。请联系管理员。",
			"The branch lacks a calendar or a policy. Ask your administrator.")
	}
	pol.Life = pol.Life.Among(s.Categories)
	return Terms{Terms: firm.Terms{Branch: b, Calendar: cal, Ref: pol.Ref()}, Policy: pol}, nil
}

// Lead is the part of the terms that leads obey.
func (t Terms) Lead() lead.Terms { return lead.Terms{Terms: t.Terms, Policy: t.Policy.Lead} }

// Task is the part of the terms that tasks obey.
func (t Terms) Task() task.Terms { return task.Terms{Terms: t.Terms, Policy: t.Policy.Task} }

// Hold is the part of the terms that questions during production obey.
func (t Terms) Hold() hold.Terms { return hold.Terms{Terms: t.Terms, Policy: t.Policy.Hold} }

// Erase is the part of the terms that erasures obey.
func (t Terms) Erase() erase.Terms { return erase.Terms{Terms: t.Terms, Policy: t.Policy.Erase} }

// Complaint is the part of the terms that complaints obey.
func (t Terms) Complaint() complaint.Terms {
	return complaint.Terms{Terms: t.Terms, Policy: t.Policy.Complaint}
}

// Letter is the part of the terms that letters obey.
func (t Terms) Letter() letter.Terms { return letter.Terms{Terms: t.Terms, Policy: t.Policy.Letter} }

// Customer is the part of the terms that customers obey.
func (t Terms) Customer() customer.Terms {
	return customer.Terms{Terms: t.Terms, Policy: t.Policy.Life}
}

// Waits is how long a message to a contact of the branch waits for the contact's hours; zero: it may go now. They count
// in the contact's own zone, or else in the branch's.
func (t Terms) Waits(to customer.Addressee, m message.Message, now time.Time) time.Duration {
	hours := message.Hours{Zone: cmp.Or(to.Zone, t.Calendar.Zone), Quiet: t.Policy.Quiet, Preferred: to.Hours}
	return hours.Leaves(m.Urgency(), m.Channel, now).Sub(now)
}

// Works reports whether the policy's times can pass by the calendar. Twice the longest time must pass, so
// that it still does when long holidays lie ahead. Without a deadline, a record could not be taken in.
func (t Terms) Works(now time.Time) bool {
	_, err := t.Calendar.Add(now,
		2*max(t.Policy.Lead.Longest(), t.Policy.Task.Longest(), t.Policy.Hold.Longest(), t.Policy.Complaint.Longest(),
			t.Policy.Letter.Longest()))
	return err == nil
}

// failing lists the branches whose calendar and policy do not work together, of those for which uses is true.
func (s Shop) failing(uses func(firm.Branch) bool, now time.Time) []string {
	var out []string
	for _, b := range s.Branches {
		if !uses(b) {
			continue
		}
		if t, err := s.Terms(b.ID); err == nil && !t.Works(now) {
			out = append(out, b.ID)
		}
	}
	return out
}

// Category finds a category by id.
func (s Shop) Category(id string) (customer.Category, bool) {
	return customer.CategoryTree(s.Categories).Find(id)
}

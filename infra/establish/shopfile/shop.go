// Package shopfile gives a store the shop that a file describes, such as shop.example.yaml: company, staff, branches,
// calendars, policies, customer categories and forms.
package shopfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"afterpress/infra/operator"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store"
)

// Establish writes what the file says and the shop does not have yet, and says so line by line. What is there stays
// as it is, so a second run changes nothing. Nothing is written before everything was checked by the rules that the
// API obeys.
func Establish(ctx context.Context, s *store.Store, text []byte, now time.Time, out io.Writer) error {
	there, err := s.ShopNow(ctx)
	if err != nil {
		return err
	}
	ids := map[string]string{}
	for _, p := range there.Staff {
		ids[p.Subject] = p.ID
	}
	in, faults, err := read(text, func(subject string) string {
		if ids[subject] == "" {
			ids[subject] = s.NewStaffID()
		}
		return ids[subject]
	})
	if err != nil {
		return err
	}
	if len(faults) > 0 {
		return mistakes(faults)
	}
	missing, err := in.beyond(there, ids, s.NewStaffID, now)
	if err != nil {
		return err
	}
	if err := s.Establish(ctx, missing); err != nil {
		return err
	}
	printSummary(out, in, there)
	return nil
}

// mistakes says all that is wrong with the file, a line each.
func mistakes(faults []fault.Field) error {
	lines := []error{errors.New("the file was not taken; mend these lines and run it again")}
	for _, f := range faults {
		lines = append(lines, fmt.Errorf("  %s: %s", f.Pointer, f.Text.En))
	}
	return errors.Join(lines...)
}

// draft is a shop in the making: whole is what it will be, added what is not there yet.
type draft struct {
	whole, added setup.Shop
	faults       []error
}

// refuse reports whether the rules refuse an entry of the file, and notes why.
func (d *draft) refuse(what, id string, err error) bool {
	var known *fault.Error
	if errors.As(err, &known) {
		err = errors.New(fault.Listed(known.Fields))
	}
	if err != nil {
		d.faults = append(d.faults, fmt.Errorf("%s %s: %w", what, id, err))
	}
	return err != nil
}

// beyond is what the file says beyond what is there, as the rules make it. The error lists all that they refuse.
func (in document) beyond(there setup.Shop, ids map[string]string, newID func() string,
	now time.Time) (setup.Shop, error) {
	d := draft{whole: there, added: setup.Shop{Name: in.Company}}
	by := operator.Actor
	for _, c := range in.Calendars {
		if _, found := there.Calendar(c.ID); !found {
			next, _, err := setup.ReshapeCalendar(calendar.Calendar{ID: c.ID}, c.Calendar(), by, d.whole, now)
			if !d.refuse("calendar", c.ID, err) {
				d.whole.Calendars, d.added.Calendars = append(d.whole.Calendars, next), append(d.added.Calendars, next)
			}
		}
	}
	d.categories(in, now) // before the policies, whose rules name them
	for id, p := range in.policies() {
		if _, found := there.Policy(id); !found {
			next, _, err := setup.Policy{ID: id}.Reshape(p, by, d.whole, now)
			if !d.refuse("policy", id, err) {
				d.whole.Policies, d.added.Policies = append(d.whole.Policies, next), append(d.added.Policies, next)
			}
		}
	}
	d.people(in, ids, newID, now)
	for _, b := range in.Branches {
		if _, found := there.Branch(b.ID); !found {
			next, _, err := setup.ReshapeBranch(firm.Branch{ID: b.ID}, b.Branch(), by, d.whole, now)
			if !d.refuse("branch", b.ID, err) {
				d.whole.Branches, d.added.Branches = append(d.whole.Branches, next), append(d.added.Branches, next)
			}
		}
	}
	d.forms(in, now)
	return d.added, errors.Join(d.faults...)
}

// people adds the staff. The branches of the file stand in the shop while they are checked, since each needs the
// other.
func (d *draft) people(in document, ids map[string]string, newID func() string, now time.Time) {
	shop := d.whole
	for _, b := range in.Branches {
		if _, found := shop.Branch(b.ID); !found {
			branch := b.Branch()
			branch.ID = b.ID
			shop.Branches = append(shop.Branches, branch)
		}
	}
	owners := 0
	for _, p := range in.Staff {
		id := ids[p.Subject]
		if id == "" {
			id = newID()
		}
		if _, found := d.whole.Person(id); found {
			continue
		}
		change, err := setup.ReshapeStaff(staff.Staff{ID: id}, p.Staff(), operator.Actor, shop, now)
		if d.refuse("staff", p.Subject, err) {
			continue
		}
		shop.Staff = append(shop.Staff, change.Next)
		d.added.Staff = append(d.added.Staff, change.Next)
	}
	for _, p := range shop.Staff {
		if p.Has(staff.Owner) && p.HeadOffice && p.LeavesAt == nil {
			owners++
		}
	}
	if owners == 0 {
		d.faults = append(d.faults,
			errors.New("staff: nobody is an owner of the head office; give one person the role owner and head_office: true"))
	}
	d.whole.Staff = shop.Staff
}

// forms adds the public forms that are not there.
func (d *draft) forms(in document, now time.Time) {
	for _, f := range in.Forms {
		if _, found := d.whole.Form(f.ID); found {
			continue
		}
		next, _, err := setup.ReshapeForm(form.Form{ID: f.ID}, f.Form(), operator.Actor, d.whole, now)
		if !d.refuse("form", f.ID, err) {
			d.added.Forms = append(d.added.Forms, next)
		}
	}
}

// categories adds those that are not there, each below the one that it names.
func (d *draft) categories(in document, now time.Time) {
	for _, c := range in.categories(d.whole.Categories) {
		tree := customer.CategoryTree(d.whole.Categories)
		if _, found := tree.Find(c.ID); found {
			continue
		}
		next, _, err := tree.Place(c, operator.Actor, now)
		if !d.refuse("category", c.ID, err) {
			d.whole.Categories, d.added.Categories = append(d.whole.Categories, next), append(d.added.Categories, next)
		}
	}
}

// categories are those of the file, or the standard tree: where the shop has none, or a run that broke off left a
// part of it. People who made a tree of their own are left with it.
func (in document) categories(there customer.CategoryTree) customer.CategoryTree {
	if in.Categories != nil {
		var out customer.CategoryTree
		for _, c := range in.Categories {
			out = append(out, c.Category())
		}
		return out
	}
	standard := customer.StandardCategories(time.Time{})
	for _, c := range there {
		c.CreatedAt, c.UpdatedAt = time.Time{}, time.Time{}
		if !slices.Contains(standard, c) {
			return nil
		}
	}
	return standard
}

// policies are those of the file by id, or the standard one with the texts of the file.
func (in document) policies() map[string]setup.Policy {
	out := map[string]setup.Policy{}
	for _, p := range in.Policies {
		out[p.ID] = p.Policy()
	}
	if len(out) == 0 {
		standard := setup.StandardPolicy()
		standard.Texts = in.Texts
		out[standard.ID] = standard
	}
	return out
}

// tell says of each entry whether it was there.
func printSummary(out io.Writer, in document, there setup.Shop) {
	line := func(kind, id string, found bool) {
		fmt.Fprintf(out, "%-10s%-38s%s\n", kind, id,
			map[bool]string{true: "was there; it stays as it is", false: "established"}[found])
	}
	for _, p := range in.Staff {
		_, found := there.Subject(p.Subject, time.Time{})
		line("staff", p.Subject, found)
	}
	for _, c := range in.Calendars {
		_, found := there.Calendar(c.ID)
		line("calendar", c.ID, found)
	}
	for id := range in.policies() {
		_, found := there.Policy(id)
		line("policy", id, found)
	}
	for _, c := range in.categories(there.Categories) {
		_, found := there.Category(c.ID)
		line("category", c.ID, found)
	}
	for _, b := range in.Branches {
		_, found := there.Branch(b.ID)
		line("branch", b.ID, found)
	}
	for _, f := range in.Forms {
		_, found := there.Form(f.ID)
		line("form", f.ID, found)
	}
}

package setup

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"

	"github.com/nyaruka/phonenumbers"
	"github.com/samber/lo"
)

// ETagVersion is the version that an If-Match names.
func (p Policy) ETagVersion() int64 { return p.Version }

// Policy finds a policy by id.
func (s Shop) Policy(id string) (Policy, bool) {
	return lo.Find(s.Policies, func(p Policy) bool { return p.ID == id })
}

// Check says what is wrong with the policy by itself. Each fault names its field as a JSON pointer.
func (p Policy) Check() []fault.Field {
	var f fault.List
	for i, country := range p.SMS.Countries {
		if phonenumbers.GetCountryCodeForRegion(country) == 0 {
			f.Add(fmt.Sprintf("/sms/countries/%d", i), "没有这个国家代码。请填写两个大写字母，例如 CN。",
				"There is no such country. Enter its two capital letters, such as CN.")
		}
	}
	if p.SMS.Number < 0 {
		f.Add("/sms/number_day", fault.NotNegative.Zh, fault.NotNegative.En)
	}
	if p.SMS.Company < 0 {
		f.Add("/sms/company_day", fault.NotNegative.Zh, fault.NotNegative.En)
	}
	p.Lead.Check(&f)
	p.Task.Check(&f)
	p.Complaint.Check(&f)
	p.Hold.Check(&f)
	p.Life.Check(&f)
	p.Preference.Check(&f)
	p.Texts.check(&f)
	return f
}

// Works reports whether the policy's times can pass by the calendar. Twice the longest time must pass, so
// that it still does when long holidays lie ahead. Without a deadline, a record could not be taken in.
func (t Terms) Works(now time.Time) bool {
	_, err := t.Calendar.Add(now,
		2*max(t.Policy.Lead.Longest(), t.Policy.Task.Longest(), t.Policy.Hold.Longest(), t.Policy.Complaint.Longest()))
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

// Reshape is the next version of the policy and its event, which names both versions. A policy of version 0
// is a new one, and its event names none. The error is Invalid when the policy is faulty, or its times do not
// pass by the calendar of a branch. Without a change the policy comes back as it is, without an event.
func (p Policy) Reshape(next Policy, by staff.Actor, shop Shop, now time.Time) (Policy, event.Event, error) {
	kind := event.PolicyChanged
	next.ID, next.Version, next.CreatedAt, next.UpdatedAt = p.ID, p.Version+1, p.CreatedAt, now
	if p.Version == 0 {
		kind, next.CreatedAt = event.PolicyOpened, now
	}
	next.Texts = next.Texts.tidied()
	if p.Version > 0 && fault.Same(p, next) {
		return p, event.Event{}, nil
	}
	faults := fault.List(next.Check())
	next.Life.CheckCategories(&faults, p.Life, shop.Categories)
	shop.Policies = replaced(shop.Policies, next, func(x Policy) bool { return x.ID == next.ID })
	if failing := shop.failing(func(b firm.Branch) bool { return b.Policy == next.ID }, now); len(faults) == 0 &&
		len(failing) > 0 {
		branches := strings.Join(failing, ", ")
		faults.Add("/lead", "按网点（"+branches+"）的日历，这些期限在 400 天内到不了。请缩短期限。",
			"By the calendars of "+branches+" these times do not pass within 400 days. Shorten them.")
	}
	if err := faults.Invalid(); err != nil {
		return Policy{}, event.Event{}, err
	}
	e := event.OfSetup(kind, by, "policy", next.ID, next.Version, "", now, p, next)
	if p.Version > 0 {
		e.Data["from"], e.Data["to"] = p.Ref(), next.Ref()
	}
	// texts move no deadline, so no open record is replanned
	if e.Data["changed"] == "texts" {
		e.Wakes, e.Pending = false, false
	}
	return next, e, nil
}

// replaced is the list with next in place of the first element that matches, or at its end.
func replaced[T any](list []T, next T, match func(T) bool) []T {
	out := slices.Clone(list)
	if i := slices.IndexFunc(out, match); i >= 0 {
		out[i] = next
		return out
	}
	return append(out, next)
}

package crm

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nyaruka/phonenumbers"
	"github.com/samber/lo"
)

// ETagVersion is the version that an If-Match names.
func (p Policy) ETagVersion() int64 { return p.Version }

// Policy finds a policy by id.
func (s Shop) Policy(id string) (Policy, bool) {
	return lo.Find(s.Policies, func(p Policy) bool { return p.ID == id })
}

// Check says what is wrong with the policy by itself.
func (p Policy) Check() []Field {
	var f FaultList
	for i, country := range p.SMS.Countries {
		if phonenumbers.GetCountryCodeForRegion(country) == 0 {
			f.add(fmt.Sprintf("/sms/countries/%d", i), "没有这个国家代码。请填写两个大写字母，例如 CN。", "There is no such country. Enter its two capital letters, such as CN.")
		}
	}
	if p.SMS.Number < 0 {
		f.add("/sms/number_day", notNegative.Zh, notNegative.En)
	}
	if p.SMS.Company < 0 {
		f.add("/sms/company_day", notNegative.Zh, notNegative.En)
	}
	p.Lead.check(&f)
	p.Task.check(&f)
	p.Complaint.check(&f)
	p.Hold.check(&f)
	p.Life.check(&f)
	p.Preference.check(&f)
	p.Texts.check(&f)
	return f
}

var notNegative = Text{Zh: "请填写 0 或更大的整数。", En: "Enter a whole number of 0 or more."}

func (p LeadPolicy) check(f *FaultList) {
	for _, figure := range []struct {
		name string
		n    int64
	}{
		{"first_contact_s", p.FirstContact}, {"pool_s", p.Pool}, {"next_step_s", p.NextStep}, {"max_owners", int64(p.MaxOwners)},
		{"claims_per_day", int64(p.ClaimsPerDay)},
	} {
		if figure.n <= 0 {
			f.add("/lead/"+figure.name, "请填写大于 0 的整数。", "Enter a whole number above 0.")
		}
	}
	checkLadder(f, "/lead/ladder", p.Ladder, LeadStates, leadSteps, passedOn)
}

// checkLadder finds what is wrong with a ladder that stands at a place of the policy. taken are names that no rung may have.
func checkLadder(f *FaultList, place string, ladder []RungRule, states, steps []string, taken ...string) {
	seen := map[string]bool{}
	for _, name := range taken {
		seen[name] = true
	}
	for i, r := range ladder {
		at := fmt.Sprintf("%s/%d", place, i)
		if !slices.Contains(states, r.State) {
			f.add(at+"/state", "没有这个状态。请从这些值中选择："+strings.Join(states, "、")+"。", "There is no such state. Choose one of: "+strings.Join(states, ", ")+".")
		}
		if !slices.Contains(steps, r.Do) {
			f.add(at+"/do", "没有这个步骤。请从这些值中选择："+strings.Join(steps, "、")+"。", "There is no such step. Choose one of: "+strings.Join(steps, ", ")+".")
		}
		if r.Percent < 0 {
			f.add(at+"/percent", "提醒不能早于状态开始。请填写 0 或更大的数。", "A rung cannot come before its state. Enter 0 or more.")
		}
		if r.Plus < 0 {
			f.add(at+"/plus_s", "提醒不能早于状态开始。请填写 0 或更大的数。", "A rung cannot come before its state. Enter 0 or more.")
		}
		if r.Name == "" || r.Do != DoAcknowledge && seen[r.Name] {
			f.add(at+"/name", "名称为空，或已被使用。请换一个名称。", "The name is empty, or taken. Choose another one.")
		}
		seen[r.Name] = true
	}
}

// longest is the most working time that the policy asks for at once.
func (p LeadPolicy) longest() time.Duration {
	budget := max(p.FirstContact, p.Pool, p.NextStep)
	most := budget
	for _, r := range p.Ladder {
		most = max(most, budget*r.Percent/100+r.Plus)
	}
	return seconds(most)
}

// Works reports whether the policy's times can pass by the calendar. Twice the longest must, so that it still can when long holidays lie ahead: without
// it a record could not be taken in for want of a deadline.
func (t Terms) Works(now time.Time) bool {
	_, err := t.Calendar.Add(now, 2*max(t.Policy.Lead.longest(), t.Policy.Task.longest(), t.Policy.Hold.longest(), t.Policy.Complaint.longest()))
	return err == nil
}

// failing lists the branches whose calendar and policy do not go together.
func (s Shop) failing(uses func(Branch) bool, now time.Time) []string {
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

// Reshape is the next version of the policy and its event, which names both versions. A policy of version 0 is a new one. Nothing to change gives the policy
// as it is, without an event.
func (p Policy) Reshape(next Policy, by Actor, shop Shop, now time.Time) (Policy, Event, error) {
	kind := PolicyChanged
	next.ID, next.Version, next.CreatedAt, next.UpdatedAt = p.ID, p.Version+1, p.CreatedAt, now
	if p.Version == 0 {
		kind, next.CreatedAt = PolicyOpened, now
	}
	next.Texts = next.Texts.tidied()
	if p.Version > 0 && same(p, next) {
		return p, Event{}, nil
	}
	faults := FaultList(next.Check())
	next.Life.checkCategories(&faults, p.Life, shop.Categories)
	shop.Policies = replaced(shop.Policies, next, func(x Policy) bool { return x.ID == next.ID })
	if failing := shop.failing(func(b Branch) bool { return b.Policy == next.ID }, now); len(faults) == 0 && len(failing) > 0 {
		branches := strings.Join(failing, ", ")
		faults.add("/lead", "按网点（"+branches+"）的日历，这些期限在 400 天内到不了。请缩短期限。",
			"By the calendars of "+branches+" these times do not pass within 400 days. Shorten them.")
	}
	if err := faults.invalid(); err != nil {
		return Policy{}, Event{}, err
	}
	event := setupEvent(kind, by, "policy", next.ID, next.Version, "", now, p, next)
	if p.Version > 0 {
		event.Data["from"], event.Data["to"] = p.Ref(), next.Ref()
	}
	if event.Data["changed"] == "texts" { // words move no deadline: nothing open is planned anew
		event.Wakes, event.Pending = false, false
	}
	return next, event, nil
}

// replaced is the list with next in place of what matches, or at its end.
func replaced[T any](list []T, next T, match func(T) bool) []T {
	out := slices.Clone(list)
	if i := slices.IndexFunc(out, match); i >= 0 {
		out[i] = next
		return out
	}
	return append(out, next)
}

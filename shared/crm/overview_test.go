package crm

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// wholeFile is a customer of whom everything is known, and not all is well.
func wholeFile() (CustomerFile, Shop) {
	gone, since := tuesday.Add(-time.Hour), tuesday.AddDate(-2, 0, 0)
	shop := Shop{
		Roster: Roster{
			Branches:  []Branch{{ID: "sh", Calendar: "c", Policy: "standard"}},
			Calendars: []Calendar{{ID: "c", Zone: "Asia/Shanghai"}},
			Staff: []Staff{
				{ID: "stf_a", Name: "陈立", Roles: []Role{Sales}, Branches: []string{"sh"}},
				{ID: "stf_b", Name: "Emily Zhou", Roles: []Role{Sales}, Branches: []string{"sh"}, LeavesAt: &gone},
				{ID: "stf_c", Name: "沈静", Roles: []Role{Service}, Branches: []string{"sh"}, Absences: []Absence{{From: gone, To: tuesday.Add(time.Hour)}}},
			},
		},
		Policies: []Policy{StandardPolicy()},
	}
	customer := Customer{
		ID: "cus_1", Version: 7, Seq: 12, CreatedAt: since, UpdatedAt: since, Kind: CustomerCompany, Name: "晨星出版社", LatinName: "Morning Star Press", Lang: Zh, Branch: "sh",
		Owner: "stf_b", Source: "walk-in", Industry: "publishing", Periodical: "monthly", PreferredChannel: "call", PreferredHours: "09:00-11:30", LifeCycle: LifeAtRisk, LifeSince: since,
		LastTouches: []TouchLine{{ID: "tch_1", At: gone, Channel: "wechat", Direction: TouchIn, By: "stf_a", Outcome: OutcomeCallBack}, {ID: "tch_0", At: since, Channel: TouchMail, Direction: TouchIn}},
	}
	contacts := []Contact{
		{ID: "con_1", Version: 1, CreatedAt: since, UpdatedAt: since, Customer: "cus_1", Name: "李娜", Roles: []string{"buys"}, Lang: Zh,
			Phones: []Reach{{Value: "+8613813800001"}, {Value: "+862150801199", Shared: true}}, Emails: []Reach{{Value: "lina@example.com"}}},
		{ID: "con_2", Version: 2, CreatedAt: since, UpdatedAt: gone, Customer: "cus_1", Name: "王芳", Lang: Zh, Phones: []Reach{{Value: "+862150801199", Shared: true}}},
		{ID: "con_3", Version: 3, CreatedAt: since, UpdatedAt: gone, Customer: "cus_1", Name: "Tom", Lang: En, Emails: []Reach{{Value: "tom@example.com"}}, LeftAt: &gone},
	}
	preferences := []Preference{
		{ID: "prf_1", Version: 1, CreatedAt: since, UpdatedAt: since, Customer: "cus_1", Kind: "packing", Value: "每 50 本塑封", Requirement: true, Source: SourceContact, SourceID: "con_1",
			SetBy: "stf_a", ConfirmedAt: since, ConfirmedBy: "stf_a"},
		{ID: "prf_2", Version: 1, CreatedAt: gone, UpdatedAt: gone, Customer: "cus_1", Kind: "paper", Value: "80 g 轻型纸", Products: []string{"books"}, Source: SourceStaff, SourceID: "stf_a",
			SetBy: "stf_a", ConfirmedAt: gone, ConfirmedBy: "stf_a"},
	}
	open := []OpenItem{
		{Kind: "lead", ID: "lead_1", Product: "books", State: LeadPooled, Branch: "sh", Due: gone},
		{Kind: "task", ID: "tsk_1", Title: "Send samples", State: TaskOpen, Branch: "sh", Owner: "stf_c", Due: tuesday.Add(time.Hour)},
		{Kind: "hold", ID: "hld_1", Title: "J-1 · Paper is yellow", State: HoldAsked, Branch: "sh", Owner: "stf_c", Due: tuesday.Add(time.Hour)},
		{Kind: "complaint", ID: "cmp_1", State: ComplaintTriaged, Branch: "sh", Owner: "stf_a", Due: tuesday.Add(2 * time.Hour), Severity: 2, Job: "J-1", Defects: []DefectKind{DefectColourDeviation}},
		{Kind: "task", ID: "tsk_2", Title: "Of another branch", State: TaskOpen, Branch: "hz", Owner: "stf_x", Due: tuesday.Add(time.Hour)},
	}
	return CustomerFile{Customer: customer, Contacts: contacts, Preferences: preferences, Open: open, Freeze: Freeze{Customer: "cus_1", Version: 1, Complaints: []string{"cmp_1"}},
		Gates: map[string]Gate{"con_1": {Person: "con_1", Version: 1, Suppressed: map[string]string{ChannelEmail: "bounced"}}}}, shop
}

// TestTheWholeOverview compares the overview of a full customer with the golden one, in both languages; -update writes them.
func TestTheWholeOverview(t *testing.T) {
	file, shop := wholeFile()
	for _, lang := range []Lang{Zh, En} {
		got, err := json.MarshalIndent(file.Overview(ActorOf(shop.Staff[0]), shop, lang, tuesday), "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "overview-"+string(lang)+".json", string(got)+"\n")
	}
}

// paths lists the fields of an answer: contacts[].may[].reason.
func paths(prefix string, v any, into map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		for name, field := range v {
			paths(strings.TrimPrefix(prefix+"."+name, "."), field, into)
		}
	case []any:
		for _, one := range v {
			paths(prefix+"[]", one, into)
		}
	default:
		into[prefix] = true
	}
}

// TestWhichFieldsEachRoleSees lists the fields of the overview that a role sees, role by role; those that read no customers get none.
func TestWhichFieldsEachRoleSees(t *testing.T) {
	file, shop := wholeFile()
	var out strings.Builder
	for _, role := range Roles {
		by := Actor{ID: "stf_z", Roles: []Role{role}, Branches: []string{"sh"}}
		fmt.Fprintf(&out, "%s\n", role)
		if Permit(by, ReadCustomers) != nil {
			continue
		}
		raw, err := json.Marshal(file.Overview(by, shop, En, tuesday))
		if err != nil {
			t.Fatal(err)
		}
		var answer any
		if err := json.Unmarshal(raw, &answer); err != nil {
			t.Fatal(err)
		}
		fields := map[string]bool{}
		paths("", answer, fields)
		for _, w := range file.Overview(by, shop, En, tuesday).Warnings {
			fields["warning "+w.Code] = true
		}
		for _, item := range file.Overview(by, shop, En, tuesday).Open {
			fields["open "+item.Kind] = true
		}
		for _, field := range slices.Sorted(maps.Keys(fields)) {
			fmt.Fprintf(&out, "  %s\n", field)
		}
	}
	golden(t, "overview-fields.txt", out.String())
}

func TestWarningsOfAnOverview(t *testing.T) {
	well := func(*CustomerFile, *Shop) {}
	for _, c := range []struct {
		what   string
		change func(*CustomerFile, *Shop)
		role   Role
		want   []string
	}{
		{"as it is", well, Sales, []string{"complaint-open", "overdue", "item-without-owner", "item-owner-away", "owner-left", "at-risk", "suppressed", "no-consent", "stale-requirements"}},
		{"finance sees no leads and no consents", well, Finance, []string{"complaint-open", "item-owner-away", "owner-left", "at-risk", "stale-requirements"}},
		{"archived, lapsed, nobody's", func(f *CustomerFile, _ *Shop) {
			f.Customer.ArchivedAt, f.Customer.LifeCycle, f.Customer.Owner, f.Open, f.Preferences = &tuesday, LifeLapsed, "", nil, nil
		}, Sales, []string{"archived", "no-owner", "lapsed", "suppressed", "no-consent"}},
		{"owner absent, nobody to write to", func(f *CustomerFile, _ *Shop) {
			f.Customer.LifeCycle, f.Customer.Owner, f.Open, f.Preferences, f.Contacts = LifeActive, "stf_c", nil, nil, f.Contacts[1:]
		}, Sales, []string{"owner-absent", "nobody-to-write-to"}},
		{"all is well", func(f *CustomerFile, _ *Shop) {
			f.Customer.LifeCycle, f.Customer.Owner, f.Open, f.Preferences = LifeActive, "stf_a", nil, nil
			f.Gates = map[string]Gate{"con_1": {Version: 1, Consents: map[string]Consent{"marketing/email": {Yes: true}}}}
		}, Sales, nil},
	} {
		file, shop := wholeFile()
		c.change(&file, &shop)
		var got []string
		for _, w := range file.Overview(Actor{ID: "stf_z", Roles: []Role{c.role}, Branches: []string{"sh"}}, shop, En, tuesday).Warnings {
			if got = append(got, w.Code); w.Text == "" {
				t.Errorf("%s: %s has no words", c.what, w.Code)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q", c.what, got)
		}
	}
}

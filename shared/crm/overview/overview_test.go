package overview_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/overview"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// wholeFile is a customer of whom everything is known, and not all is well.
func wholeFile() (overview.File, setup.Shop) {
	gone, since := crmtest.Tuesday.Add(-time.Hour), crmtest.Tuesday.AddDate(-2, 0, 0)
	shop := setup.Shop{
		Roster: firm.Roster{
			Branches:  []firm.Branch{{ID: "sh", Calendar: "c", Policy: "standard"}},
			Calendars: []calendar.Calendar{{ID: "c", Zone: "Asia/Shanghai"}},
			Staff: []staff.Staff{
				{ID: "stf_a", Name: "陈立", Roles: []staff.Role{staff.Sales}, Branches: []string{"sh"}},
				{ID: "stf_b", Name: "Emily Zhou", Roles: []staff.Role{staff.Sales}, Branches: []string{"sh"}, LeavesAt: &gone},
				{ID: "stf_c", Name: "沈静", Roles: []staff.Role{staff.Service}, Branches: []string{"sh"},
					Absences: []staff.Absence{{From: gone, To: crmtest.Tuesday.Add(time.Hour)}}},
			},
		},
		Policies: []setup.Policy{setup.StandardPolicy()},
	}
	c := customer.Customer{
		ID: "cus_1", Version: 7, Seq: 12, CreatedAt: since, UpdatedAt: since, Kind: customer.Company, Name: "晨星出版社",
		LatinName: "Morning Star Press", Lang: words.Zh, Branch: "sh",
		Owner: "stf_b", Source: "walk-in", Industry: "publishing", Periodical: "monthly", PreferredChannel: "call",
		PreferredHours: "09:00-11:30", LifeCycle: customer.LifeAtRisk, LifeSince: since,
		LastTouches: []customer.TouchLine{{ID: "tch_1", At: gone, Channel: "wechat", Direction: customer.TouchIn,
			By: "stf_a", Outcome: customer.OutcomeCallBack},
			{ID: "tch_0", At: since, Channel: customer.TouchMail, Direction: customer.TouchIn}},
	}
	contacts := []customer.Contact{
		{ID: "con_1", Version: 1, CreatedAt: since, UpdatedAt: since, Customer: "cus_1", Name: "李娜",
			Roles: []string{"buys"}, Lang: words.Zh,
			Phones: []customer.Reach{{Value: "+8613813800001"}, {Value: "+862150801199", Shared: true}},
			Emails: []customer.Reach{{Value: "lina@example.com"}}},
		{ID: "con_2", Version: 2, CreatedAt: since, UpdatedAt: gone, Customer: "cus_1", Name: "王芳", Lang: words.Zh,
			Phones: []customer.Reach{{Value: "+862150801199", Shared: true}}},
		{ID: "con_3", Version: 3, CreatedAt: since, UpdatedAt: gone, Customer: "cus_1", Name: "Tom", Lang: words.En,
			Emails: []customer.Reach{{Value: "tom@example.com"}}, LeftAt: &gone},
	}
	preferences := []customer.Preference{
		{ID: "prf_1", Version: 1, CreatedAt: since, UpdatedAt: since, Customer: "cus_1", Kind: "packing", Value: "每 50 本塑封",
			Requirement: true, Source: customer.SourceContact, SourceID: "con_1",
			SetBy: "stf_a", ConfirmedAt: since, ConfirmedBy: "stf_a"},
		{ID: "prf_2", Version: 1, CreatedAt: gone, UpdatedAt: gone, Customer: "cus_1", Kind: "paper", Value: "80 g 轻型纸",
			Products: []string{"books"}, Source: customer.SourceStaff, SourceID: "stf_a",
			SetBy: "stf_a", ConfirmedAt: gone, ConfirmedBy: "stf_a"},
	}
	open := []overview.OpenItem{
		{Kind: "lead", ID: "lead_1", Product: "books", State: lead.StatePooled, Branch: "sh", Due: gone},
		{Kind: "task", ID: "tsk_1", Title: "Send samples", State: task.StateOpen, Branch: "sh", Owner: "stf_c",
			Due: crmtest.Tuesday.Add(time.Hour)},
		{Kind: "hold", ID: "hld_1", Title: "J-1 · Paper is yellow", State: hold.StateAsked, Branch: "sh", Owner: "stf_c",
			Due: crmtest.Tuesday.Add(time.Hour)},
		{Kind: "complaint", ID: "cmp_1", State: complaint.StateTriaged, Branch: "sh", Owner: "stf_a",
			Due: crmtest.Tuesday.Add(2 * time.Hour), Severity: 2, Job: "J-1", Defects: []defect.Kind{defect.ColourDeviation}},
		{Kind: "task", ID: "tsk_2", Title: "Of another branch", State: task.StateOpen, Branch: "hz", Owner: "stf_x",
			Due: crmtest.Tuesday.Add(time.Hour)},
	}
	return overview.File{Customer: c, Contacts: contacts, Preferences: preferences, Open: open,
		Freeze: gate.Freeze{Customer: "cus_1", Version: 1, Complaints: []string{"cmp_1"}},
		Gates: map[string]gate.Gate{"con_1": {Person: "con_1", Version: 1,
			Suppressed: map[string]string{message.ChannelEmail: "bounced"}}}}, shop
}

// TestTheWholeOverview compares the overview of a full customer with the golden one, in both languages; -update
// writes them.
func TestTheWholeOverview(t *testing.T) {
	file, shop := wholeFile()
	for _, lang := range []words.Lang{words.Zh, words.En} {
		got, err := json.MarshalIndent(file.Overview(staff.ActorOf(shop.Staff[0]), shop, lang, crmtest.Tuesday), "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		kerneltest.Golden(t, "overview-"+string(lang)+".json", string(got)+"\n")
	}
}

// TestWhichFieldsEachRoleSees lists the fields of the overview that a role sees, role by role; those that read no
// customers get none.
func TestWhichFieldsEachRoleSees(t *testing.T) {
	file, shop := wholeFile()
	var out strings.Builder
	for _, role := range staff.Roles {
		by := staff.Actor{ID: "stf_z", Roles: []staff.Role{role}, Branches: []string{"sh"}}
		fmt.Fprintf(&out, "%s\n", role)
		if permission.Permit(by, permission.ReadCustomers) != nil {
			continue
		}
		raw, err := json.Marshal(file.Overview(by, shop, words.En, crmtest.Tuesday))
		if err != nil {
			t.Fatal(err)
		}
		var answer any
		if err := json.Unmarshal(raw, &answer); err != nil {
			t.Fatal(err)
		}
		fields := map[string]bool{}
		crmtest.Paths("", answer, fields)
		for _, w := range file.Overview(by, shop, words.En, crmtest.Tuesday).Warnings {
			fields["warning "+w.Code] = true
		}
		for _, item := range file.Overview(by, shop, words.En, crmtest.Tuesday).Open {
			fields["open "+item.Kind] = true
		}
		for _, field := range slices.Sorted(maps.Keys(fields)) {
			fmt.Fprintf(&out, "  %s\n", field)
		}
	}
	kerneltest.Golden(t, "overview-fields.txt", out.String())
}

func TestWarningsOfAnOverview(t *testing.T) {
	well := func(*overview.File, *setup.Shop) {}
	for _, c := range []struct {
		what   string
		change func(*overview.File, *setup.Shop)
		role   staff.Role
		want   []string
	}{
		{"as it is", well, staff.Sales,
			[]string{"complaint-open", "overdue", "item-without-owner", "item-owner-away", "owner-left", "at-risk",
				"suppressed", "no-consent", "stale-requirements"}},
		{"finance sees no leads and no consents", well, staff.Finance,
			[]string{"complaint-open", "item-owner-away", "owner-left", "at-risk", "stale-requirements"}},
		{"archived, lapsed, no owner", func(f *overview.File, _ *setup.Shop) {
			f.Customer.ArchivedAt, f.Customer.LifeCycle, f.Customer.Owner, f.Open, f.Preferences = &crmtest.Tuesday,
				customer.LifeLapsed, "", nil, nil
		}, staff.Sales, []string{"archived", "no-owner", "lapsed", "suppressed", "no-consent"}},
		{"owner absent, nobody to write to", func(f *overview.File, _ *setup.Shop) {
			f.Customer.LifeCycle, f.Customer.Owner, f.Open, f.Preferences, f.Contacts = customer.LifeActive, "stf_c", nil, nil,
				f.Contacts[1:]
		}, staff.Sales, []string{"owner-absent", "nobody-to-write-to"}},
		{"all is well", func(f *overview.File, _ *setup.Shop) {
			f.Customer.LifeCycle, f.Customer.Owner, f.Open, f.Preferences = customer.LifeActive, "stf_a", nil, nil
			f.Gates = map[string]gate.Gate{"con_1": {Version: 1,
				Consents: map[string]gate.Consent{"marketing/email": {Yes: true}}}}
		}, staff.Sales, nil},
	} {
		file, shop := wholeFile()
		c.change(&file, &shop)
		var got []string
		for _, w := range file.Overview(staff.Actor{ID: "stf_z", Roles: []staff.Role{c.role}, Branches: []string{"sh"}},
			shop, words.En, crmtest.Tuesday).Warnings {
			if got = append(got, w.Code); w.Text == "" {
				t.Errorf("%s: %s has no words", c.what, w.Code)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q", c.what, got)
		}
	}
}

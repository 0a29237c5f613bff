package customer_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/firm"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
)

func TestAttach(t *testing.T) {
	a, b, shared := customer.Holder{Customer: "a", Contact: "a1"}, customer.Holder{Customer: "b", Contact: "b1"},
		customer.Holder{Shared: true}
	for _, tc := range []struct {
		known customer.Known
		want  customer.Attachment
	}{
		{customer.Known{}, customer.Attachment{}},
		{customer.Known{ByPhone: a}, customer.Attachment{Customer: "a", Contact: "a1"}},
		{customer.Known{ByEmail: b}, customer.Attachment{Customer: "b", Contact: "b1"}},
		{customer.Known{ByPhone: a, ByEmail: a}, customer.Attachment{Customer: "a", Contact: "a1"}},
		{customer.Known{ByPhone: a, ByEmail: customer.Holder{Customer: "a", Contact: "a2"}},
			customer.Attachment{Customer: "a", Contact: "a1"}},
		{customer.Known{ByPhone: a, ByEmail: b}, customer.Attachment{Customer: "a", Contact: "a1", Hint: "b"}},
		{customer.Known{ByPhone: shared}, customer.Attachment{}},
		{customer.Known{ByPhone: shared, ByEmail: b}, customer.Attachment{Customer: "b", Contact: "b1"}},
		{customer.Known{ByPhone: a, ByEmail: shared}, customer.Attachment{Customer: "a", Contact: "a1"}},
	} {
		if got := tc.known.Attach(); got != tc.want {
			t.Errorf("%+v: %+v", tc.known, got)
		}
	}
}

func TestEditing(t *testing.T) {
	now := placedAt
	old := customer.Customer{ID: "cus_1", Version: 3, Seq: 8, Name: "长城", Branch: seed.Shanghai, Category: "agent",
		LifeCycle: customer.LifeActive, History: customer.History{Orders: 4},
		Addresses: []customer.Address{}}
	for name, c := range map[string]struct {
		edit func(*customer.Customer)
		want []string // type and what it says, of each event
	}{
		"nothing":          {func(*customer.Customer) {}, nil},
		"no list for none": {func(c *customer.Customer) { c.Addresses = nil }, nil},
		"what is the system's": {func(c *customer.Customer) {
			c.LifeCycle, c.History.Orders, c.Seq,
				c.ID = customer.LifeLead, 0, 1, "x"
		}, nil},
		"a name": {func(c *customer.Customer) { c.Name = "海河" }, []string{"customer.changed fields=name"}},
		"two fields": {func(c *customer.Customer) { c.Scope, c.Name = "b2b", "海河" },
			[]string{"customer.changed fields=name scope"}},
		"the category": {func(c *customer.Customer) { c.Category = "dealer" },
			[]string{"customer.moved from=agent to=dealer"}},
		"the category and a name": {func(c *customer.Customer) { c.Category, c.Name = "", "海河" },
			[]string{"customer.moved from=agent to=", "customer.changed fields=name"}},
	} {
		entered := old
		c.edit(&entered)
		next, events, err := old.Edit(entered, staff.Visitor, now)
		var got []string
		for _, e := range events {
			var data []string
			for k, v := range e.Data {
				data = append(data, k+"="+v)
			}
			slices.Sort(data)
			got = append(got, strings.TrimSpace(string(e.Type)+" "+strings.Join(data, " ")))
			if e.Seq != 9 || !e.Pending || e.Wakes {
				t.Errorf("%s: %+v", name, e)
			}
		}
		grown := int64(min(len(events), 1))
		if err != nil || !slices.Equal(got, c.want) || next.Version != 3+grown || next.Seq != 8+grown ||
			next.LifeCycle != customer.LifeActive || next.History.Orders != 4 || next.ID != "cus_1" {
			t.Errorf("%s: %v %+v %v", name, got, next, err)
		}
	}
}

func TestArchivedUntilHeAsks(t *testing.T) {
	c, e := customer.Customer{Name: "长城", Kind: customer.Company, LifeCycle: customer.LifeActive}.Open("cus_1",
		staff.Visitor, placedAt)
	if c.LifeCycle != customer.LifeLead || c.Version != 1 || c.Seq != 1 || e.Type != event.CustomerOpened {
		t.Errorf("%+v %+v", c, e)
	}
	c, _ = c.Asked(customer.StandardLife(), placedAt)
	gone, events, err := c.Archive(staff.Process("test"), placedAt)
	if err != nil || len(events) != 1 || gone.ArchivedAt == nil {
		t.Fatalf("%+v %v", gone, err)
	}
	if _, _, err := gone.Archive(staff.Process("test"), placedAt); fault.KindOf(err) != fault.Refused {
		t.Error(err)
	}
	if _, _, err := gone.Edit(c, staff.Visitor, placedAt); fault.KindOf(err) != fault.Refused {
		t.Error(err)
	}
	if back, changed := gone.Asked(customer.StandardLife(), placedAt.Add(time.Minute)); !changed ||
		back.ArchivedAt != nil || back.Seq != gone.Seq+1 {
		t.Errorf("%+v", back)
	}
}

// TestATaxNumberIsCheckedWhereItChanges keeps a number that was stored before its signs were checked.
func TestATaxNumberIsCheckedWhereItChanges(t *testing.T) {
	stored := customer.Customer{TaxNumber: "91310000MA1FL0000X"}
	for _, c := range []struct{ number, words string }{
		{"91310000ma1fl0000x", ""}, {"91310000MA1FL0000N", ""}, {"", ""}, {"DE 123456789", ""},
		{"91310000MA1FL00O0N", "social credit code"}, {"91310000MA1FL0000M", "social credit code"},
		{"1", "6 to 24"}, {"91310000MA1FL0000N税", "6 to 24"},
	} {
		entered := customer.Customer{TaxNumber: c.number}.Normalise()
		faults := entered.Check(stored, crmtest.Shop().Roster, nil, staff.Actor{}, placedAt)
		got := ""
		if len(faults) > 0 {
			got = faults[0].Text.En
		}
		if len(faults) > 1 || !strings.Contains(got, c.words) || (got == "") != (c.words == "") ||
			got != "" && (faults[0].Pointer != "/tax_number" || faults[0].Text.Zh == "") {
			t.Errorf("%q: %+v", c.number, faults)
		}
	}
}

// TestSeveralRolesSeeTogether gives a person two roles; they see what either sees.
func TestSeveralRolesSeeTogether(t *testing.T) {
	full := customer.Customer{TaxNumber: "1", Competitor: "x", Addresses: []customer.Address{{}}}
	for _, c := range []struct {
		by     staff.Actor
		fields int
	}{
		{staff.Actor{Roles: []staff.Role{staff.Marketing}}, 0},
		{staff.Actor{Roles: []staff.Role{staff.Service}}, 1},
		{staff.Actor{Roles: []staff.Role{staff.Finance}}, 2},
		{staff.Actor{Roles: []staff.Role{staff.Finance, staff.Marketing}}, 2},
		{staff.Actor{Roles: []staff.Role{staff.Marketing, staff.Sales}}, 3},
		{staff.Process("lead"), 3},
		{staff.Visitor, 0},
	} {
		seen, n := full.For(c.by), 0
		for _, there := range []bool{seen.TaxNumber != "", seen.Competitor != "", len(seen.Addresses) > 0} {
			if there {
				n++
			}
		}
		if n != c.fields {
			t.Errorf("%v sees %d of the three", c.by.Roles, n)
		}
	}
}

// TestWhoMayBecomeTheOwner holds that a colleague who reached a customer becomes the owner only where the rules allow
// it.
func TestWhoMayBecomeTheOwner(t *testing.T) {
	gone := placedAt.Add(-time.Hour)
	shop := firm.Roster{Staff: []staff.Staff{
		{ID: "stf_here", Roles: []staff.Role{staff.Sales}, Branches: []string{"near"}},
		{ID: "stf_far", Roles: []staff.Role{staff.Sales}, Branches: []string{"far"}},
		{ID: "stf_head", Roles: []staff.Role{staff.Owner}, HeadOffice: true},
		{ID: "stf_gone", Roles: []staff.Role{staff.Sales}, Branches: []string{"near"}, LeavesAt: &gone},
		{ID: "stf_service", Roles: []staff.Role{staff.Service}, Branches: []string{"near"}},
	}}
	for _, shared := range []bool{false, true} {
		for owner, want := range map[string]bool{"stf_here": true, "stf_far": false, "stf_head": true, "stf_gone": false,
			"stf_service": false, "stf_nobody": false, "": false} {
			c := customer.Customer{Branch: "near", Shared: shared, Version: 1}
			next, changed := c.Adopt(shop, owner, placedAt)
			if changed != want || (next.Owner == owner) != (want || owner == "") {
				t.Errorf("%q, shared %v: %v, owner %q", owner, shared, changed, next.Owner)
			}
			c.Owner = "stf_here"
			if _, changed := c.Adopt(shop, owner, placedAt); changed {
				t.Errorf("%q took the customer from the owner", owner)
			}
			c.Owner = "stf_gone"
			if _, changed := c.Adopt(shop, owner, placedAt); changed != want {
				t.Errorf("%q after who has left: %v", owner, changed)
			}
		}
	}
}

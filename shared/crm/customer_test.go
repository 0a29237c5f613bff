package crm_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm"
)

func TestEditing(t *testing.T) {
	now := placedAt
	old := crm.Customer{ID: "cus_1", Version: 3, Seq: 8, Name: "长城", Branch: seed.Shanghai, Category: "agent", LifeCycle: crm.LifeActive, History: crm.History{Orders: 4},
		Addresses: []crm.CustomerAddress{}}
	for name, c := range map[string]struct {
		edit func(*crm.Customer)
		want []string // type and what it says, of each event
	}{
		"nothing":              {func(*crm.Customer) {}, nil},
		"no list for none":     {func(c *crm.Customer) { c.Addresses = nil }, nil},
		"what is the system's": {func(c *crm.Customer) { c.LifeCycle, c.History.Orders, c.Seq, c.ID = crm.LifeLead, 0, 1, "x" }, nil},
		"a name":               {func(c *crm.Customer) { c.Name = "海河" }, []string{"customer.changed fields=name"}},
		"two fields":           {func(c *crm.Customer) { c.Scope, c.Name = "b2b", "海河" }, []string{"customer.changed fields=name scope"}},
		"the category":         {func(c *crm.Customer) { c.Category = "dealer" }, []string{"customer.moved from=agent to=dealer"}},
		"the category and a name": {func(c *crm.Customer) { c.Category, c.Name = "", "海河" },
			[]string{"customer.moved from=agent to=", "customer.changed fields=name"}},
	} {
		entered := old
		c.edit(&entered)
		next, events, err := old.Edit(entered, crm.Visitor, now)
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
		if err != nil || !slices.Equal(got, c.want) || next.Version != 3+grown || next.Seq != 8+grown || next.LifeCycle != crm.LifeActive || next.History.Orders != 4 || next.ID != "cus_1" {
			t.Errorf("%s: %v %+v %v", name, got, next, err)
		}
	}
}

func TestArchivedUntilHeAsks(t *testing.T) {
	c, event := crm.Customer{Name: "长城", Kind: crm.CustomerCompany, LifeCycle: crm.LifeActive}.Open("cus_1", crm.Visitor, placedAt)
	if c.LifeCycle != crm.LifeLead || c.Version != 1 || c.Seq != 1 || event.Type != crm.CustomerOpened {
		t.Errorf("%+v %+v", c, event)
	}
	c, _ = c.Asked(crm.StandardLife(), placedAt)
	gone, events, err := c.Archive(crm.Process("test"), placedAt)
	if err != nil || len(events) != 1 || gone.ArchivedAt == nil {
		t.Fatalf("%+v %v", gone, err)
	}
	if _, _, err := gone.Archive(crm.Process("test"), placedAt); crm.KindOf(err) != crm.Refused {
		t.Error(err)
	}
	if _, _, err := gone.Edit(c, crm.Visitor, placedAt); crm.KindOf(err) != crm.Refused {
		t.Error(err)
	}
	if back, changed := gone.Asked(crm.StandardLife(), placedAt.Add(time.Minute)); !changed || back.ArchivedAt != nil || back.Seq != gone.Seq+1 {
		t.Errorf("%+v", back)
	}
}

func TestTaxNumbers(t *testing.T) {
	for raw, want := range map[string]string{
		"91310000ma1fl0000x": "91310000MA1FL0000X", " ９1310000-MA1FL 0000X": "91310000MA1FL0000X", "DE 123456789": "DE123456789", "12345": "", "税号123456": "", "": "",
		"0123456789012345678901234": "", "12_3456": "",
	} {
		if got, err := crm.TaxNumber(raw); got != want || (err == nil) != (want != "") {
			t.Errorf("%q is %q, %v", raw, got, err)
		}
	}
}

// TestSeveralRolesSeeTogether gives a person two roles; he sees what either sees.
func TestSeveralRolesSeeTogether(t *testing.T) {
	full := crm.Customer{TaxNumber: "1", Competitor: "x", Addresses: []crm.CustomerAddress{{}}}
	for _, c := range []struct {
		by     crm.Actor
		fields int
	}{
		{crm.Actor{Roles: []crm.Role{crm.Marketing}}, 0},
		{crm.Actor{Roles: []crm.Role{crm.Service}}, 1},
		{crm.Actor{Roles: []crm.Role{crm.Finance}}, 2},
		{crm.Actor{Roles: []crm.Role{crm.Finance, crm.Marketing}}, 2},
		{crm.Actor{Roles: []crm.Role{crm.Marketing, crm.Sales}}, 3},
		{crm.Process("lead"), 3},
		{crm.Visitor, 0},
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

// TestWhoMayBecomeHisOwnPerson holds that whoever reached a customer has him only where he could have been entered as his owner.
func TestWhoMayBecomeHisOwnPerson(t *testing.T) {
	gone := placedAt.Add(-time.Hour)
	shop := crm.Roster{Staff: []crm.Staff{
		{ID: "stf_here", Roles: []crm.Role{crm.Sales}, Branches: []string{"near"}},
		{ID: "stf_far", Roles: []crm.Role{crm.Sales}, Branches: []string{"far"}},
		{ID: "stf_head", Roles: []crm.Role{crm.Owner}, HeadOffice: true},
		{ID: "stf_gone", Roles: []crm.Role{crm.Sales}, Branches: []string{"near"}, LeavesAt: &gone},
		{ID: "stf_service", Roles: []crm.Role{crm.Service}, Branches: []string{"near"}},
	}}
	for _, shared := range []bool{false, true} {
		for owner, want := range map[string]bool{"stf_here": true, "stf_far": false, "stf_head": true, "stf_gone": false, "stf_service": false, "stf_nobody": false, "": false} {
			c := crm.Customer{Branch: "near", Shared: shared, Version: 1}
			next, changed := c.Adopt(shop, owner, placedAt)
			if changed != want || (next.Owner == owner) != (want || owner == "") {
				t.Errorf("%q, shared %v: %v, owner %q", owner, shared, changed, next.Owner)
			}
			c.Owner = "stf_here"
			if _, changed := c.Adopt(shop, owner, placedAt); changed {
				t.Errorf("%q took him from who has him", owner)
			}
			c.Owner = "stf_gone"
			if _, changed := c.Adopt(shop, owner, placedAt); changed != want {
				t.Errorf("%q after who has left: %v", owner, changed)
			}
		}
	}
}

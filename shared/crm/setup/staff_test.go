package setup_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"

	"pgregory.net/rapid"
)

// staffShop has two branches, two owners, a manager of each branch and somebody of each other kind.
func staffShop() setup.Shop {
	shop := crmtest.Shop()
	shop.Branches[0].Phone = "+862150801188"
	shop.Branches = append(shop.Branches,
		firm.Branch{ID: "hangzhou", Phone: "+8657187061188", Calendar: "week", Policy: "standard", Manager: "stf_h"})
	shop.Staff = nil
	for id, p := range map[string]staff.Staff{
		"stf_o": {Roles: []staff.Role{staff.Owner}, Branches: []string{"shanghai"}, HeadOffice: true},
		"stf_p": {Roles: []staff.Role{staff.Owner}, Branches: []string{"hangzhou"}},
		"stf_m": {Roles: []staff.Role{staff.Manager}, Branches: []string{"shanghai"}},
		"stf_h": {Roles: []staff.Role{staff.Manager}, Branches: []string{"hangzhou"}},
		"stf_f": {Roles: []staff.Role{staff.Finance}, Branches: []string{"shanghai"}},
		"stf_s": {Roles: []staff.Role{staff.Sales}, Branches: []string{"shanghai"}},
		"stf_b": {Roles: []staff.Role{staff.Service}, Branches: []string{"shanghai", "hangzhou"}},
	} {
		p.ID, p.Version, p.Subject, p.Name, p.Lang = id, 1, id, id, words.Zh
		p.Email = id + "@lanyin.example"
		shop.Staff = append(shop.Staff, p)
	}
	slices.SortFunc(shop.Staff, func(a, b staff.Staff) int { return strings.Compare(a.ID, b.ID) })
	return shop
}

func TestStaffIsReshaped(t *testing.T) {
	later := crmtest.Tuesday.AddDate(0, 1, 0)
	for _, c := range []struct {
		name, by, who string
		change        func(*staff.Staff)
		want          string // kind and places of the refusal
	}{
		{"a manager a sales person", "stf_m", "stf_s",
			func(p *staff.Staff) { p.Roles = []staff.Role{staff.Service, staff.Marketing}; p.LeavesAt = &later }, ""},
		{"not into the own role", "stf_m", "stf_s",
			func(p *staff.Staff) { p.Roles = []staff.Role{staff.Sales, staff.Manager} }, "forbidden /roles/1"},
		{"not into another branch", "stf_m", "stf_s", func(p *staff.Staff) { p.Branches = []string{"hangzhou"} },
			"forbidden /branches/0"},
		{"nor another's person", "stf_h", "stf_s", func(p *staff.Staff) { p.Lang = words.En }, "forbidden"},
		{"nor who works in both", "stf_m", "stf_b", func(p *staff.Staff) { p.Lang = words.En }, "forbidden"},
		{"nor finance", "stf_m", "stf_f", func(p *staff.Staff) { p.Subject = "mine" }, "forbidden"},
		{"nor an owner", "stf_m", "stf_o", func(p *staff.Staff) { p.LeavesAt = &later }, "forbidden"},
		{"himself what is no right", "stf_m", "stf_m",
			func(p *staff.Staff) { p.Lang, p.Email = words.En, "new@lanyin.example" }, ""},
		{"not himself", "stf_m", "stf_m",
			func(p *staff.Staff) { p.Roles, p.HeadOffice = []staff.Role{staff.Manager, staff.Owner}, true },
			"forbidden /roles /head_office"},
		{"an owner himself", "stf_o", "stf_o", func(p *staff.Staff) { p.Roles = []staff.Role{staff.Owner, staff.Sales} },
			""},
		{"but not the account", "stf_o", "stf_o", func(p *staff.Staff) { p.Subject = "mine" }, "forbidden /subject"},
		{"an owner may go while another stays", "stf_o", "stf_o",
			func(p *staff.Staff) { p.Roles = []staff.Role{staff.Sales} }, ""},
		{"the manager of a branch may leave", "stf_o", "stf_m", func(p *staff.Staff) { p.LeavesAt = &crmtest.Tuesday }, ""},
		{"but not stay without the role", "stf_o", "stf_m", func(p *staff.Staff) { p.Roles = []staff.Role{staff.Sales} },
			"invalid /roles"},
		{"or the branch", "stf_o", "stf_m", func(p *staff.Staff) { p.Branches = []string{"hangzhou"} }, "invalid /branches"},
		{"an account of somebody else", "stf_o", "stf_s", func(p *staff.Staff) { p.Subject = "stf_m" }, "invalid /subject"},
		{"every fault at once", "stf_o", "stf_s",
			func(p *staff.Staff) { p.Branches, p.Calendar, p.Phone, p.Email = []string{"x"}, "x", "12", "x" },
			"invalid /branches/0 /calendar /phone /email"},
		{"a phone of the branch", "stf_o", "stf_s", func(p *staff.Staff) { p.Phone = "138 0013 8000" }, ""},
		{"absences that touch", "stf_o", "stf_s", func(p *staff.Staff) {
			p.Absences = []staff.Absence{{From: crmtest.Tuesday, To: later, Reason: "sick"},
				{From: later, To: later.Add(time.Hour), Reason: "leave"}}
		}, ""},
		{"absences that overlap", "stf_o", "stf_s", func(p *staff.Staff) {
			p.Absences = []staff.Absence{{From: later, To: later.Add(time.Hour), Reason: "leave"},
				{From: crmtest.Tuesday, To: later.Add(time.Second), Reason: "sick"}}
		}, "invalid /absences/1"},
		{"an absence of no time", "stf_o", "stf_s", func(p *staff.Staff) {
			p.Absences = []staff.Absence{{From: crmtest.Tuesday, To: crmtest.Tuesday, Reason: "sick"}}
		}, "invalid /absences/0/to"},
		{"an absence for no reason", "stf_o", "stf_s",
			func(p *staff.Staff) { p.Absences = []staff.Absence{{From: crmtest.Tuesday, To: later, Reason: ""}} },
			"invalid /absences/0/reason"},
	} {
		t.Run(c.name, func(t *testing.T) {
			shop := staffShop()
			by, _ := shop.Person(c.by)
			who, _ := shop.Person(c.who)
			next := who
			c.change(&next)
			change, err := setup.ReshapeStaff(who, next, staff.ActorOf(by), shop, crmtest.Tuesday)
			got := ""
			var refused *fault.Error
			if errors.As(err, &refused) {
				got = strings.TrimSpace(string(refused.Kind) + " " + kerneltest.PointersOf(refused.Fields))
			}
			if got != c.want {
				t.Fatalf("%s, want %s", got, c.want)
			}
			if err == nil && (change.Next.Version != 2 || change.Event.Seq != 2 || change.Event.Customer != "staff/"+c.who ||
				change.Event.Cause != c.by) {
				t.Errorf("%+v", change)
			}
		})
	}
}

func TestTheLastOwnerIsKept(t *testing.T) {
	shop := staffShop()
	o, _ := shop.Person("stf_o")
	next := o
	next.LeavesAt = &crmtest.Tuesday
	change, err := setup.ReshapeStaff(o, next, staff.ActorOf(o), shop, crmtest.Tuesday)
	if err != nil || change.Stays == nil || change.Stays.ID != "stf_p" {
		t.Fatalf("%+v %v", change, err)
	}
	shop.Staff = setup.ReplacedStaff(shop.Staff,
		func() staff.Staff { p := *change.Stays; p.LeavesAt = &crmtest.Tuesday; return p }(),
		func(p staff.Staff) bool { return p.ID == "stf_p" })
	if _, err := setup.ReshapeStaff(o, next, staff.ActorOf(o), shop,
		crmtest.Tuesday); fault.KindOf(err) != fault.Invalid {
		t.Errorf("the other one has set a day to leave: %v", err)
	}
}

// TestNoSequenceOfChangesRaisesAnybodyWithoutAnOwner lets everybody try anything on everybody, and himself, in turn.
func TestNoSequenceOfChangesRaisesAnybodyWithoutAnOwner(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		shop := staffShop()
		for range rapid.IntRange(1, 30).Draw(t, "changes") {
			by := rapid.SampledFrom(shop.Staff).Draw(t, "by")
			if permission.Permit(staff.ActorOf(by), permission.ChangeStaff) != nil {
				continue
			}
			before := rapid.SampledFrom(shop.Staff).Draw(t, "who")
			next := before
			next.Roles = rapid.SliceOfNDistinct(rapid.SampledFrom(staff.Roles), 1, 3, rapid.ID).Draw(t, "roles")
			next.Branches = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"shanghai", "hangzhou"}), 1, 2, rapid.ID).Draw(t,
				"branches")
			next.HeadOffice = rapid.Bool().Draw(t, "head office")
			next.Subject = rapid.SampledFrom([]string{before.Subject, "stf_o", "other"}).Draw(t, "subject")
			if next.LeavesAt = nil; rapid.Bool().Draw(t, "leaves") {
				next.LeavesAt = &crmtest.Tuesday
			}
			change, err := setup.ReshapeStaff(before, next, staff.ActorOf(by), shop, crmtest.Tuesday)
			if err != nil {
				continue
			}
			if !by.Has(staff.Owner) {
				raised := change.Next.HeadOffice && !before.HeadOffice
				for _, r := range change.Next.Roles {
					raised = raised || !before.Has(r) && (slices.Contains(staff.OwnersGift, r) || before.ID == by.ID)
				}
				for _, b := range change.Next.Branches {
					raised = raised || !before.WorksIn(b) && (!staff.ActorOf(by).Sees(b) || before.ID == by.ID)
				}
				if raised {
					t.Fatalf("%+v made %+v of %+v", by, change.Next, before)
				}
			}
			shop.Staff = setup.ReplacedStaff(shop.Staff, change.Next, func(p staff.Staff) bool { return p.ID == before.ID })
			holders := map[string]string{}
			for _, p := range shop.Staff {
				if other, taken := holders[p.Subject]; taken {
					t.Fatalf("%s and %s sign in alike", p.ID, other)
				}
				holders[p.Subject] = p.ID
			}
			if !slices.ContainsFunc(shop.Staff, staff.Staff.Stays) {
				t.Fatal("no owner is left")
			}
		}
	})
}

func TestAnEventNamesFieldsAndNoValues(t *testing.T) {
	shop := staffShop()
	o, _ := shop.Person("stf_o")
	s, _ := shop.Person("stf_s")
	next := s
	next.Name, next.Phone, next.Roles = "陈立", "+8613800138000", []staff.Role{staff.Service}
	change, err := setup.ReshapeStaff(s, next, staff.ActorOf(o), shop, crmtest.Tuesday)
	if err != nil || fmt.Sprint(change.Event.Data) != "map[changed:name phone roles]" {
		t.Errorf("%+v %v", change.Event, err)
	}
}

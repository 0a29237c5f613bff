package setup_test

import (
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

func TestOwnersAreToldOfASignInThatChanged(t *testing.T) {
	later := crmtest.Tuesday.AddDate(0, 1, 0)
	for _, c := range []struct {
		about  string
		change func(*staff.Staff)
		want   string // what the message says was changed; empty: nobody is told
	}{
		{"the account", func(p *staff.Staff) { p.Subject = "other" }, "登录账号"},
		{"the e-mail", func(p *staff.Staff) { p.Email = "other@lanyin.example" }, "工作邮箱"},
		{"the roles", func(p *staff.Staff) { p.Roles = []staff.Role{staff.Manager} }, "角色"},
		{"the order of roles", func(p *staff.Staff) { p.Roles = []staff.Role{staff.Service, staff.Sales} }, "角色"},
		{"head office", func(p *staff.Staff) { p.HeadOffice = true }, "总部权限"},
		{"all of it", func(p *staff.Staff) {
			p.Subject, p.Email, p.Roles, p.HeadOffice, p.Lang = "other", "o@lanyin.example", []staff.Role{staff.Owner}, true,
				words.En
		}, "登录账号、工作邮箱、角色、总部权限"},
		{"nothing of it", func(p *staff.Staff) { p.Name, p.Phone, p.Lang, p.LeavesAt = "新", "", words.En, &later }, ""},
	} {
		t.Run(c.about, func(t *testing.T) {
			shop := staffShop()
			who, _ := shop.Person("stf_s")
			owner, _ := shop.Person("stf_o")
			next := who
			c.change(&next)
			change, err := setup.ReshapeStaff(who, next, staff.ActorOf(owner), shop, crmtest.Tuesday)
			if err != nil {
				t.Fatal(err)
			}
			told, ok := setup.AccountChangeOf(change.Event)
			if told.Words().Zh != c.want || ok != (c.want != "") || change.Event.Wakes != ok || change.Event.Pending != ok {
				t.Errorf("%q, told %v, %+v", told.Words().Zh, ok, change.Event)
			}
			if ok && (told.Staff != "stf_s" || told.By != "stf_o" || !told.At.Equal(crmtest.Tuesday) || told.Version != 2) {
				t.Errorf("%+v", told)
			}
		})
	}
}

func TestANewColleagueIsNoChangedAccount(t *testing.T) {
	shop := staffShop()
	owner, _ := shop.Person("stf_o")
	who, _ := shop.Person("stf_s")
	who.ID, who.Version, who.Subject = "stf_n", 0, "new"
	change, err := setup.ReshapeStaff(staff.Staff{ID: "stf_n"}, who, staff.ActorOf(owner), shop, crmtest.Tuesday)
	if err != nil || change.Event.Type != event.StaffOpened || change.Event.Pending {
		t.Errorf("%+v, %v", change.Event, err)
	}
}

// The colleague who changed it is told as well: a session of theirs may be stolen. Who has left is not.
func TestEveryOwnerIsTold(t *testing.T) {
	shop := staffShop()
	c := setup.AccountChange{Staff: "stf_s", Version: 2, By: "stf_o"}
	read := func(at time.Time) string {
		var ids []string
		for _, p := range c.Readers(shop, at) {
			ids = append(ids, p.ID)
		}
		return strings.Join(ids, " ")
	}
	if got := read(crmtest.Tuesday); got != "stf_o stf_p" {
		t.Error(got)
	}
	for i := range shop.Staff {
		if shop.Staff[i].ID == "stf_p" {
			shop.Staff[i].LeavesAt = &crmtest.Tuesday
		}
	}
	if got := read(crmtest.Tuesday); got != "stf_o" {
		t.Error(got)
	}
	if c.In(shop) {
		t.Error("the set-up of before has the change")
	}
	c.Version = 1
	if !c.In(shop) {
		t.Error("the set-up has the change and is said not to")
	}
}

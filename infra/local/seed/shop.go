// Package seed is a small print shop to begin with: two branches, staff of each role, their working hours and the
// form for quotations. The local stack establishes it in an empty store, and tests work in it.
package seed

import (
	"fmt"
	"slices"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// Ids of the seeded set-up.
const (
	Shanghai = "shanghai"
	Hangzhou = "hangzhou"
	Quote    = "quote"   // asks for a quotation; programs may fill it in as they like
	Contact  = "contact" // asks for anything, under the standard limits
)

// Robots are what the local stack has addresses for: one of each kind. The third is the demo's.
var Robots = []firm.Robot{{Kind: firm.ChannelDingTalk, Name: Shanghai},
	{Kind: firm.ChannelWeCom, Name: Hangzhou}, {Kind: firm.ChannelFeishu, Name: "demo"}}

// Subject is what the local identity provider calls the seeded person of a role: "local|sales". A second person of
// the role in Shanghai is "local|sales-2"; those in Hangzhou end in "-hangzhou".
func Subject(name string) string { return "local|" + name }

// StaffID is the id of the nth seeded person, from 1.
func StaffID(n int) string { return fmt.Sprintf("stf_019b0000-0000-7000-8000-%012d", n) }

// Shop is the seeded shop as it is established at the time.
func Shop(now time.Time) setup.Shop {
	return setup.Shop{
		Roster: firm.Roster{
			Staff:    colleagues(now),
			Branches: branches(now),
			Calendars: []calendar.Calendar{openingHours(now, Shanghai, "上海总店营业时间", "Shanghai opening hours", "18:00", true),
				openingHours(now, Hangzhou, "杭州分店营业时间", "Hangzhou opening hours", "17:30", false)},
		},
		Name:       words.Text{Zh: "澜印印刷", En: "Lanyin Print"},
		Policies:   []setup.Policy{policy(now)},
		Forms:      []form.Form{quote(now), contact(now)},
		Categories: customer.StandardCategories(now),
	}
}

func policy(now time.Time) setup.Policy {
	p := setup.StandardPolicy()
	p.Letters = message.TrialLetters() // programs fill in the form, most of them for addresses of one domain
	p.Quiet = message.NoQuiet()        // it is tried at any hour
	p.CreatedAt, p.UpdatedAt = now, now
	return p
}

func branches(now time.Time) []firm.Branch {
	return []firm.Branch{
		{ID: Shanghai, Version: 1, CreatedAt: now, UpdatedAt: now,
			Name: words.Text{Zh: "上海总店", En: "Shanghai, head office"}, Phone: "+862150801188", Calendar: Shanghai,
			Policy: "standard", Manager: StaffID(2),
			Robot: &Robots[0]},
		{ID: Hangzhou, Version: 1, CreatedAt: now, UpdatedAt: now, Name: words.Text{Zh: "杭州分店", En: "Hangzhou branch"},
			Phone: "+8657187061188", Calendar: Hangzhou, Policy: "standard", Manager: StaffID(11),
			Robot: &Robots[1]},
	}
}

// person is one of the seeded staff.
type person struct {
	subject, name string
	lang          words.Lang
	branch        string
	roles         []staff.Role
}

// people are the seeded staff, by the names that Subject takes.
var people = []person{
	{"owner", "陆明远", words.Zh, Shanghai, []staff.Role{staff.Owner}},
	{"manager", "顾婉清", words.Zh, Shanghai, []staff.Role{staff.Manager}},
	{"sales", "陈立", words.Zh, Shanghai, []staff.Role{staff.Sales}},
	{"sales-2", "Emily Zhou", words.En, Shanghai, []staff.Role{staff.Sales}},
	{"sales-3", "王思齐", words.Zh, Shanghai, []staff.Role{staff.Sales}},
	{"service", "沈静", words.Zh, Shanghai, []staff.Role{staff.Service}},
	{"marketing", "林可", words.Zh, Shanghai, []staff.Role{staff.Marketing}},
	{"production", "高建国", words.Zh, Shanghai, []staff.Role{staff.Production}},
	{"finance", "许文", words.Zh, Shanghai, []staff.Role{staff.Finance}},
	{"integration", "MIS", words.En, Shanghai, []staff.Role{staff.Integration}},
	{"manager-hangzhou", "宋佳", words.Zh, Hangzhou, []staff.Role{staff.Manager}},
	{"sales-hangzhou", "何晓波", words.Zh, Hangzhou, []staff.Role{staff.Sales}},
	{"sales-2-hangzhou", "叶青", words.Zh, Hangzhou, []staff.Role{staff.Sales}},
}

// Names are what the seeded staff are called: one of each role first.
func Names() []string {
	out := make([]string, len(people))
	for i, p := range people {
		out[i] = p.subject
	}
	return out
}

// Has reports whether one of the seeded staff is called so.
func Has(name string) bool { return slices.Contains(Names(), name) }

func colleagues(now time.Time) []staff.Staff {
	out := make([]staff.Staff, len(people))
	for i, p := range people {
		out[i] = staff.Staff{
			ID: StaffID(i + 1), Version: 1, CreatedAt: now, UpdatedAt: now, Subject: Subject(p.subject), Name: p.name,
			Email: p.subject + "@lanyin.example", Lang: p.lang, Roles: p.roles, Branches: []string{p.branch},
			HeadOffice: p.roles[0] == staff.Owner,
		}
	}
	return out
}

// openingHours is a week with a lunch break and Saturday mornings in the head office. It has the public holidays of
// 2026 with their make-up days (国务院办公厅, 2026 年节假日安排). For 2027 only the statutory days are known; the owner adds the
// make-up days when they are announced.
func openingHours(now time.Time, id, zh, en, end string, saturday bool) calendar.Calendar {
	day := []calendar.Window{{From: "08:30", To: "12:00"}, {From: "13:00", To: end}}
	week := map[string][]calendar.Window{"mon": day, "tue": day, "wed": day, "thu": day, "fri": day}
	if saturday {
		week["sat"] = []calendar.Window{{From: "09:00", To: "12:00"}}
	}
	newYear, spring := words.Text{Zh: "元旦", En: "New Year"}, words.Text{Zh: "春节", En: "Spring Festival"}
	tomb, labour := words.Text{Zh: "清明节", En: "Tomb-Sweeping Day"}, words.Text{Zh: "劳动节", En: "Labour Day"}
	dragon, autumn := words.Text{Zh: "端午节", En: "Dragon Boat Festival"}, words.Text{Zh: "中秋节", En: "Mid-Autumn Festival"}
	national := words.Text{Zh: "国庆节", En: "National Day"}
	return calendar.Calendar{
		ID: id, Version: 1, CreatedAt: now, UpdatedAt: now, Name: words.Text{Zh: zh, En: en}, Zone: "Asia/Shanghai",
		Week: week,
		Holidays: []calendar.Holiday{
			{From: "2026-01-01", To: "2026-01-03", Name: newYear}, {From: "2026-02-15", To: "2026-02-23", Name: spring},
			{From: "2026-04-04", To: "2026-04-06", Name: tomb}, {From: "2026-05-01", To: "2026-05-05", Name: labour},
			{From: "2026-06-19", To: "2026-06-21", Name: dragon}, {From: "2026-09-25", To: "2026-09-27", Name: autumn},
			{From: "2026-10-01", To: "2026-10-07", Name: national},
			{From: "2027-01-01", To: "2027-01-01", Name: newYear}, {From: "2027-02-05", To: "2027-02-08", Name: spring},
			{From: "2027-04-05", To: "2027-04-05", Name: tomb}, {From: "2027-05-01", To: "2027-05-02", Name: labour},
			{From: "2027-06-09", To: "2027-06-09", Name: dragon}, {From: "2027-09-15", To: "2027-09-15", Name: autumn},
			{From: "2027-10-01", To: "2027-10-03", Name: national},
		},
		MakeupDays: []calendar.MakeupDay{
			{Date: "2026-01-04", As: "fri"}, {Date: "2026-02-14", As: "fri"}, {Date: "2026-02-28", As: "fri"},
			{Date: "2026-05-09", As: "fri"}, {Date: "2026-09-20", As: "fri"}, {Date: "2026-10-10", As: "fri"},
		},
	}
}

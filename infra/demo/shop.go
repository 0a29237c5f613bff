package main

import (
	"slices"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm"
)

// The demo has a branch of its own, with its own people, hours, rules and form. It can be set up in any running shop, and touches nobody
// else's work.
const (
	branch = "demo"
	form   = "demo"
)

// pace is how fast the branch follows up, in seconds of working time.
type pace struct {
	contact int64 // from the enquiry to the first contact; half of it until the first reminder
	overdue int64 // from then until the next person has it
	triage  int64 // from a complaint to its triage, when the manager is told; half of it more until the owner of the shop is told
}

var (
	manager = person("00d001", "demo-manager", "Mia Tan", crm.Manager)
	sales   = []crm.Staff{
		person("00d002", "demo-sales", "Ben Ortiz", crm.Sales),
		person("00d003", "demo-sales-2", "Ida Novak", crm.Sales),
	}
	service = person("00d004", "demo-service", "Lena Fischer", crm.Service)
	finance = person("00d005", "demo-finance", "Omar Haddad", crm.Finance)
)

// texts are the branch's own words to its customers.
var texts = crm.PolicyTexts{
	Signature:            &crm.PolicyText{Zh: "澜印印刷演示分店 · 包装与画册\n每天 00:00–24:00 · 021 5080 1189", En: "Lanyin Print, demo branch · packaging and catalogues\nEvery day, round the clock · +86 21 5080 1189"},
	LeadAcknowledge:      &crm.PolicyText{Zh: "一般当天报价。文件请用 PDF/X，出血 3 mm，文字转曲。", En: "We usually quote the same day. Send PDF/X with 3 mm bleed and fonts outlined."},
	ComplaintAcknowledge: &crm.PolicyText{Zh: "请保留全部印张，先不要丢弃或继续加工。", En: "Please keep all sheets: do not throw them away or work on them."},
}

func person(id, subject, name string, role crm.Role) crm.Staff {
	return crm.Staff{
		ID: "stf_019b0000-0000-7000-8000-000000" + id, Version: 1, Subject: seed.Subject(subject), Name: name,
		Email: subject + "@lanyin.example", Lang: crm.En, Roles: []crm.Role{role}, Branches: []string{branch},
	}
}

// shop is the demo's set-up: open round the clock, so that the story can be played at any hour.
func shop(now time.Time, p pace) crm.Shop {
	home := seed.Shop(now)
	staff := append([]crm.Staff{manager, service, finance}, sales...)
	for i := range staff {
		staff[i].CreatedAt, staff[i].UpdatedAt = now, now
	}
	week := map[string][]crm.Window{}
	for _, day := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		week[day] = []crm.Window{{From: "00:00", To: "24:00"}}
	}
	enquiries, _ := home.Form(seed.Quote)
	enquiries.ID, enquiries.Branch, enquiries.CreatedAt, enquiries.UpdatedAt = form, branch, now, now
	enquiries.Title = crm.Text{Zh: "询价（演示）", En: "Ask for a quotation (demo)"}
	enquiries.Intro = crm.Text{Zh: "演示分店的表单：几秒钟之内没有人联系，就会提醒和转派。", En: "The demo branch's form: it reminds and passes on within seconds."}
	policy := crm.StandardPolicy()
	policy.ID, policy.CreatedAt, policy.UpdatedAt = branch, now, now
	policy.Lead.FirstContact, policy.Lead.Ladder = p.contact, hurried(policy.Lead.Ladder, p.overdue)
	policy.Complaint = escalating(policy.Complaint, p.triage)
	policy.Texts = texts
	return crm.Shop{
		Roster: crm.Roster{
			Staff: staff,
			Branches: []crm.Branch{{ID: branch, Version: 1, CreatedAt: now, UpdatedAt: now, Name: crm.Text{Zh: "演示分店", En: "Demo branch"},
				Phone: "+862150801189", Calendar: branch, Policy: branch, Manager: manager.ID, Robot: &seed.Robots[2]}},
			Calendars: []crm.Calendar{{ID: branch, Version: 1, CreatedAt: now, UpdatedAt: now, Name: crm.Text{Zh: "演示", En: "Demo"},
				Zone: "Asia/Shanghai", Week: week}},
		},
		Name:     home.Name,
		Policies: []crm.Policy{policy},
		Forms:    []crm.Form{enquiries},
	}
}

// hurried is the standard ladder with the short wait before a lead goes to the next person.
func hurried(ladder []crm.RungRule, overdue int64) []crm.RungRule {
	for i := range ladder {
		if ladder[i].Do == crm.DoReassign {
			ladder[i].Plus = overdue
		}
	}
	return ladder
}

// escalating is the standard policy for complaints with the short time until triage. Its owner gets no reminder there: each would hold the next message up until
// the chat has taken it.
func escalating(p crm.ComplaintPolicy, triage int64) crm.ComplaintPolicy {
	p.Time[crm.ComplaintNew] = [4]int64{triage, triage, triage, triage}
	p.Ladder = slices.DeleteFunc(p.Ladder, func(r crm.RungRule) bool { return r.State == crm.ComplaintNew && r.Do == crm.DoRemind })
	return p
}

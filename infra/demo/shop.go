package main

import (
	"slices"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// The demo has a branch of its own, with its own people, hours, rules and form. It can be set up in any running
// shop, and touches nobody else's work.
const (
	branch = "demo"
	formID = "demo"
)

// pace is how fast the branch follows up, in seconds of working time.
type pace struct {
	contact int64 // from the enquiry to the first contact; half of it until the first reminder
	overdue int64 // from then until the next person has it
	// from a complaint to its triage, when the manager is told; half of it more until the owner of the shop is told
	triage int64
}

var (
	manager = person("00d001", "demo-manager", "Mia Tan", staff.Manager)
	sales   = []staff.Staff{
		person("00d002", "demo-sales", "Ben Ortiz", staff.Sales),
		person("00d003", "demo-sales-2", "Ida Novak", staff.Sales),
	}
	service = person("00d004", "demo-service", "Lena Fischer", staff.Service)
	finance = person("00d005", "demo-finance", "Omar Haddad", staff.Finance)
)

// texts are the branch's own words to its customers.
var texts = setup.PolicyTexts{
	Signature: &setup.PolicyText{Zh: "澜印印刷演示分店 · 包装与画册\n每天 00:00–24:00 · 021 5080 1189",
		En: "Lanyin Print, demo branch · packaging and catalogues\nEvery day, round the clock · +86 21 5080 1189"},
	LeadAcknowledge: &setup.PolicyText{Zh: "一般当天报价。文件请用 PDF/X，出血 3 mm，文字转曲。",
		En: "We usually quote the same day. Send PDF/X with 3 mm bleed and fonts outlined."},
	ComplaintAcknowledge: &setup.PolicyText{Zh: "请保留全部印张，先不要丢弃或继续加工。",
		En: "Please keep all sheets: do not throw them away or work on them."},
}

func person(id, subject, name string, role staff.Role) staff.Staff {
	return staff.Staff{
		ID: "stf_019b0000-0000-7000-8000-000000" + id, Version: 1, Subject: seed.Subject(subject), Name: name,
		Email: subject + "@lanyin.example", Lang: words.En, Roles: []staff.Role{role}, Branches: []string{branch},
	}
}

// shop is the demo's set-up: open round the clock, so that the story can be played at any hour.
func shop(now time.Time, p pace) setup.Shop {
	home := seed.Shop(now)
	colleague := append([]staff.Staff{manager, service, finance}, sales...)
	for i := range colleague {
		colleague[i].CreatedAt, colleague[i].UpdatedAt = now, now
	}
	week := map[string][]calendar.Window{}
	for _, day := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		week[day] = []calendar.Window{{From: "00:00", To: "24:00"}}
	}
	enquiries, _ := home.Form(seed.Quote)
	enquiries.ID, enquiries.Branch, enquiries.CreatedAt, enquiries.UpdatedAt = formID, branch, now, now
	enquiries.Title = words.Text{Zh: "询价（演示）", En: "Ask for a quotation (demo)"}
	enquiries.Intro = words.Text{Zh: "演示分店的表单：几秒钟之内没有人联系，就会提醒和转派。",
		En: "The demo branch's form: it reminds and passes on within seconds."}
	policy := setup.StandardPolicy()
	policy.ID, policy.CreatedAt, policy.UpdatedAt = branch, now, now
	policy.Lead.FirstContact, policy.Lead.Ladder = p.contact, hurried(policy.Lead.Ladder, p.overdue)
	policy.Complaint = escalating(policy.Complaint, p.triage)
	policy.Texts = texts
	policy.Quiet = message.NoQuiet()
	return setup.Shop{
		Roster: firm.Roster{
			Staff: colleague,
			Branches: []firm.Branch{{ID: branch, Version: 1, CreatedAt: now, UpdatedAt: now,
				Name:  words.Text{Zh: "演示分店", En: "Demo branch"},
				Phone: "+862150801189", Calendar: branch, Policy: branch, Manager: manager.ID, Robot: &seed.Robots[2]}},
			Calendars: []calendar.Calendar{{ID: branch, Version: 1, CreatedAt: now, UpdatedAt: now,
				Name: words.Text{Zh: "演示", En: "Demo"},
				Zone: "Asia/Shanghai", Week: week}},
		},
		Name:     home.Name,
		Policies: []setup.Policy{policy},
		Forms:    []form.Form{enquiries},
	}
}

// hurried is the standard ladder with the short wait before a lead goes to the next person.
func hurried(rungs []ladder.Rule, overdue int64) []ladder.Rule {
	for i := range rungs {
		if rungs[i].Do == ladder.DoReassign {
			rungs[i].Plus = overdue
		}
	}
	return rungs
}

// escalating is the standard policy for complaints with the short time until triage. Its owner gets no reminder
// there: each would hold the next message up until the chat has taken it.
func escalating(p complaint.Policy, triage int64) complaint.Policy {
	p.Time[complaint.StateNew] = [4]int64{triage, triage, triage, triage}
	p.Ladder = slices.DeleteFunc(p.Ladder,
		func(r ladder.Rule) bool { return r.State == complaint.StateNew && r.Do == ladder.DoRemind })
	return p
}

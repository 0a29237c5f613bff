package crmtest

import (
	"testing"
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// Tuesday is 10:00 in Shanghai on 24 November 2026, in opening hours.
var Tuesday = time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)

// Shop is a shop with one branch, shanghai, which is open from Monday to Friday. It has three sales people, a
// manager and a service colleague, and the standard policy.
func Shop() setup.Shop {
	day := []calendar.Window{{From: "08:30", To: "12:00"}, {From: "13:00", To: "18:00"}}
	person := func(id string, roles ...staff.Role) staff.Staff {
		return staff.Staff{ID: id, Subject: id, Name: id, Roles: roles, Branches: []string{"shanghai"}}
	}
	return setup.Shop{
		Roster: firm.Roster{
			Staff: []staff.Staff{person("stf_a", staff.Sales), person("stf_b", staff.Sales), person("stf_c", staff.Sales),
				person("stf_m", staff.Manager), person("stf_v", staff.Service)},
			Branches: []firm.Branch{{ID: "shanghai", Calendar: "week", Policy: "standard", Manager: "stf_m"}},
			Calendars: []calendar.Calendar{{ID: "week", Zone: "Asia/Shanghai",
				Week: map[string][]calendar.Window{"mon": day, "tue": day, "wed": day, "thu": day, "fri": day}}},
		},
		Policies: []setup.Policy{setup.StandardPolicy()},
	}
}

// Terms are the terms of the branch shanghai in Shop.
func Terms(t testing.TB) setup.Terms {
	terms, err := Shop().Terms("shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return terms
}

// Lead is a new lead of a person whom the shop did not know, captured on Tuesday.
func Lead(t testing.TB) lead.Lead {
	done, err := lead.Capture{
		Enquiry: form.Enquiry{Name: "李娜", Phone: "+8613800138000", Email: "lina@example.com", Lang: words.Zh},
		Source:  form.SourceWeb, Form: "quote",
		Terms: Terms(t).Lead(), Life: Terms(t).Policy.Life, LeadID: "lead_1", CustomerID: "cus_1", By: staff.Visitor,
	}.Capture(Tuesday)
	if err != nil {
		t.Fatal(err)
	}
	return done.Lead
}

// Actor is the person of Shop with this id. It ends the test when there is none.
func Actor(t testing.TB, id string) staff.Actor {
	p, ok := Shop().Person(id)
	if !ok {
		t.Fatal("no such person")
	}
	return staff.ActorOf(p)
}

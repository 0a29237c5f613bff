package complaint

import (
	"time"

	"afterpress/shared/crm/complaint/proposal"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// What the tests of complaints look at beside what others may call.
var GivenAway = givenAway

const MostSaid = mostSaid

var Machine = machine

func (c Complaint) Plan(terms Terms) (Complaint, error) { return c.plan(terms) }

func (c Complaint) Reported() time.Time { return c.reported() }

func (c Complaint) CaseOf(f Facts) verdict.Case { return c.caseOf(f) }

func (c Complaint) Interested(by staff.Actor) bool { return c.interested(by) }

func (c Complaint) Forbidden(command permission.Action) *fault.Error { return c.forbidden(command) }

func (c Complaint) Who(command permission.Action) words.Text { return c.who(command) }

func (c Complaint) RemedyJob() (remedy.Job, []fault.Field) { return c.remedyJob() }

func (c Complaint) RemedyCase(f RemedyFacts, job remedy.Job) proposal.Case {
	return c.remedyCase(f, job)
}

func (c Complaint) Comment(by staff.Actor, kind event.Type, faults []fault.Field, id string, terms Terms,
	now time.Time) (Complaint, event.Event, error) {
	return c.comment(by, kind, faults, id, terms, now)
}

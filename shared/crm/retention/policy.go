// Package retention has the rules for how long records are kept once nothing is left to do with them.
package retention

import (
	"slices"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/fault"
)

// Policy says for how many days each kind of record is kept after its end. A number that is 0 is the standard one:
// policies from before it have none.
type Policy struct {
	Submissions int `json:"submissions_days,omitempty" validate:"min=0,max=3650" description:"What was posted · 原始提交"`
	Spam        int `json:"spam_days,omitempty" validate:"min=0,max=3650" description:"Discarded · 已丢弃"`
	Leads       int `json:"lost_leads_days,omitempty" validate:"min=0,max=3650" description:"Lost leads · 未成交线索"`
	Files       int `json:"files_days,omitempty" validate:"min=0,max=3650" description:"Their files · 其文件"`
	Complaints  int `json:"complaints_days,omitempty" validate:"min=0,max=3650" description:"Complaints · 已结投诉"`
	Holds       int `json:"holds_days,omitempty" validate:"min=0,max=3650" description:"Questions · 生产询问"`
	Tasks       int `json:"tasks_days,omitempty" validate:"min=0,max=3650" description:"Tasks · 已结任务"`
}

// StandardPolicy has these figures:
//   - what was posted: 90 days, the shop's own choice. It is there to find out how a form was misread.
//   - spam: 30 days, the shop's own choice. A person who was discarded by mistake asks again before.
//   - lost leads: 730 days, as long as printers in China keep a client's papers (承印验证 rules, 2 years).
//   - files of lost leads: 90 days, as what was posted. They are large, and an offer seldom comes back later.
//   - closed complaints: 1,095 days, the three years in which a claim may be brought (民法典, article 188).
//   - questions about jobs: 730 days, the longest time for telling of a fault (民法典, article 621).
//   - tasks: 365 days, the shop's own choice: a year's review of the work.
func StandardPolicy() Policy {
	return Policy{Submissions: 90, Spam: 30, Leads: 730, Files: 90, Complaints: 1095, Holds: 730, Tasks: 365}
}

// OrStandard is the policy with the standard in place of what it does not set.
func (p Policy) OrStandard() Policy {
	standard := StandardPolicy()
	for _, b := range bounds {
		if days := b.days(&p); *days == 0 {
			*days = *b.days(&standard)
		}
	}
	return p
}

// bounds are the least and the most days of each kind. What the law fixes is the least.
var bounds = []struct {
	pointer     string
	days        func(*Policy) *int
	least, most int64
}{
	{"/retention/submissions_days", func(p *Policy) *int { return &p.Submissions }, 30, 730},
	{"/retention/spam_days", func(p *Policy) *int { return &p.Spam }, 7, 365},
	{"/retention/lost_leads_days", func(p *Policy) *int { return &p.Leads }, 90, 3650},
	{"/retention/files_days", func(p *Policy) *int { return &p.Files }, 30, 3650},
	{"/retention/complaints_days", func(p *Policy) *int { return &p.Complaints }, 1095, 3650},
	{"/retention/holds_days", func(p *Policy) *int { return &p.Holds }, 365, 3650},
	{"/retention/tasks_days", func(p *Policy) *int { return &p.Tasks }, 30, 3650},
}

// Check adds to f what is wrong with the policy.
func (p Policy) Check(f *fault.List) {
	p = p.OrStandard()
	for _, b := range bounds {
		f.Within(b.pointer, int64(*b.days(&p)), b.least, b.most)
	}
	if p.Files > p.Leads {
		f.Add("/retention/files_days", "文件不能比线索保留得更久。请填写不大于线索保留天数的数。",
			"Files cannot stay longer than their lead. Enter no more days than for lost leads.")
	}
}

// End is how long a record is kept, counted from its last change, and how long its files are. Both are whole days.
type End struct {
	Record, Files time.Duration
}

// First is the shorter of both: before it, nothing of the record ends.
func (e End) First() time.Duration { return min(e.Record, e.Files) }

// Kind is a kind of record that ends, in the states in which nothing is left to do with it.
type Kind struct {
	Name   string   // of the record: "lead"
	States []string // the states in which it ends by the clock
	End    func(Policy) End
}

const day = 24 * time.Hour

// whole is the end of a record whose files end with it.
func whole(days int) End {
	return End{Record: time.Duration(days) * day, Files: time.Duration(days) * day}
}

// Kinds are the records that end by the clock. A won lead is a part of the customer's history, and a submission in
// quarantine waits for a person: neither is here. A qualified lead is open. Its ladder asks for it until it is won or
// lost, and a lost one ends.
var Kinds = []Kind{
	{"lead", []string{lead.StateLost}, func(p Policy) End {
		return End{Record: time.Duration(p.Leads) * day, Files: time.Duration(p.Files) * day}
	}},
	{"complaint", []string{complaint.StateClosed, complaint.StateWithdrawn, complaint.StateUnanswered,
		complaint.StateJoined}, func(p Policy) End { return whole(p.Complaints) }},
	{"hold", []string{hold.StateAnswered, hold.StateWithdrawn}, func(p Policy) End { return whole(p.Holds) }},
	{"task", []string{task.StateClosed, task.StateDropped}, func(p Policy) End { return whole(p.Tasks) }},
	{"submission", []string{form.OutcomeCreated, form.OutcomeAttached},
		func(p Policy) End { return whole(p.Submissions) }},
	{"submission", []string{form.OutcomeDiscarded}, func(p Policy) End { return whole(p.Spam) }},
}

// Of is how long a record of a kind is kept in a state. ok is false for one that does not end by the clock.
func (p Policy) Of(kind, state string) (e End, ok bool) {
	for _, k := range Kinds {
		if k.Name == kind && slices.Contains(k.States, state) {
			return k.End(p.OrStandard()), true
		}
	}
	return End{}, false
}

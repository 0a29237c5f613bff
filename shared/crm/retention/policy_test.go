package retention_test

import (
	"testing"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/retention"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/kerneltest"
)

func TestRetentionIsBounded(t *testing.T) {
	for _, c := range []struct {
		name, want string
		spoil      func(*retention.Policy)
	}{
		{"the standard", "", func(*retention.Policy) {}},
		{"nothing set", "", func(p *retention.Policy) { *p = retention.Policy{} }},
		{"raw for a week", "/retention/submissions_days", func(p *retention.Policy) { p.Submissions = 7 }},
		{"spam for a day", "/retention/spam_days", func(p *retention.Policy) { p.Spam = 1 }},
		{"cases for a year", "/retention/complaints_days", func(p *retention.Policy) { p.Complaints = 365 }},
		{"questions for ever", "/retention/holds_days", func(p *retention.Policy) { p.Holds = 4000 }},
		{"tasks below zero", "/retention/tasks_days", func(p *retention.Policy) { p.Tasks = -1 }},
		{"files longer than their lead", "/retention/files_days", func(p *retention.Policy) { p.Files = 900 }},
	} {
		p := retention.StandardPolicy()
		c.spoil(&p)
		var f fault.List
		p.Check(&f)
		if got := kerneltest.PointersOf(f); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// Every state of every kind: how many days the record stays, and how many its files do. 0 is without an end.
func TestHowLongRecordsAreKept(t *testing.T) {
	type days struct{ record, files int }
	want := map[string]days{
		"lead lost": {730, 90}, "complaint closed": {1095, 1095}, "complaint withdrawn": {1095, 1095},
		"complaint no-answer": {1095, 1095}, "complaint joined": {1095, 1095}, "hold answered": {730, 730},
		"hold withdrawn": {730, 730}, "task done": {365, 365}, "task cancelled": {365, 365},
		"submission created": {90, 90}, "submission attached": {90, 90}, "submission discarded": {30, 30},
	}
	for kind, states := range map[string][]string{"lead": lead.States, "complaint": complaint.States,
		"hold": hold.States, "task": {task.StateOpen, task.StateClosed, task.StateDropped},
		"submission": form.SubmissionOutcomes, "customer": {"won-back"}} {
		for _, state := range states {
			end, ok := retention.Policy{}.Of(kind, state)
			got := days{int(end.Record / (24 * time.Hour)), int(end.Files / (24 * time.Hour))}
			if got != want[kind+" "+state] || ok != (got != days{}) {
				t.Errorf("%s %s: %+v, want %+v", kind, state, got, want[kind+" "+state])
			}
		}
	}
	end, _ := retention.Policy{Leads: 100, Files: 40}.Of("lead", lead.StateLost)
	if end.First() != 40*24*time.Hour || end.Record != 100*24*time.Hour {
		t.Errorf("the shop's own: %+v", end)
	}
}

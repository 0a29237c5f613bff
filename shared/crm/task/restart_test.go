package task_test

import (
	"testing"
	"time"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"

	"pgregory.net/rapid"
)

// Whenever an outage ends, a task of the policy has its time anew. One with a date of a person stays, and so does one
// that is closed.
func TestRestart(t *testing.T) {
	terms, date := crmtest.Terms(t), crmtest.Tuesday.Add(26*time.Hour)
	for name, c := range map[string]struct {
		task task.Task
		anew bool
	}{
		"of the policy": {taskIn(t, task.StateOpen), true}, "done": {taskIn(t, task.StateClosed), false},
		"cancelled": {taskIn(t, task.StateDropped), false}, "with a date": {opened(t, &date), false},
	} {
		rapid.Check(t, func(rt *rapid.T) {
			now := crmtest.Tuesday.Add(time.Duration(rapid.IntRange(1, 20*24*60).Draw(rt, "minutes")) * time.Minute)
			next, e, err := c.task.Restart(ladder.Outage{From: crmtest.Tuesday, To: now}, terms.Task(), now)
			if !c.anew {
				if err != nil || next.Version != c.task.Version || e.Type != "" || !next.Due.Equal(c.task.Due) {
					rt.Fatalf("%s moved: %v", name, err)
				}
				return
			}
			due, _ := terms.Calendar.Add(now, 16*time.Hour)
			if err != nil || !next.Due.Equal(due) || !next.Since.Equal(now) || next.Turn != c.task.Turn ||
				next.Version != c.task.Version+1 || e.Type != event.TaskRestarted || e.Wakes ||
				e.Data["cause"] != event.Outage {
				rt.Fatalf("%s: due %s, %+v, %v", name, next.Due, e, err)
			}
			told := 0
			for _, r := range next.Rungs {
				if r.Do == ladder.DoTell || r.Do == ladder.DoRemind {
					told++
				}
			}
			if told != 3 {
				rt.Fatalf("%s: rungs %+v", name, next.Rungs)
			}
		})
	}
}

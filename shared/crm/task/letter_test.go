package task_test

import (
	"testing"
	"time"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
)

// A task counts the letters that wait under it, and the last decision closes it.
func TestLettersUnderATask(t *testing.T) {
	t.Parallel()
	now := crmtest.Tuesday.Add(time.Minute)
	for _, c := range []struct {
		what    string
		state   string
		letters []string
		join    bool
		ok      bool
		after   int
		closed  bool
		told    event.Type
	}{
		{"a second letter", task.StateOpen, []string{"b"}, true, true, 2, false, event.TaskChanged},
		{"a letter under a closed task", task.StateClosed, []string{"b"}, true, false, 1, true, ""},
		{"a letter under a full task", task.StateOpen, make([]string, task.MaxLetters), true, false, task.MaxLetters, false,
			""},
		{"one decision of two", task.StateOpen, []string{"b", "a"}, false, true, 1, false, event.TaskChanged},
		{"the last decision", task.StateOpen, []string{"a"}, false, true, 0, true, event.TaskDone},
		{"a decision about another letter", task.StateOpen, []string{"b"}, false, false, 1, false, ""},
		{"a decision after the task is closed", task.StateClosed, []string{"a"}, false, false, 1, true, ""},
		{"a decision under a task without letters", task.StateOpen, nil, false, false, 0, false, ""},
	} {
		tsk := opened(t, nil)
		tsk.Letters = c.letters
		if tsk.State = c.state; c.state == task.StateClosed {
			tsk.ClosedAt = &now
		}
		step := tsk.Decided
		if c.join {
			step = tsk.Joined
		}
		next, e, ok := step(staff.Process("submission"), "a", now)
		if ok != c.ok || len(next.Letters) != c.after || next.Closed() != c.closed || e.Type != c.told {
			t.Errorf("%s: %+v, %+v, %v", c.what, next, e, ok)
		}
		if ok && (next.Version != tsk.Version+1 || next.Closed() && (next.ClosedAt == nil || !next.InTime)) {
			t.Errorf("%s: %+v", c.what, next)
		}
	}
}

package task_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

var touched = staff.Process("touch")

func waiting(t *testing.T, by staff.Actor) (task.Task, event.Event) {
	t.Helper()
	tsk, e, err := task.NewAnswer(by, task.Answer{ID: "tsk_1", Customer: "cus_1", Contact: "con_1", About: "tch_1",
		Who: strings.Repeat("长", 80), Ask: task.Ask{ID: "tch_1", Kind: task.AskCall, At: crmtest.Tuesday}},
		colleague(t, "stf_a"), crmtest.Terms(t).Task(), crmtest.Tuesday)
	if err != nil {
		t.Fatal(err)
	}
	return tsk, e
}

func TestATaskToAnswer(t *testing.T) {
	t.Parallel()
	now := crmtest.Tuesday
	tsk, e := waiting(t, touched)
	if e.Type != event.TaskOpened || !tsk.Answers() || tsk.Card().Asked != task.AskCall ||
		tsk.Rungs[0].Do != ladder.DoTell ||
		tsk.Title != "Call back: "+strings.Repeat("长", 60) || !tsk.ByPolicy {
		t.Errorf("%+v", tsk)
	}
	if due, err := crmtest.Terms(t).Task().AnswerDue(now); err != nil || !tsk.Due.Equal(due) {
		t.Errorf("due %s, want %s, %v", tsk.Due, due, err)
	}
	if own, _ := waiting(t, as(t, "stf_a")); own.Rungs[0].Do == ladder.DoTell {
		t.Error("who noted a call is told of it")
	}
	more := task.Answer{Ask: task.Ask{ID: "tch_2", Kind: task.AskLetter, At: now.Add(time.Hour)}}
	two, e, ok := tsk.Asked(touched, more, now.Add(time.Hour))
	if !ok || e.Type != event.TaskChanged || len(two.Asks) != 2 || !two.Due.Equal(tsk.Due) ||
		len(two.Rungs) != len(tsk.Rungs)+1 || two.Card().Asked != task.AskLetter {
		t.Errorf("%+v", two)
	}
	more.Told = true
	if quiet, _, _ := tsk.Asked(touched, more, now); len(quiet.Rungs) != len(tsk.Rungs) {
		t.Error("told twice")
	}
	for i := range 60 {
		more.Ask.At = now.Add(time.Duration(i) * time.Minute)
		two, _, _ = two.Asked(touched, more, now)
	}
	if len(two.Asks) != 50 {
		t.Errorf("%d asks", len(two.Asks))
	}
}

// TestWhenATaskToAnswerIsDone calls the customer at each moment of a task under which two things wait.
func TestWhenATaskToAnswerIsDone(t *testing.T) {
	t.Parallel()
	now := crmtest.Tuesday
	first, _ := waiting(t, touched)
	two, _, _ := first.Asked(touched,
		task.Answer{Ask: task.Ask{ID: "tch_2", Kind: task.AskFile, At: now.Add(time.Hour)}},
		now.Add(time.Hour))
	for _, c := range []struct {
		name string
		at   time.Time
		want string
	}{
		{"before it came", now.Add(-time.Minute), "open 2 true  false"},
		{"as it came", now, "open 1 true  false"},
		{"between", now.Add(time.Minute), "open 1 true  false"},
		{"after both", now.Add(time.Hour), "done 2 true tch_9 true"},
		{"late", two.Due.Add(time.Minute), "done 2 true tch_9 false"},
	} {
		next, e, ok := two.Answered(as(t, "stf_b"), "tch_9", c.at, two.Due.Add(2*time.Minute))
		if got := fmt.Sprint(next.State, " ", len(next.Asks), " ", next.Answers(), " ", next.AnsweredBy, " ",
			next.InTime); got != c.want || ok != (c.at.After(now.Add(-time.Second))) {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		if next.Closed() != (e.Type == event.TaskDone) || next.Closed() && next.ClosedBy != "stf_b" {
			t.Errorf("%s: %+v", c.name, e)
		}
		if _, _, ok := next.Answered(as(t, "stf_b"), "tch_9", c.at, c.at); ok {
			t.Errorf("%s: answered twice", c.name)
		}
	}
	done, _, err := first.Complete(as(t, "stf_a"), true, now)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, ok := done.Asked(touched, task.Answer{}, now); ok {
		t.Error("a closed task takes more")
	}
	if plain := opened(t, nil); func() bool { _, _, ok := plain.Answered(touched, "", now, now); return ok }() {
		t.Error("a task that somebody opened is answered")
	}
	for _, kind := range task.AskKinds {
		if why := task.Why(kind); why.Zh == "" || why.En == "" {
			t.Errorf("%s: %+v", kind, why)
		}
	}
	if task.Why("") != (words.Text{}) {
		t.Error("why, of nothing")
	}
}

// A policy from before there were answers gives them the standard time. A new one moves what is open.
func TestTheTimeForAnAnswer(t *testing.T) {
	t.Parallel()
	terms, now := crmtest.Terms(t).Task(), crmtest.Tuesday
	tsk, _ := waiting(t, touched)
	old := terms
	old.Policy.Answer = 0
	if due, err := old.AnswerDue(now); err != nil || !due.Equal(tsk.Due) {
		t.Errorf("an old policy: %s, %v", due, err)
	}
	if p := (task.Policy{Answer: 60}).OrStandard(); p.Answer != 60 || p.Due != task.StandardPolicy().Due ||
		len(p.Ladder) == 0 {
		t.Errorf("%+v", p)
	}
	brisk := terms
	brisk.Policy.Answer, brisk.Ref = 3600, "standard@2"
	next, _, err := tsk.Replan(staff.Process("replan"), brisk, now.Add(time.Minute))
	if err != nil || !next.Due.Equal(now.Add(time.Hour)) {
		t.Errorf("replanned: %s, %v", next.Due, err)
	}
	other, _, err := opened(t, nil).Replan(staff.Process("replan"), brisk, now.Add(time.Minute))
	if err != nil || !other.Due.Equal(opened(t, nil).Due) {
		t.Errorf("another task moved: %s, %v", other.Due, err)
	}
}

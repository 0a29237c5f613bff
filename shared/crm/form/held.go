package form

import (
	"fmt"
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// MostHeldTasks is how many tasks about held submissions of one form a day may bring. A second one opens only once the
// first is done.
const MostHeldTasks = 9

// HeldTask is the id of the nth task, from 0, to look at what is held of a form on the day that ends then.
func HeldTask(form string, dayEnds time.Time, n int) string {
	return task.ID(dayEnds.AddDate(0, 0, -1), fmt.Sprintf("held/%s/%d", form, n))
}

// Held is the task to look at what is held of the form, opened by the first such submission. It has the shop's time for
// tasks. It goes to the branch's manager, or to an owner of the shop where the manager is away until it is due. id is
// the task's. ok is false where nobody can take it.
func (s Submission) Held(id string, f Form, shop firm.Roster, terms task.Terms,
	now time.Time) (t task.Task, e event.Event, ok bool) {
	due, err := terms.Calendar.Add(now, calendar.Seconds(terms.Policy.OrStandard().Due))
	if err != nil {
		return task.Task{}, event.Event{}, false
	}
	manager, _ := shop.Manager(terms.Branch, now)
	head, _ := shop.Head(terms.Branch, now)
	owner, found := task.FirstTaker(terms.Branch.ID, due, now, manager, head)
	if !found {
		return task.Task{}, event.Event{}, false
	}
	title := words.Text{Zh: "表单“%s”有提交被拦下：请查看", En: "Submissions of the form “%s” are held: look at them"}
	first := words.Text{Zh: "其中第一份（%s）：%s", En: "The first of them (%s): %s"}
	t, e, err = task.New(staff.Process("submission"), task.Draft{ID: id, About: s.ID,
		Title: fmt.Sprintf(title.In(owner.Lang), f.Title.In(owner.Lang)),
		Text: fmt.Sprintf(first.In(owner.Lang), words.Reference(s.ID), s.Why().In(owner.Lang)) +
			"\nGET /submissions?outcome=" + OutcomeQuarantined + "&branch=" + s.Branch,
	}, owner, terms, now)
	return t, e, err == nil
}

package erase

import (
	"fmt"
	"slices"
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// TaskID is the id of the task that a rung opens. The same rung opens the same one.
func (e Erase) TaskID(r ladder.Rung) string {
	return task.ID(e.ClockFrom, e.ID+"/"+fmt.Sprint(e.Round)+"/"+e.Progress().Key(r))
}

// TaskIDs are the ids of the tasks that rungs of the erasure's state may have opened.
func (e Erase) TaskIDs() []string {
	var out []string
	for _, r := range e.Rungs {
		if slices.Contains(steps, r.Do) {
			out = append(out, e.TaskID(r))
		}
	}
	return out
}

// patience is how long somebody has whose task comes when the erasure is due already.
const patience = 24 * time.Hour

// Asks is the task that a rung opens. It names no person: who may, reads the contact. While the erasure has to be
// confirmed, it does not go to the colleague who asked for it. ok is false where nobody is there who could take it.
func (e Erase) Asks(r ladder.Rung, shop firm.Roster, terms task.Terms,
	now time.Time) (t task.Task, told event.Event, ok bool, err error) {
	due := ladder.Later(e.Due, now.Add(patience))
	owner, found := task.FirstTaker(terms.Branch.ID, due, now, e.among(r, shop, terms.Branch, now)...)
	if !found {
		return t, told, false, nil
	}
	text := "GET /contacts/" + e.Contact + "/erase"
	if e.State == StateErasing {
		text += "\nGET /operations/stuck"
	}
	draft := task.Draft{ID: e.TaskID(r), About: e.ID, Title: Title(e.State, e.ID).In(owner.Lang), Text: text,
		Priority: task.Priorities[2], Due: &due}
	t, told, err = task.New(staff.Process("erase"), draft, owner, terms, now)
	return t, told, err == nil, err
}

// titles say, by state, what is to be done with an erasure.
var titles = map[string]words.Text{
	StateAsked:   {Zh: "联系人信息待删除，请确认或撤回（%s）", En: "A contact is to be erased: confirm it, or take it back (%s)"},
	StateWaiting: {Zh: "联系人信息即将删除，到期前可以撤回（%s）", En: "A contact is about to be erased; it can be taken back (%s)"},
	StateErasing: {Zh: "联系人信息正在删除，逾期请查看原因（%s）", En: "A contact is being erased; if it is late, find out why (%s)"},
}

// Title is how an erasure in a state is called on a desk, by its reference.
func Title(state, id string) words.Text {
	t, ref := titles[state], words.Reference(id)
	return words.Text{Zh: fmt.Sprintf(t.Zh, ref), En: fmt.Sprintf(t.En, ref)}
}

// among are the people who may take the task, the first one first: those who may confirm an erasure of the branch.
func (e Erase) among(r ladder.Rung, shop firm.Roster, b firm.Branch, now time.Time) []staff.Staff {
	manager, _ := shop.Manager(b, now)
	head, _ := shop.Head(b, now)
	first := []staff.Staff{manager, head}
	if r.Do == ladder.DoTellOwner {
		first = []staff.Staff{head, manager}
	}
	for _, p := range shop.Staff {
		if as := staff.ActorOf(p); (p.Has(staff.Owner) || p.Has(staff.Manager)) && as.Sees(b.ID) {
			first = append(first, p)
		}
	}
	return slices.DeleteFunc(first, func(p staff.Staff) bool { return e.State == StateAsked && p.ID == e.AskedBy })
}

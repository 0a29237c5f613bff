package lead

import (
	"cmp"
	"fmt"
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// QuoteTask is the task to quote for a qualified lead, one in each round. It is due when the lead is. Its owner is the
// lead's, else the branch's manager, else an owner of the shop. ok is false where none of them can take it.
func (l Lead) QuoteTask(shop firm.Roster, terms task.Terms, now time.Time) (t task.Task, e event.Event, ok bool) {
	own, _ := shop.Person(l.Owner)
	manager, _ := shop.Manager(terms.Branch, now)
	head, _ := shop.Head(terms.Branch, now)
	until := l.Due
	if !until.After(now) { // it is late already: the policy of tasks says until when
		var err error
		if until, err = terms.Due(now); err != nil {
			return task.Task{}, event.Event{}, false
		}
	}
	owner, found := task.FirstTaker(l.Branch, until, now, own, manager, head)
	if !found {
		return task.Task{}, event.Event{}, false
	}
	title := words.Text{Zh: "报价：%s", En: "Quote for %s"}
	text := words.Text{Zh: "请给客户报价，并在线索中登记联系结果。",
		En: "Send the customer a quotation, and record the contact in the lead."}
	draft := task.Draft{ID: task.ID(l.CreatedAt, fmt.Sprintf("quote/%s/%d", l.ID, l.Round)), Customer: l.Customer,
		About: l.ID, Priority: "high", Title: fmt.Sprintf(title.In(owner.Lang), l.called()), Text: text.In(owner.Lang),
		Due: &until}
	if l.Qualification != nil {
		draft.Text += "\n\n" + l.Qualification.Need
	}
	t, e, err := task.New(staff.Process("lead"), draft, owner, terms, now)
	return t, e, err == nil
}

// called is how a task names the lead: the company or the person, and the reference.
func (l Lead) called() string {
	if name := cmp.Or(l.Person.Company, l.Person.Name); name != "" {
		return name + " (" + words.Reference(l.ID) + ")"
	}
	return words.Reference(l.ID)
}

package centre

import (
	"afterpress/shared/crm/message"
	"cmp"
	"context"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/table"
)

// HearDoubted keeps a letter whose sender is in doubt, as an incoming touch that changes nothing. Letters of one sender
// about one record share the task of their next step, for a day (letter.Pile). t is complete but for that task; without
// a next step none is opened, and the touch loses a step that the day has no task for. Beyond what one side may write
// about one record a person's letter is a *message.Flood.
func (s *Centre) HearDoubted(ctx context.Context, t customer.Touch) error {
	_, err := table.Retry(ctx, table.Many, func(int) (customer.Touch, error) {
		b := table.NewBatch()
		if record := cmp.Or(t.About, t.Lead); t.Kind == message.MailPerson && record != "" {
			s.work.CountWord(b, record, t.Branch, message.SideOf(t.Sender))
		}
		kept, err := s.putLetterTask(ctx, b, t)
		if err == nil {
			err = s.PutTouch(b, kept)
		}
		if err != nil {
			return kept, err
		}
		return kept, s.table.Commit(ctx, b, kept)
	})
	return err
}

// putLetterTask adds the task of the letter's next step to a transaction. It gives the letter with the step as it is.
func (s *Centre) putLetterTask(ctx context.Context, b *table.Batch, t customer.Touch) (customer.Touch, error) {
	if t.Next == nil {
		return t, nil
	}
	shop, terms, err := s.company.Terms(ctx, t.Branch)
	if err != nil {
		return t, err
	}
	pile, err := terms.Letter().Pile(cmp.Or(t.About, t.Lead), t.From, t.CreatedAt)
	if err != nil {
		return t, err
	}
	by, step := staff.Process("touch"), *t.Next
	owner, _ := shop.Person(step.Owner)
	open := func(id string) (task.Task, event.Event, bool) {
		t.Next = &step
		t.Next.Task = id
		tsk, e, err := task.New(by, t.Task(), owner, terms.Task(), t.CreatedAt)
		return tsk, e, err == nil
	}
	opened, found, err := s.work.PutLetter(ctx, b, by, pile, cmp.Or(t.Letter, t.ID), open)
	if t.Next = nil; found {
		t.Next = &customer.NextStep{Title: step.Title, Due: opened.Due, Owner: opened.Owner, Task: opened.ID}
	}
	return t, err
}

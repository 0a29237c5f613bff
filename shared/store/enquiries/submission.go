package enquiries

import (
	"context"
	"errors"

	"afterpress/shared/crm/form"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/naming"
	"afterpress/shared/store/table"
)

func submissionRow(sub form.Submission) (table.Item, error) {
	card, err := table.EncodeValue(sub.Card())
	if err != nil {
		return nil, err
	}
	it, err := table.Encode(sub, table.RecordKey("submission", sub.ID))
	if err != nil {
		return nil, err
	}
	it["kind"], it["card"] = table.Text("submission"), card
	it["board_pk"], it["board_sk"] = table.Text(table.SubmissionBoard(sub.Outcome, sub.Branch)),
		table.Text(table.When(sub.CreatedAt, sub.ID))
	return it, nil
}

// putSubmission adds a submission to a transaction: a new one, or the next version of the stored one.
func (s *Enquiries) putSubmission(b *table.Batch, sub form.Submission) error {
	it, err := submissionRow(sub)
	if err != nil {
		return err
	}
	b.Put(s.table.Records, it, table.Seen(sub.Version-1), func(table.Item) error { return table.Conflict() })
	if sub.Version == 1 && sub.Lead == "" { // else the event of its lead brings the row that both have
		naming.PutRows(s.table, b, it)
	}
	return nil
}

// NewSubmissionID makes the id of a submission.
func (s *Enquiries) NewSubmissionID() string { return s.table.NewID("sub") }

// Quarantine stores a submission that no rule could turn into a lead. It needs only the table, so it works when
// the rules do not.
func (s *Enquiries) Quarantine(ctx context.Context, sub form.Submission) error {
	b := table.NewBatch()
	if err := s.putSubmission(b, sub); err != nil {
		return err
	}
	return s.table.Commit(ctx, b, sub)
}

// QuarantineAsking is Quarantine with a task that brings the submission to a colleague, in one transaction. Where a
// task with this id is there already, the submission is stored alone.
func (s *Enquiries) QuarantineAsking(ctx context.Context, sub form.Submission, t task.Task, e event.Event) error {
	b := table.NewBatch()
	if err := errors.Join(s.putSubmission(b, sub), s.work.PutTask(b, t, 0, e)); err != nil {
		return err
	}
	err := s.table.Commit(ctx, b, sub)
	if errors.Is(err, table.ErrChanged) { // of the two writes the task's alone fails so
		return s.Quarantine(ctx, sub)
	}
	return err
}

// QuarantineLetter keeps a letter that nobody could place, and brings it to a colleague by a task. The letters of one
// sender share a task for a day (letter.Pile). Where the set-up lets no task be made, and beyond the day's tasks, the
// letter is kept and listed all the same.
func (s *Enquiries) QuarantineLetter(ctx context.Context, sub form.Submission, sender string) error {
	shop, terms, err := s.company.Terms(ctx, sub.Branch)
	switch kind := fault.KindOf(err); {
	case err != nil && kind == fault.Unavailable:
		return err
	case err != nil:
		return s.Quarantine(ctx, sub)
	}
	due, err := terms.Letter().Due(sub.CreatedAt)
	if !sub.Overpaced() { // it may be an enquiry, and its lead counts from when it came
		due, err = terms.Lead().ContactBy(sub.CreatedAt)
	}
	pile, undated := terms.Letter().Pile(sub.Branch, sender, sub.CreatedAt)
	if errors.Join(err, undated) != nil {
		return s.Quarantine(ctx, sub)
	}
	_, err = table.Retry(ctx, table.Many, func(int) (form.Submission, error) {
		b, kept := table.NewBatch(), sub
		t, found, err := s.work.PutLetter(ctx, b, staff.Process("submission"), pile, sub.ID,
			func(id string) (task.Task, event.Event, bool) {
				return sub.Asks(id, shop.Roster, terms.Task(), due, sub.CreatedAt)
			})
		if found {
			kept.Task = t.ID
		}
		if err = errors.Join(err, s.putSubmission(b, kept)); err != nil {
			return kept, err
		}
		return kept, s.table.Commit(ctx, b, kept)
	})
	return err
}

// Submission reads a submission by its id. A missing submission is NotFound.
func (s *Enquiries) Submission(ctx context.Context, id string) (form.Submission, error) {
	return table.GetRecord[form.Submission](ctx, s.table, "submission", id, fault.Missing("提交记录", "submission"))
}

// SaveSubmission writes the next version of a submission with its event, and what its decision means to its task. The
// version before it must be the current one; otherwise it is a Conflict.
func (s *Enquiries) SaveSubmission(ctx context.Context, next form.Submission, e event.Event) error {
	_, err := table.Retry(ctx, table.Many, func(int) (form.Submission, error) {
		b := table.NewBatch()
		err := errors.Join(s.putSubmission(b, next), s.table.PutEvent(b, e), s.putDecision(ctx, b, next))
		if err != nil {
			return next, err
		}
		return next, s.table.Commit(ctx, b, next)
	})
	return err
}

// putDecision takes a submission about which a colleague decided off the task by which they heard of it.
func (s *Enquiries) putDecision(ctx context.Context, b *table.Batch, sub form.Submission) error {
	if sub.Decision == nil {
		return nil
	}
	return s.work.PutDecided(ctx, b, staff.Actor{ID: sub.Decision.By}, sub.Task, sub.ID)
}

// Submissions lists what came through the forms of these branches and ended this way, newest first.
func (s *Enquiries) Submissions(ctx context.Context, outcome string, branches []string,
	p table.Paging) (table.Page[form.SubmissionCard], error) {
	l := table.List{Index: table.BoardIndex, Newest: true}
	for _, b := range branches {
		l.Partitions = append(l.Partitions, table.SubmissionBoard(outcome, b))
	}
	return table.Cards[form.SubmissionCard](s.table.Lines(ctx, l, p))
}

// NamedSubmissions are the submissions with this reference, however they ended. A submission has its lead's reference.
func (s *Enquiries) NamedSubmissions(ctx context.Context, n naming.Query) (table.Page[form.SubmissionCard], error) {
	return naming.Cards[form.SubmissionCard](ctx, s.table, "submission", n)
}

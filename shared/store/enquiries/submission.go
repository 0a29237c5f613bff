package enquiries

import (
	"context"
	"errors"

	"afterpress/shared/crm/form"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
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
	if err == nil {
		b.Put(s.table.Records, it, table.Seen(sub.Version-1), func(table.Item) error { return table.Conflict() })
	}
	return err
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

// QuarantineAsking is Quarantine with a task that brings the submission to a colleague, in one transaction.
func (s *Enquiries) QuarantineAsking(ctx context.Context, sub form.Submission, t task.Task, e event.Event) error {
	b := table.NewBatch()
	if err := errors.Join(s.putSubmission(b, sub), s.work.PutTask(b, t, 0, e)); err != nil {
		return err
	}
	return s.table.Commit(ctx, b, sub)
}

// Submission reads a submission by its id. A missing submission is NotFound.
func (s *Enquiries) Submission(ctx context.Context, id string) (form.Submission, error) {
	return table.GetRecord[form.Submission](ctx, s.table, "submission", id, fault.Missing("提交记录", "submission"))
}

// SaveSubmission writes the next version of a submission with its event. The version before it must be the
// current one; otherwise it is a Conflict.
func (s *Enquiries) SaveSubmission(ctx context.Context, next form.Submission, e event.Event) error {
	b := table.NewBatch()
	if err := s.putSubmission(b, next); err != nil {
		return err
	}
	if err := s.table.PutEvent(b, e); err != nil {
		return err
	}
	return s.table.Commit(ctx, b, next)
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

package store

import (
	"context"
	"errors"

	"afterpress/shared/crm"
)

func submissionRow(sub crm.Submission) (Item, error) {
	card, err := EncodeValue(sub.Card())
	if err != nil {
		return nil, err
	}
	it, err := Encode(sub, RecordKey("submission", sub.ID))
	if err != nil {
		return nil, err
	}
	it["kind"], it["card"] = Text("submission"), card
	it["board_pk"], it["board_sk"] = Text(SubmissionBoard(sub.Outcome, sub.Branch)), Text(When(sub.CreatedAt, sub.ID))
	return it, nil
}

// putSubmission adds a submission to a transaction: a new one, or the next version of the one that is there.
func (s *Store) putSubmission(b *Batch, sub crm.Submission) error {
	it, err := submissionRow(sub)
	if err == nil {
		b.Put(s.tables.Records, it, Seen(sub.Version-1), func(Item) error { return Conflict() })
	}
	return err
}

// Quarantine stores a submission that no rule could turn into a lead. It needs nothing but the table, so it works when the rules do not.
func (s *Store) Quarantine(ctx context.Context, sub crm.Submission) error {
	b := NewBatch()
	if err := s.putSubmission(b, sub); err != nil {
		return err
	}
	return s.Commit(ctx, b, sub)
}

// QuarantineAsking is Quarantine with the task that tells somebody of it, in one transaction.
func (s *Store) QuarantineAsking(ctx context.Context, sub crm.Submission, task crm.Task, event crm.Event) error {
	b := NewBatch()
	if err := errors.Join(s.putSubmission(b, sub), s.PutTask(b, task, 0, event)); err != nil {
		return err
	}
	return s.Commit(ctx, b, sub)
}

// Submission reads a submission by its id.
func (s *Store) Submission(ctx context.Context, id string) (crm.Submission, error) {
	return GetRecord[crm.Submission](ctx, s, "submission", id, crm.Missing("提交记录", "submission"))
}

// PutSubmission writes the next version of a submission with its event, on condition that the version before it is the current one.
func (s *Store) PutSubmission(ctx context.Context, next crm.Submission, event crm.Event) error {
	b := NewBatch()
	if err := s.putSubmission(b, next); err != nil {
		return err
	}
	if err := s.PutEvent(b, event); err != nil {
		return err
	}
	return s.Commit(ctx, b, next)
}

// Submissions lists what came through the forms of these branches and ended this way, newest first.
func (s *Store) Submissions(ctx context.Context, outcome string, branches []string, p Paging) (Page[crm.SubmissionCard], error) {
	l := List{Index: BoardIndex, Newest: true}
	for _, b := range branches {
		l.Partitions = append(l.Partitions, SubmissionBoard(outcome, b))
	}
	return Cards[crm.SubmissionCard](s.Lines(ctx, l, p))
}

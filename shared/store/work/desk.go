package work

import (
	"context"
	"strings"

	"afterpress/shared/store/table"
)

// DeskLine is one open record on a person's desk. AnswersFor is the branch of a record that has no owner yet. It
// is empty for the person's own records.
type DeskLine struct {
	Kind       string         `json:"kind"`
	ID         string         `json:"id"`
	Due        string         `json:"due_at"`
	AnswersFor string         `json:"answers_for,omitempty" description:"It has no owner yet; you see it because you answer for this branch · 尚无负责人，由您代表该网点负责"`
	Card       map[string]any `json:"card"`
}

// Said is a text of the card.
func (l DeskLine) Said(name string) string {
	s, _ := l.Card[name].(string)
	return s
}

// DeskQuery asks for one person's desk. AnswersFor are the branches for whose unowned records the person
// answers. Branches limits the desk to records of these branches; empty is no limit.
type DeskQuery struct {
	Staff      string
	AnswersFor []string
	Branches   []string
	table.Paging
}

// Desk lists what one person has to do, most urgent first, over all kinds of records. These are leads,
// complaints, questions about running jobs, tasks, and messages that may or may not have been sent. Each open
// record stands on one desk: its owner's, or its branch's while it has no owner. The same transaction moves it.
// A submission in quarantine has no deadline and stands on no desk. Submissions (package enquiries) lists it,
// and where it must not wait, a task asks for it.
func (s *Work) Desk(ctx context.Context, q DeskQuery) (table.Page[DeskLine], error) {
	l := table.List{Index: table.DeskIndex, Partitions: []string{table.DeskOf(q.Staff)}, Branches: q.Branches}
	for _, b := range q.AnswersFor {
		l.Partitions = append(l.Partitions, table.BranchDeskOf(b))
	}
	lines, next, err := s.table.Lines(ctx, l, q.Paging)
	out := table.Page[DeskLine]{Items: []DeskLine{}, Next: next}
	if err != nil {
		return out, err
	}
	for _, l := range lines {
		card, err := table.DecodeValue[map[string]any](l.Card)
		if err != nil {
			return out, err
		}
		due, _, _ := strings.Cut(l.Sort, "#")
		item := DeskLine{Kind: l.Kind, ID: l.ID, Due: due, Card: card}
		if branch, nobodys := strings.CutPrefix(l.In, table.BranchDesk); nobodys {
			item.AnswersFor = branch
		}
		out.Items = append(out.Items, item)
	}
	return out, nil
}

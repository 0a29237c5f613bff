package store

import (
	"context"
	"strings"
)

// DeskLine is one open thing on a person's desk.
type DeskLine struct {
	Kind string         `json:"kind"`
	ID   string         `json:"id"`
	Due  string         `json:"due_at"`
	Card map[string]any `json:"card"`
}

// Desk lists what one person has to do, most urgent first, over all kinds of records; of these branches alone, where some are named.
func (s *Store) Desk(ctx context.Context, staff string, branches []string, p Paging) (Page[DeskLine], error) {
	lines, next, err := s.lines(ctx, list{index: deskIndex, partitions: []string{deskOf(staff)}, branches: branches}, p)
	out := Page[DeskLine]{Items: []DeskLine{}, Next: next}
	if err != nil {
		return out, err
	}
	for _, l := range lines {
		card, err := decodeValue[map[string]any](l.card)
		if err != nil {
			return out, err
		}
		due, _, _ := strings.Cut(l.sort, "#")
		out.Items = append(out.Items, DeskLine{Kind: l.kind, ID: l.id, Due: due, Card: card})
	}
	return out, nil
}

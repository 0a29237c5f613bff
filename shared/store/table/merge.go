package table

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"golang.org/x/sync/errgroup"
)

// readers is how many partitions of a list are read at a time.
const readers = 8

// place is where the reading of a partition begins: beyond this sort key, "" at its beginning.
type place struct{ partition, after string }

// Merge reads the first want lines of a list beyond the sort key after, in order, each record once.
//
// Boards that are kept by state are read in three rounds at most, however long they are. First come the keys without a
// state, to the end of what is wanted: a record that moves meanwhile to the key of its state is met there. Then comes
// a share of each state, and then more of those states that fill the page.
func (t *Table) Merge(ctx context.Context, l List, after string, want int) ([]Line, error) {
	if l.Index == AboutIndex {
		return t.openLines(ctx, l, after, want)
	}
	found, err := t.read(ctx, l, beginnings(l.Partitions, after), want)
	boards := l.stateBoards()
	if err != nil || len(boards) == 0 {
		return l.order(found...), err
	}
	share := want
	if len(boards) > 1 {
		share = min(want, want/len(boards)+fewAttempts)
	}
	begun, err := t.read(ctx, l, beginnings(boards, after), share)
	if err != nil {
		return nil, err
	}
	found = append(found, begun...)
	known := l.order(found...)
	var on []place
	for i, lines := range begun {
		if len(lines) < share || share == want {
			continue // that was all, or is enough
		}
		if last := lines[share-1].Sort; len(known) < want || last < known[want-1].Sort {
			on = append(on, place{boards[i], last})
		}
	}
	rest, err := t.read(ctx, l, on, want-share)
	if err != nil {
		return nil, err
	}
	known = l.order(append(found, rest...)...)
	return known[:min(want, len(known))], nil
}

// stateBoards are the boards of each state that the list asks for.
func (l List) stateBoards() (out []string) {
	for _, board := range l.Partitions {
		for _, state := range l.States {
			if asked := l.Card["state"]; asked == "" || asked == state {
				out = append(out, StateBoard(board, state))
			}
		}
	}
	return out
}

func beginnings(partitions []string, after string) (out []place) {
	for _, p := range partitions {
		out = append(out, place{p, after})
	}
	return out
}

// read reads up to want lines from each place on, several places at a time. The caller reads the first one itself.
func (t *Table) read(ctx context.Context, l List, places []place, want int) ([][]Line, error) {
	out := make([][]Line, len(places))
	if len(places) == 0 {
		return out, nil
	}
	group, gone := errgroup.WithContext(ctx)
	group.SetLimit(readers)
	one := func(ctx context.Context, i int) (err error) {
		out[i], err = t.Partition(ctx, l, places[i].partition, places[i].after, want)
		return err
	}
	for i := range places[1:] {
		group.Go(func() error { return one(gone, i+1) })
	}
	err := one(ctx, 0)
	return out, errors.Join(err, group.Wait())
}

// order puts lines into the order of their list, each record once. Of a record that moved meanwhile the line that was
// read last counts.
func (l List) order(parts ...[]Line) []Line {
	var out []Line
	at := map[string]int{}
	for _, line := range slices.Concat(parts...) {
		if i, known := at[line.ID]; known {
			out[i] = line
			continue
		}
		at[line.ID] = len(out)
		out = append(out, line)
	}
	slices.SortFunc(out, func(a, b Line) int {
		if l.Newest {
			return cmp.Compare(b.Sort, a.Sort)
		}
		return cmp.Compare(a.Sort, b.Sort)
	})
	return out
}

package table

import (
	"context"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// EndedAttr is when the end of a record began. From then on the record counts as absent. Its rows get their TTL one
// after another, and its own row is the last, so that an end which broke off is found again.
const EndedAttr = "ended"

// Over reports whether a row of Records counts as absent: its record has ended, or its TTL is past.
func Over(it Item, now time.Time) bool {
	if it[EndedAttr] != nil {
		return true
	}
	n, ok := it[TTLAttr].(*types.AttributeValueMemberN)
	if !ok {
		return false
	}
	ends, err := strconv.ParseInt(n.Value, 10, 64)
	return err == nil && ends <= now.Unix()
}

// absent is Over for a row of any table. Rows of Messages have a TTL of their own kind, which their readers know.
func (t *Table) absent(table string, it Item) bool { return table == t.Records && Over(it, t.Now()) }

// firstMonth is before every record: the product was first released in it.
var firstMonth = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// OnClosed lists the ids of the closed records of one kind in a branch that were closed before until in one state,
// the oldest first. after and next are places as OnBoard has them.
func (b Boards) OnClosed(ctx context.Context, kind, branch, state, after string, until time.Time,
	limit int) (ids []string, next string, err error) {
	if after > At(until) { // the policy keeps more than it did when the page before was read
		return nil, "", nil
	}
	month, l := firstMonth, List{Index: BoardIndex, Until: until, Card: map[string]string{"state": state}}
	if at, err := time.Parse("2006-01", after[:min(len(after), len("2006-01"))]); err == nil {
		month = at
	}
	var lines []Line
	for ; len(lines) <= limit && !month.After(until); month = month.AddDate(0, 1, 0) {
		more, err := b.table.Partition(ctx, l, ClosedBoard(kind, branch, month.Format("2006-01")), after,
			limit+1-len(lines))
		if err != nil {
			return nil, "", err
		}
		lines = append(lines, more...)
	}
	ids, next = firstOf(lines, limit)
	return ids, next, nil
}

// OnSubmissions lists the ids of the submissions that ended this way in a branch and came before until, the oldest
// first. after and next are places as OnBoard has them.
func (b Boards) OnSubmissions(ctx context.Context, outcome, branch, after string, until time.Time,
	limit int) (ids []string, next string, err error) {
	if after > At(until) { // the policy keeps more than it did when the page before was read
		return nil, "", nil
	}
	l := List{Index: BoardIndex, Until: until}
	lines, err := b.table.Partition(ctx, l, SubmissionBoard(outcome, branch), after, limit+1)
	if err != nil {
		return nil, "", err
	}
	ids, next = firstOf(lines, limit)
	return ids, next, nil
}

// firstOf gives the ids of the first lines, and the place of the last of those where there are more.
func firstOf(lines []Line, limit int) (ids []string, next string) {
	if len(lines) > limit {
		lines = lines[:limit]
		next = lines[limit-1].Sort
	}
	for _, line := range lines {
		ids = append(ids, line.ID)
	}
	return ids, next
}

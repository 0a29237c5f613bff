package table

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Boards reads which records are open, branch by branch.
type Boards struct {
	table  *Table
	states map[string][]string
}

// Boards gives the reader of the boards in these tables. states are the open states of each kind whose boards are kept
// by state, area by area.
func (t *Table) Boards(states ...map[string][]string) Boards {
	b := Boards{t, map[string][]string{}}
	for _, area := range states {
		maps.Copy(b.states, area)
	}
	return b
}

// OnBoard lists the ids of the open records of one kind on a branch's board, most urgent first. It returns at
// most limit ids, from beyond the place after ("" is the beginning). It returns only records due by until (zero:
// all). next is the place of the last one, or "" when there are no more. The board may lag behind the records,
// so a caller that acts must read each record first.
func (b Boards) OnBoard(ctx context.Context, kind, branch, after string, until time.Time,
	limit int) (ids []string, next string, err error) {
	l := List{Index: BoardIndex, Partitions: []string{OpenBoard(kind, branch)}, States: b.states[kind]}
	if !until.IsZero() {
		l.Until = until.Add(time.Millisecond) // a list ends before its bound, and places are in milliseconds
	}
	lines, err := b.table.Merge(ctx, l, after, limit+1)
	if err != nil {
		return nil, "", err
	}
	ids, next = firstOf(lines, limit)
	return ids, next, nil
}

// Stateless gives do the kind and id of each open record that stands on a branch's board without its state in the key.
// It ends at the first error of do. It is for a command of the operator.
func (b Boards) Stateless(ctx context.Context, branch string, do func(kind, id string) error) error {
	const page = 100
	for _, kind := range slices.Sorted(maps.Keys(b.states)) {
		board, after := OpenBoard(kind, branch), ""
		for more := true; more; {
			lines, err := b.table.Partition(ctx, List{Index: BoardIndex}, board, after, page)
			if err != nil {
				return err
			}
			for _, line := range lines {
				if err := do(kind, line.ID); err != nil {
					return err
				}
				after = line.Sort
			}
			more = len(lines) == page
		}
	}
	return nil
}

// KeyByState brings a record that stands on its branch's board without its state in the key to the board of its state.
// Nothing else of it changes. What stands elsewhere stays. A state that no list of this release knows is an error, and
// the record stays where every list finds it.
func (b Boards) KeyByState(ctx context.Context, kind, id string) error {
	_, err := Retry(ctx, Few, func(int) (bool, error) {
		it, found, err := b.table.Get(ctx, b.table.Records, RecordKey(kind, id))
		if err != nil || !found {
			return false, err
		}
		cond := AsRead(it)
		if err := Unfold(it); err != nil {
			return false, err
		}
		state, board := StringOf(it["state"]), OpenBoard(kind, StringOf(it["branch"]))
		if StringOf(it["board_pk"]) != board {
			return false, nil
		}
		if !slices.Contains(b.states[kind], state) {
			return false, fmt.Errorf("table: no board has the state %q", state)
		}
		names, values := map[string]string{"#p": BoardIndex + "_pk"}, Item{":from": Text(board),
			":to": Text(StateBoard(board, state))}
		maps.Copy(names, cond.Names)
		maps.Copy(values, cond.Values)
		_, err = b.table.DB.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: aws.String(b.table.Records), Key: RecordKey(kind, id), UpdateExpression: aws.String("SET #p = :to"),
			ConditionExpression:      aws.String("#p = :from AND " + cond.Expr),
			ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		})
		held, err := HeldOr(err)
		if err == nil && !held {
			return false, ErrChanged
		}
		return held, err
	})
	return err
}

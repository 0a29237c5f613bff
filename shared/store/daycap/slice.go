// Package daycap keeps the company to its caps of messages a day, without a counter that all claims write.
package daycap

import (
	"context"
	"slices"
	"sync"
	"time"

	"afterpress/shared/crm/message"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Slices are the messages of a kind that this process has reserved out of the company's cap and not used. A claim
// takes one of them and writes no counter that other claims share. The company's counter holds what all processes have
// reserved, so it never passes the cap. What a process that crashes had reserved stays unused until midnight (UTC).
type Slices struct {
	table   *table.Table
	kind    string // of messages: names their counter
	mu      sync.Mutex
	process string    // names this process at the company's counter, once it has given something back
	ends    time.Time // of the day for which they are reserved
	left    map[slice]int64
	taken   int64 // reserved by all processes, when it was last seen
}

// New makes the slices of this process for messages of a kind, of which it has reserved none.
func New(t *table.Table, kind string) *Slices { return &Slices{table: t, kind: kind} }

// Claimed is how many messages all processes have claimed or reserved today (UTC), but for those that this one has
// reserved.
func (s *Slices) Claimed(ctx context.Context) (int64, error) {
	counter, _ := s.counterOf(s.table.Now())
	n, err := s.table.Counted(ctx, counter)
	return max(0, n-s.Unused()), err
}

// counterOf is the counter of the company's messages of the day, which holds what is reserved, and when that day ends.
func (s *Slices) counterOf(now time.Time) (key table.Item, midnight time.Time) {
	midnight = now.UTC().Truncate(24 * time.Hour).Add(24 * time.Hour)
	return table.CounterKey(s.kind, "company", table.At(midnight)), midnight
}

// slice names a slice. Branches of another policy have another cap, and use none of what was reserved under it.
type slice struct {
	class string
	most  int64 // the cap of all classes
}

// today forgets the slices of a day that is over.
func (s *Slices) today(now time.Time) (counter table.Item) {
	counter, ends := s.counterOf(now)
	if !s.ends.Equal(ends) {
		s.process = s.table.NewID("day")
		s.ends, s.left, s.taken = ends, map[slice]int64{}, 0
	}
	return counter
}

// Take takes one message out of the slice of its class, and reserves a new slice when that is used up. Where none is to
// be had, what this process holds for other classes goes back first. ok is false when the day's messages are used up.
func (s *Slices) Take(ctx context.Context, most message.DayCap) (got Taken, ok bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	counter := s.today(s.table.Now())
	of := slice{most.Class, most.All}
	got = Taken{of, s.ends}
	for s.left[of] == 0 {
		held, err := s.reserve(ctx, counter, most)
		if err != nil {
			return got, false, err
		}
		if held {
			break
		}
		if freed, err := s.giveBack(ctx, counter); err != nil || !freed {
			return got, false, err
		}
	}
	s.left[of]--
	return got, true, nil
}

// Taken is one message out of a slice.
type Taken struct {
	of   slice
	ends time.Time
}

// Undo puts a message back that was surely not claimed.
func (s *Slices) Undo(t Taken) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ends.Equal(t.ends) {
		s.left[t.of]++
	}
}

// reserve adds a slice to the company's counter: a large one, or a single message where that is all that is left. held
// is false when the cap of all or that of the class leaves none.
func (s *Slices) reserve(ctx context.Context, counter table.Item, most message.DayCap) (held bool, err error) {
	for _, size := range slices.Compact([]int64{most.Slice(s.taken), 1}) {
		out, err := s.table.DB.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: aws.String(s.table.Messages), Key: counter,
			UpdateExpression: aws.String("ADD #n :size, #c :size SET #ttl = :ttl"),
			ConditionExpression: aws.String("(attribute_not_exists(#n) OR #n <= :room) AND " +
				"(attribute_not_exists(#c) OR #c <= :own)"),
			ExpressionAttributeNames: map[string]string{"#n": "n", "#c": most.Class, "#ttl": table.TTLAttr},
			ExpressionAttributeValues: table.Item{":size": table.Number(size), ":room": table.Number(most.All - size),
				":own": table.Number(most.Own - size), ":ttl": table.Number(s.ends.Add(24 * time.Hour).Unix())},
			ReturnValues: types.ReturnValueUpdatedNew,
		})
		held, err := table.HeldOr(err)
		if err != nil {
			return false, err
		}
		if held {
			s.left[slice{most.Class, most.All}] += size
			s.taken = table.Figure(out.Attributes, "n")
			return true, nil
		}
	}
	return false, nil
}

// giveBack gives back what this process has reserved and not used. freed is false where there was nothing to give. A
// repeat whose first attempt succeeded finds its mark, which no other process writes, so nothing is given back twice.
func (s *Slices) giveBack(ctx context.Context, counter table.Item) (freed bool, err error) {
	for of, left := range s.left {
		delete(s.left, of) // whatever comes of it: what may have been given back must not be used
		if left == 0 {
			continue
		}
		_, err := s.table.DB.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: aws.String(s.table.Messages), Key: counter,
			UpdateExpression:    aws.String("ADD #n :back, #c :back SET #m = :mark"),
			ConditionExpression: aws.String("attribute_exists(#n) AND (attribute_not_exists(#m) OR #m <> :mark)"),
			ExpressionAttributeNames: map[string]string{"#n": "n", "#c": of.class,
				"#m": "returned_" + s.process},
			ExpressionAttributeValues: table.Item{":back": table.Number(-left), ":mark": table.Text(s.table.NewID("ret"))},
		})
		if _, err := table.HeldOr(err); err != nil {
			return freed, err
		}
		freed = true
	}
	return freed, nil
}

// Return gives back what this process has reserved for today and not used, so that others may send it.
func (s *Slices) Return(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := s.giveBack(ctx, s.today(s.table.Now()))
	return err
}

// Unused is how many messages of today this process has reserved and not used.
func (s *Slices) Unused() (n int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.today(s.table.Now())
	for _, left := range s.left {
		n += left
	}
	return n
}

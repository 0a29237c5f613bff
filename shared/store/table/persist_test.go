package table

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"afterpress/shared/kernel/fault"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"
)

// meeting is a table whose transactions meet another one at each try.
func meeting(tried func()) *Table {
	met := &types.TransactionCanceledException{CancellationReasons: []types.CancellationReason{
		{Code: aws.String("TransactionConflict")}}}
	return &Table{Tables: Tables{Records: "records"}, DB: dynamodb.New(dynamodb.Options{Region: "us-east-1",
		APIOptions: []func(*middleware.Stack) error{func(stack *middleware.Stack) error {
			return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("meeting", func(context.Context,
				middleware.InitializeInput, middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata,
				error) {
				tried()
				return middleware.InitializeOutput{}, middleware.Metadata{}, met
			}), middleware.Before)
		}}})}
}

// A conflict that does not end is repeated until the time is up, ever more slowly, and never beyond the caller's
// deadline. The error says what stood in the way.
func TestAConflictIsRepeatedForItsTime(t *testing.T) {
	for name, c := range map[string]struct {
		deadline, longest time.Duration
		least             int // pauses of at most longestPause leave room for so many
	}{
		"no deadline":        {0, Persistence, int(Persistence / longestPause)},
		"a late deadline":    {time.Minute, Persistence, int(Persistence / longestPause)},
		"the caller's is up": {400 * time.Millisecond, 400 * time.Millisecond, 3},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx := t.Context()
				if c.deadline > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, c.deadline)
					defer cancel()
				}
				began, last, tries := time.Now(), time.Now(), 0
				facts := meeting(func() {
					if tries++; time.Since(last) > longestPause {
						t.Errorf("it waited %s", time.Since(last))
					}
					last = time.Now()
				})
				b := NewBatch()
				b.Put("records", Item{"pk": Text("a")}, Absent(), nil)
				err := facts.Commit(ctx, b, nil)
				var met *types.TransactionCanceledException
				if fault.KindOf(err) != fault.Unavailable || !errors.As(err, &met) {
					t.Errorf("got %v", err)
				}
				if took := time.Since(began); took != c.longest || last.Sub(began) < c.longest-longestPause || tries < c.least ||
					tries > 80 {
					t.Errorf("%d tries in %s, the last after %s", tries, took, last.Sub(began))
				}
			})
		})
	}
}

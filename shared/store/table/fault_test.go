package table_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/lead"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/enquiries"
	"afterpress/shared/store/storetest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
)

// faulty makes the bench's store meet faults that no engine here produces: fault is asked at each transaction, by
// number from 1, before (done false) and after (done true) the engine has it; an error replaces the engine's
// answer.
func faulty(t *testing.T, b *storetest.Bench, flt func(n int64, done bool) error) {
	t.Helper()
	var calls atomic.Int64
	options := b.DB.Options()
	options.APIOptions = append(options.APIOptions, func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("fault",
			func(ctx context.Context, in middleware.InitializeInput,
				next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
				if _, ok := in.Parameters.(*dynamodb.TransactWriteItemsInput); !ok {
					return next.HandleInitialize(ctx, in)
				}
				n := calls.Add(1)
				if err := flt(n, false); err != nil {
					return middleware.InitializeOutput{}, middleware.Metadata{}, err
				}
				out, meta, err := next.HandleInitialize(ctx, in)
				if hidden := flt(n, true); hidden != nil && err == nil {
					return middleware.InitializeOutput{}, meta, hidden
				}
				return out, meta, err
			}), middleware.Before)
	})
	b.DB = dynamodb.New(options)
	b.Store = b.Open(t)
}

func cancelled(codes ...string) error {
	e := &types.TransactionCanceledException{}
	for _, c := range codes {
		e.CancellationReasons = append(e.CancellationReasons, types.CancellationReason{Code: aws.String(c)})
	}
	return e
}

// What is busy is repeated, what can never succeed is not: the caller learns which of the two it was.
func TestTransactionsThatMeetAreRepeated(t *testing.T) {
	refused := func(code string) error { return &smithy.GenericAPIError{Code: code, Message: "no"} }
	for _, tc := range []struct {
		name   string
		err    error
		times  int64
		stored int
		kind   fault.Kind
	}{
		{"conflict", cancelled("None", "TransactionConflict"), 4, 1, ""},
		{"throttled item", cancelled("ThrottlingError"), 4, 1, ""},
		{"conflict for a long time", cancelled("TransactionConflict"), 11, 1, ""},
		{"in progress", &types.TransactionInProgressException{}, 1, 1, ""},
		{"engine is away", &types.InternalServerError{}, 1, 0, fault.Unavailable},
		{"no such table, as after a restore", &types.ResourceNotFoundException{}, 1, 0, fault.Unavailable},
		{"collection too large", cancelled("ItemCollectionSizeLimitExceeded"), 1, 0, fault.Impossible},
		{"item too large", cancelled("None", "ValidationError"), 1, 0, fault.Impossible},
		{"not a request", refused("ValidationException"), 1, 0, fault.Impossible},
		{"a role that does not allow it", refused("AccessDeniedException"), 1, 0, fault.Impossible},
	} {
		b := storetest.New(t)
		faulty(t, b, func(n int64, done bool) error {
			if !done && n <= tc.times {
				return tc.err
			}
			return nil
		})
		_, err := storetest.Enquire(t, b, storetest.Li(1))
		if n := b.Count(t, b.Tables.Records, "LEAD#"); n != tc.stored || (err == nil) != (tc.stored == 1) {
			t.Errorf("%s: %d leads, %v", tc.name, n, err)
		}
		if err != nil && (fault.KindOf(err) != tc.kind ||
			strings.Contains(err.(*fault.Error).Text.En, "Exception")) {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
}

// The engine does it, its answer is lost, and the transaction is sent again: the repeat finds its own mark and
// counts as done.
func TestALostAnswerIsRecognisedAsOwnSuccess(t *testing.T) {
	b := storetest.New(t)
	faulty(t, b, func(n int64, done bool) error {
		if done && n == 1 {
			return &types.TransactionInProgressException{}
		}
		return nil
	})
	l, err := storetest.Enquire(t, b, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	if n := b.Count(t, b.Tables.Records, "LEAD#"); n != 1 {
		t.Errorf("%d leads", n)
	}
	if got, err := b.Lead(t.Context(), l.ID); err != nil || got.ID != l.ID {
		t.Errorf("%+v %v", got, err)
	}
}

// The last claim of the day is done, its answer is lost, and the repeat finds the day's count full: by itself.
func TestALostAnswerToTheLastClaimOfTheDay(t *testing.T) {
	b := storetest.New(t)
	led, err := storetest.Enquire(t, b, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	tm, sales := storetest.Terms(t, b, led.Branch), storetest.Person(t, b, 3)
	if _, err := b.ChangeLead(t.Context(), led.ID, func(l lead.Lead) (lead.Lead, event.Event, error) {
		return l.HandOn(firm.Roster{}, tm.Lead(), 0, b.Clock.Now())
	}); err != nil {
		t.Fatal(err)
	}
	faulty(t, b, func(n int64, done bool) error {
		if done && n == 1 {
			return &types.TransactionInProgressException{}
		}
		return nil
	})
	ends, err := tm.DayEnds(b.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	claimed, err := b.ClaimLead(t.Context(), led.ID, enquiries.Quota{Staff: sales.ID, Limit: 1, Ends: ends},
		func(l lead.Lead) (lead.Lead, event.Event, error) {
			return l.Claim(staff.ActorOf(sales), tm.Lead(), b.Clock.Now())
		})
	if err != nil || claimed.Owner != sales.ID {
		t.Errorf("%+v %v", claimed, err)
	}
}

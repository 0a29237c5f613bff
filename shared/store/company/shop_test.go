package company_test

import (
	"context"
	"testing"

	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/storetest"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/middleware"
)

// TestNobodyWaitsForAnothersRead has an engine that does not answer the first reader of the set-up: the next writer is
// told so when their own time is over, and not when the first one's is.
func TestNobodyWaitsForAnothersRead(t *testing.T) {
	b := storetest.New(t)
	reading := make(chan struct{})
	options := b.DB.Options()
	options.APIOptions = append(options.APIOptions, func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("hang",
			func(ctx context.Context, _ middleware.InitializeInput,
				_ middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
				close(reading)
				<-ctx.Done()
				return middleware.InitializeOutput{}, middleware.Metadata{}, ctx.Err()
			}), middleware.Before)
	})
	b.DB = dynamodb.New(options)
	b.Store = b.Open(t)
	patient, giveUp := context.WithCancel(t.Context())
	first := make(chan error, 1)
	go func() {
		_, err := b.Store.Shop(patient)
		first <- err
	}()
	<-reading
	hurried, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := b.Store.Shop(hurried); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("the second reader: %v", err)
	}
	giveUp()
	if err := <-first; fault.KindOf(err) != fault.Unavailable {
		t.Errorf("the first reader: %v", err)
	}
}

package boot

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"
)

// attempt is how long one attempt at the tables may take. The SDK sets no limit, and a connection that has died in
// silence would use up the whole time of a function.
const attempt = 3 * time.Second

// LongestCall is the longest that one call of the tables may take, with all its attempts and pauses: two attempts that
// hear nothing, or all tries of one that hears "busy". Together with the time for which a transaction is repeated it is
// less than the time of a function and of an activity.
const LongestCall = 2*attempt + longestPause

// Tries and pauses of a request that the tables were too busy for, or that met a transaction in flight. DynamoDB
// holds the items of a transaction for milliseconds, so the SDK's pauses of up to 20 s would be far too long. Its own
// jitter needs pauses of seconds: below that it always waits the longest one.
const (
	tries         = 6
	shortestPause = 20 * time.Millisecond
	longestPause  = 250 * time.Millisecond
)

// pause is how long a request waits after its nth try, from 1. The limit doubles with each try. Full jitter keeps those
// who met from meeting again.
func pause(n int, _ error) (time.Duration, error) {
	return rand.N(min(shortestPause<<n, longestPause)), nil
}

// Dynamo is the client of the tables. A single write that meets a transaction is repeated: it was not carried out. The
// caller decides about a transaction that met another one.
func Dynamo(c aws.Config) *dynamodb.Client {
	return dynamodb.NewFromConfig(c, func(o *dynamodb.Options) {
		o.Retryer = retry.AddWithErrorCodes(retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts, o.Backoff = tries, retry.BackoffDelayerFunc(pause)
		}), (&types.TransactionConflictException{}).ErrorCode())
		if usual, ok := o.HTTPClient.(*awshttp.BuildableClient); ok {
			o.HTTPClient = usual.WithTimeout(attempt)
		}
		o.HTTPClient = ownBody{o.HTTPClient}
		o.APIOptions = append(o.APIOptions, withoutToken, endIn(LongestCall))
	})
}

// Bound names the step of a call that ends it after LongestCall.
const Bound = "EndInTime"

// endIn bounds a call, whatever its attempts and pauses.
func endIn(longest time.Duration) func(*middleware.Stack) error {
	return func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc(Bound,
			func(ctx context.Context, in middleware.InitializeInput,
				next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
				ctx, cancel := context.WithTimeout(ctx, longest)
				defer cancel()
				return next.HandleInitialize(ctx, in)
			}), middleware.Before)
	}
}

// withoutToken leaves out the ClientRequestToken that the SDK puts on every transaction. Each of ours stands under
// conditions that make a repeat harmless. A local engine walks all tokens of the last ten minutes at each transaction.
func withoutToken(stack *middleware.Stack) error {
	const fill = "OperationIdempotencyTokenAutoFill"
	if _, ok := stack.Initialize.Get(fill); !ok {
		return nil
	}
	_, err := stack.Initialize.Remove(fill)
	return err
}

// ownBody gives net/http a body of its own. The SDK closes the body that it made as soon as the answer's head is
// there; a transport that is not done with it then drops the connection in the middle of a long answer ("use of
// closed network connection"). Bodies are 4 MB at most.
type ownBody struct{ client dynamodb.HTTPClient }

func (c ownBody) Do(r *http.Request) (*http.Response, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return c.client.Do(r)
	}
	var body bytes.Buffer
	if r.ContentLength > 0 {
		body.Grow(int(r.ContentLength) + bytes.MinRead) // what ReadFrom wants to have left at the end
	}
	if _, err := body.ReadFrom(r.Body); err != nil {
		return nil, err
	}
	own := r.WithContext(r.Context()) // shares the head, which nobody changes once it is signed
	own.Body = io.NopCloser(bytes.NewReader(body.Bytes()))
	return c.client.Do(own)
}

package httpapi

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/awslabs/aws-lambda-go-api-proxy/httpadapter"
)

// Serve hands every event of API Gateway (payload 2.0) to h. It does not return.
func Serve(h http.Handler) { lambda.Start(Proxy(h)) }

// called is what Lambda brings: a request of API Gateway, or messages of a queue.
type called struct {
	events.APIGatewayV2HTTPRequest
	Messages []events.SQSMessage `json:"Records"`
}

// ServeQueue is Serve for a function that a queue calls as well. A message for which take fails comes again.
func ServeQueue(h http.Handler, take func(ctx context.Context, body string) error, log *slog.Logger) {
	lambda.Start(proxyQueue(h, take, log))
}

func proxyQueue(h http.Handler, take func(ctx context.Context, body string) error,
	log *slog.Logger) func(context.Context, called) (any, error) {
	proxy := Proxy(h)
	return func(ctx context.Context, in called) (any, error) {
		if len(in.Messages) == 0 {
			return proxy(ctx, in.APIGatewayV2HTTPRequest)
		}
		out := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
		for _, m := range in.Messages {
			if err := take(ctx, m.Body); err != nil {
				log.ErrorContext(ctx, "a message of the queue comes again", slog.String("message", m.MessageId),
					slog.String("tries", m.Attributes["ApproximateReceiveCount"]), slog.String("cause", err.Error()))
				out.BatchItemFailures = append(out.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: m.MessageId})
			}
		}
		return out, nil
	}
}

// patience is how long a request may take with everything that it asks. Tables that are well answer within
// milliseconds. Without an answer the caller is told within 3 s to come back; left alone, the caller would wait until
// Lambda kills the process at 10 s and read API Gateway's 500.
const patience = 2 * time.Second

// Proxy is h as the handler of a Lambda function behind an HTTP API. The context of a request ends after 2 s: what
// waits for the tables then fails, and is answered with 503 and Retry-After.
func Proxy(h http.Handler) func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse,
	error) {
	adapter := httpadapter.NewV2(h)
	return func(ctx context.Context, event events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		// API Gateway decodes the path: a question mark or a number sign in it is part of the path, and begins no query.
		event.RawPath = inPath.Replace(event.RawPath)
		// The adapter fails the whole invocation over such an address, and logs it.
		if _, err := url.ParseRequestURI(event.RawPath); err != nil {
			return unaddressed(event.RequestContext.RequestID)
		}
		return adapter.ProxyWithContext(ctx, event)
	}
}

// inPath encodes what would end a path.
var inPath = strings.NewReplacer("?", "%3F", "#", "%23")

func unaddressed(id string) (events.APIGatewayV2HTTPResponse, error) {
	e := fault.Fail(fault.Unreadable, "无法读取网址。请按网址编码规则编写路径。",
		"The address cannot be read. Write the path in URL encoding.")
	body, err := json.Marshal(problem(e, id, words.En))
	return events.APIGatewayV2HTTPResponse{
		StatusCode: http.StatusBadRequest,
		Headers: map[string]string{"Content-Type": typeProblem, "X-Request-Id": id, "X-Content-Type-Options": "nosniff",
			"Cache-Control": "no-store"},
		Body: string(body),
	}, err
}

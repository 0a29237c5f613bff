package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"afterpress/shared/crm"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/awslabs/aws-lambda-go-api-proxy/httpadapter"
)

// Serve hands every event of API Gateway (payload 2.0) to h. It does not return.
func Serve(h http.Handler) { lambda.Start(Proxy(h)) }

// Proxy is h as the handler of a Lambda function behind an HTTP API.
func Proxy(h http.Handler) func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	adapter := httpadapter.NewV2(h)
	return func(ctx context.Context, event events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		// The adapter fails the whole invocation over such an address, and logs it.
		if _, err := url.ParseRequestURI(event.RawPath); err != nil {
			return unaddressed(event.RequestContext.RequestID)
		}
		return adapter.ProxyWithContext(ctx, event)
	}
}

func unaddressed(id string) (events.APIGatewayV2HTTPResponse, error) {
	e := crm.Fail(crm.Unreadable, "无法读取网址。请按网址编码规则编写路径。", "The address cannot be read. Write the path in URL encoding.")
	body, err := json.Marshal(problem(e, id, crm.En))
	return events.APIGatewayV2HTTPResponse{
		StatusCode: http.StatusBadRequest,
		Headers:    map[string]string{"Content-Type": typeProblem, "X-Request-Id": id, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"},
		Body:       string(body),
	}, err
}

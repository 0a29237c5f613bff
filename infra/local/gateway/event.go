package gateway

import (
	"encoding/base64"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// event is the request as a payload of format 2.0. HTTP APIs hand the path over decoded and the query as it came.
func event(r *http.Request, m matched, id string, body []byte,
	claims map[string]string) events.APIGatewayV2HTTPRequest {
	now := time.Now().UTC()
	address, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		address = r.RemoteAddr
	}
	headers, cookies := fields(r, address)
	e := events.APIGatewayV2HTTPRequest{
		Version:               "2.0",
		RouteKey:              m.key,
		RawPath:               r.URL.Path,
		RawQueryString:        r.URL.RawQuery,
		Cookies:               cookies,
		Headers:               headers,
		QueryStringParameters: joined(r.URL.Query()),
		PathParameters:        m.parameters,
		RequestContext: events.APIGatewayV2HTTPRequestContext{
			RouteKey: m.key, AccountID: "000000000000", Stage: "$default", RequestID: id, APIID: "local",
			DomainName: r.Host, DomainPrefix: "local",
			Time: now.Format("02/Jan/2006:15:04:05 -0700"), TimeEpoch: now.UnixMilli(),
			HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{
				Method: r.Method, Path: r.URL.Path, Protocol: r.Proto, SourceIP: address, UserAgent: r.UserAgent(),
			},
		},
	}
	if claims != nil {
		e.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
			JWT: &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{Claims: claims},
		}
	}
	e.Body, e.IsBase64Encoded = encode(body, r.Header)
	return e
}

// fields are the headers in lower case, repeated ones joined by commas, and the cookies apart.
func fields(r *http.Request, address string) (headers map[string]string, cookies []string) {
	headers = map[string]string{"host": r.Host, "x-forwarded-proto": "http"}
	for name, values := range r.Header {
		if name == "Cookie" {
			for _, value := range values {
				cookies = append(cookies, strings.Split(value, "; ")...)
			}
			continue
		}
		headers[strings.ToLower(name)] = strings.Join(values, ",")
	}
	if before := headers["x-forwarded-for"]; before != "" {
		address = before + ", " + address
	}
	headers["x-forwarded-for"] = address
	if _, port, err := net.SplitHostPort(r.Host); err == nil {
		headers["x-forwarded-port"] = port
	}
	return headers, cookies
}

func joined(query url.Values) map[string]string {
	if len(query) == 0 {
		return nil
	}
	values := make(map[string]string, len(query))
	for name, list := range query {
		values[name] = strings.Join(list, ",")
	}
	return values
}

// encode leaves text as it is; anything else, a posted form among it, travels as base64.
func encode(body []byte, header http.Header) (string, bool) {
	if len(body) == 0 {
		return "", false
	}
	kind, _, _ := mime.ParseMediaType(header.Get("Content-Type"))
	text := strings.HasPrefix(kind, "text/") || kind == "application/json" || kind == "application/javascript" ||
		kind == "application/xml"
	if text && header.Get("Content-Encoding") == "" {
		return string(body), false
	}
	return base64.StdEncoding.EncodeToString(body), true
}

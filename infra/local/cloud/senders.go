package cloud

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"net/mail"
	"net/url"
	"strings"
)

// Senders is the cloud before what plays SES and SNS at an address.
func (c *Cloud) Senders(at *url.URL) http.Handler {
	proxy := &httputil.ReverseProxy{Transport: c.next, Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(at) }}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := signer(r.Header.Get("Authorization"))
		role, bound := c.roles[name]
		if !bound {
			proxy.ServeHTTP(w, r)
			return
		}
		body, err := io.ReadAll(r.Body)
		var asks []ask
		if err == nil {
			r.Body = io.NopCloser(bytes.NewReader(body))
			asks, err = readSend(r, body)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		for _, a := range asks {
			statement, ok := allowed(role, a)
			if !ok {
				c.refused(Refusal{Role: name, Action: a.action, Resource: a.resource, Call: r.Method + " " + r.URL.Path})
				w.Header().Set("X-Amzn-ErrorType", "AccessDeniedException")
				http.Error(w, `{"message":"not authorized to perform `+a.action+`"}`, http.StatusForbidden)
				return
			}
			c.used.note(name, statement, a.action, a.resource)
		}
		proxy.ServeHTTP(w, r)
	})
}

// readSend says what a request to SES or SNS asks for. SES asks for the sender's identity and for the configuration
// set. A phone number has no ARN, so SNS asks for * (SNS developer guide, "Sending SMS").
func readSend(r *http.Request, body []byte) ([]ask, error) {
	if strings.HasPrefix(r.URL.Path, "/v2/email/outbound-emails") {
		var send struct{ FromEmailAddress, ConfigurationSetName string }
		if err := json.Unmarshal(body, &send); err != nil {
			return nil, err
		}
		from, err := mail.ParseAddress(send.FromEmailAddress)
		if err != nil {
			return nil, fmt.Errorf("the local cloud reads no sender: %w", err)
		}
		const ses = "arn:aws:ses:us-east-1:000000000000:"
		asks := []ask{{action: "ses:SendEmail", resource: ses + "identity/" + from.Address}}
		if send.ConfigurationSetName != "" {
			asks = append(asks, ask{action: "ses:SendEmail", resource: ses + "configuration-set/" + send.ConfigurationSetName})
		}
		return asks, nil
	}
	fields, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}
	action := fields.Get("Action")
	switch {
	case action == "":
		return nil, fmt.Errorf("the local cloud does not know %s %s", r.Method, r.URL.Path)
	case fields.Get("TopicArn") != "":
		return []ask{{action: "sns:" + action, resource: fields.Get("TopicArn")}}, nil
	default:
		return []ask{{action: "sns:" + action, resource: "*"}}, nil
	}
}

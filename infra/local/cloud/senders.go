package cloud

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
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
	proxy := &httputil.ReverseProxy{Transport: c.next, ErrorHandler: broken,
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(at) }}
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
				_, operation, _ := strings.Cut(a.action, ":")
				refusal := Refusal{Role: name, Action: a.action, Resource: a.resource, Call: operation}
				c.refused(refusal)
				refuseSend(w, refusal)
				return
			}
			c.used.note(name, statement, a.action, a.resource)
		}
		proxy.ServeHTTP(w, r)
	})
}

// refuseSend answers as the service does that was asked: SES in JSON, SNS in XML under its own code.
func refuseSend(w http.ResponseWriter, r Refusal) {
	why := fmt.Sprintf("User: %s is not authorized to perform: %s on resource: %s", r.Role, r.Action, r.Resource)
	if strings.HasPrefix(r.Action, "ses:") {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Amzn-ErrorType", "AccessDeniedException")
		w.WriteHeader(http.StatusForbidden)
		_ = json.NewEncoder(w).Encode(map[string]string{"message": why}) // the caller may be gone
		return
	}
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(http.StatusForbidden)
	_, _ = fmt.Fprint(w, "<ErrorResponse><Error><Type>Sender</Type><Code>AuthorizationError</Code><Message>")
	_ = xml.EscapeText(w, []byte(why)) // as above
	_, _ = fmt.Fprint(w, "</Message></Error></ErrorResponse>")
}

// readSend says what a request to SES or SNS asks for. SES asks for the sender's identity and for the configuration
// set, and for ses:SendRawEmail beside ses:SendEmail where the message comes with its headers. A phone number has no
// ARN, so SNS asks for * (SNS developer guide, "Sending SMS").
func readSend(r *http.Request, body []byte) ([]ask, error) {
	if strings.HasPrefix(r.URL.Path, "/v2/email/outbound-emails") {
		return readMail(body)
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

func readMail(body []byte) ([]ask, error) {
	var send struct {
		FromEmailAddress, ConfigurationSetName string
		Content                                struct{ Raw *json.RawMessage }
	}
	if err := json.Unmarshal(body, &send); err != nil {
		return nil, err
	}
	from, err := mail.ParseAddress(send.FromEmailAddress)
	if err != nil {
		return nil, fmt.Errorf("the local cloud reads no sender: %w", err)
	}
	actions := []string{"ses:SendEmail"}
	if send.Content.Raw != nil {
		actions = append(actions, "ses:SendRawEmail")
	}
	const ses = "arn:aws:ses:us-east-1:000000000000:"
	var asks []ask
	for _, action := range actions {
		asks = append(asks, ask{action: action, resource: ses + "identity/" + from.Address})
		if send.ConfigurationSetName != "" {
			asks = append(asks, ask{action: action, resource: ses + "configuration-set/" + send.ConfigurationSetName})
		}
	}
	return asks, nil
}

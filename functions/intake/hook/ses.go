package hook

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/crm/message"
	"afterpress/shared/httpapi"
)

// sesEvent is what SES tells of a message, by event publishing (eventType) or by its older notifications
// (notificationType).
type sesEvent struct {
	Event        string `json:"eventType"`
	Notification string `json:"notificationType"`
	Mail         struct {
		ID      string    `json:"messageId"`
		At      time.Time `json:"timestamp"`
		Headers []struct {
			Name  string `json:"name"`
			Value string `json:"value"`
		} `json:"headers"`
		Tags map[string][]string `json:"tags"`
	} `json:"mail"`
	Bounce    sesBounce `json:"bounce"`
	Complaint struct {
		ID   string    `json:"feedbackId"`
		Type string    `json:"complaintFeedbackType"`
		At   time.Time `json:"timestamp"`
	} `json:"complaint"`
	Delivery struct {
		At time.Time `json:"timestamp"`
	} `json:"delivery"`
}

// sesBounce is a message that came back. We write to one address at a time.
type sesBounce struct {
	Type       string    `json:"bounceType"`
	SubType    string    `json:"bounceSubType"`
	ID         string    `json:"feedbackId"`
	At         time.Time `json:"timestamp"`
	Recipients []struct {
		Action     string `json:"action"`
		Status     string `json:"status"`
		Diagnostic string `json:"diagnosticCode"`
	} `json:"bouncedRecipients"`
}

// sesLists are the subtypes by which SES says that it did not try: the address stands on its own list, or on the
// account's.
var sesLists = []string{"Suppressed", "OnAccountSuppressionList"}

// told reads a notice of SES. The message's id and what happened make a repeat the same call, however often SNS
// numbers it anew.
func (s *Server) told(c call, n snsNotice) (call, error) {
	if !strings.HasPrefix(strings.TrimSpace(n.Message), "{") {
		// the first notice of an event destination is a sentence: the topic works
		c.take = func(*http.Request, app.Call) error { return nil }
		return c, nil
	}
	e, err := httpapi.DecodeForeign[sesEvent]([]byte(n.Message))
	if err != nil {
		return call{}, err
	}
	report, known := e.report()
	if known && report.Fate == message.FateComplained && message.NoComplaint(e.Complaint.Type) {
		known = false // the reader did not complain
	}
	tag := e.tag()
	if known && tag != "" && e.Mail.ID != "" {
		c.ID = strings.Join([]string{e.Mail.ID, e.kind(), report.Proof}, " ")
	}
	c.take = func(r *http.Request, _ app.Call) error {
		if !known || tag == "" {
			return nil // opened, clicked, or another system's message
		}
		return s.Frontdesk.TakeReport(r.Context(), tag, report)
	}
	return c, nil
}

func (e sesEvent) kind() string {
	if e.Event != "" {
		return e.Event
	}
	return e.Notification
}

// tag is the tag of our message, from its header or its tags; empty for a message that is not ours.
func (e sesEvent) tag() string {
	for _, h := range e.Mail.Headers {
		if strings.EqualFold(h.Name, "X-Afterpress-Key") && tagForm.FindString(h.Value) == h.Value {
			return h.Value
		}
	}
	for _, value := range e.Mail.Tags[message.KeyTag] {
		if tag, ok := message.TagOfKeyTag(value); ok {
			return tag
		}
	}
	return ""
}

// report puts the event into the ledger's words. A bounce that is not permanent, and of which the other server said
// nothing, only says that the message left: somebody may be on holiday.
func (e sesEvent) report() (_ message.Report, known bool) {
	r := message.Report{Source: sourceSES, Proof: e.Mail.ID, SentAt: e.Mail.At, At: e.Mail.At}
	told := func(fate, proof string, at time.Time) (message.Report, bool) {
		r.Fate = fate
		if proof != "" {
			r.Proof = proof
		}
		if !at.IsZero() {
			r.At = at
		}
		return r, true
	}
	switch e.kind() {
	case "Send", "DeliveryDelay":
		return told(message.FateAccepted, "", time.Time{})
	case "Delivery":
		return told(message.FateDelivered, "", e.Delivery.At)
	case "Reject", "Rendering Failure":
		return told(message.FateRefused, "", time.Time{})
	case "Bounce":
		fate, cause := e.Bounce.fate()
		f := e.Bounce.failure()
		r.Cause, r.Code, r.Words = cause, f.Code(), f.Words()
		r.Listed = slices.Contains(sesLists, e.Bounce.SubType)
		return told(fate, e.Bounce.ID, e.Bounce.At)
	case "Complaint":
		return told(message.FateComplained, e.Complaint.ID, e.Complaint.At)
	}
	return r, false
}

// failure is what the other server said. Where it said nothing, SES's own words for it stand there.
func (b sesBounce) failure() message.Failure {
	f := message.Failure{Text: "Amazon SES: " + b.Type + " " + b.SubType}
	if len(b.Recipients) > 0 {
		one := b.Recipients[0]
		f.Action, f.Status, f.Diagnostic = one.Action, one.Status, one.Diagnostic
	}
	return f
}

// fate judges a bounce by the other server's status and words, as a report that comes by mail is. SES's own word
// counts where there are none.
func (b sesBounce) fate() (fate string, cause message.Cause) {
	f := b.failure()
	cause = f.Cause()
	silent := f.Status == "" && f.Diagnostic == ""
	switch {
	case slices.Contains(sesLists, b.SubType), b.Type == "Permanent" && silent:
		return message.FateBounced, message.CauseAddress
	case silent:
		return message.FateAccepted, ""
	case cause == message.CauseAddress && b.Type == "Permanent":
		return message.FateBounced, cause
	}
	return message.FateReturned, cause
}

package hook

import (
	"net/http"
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
	Bounce struct {
		Type string    `json:"bounceType"`
		ID   string    `json:"feedbackId"`
		At   time.Time `json:"timestamp"`
	} `json:"bounce"`
	Complaint struct {
		ID string    `json:"feedbackId"`
		At time.Time `json:"timestamp"`
	} `json:"complaint"`
	Delivery struct {
		At time.Time `json:"timestamp"`
	} `json:"delivery"`
}

// sesTag is the message tag that carries our tag where headers do not.
const sesTag = "afterpress-key"

// told reads a notice of SES. The message's id and what happened make a repeat the same call, however often SNS
// numbers it anew.
func (s *Server) told(c call, n snsNotice) (call, error) {
	e, err := httpapi.DecodeForeign[sesEvent]([]byte(n.Message))
	if err != nil {
		return call{}, err
	}
	report, known := e.report()
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
	for _, value := range e.Mail.Tags[sesTag] {
		if tagForm.FindString(value) == value {
			return value
		}
	}
	return ""
}

// report puts the event into the ledger's words. A bounce that is not permanent only says that the message left.
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
		if e.Bounce.Type != "Permanent" {
			return told(message.FateAccepted, e.Bounce.ID, e.Bounce.At)
		}
		return told(message.FateBounced, e.Bounce.ID, e.Bounce.At)
	case "Complaint":
		return told(message.FateComplained, e.Complaint.ID, e.Complaint.At)
	}
	return r, false
}

package hook

import (
	"bytes"
	"cmp"
	"io"
	"log/slog"
	"net/http"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/app/casework"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
)

const (
	maxBody = 256 << 10          // bytes: the most that a source sends at once; notifications of SNS end there too
	memory  = 7 * 24 * time.Hour // how long a call's id is remembered; the longest advised retry ends after 76 hours
)

// Server is what the handlers need. Now is the clock, UTC.
type Server struct {
	Frontdesk frontdesk.Desk
	Casework  casework.Desk
	Secrets   func() map[string][][]byte // Secrets as they are now: they may change while the process runs
	Topic     Topic
	Now       func() time.Time
}

// Routes is everything that the door answers.
func (s *Server) Routes() []httpapi.Route {
	return []httpapi.Route{
		{Pattern: "POST /hooks/{source}", Action: permission.Public, Handle: s.hook, MaxBody: maxBody, Signed: true,
			Doc: httpapi.Doc{Summary: "Hand over what another system knows, signed · 接收其他系统的签名通知",
				Body: frontdesk.Handed{}, Answer: HookReceived{}, Status: http.StatusAccepted, Sources: sources}},
	}
}

// sources are the systems that call, as the description of the API has them.
var sources = []httpapi.Source{
	{Name: SourceLeads, Body: frontdesk.Handed{}, Summary: "Hand over an enquiry from a site or platform · 推送询价"},
	{Name: SourceComplaints, Body: casework.HandComplaint{},
		Summary: "Hand over a complaint from a site or platform · 推送投诉"},
	{Name: SourceMail, Body: app.SendLetter{}, Raw: []string{"message/rfc822"},
		Summary: "Hand over a mail, whole; a large one is announced first · 转交邮件；大邮件先登记"},
	{Name: sourceSES, Raw: []string{"text/plain"}, Own: true,
		Summary: "Amazon SNS: what became of messages, signed by Amazon · 亚马逊 SNS 的投递通知"},
}

// HookReceived is how every call that was signed is answered, a repeat too. ID and State are those of what was made of
// it: a lead, a complaint, or a submission that waits for a colleague. They are absent where nothing was made. Of a
// letter that joined a record, ID is the record's. State is the record's too where the letter counts for it at once.
// A call that asks to send a mail through the bucket is answered how.
type HookReceived struct {
	Status string `json:"status"`
	ID     string `json:"id,omitempty"`
	State  string `json:"state,omitempty"`
	*app.LetterOffer
}

// States of a letter that joined a record.
const (
	stateJoined  = "joined"
	stateDoubted = "doubted" // a colleague looks first whether it is the customer's
)

// receivedOf answers with what the call's commit made.
func receivedOf(result any) HookReceived {
	out := HookReceived{Status: "received"}
	switch made := result.(type) {
	case lead.Lead:
		out.ID, out.State = made.ID, made.State
	case complaint.Complaint:
		out.ID, out.State = made.ID, string(made.State)
	case customer.Touch: // a letter that joined a record
		out.ID, out.State = cmp.Or(made.About, made.Lead), stateJoined
		if made.Sender != "" {
			out.State = stateDoubted
		}
	case form.Submission:
		out.ID, out.State = made.ID, made.Outcome
		if made.Lead != "" { // whether the person was known is nobody else's business
			out.ID, out.State = made.Lead, lead.StateNew
		}
	}
	return out
}

// Sources of signed calls that have secrets.
const (
	SourceLeads      = "leads"             // enquiries of any site or platform
	SourceMail       = form.HookMail       // mail that came to the address for replies
	SourceComplaints = form.HookComplaints // complaints of any site or platform
	sourceSES        = "ses"               // what became of messages that Amazon SES sent
)

// call is a request that is known to come from its source.
type call struct {
	app.Call
	content string // what a repeat has to say as well; empty: its id says enough
	take    func(r *http.Request, c app.Call) error
}

// hook takes a call of another system. It is refused before anything of it is read when it is not signed.
func (s *Server) hook(r *http.Request) (httpapi.Answer, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return httpapi.Answer{}, err
	}
	c, err := s.known(r, body)
	if err != nil {
		s.suspect(r, err)
		return httpapi.Answer{}, err
	}
	c.Body = string(body)
	if offersMail(r, c.Source) {
		r.Body = io.NopCloser(bytes.NewReader(body))
		return s.offerMail(r, c.Call)
	}
	answer := httpapi.Accepted(receivedOf(nil))
	r = r.WithContext(httpapi.AnsweringCall(r, c.ID, c.content, memory, func(result any) httpapi.Answer {
		answer = httpapi.Accepted(receivedOf(result))
		return answer
	}))
	r.Body = io.NopCloser(bytes.NewReader(body))
	err = c.take(r, c.Call)
	return answer, err
}

// suspect marks the line of a call that its source did not sign, where that source is set up. Another system has a
// wrong secret or clock, or somebody pretends to be it; an alarm counts these lines. Other names come from scanners.
func (s *Server) suspect(r *http.Request, err error) {
	source := r.PathValue("source")
	if fault.KindOf(err) != fault.Unsigned || len(s.Secrets()[source]) == 0 && (source != sourceSES || s.Topic.ARN == "") {
		return
	}
	httpapi.Alarm(r, slog.String("unsigned_hook", source))
}

// known finds out whether the call is its source's own. Amazon signs in its own way; all others by Standard Webhooks.
func (s *Server) known(r *http.Request, body []byte) (call, error) {
	source := r.PathValue("source")
	if source == sourceSES {
		return s.notified(r, body)
	}
	id, via, err := Secrets(s.Secrets()).verify(source, r.Header, body, s.Now())
	if err != nil {
		return call{}, err
	}
	take, known := map[string]func(*http.Request, app.Call) error{SourceLeads: s.takeLead, SourceMail: s.takeMail,
		SourceComplaints: s.takeComplaint}[source]
	if !known {
		return call{}, unsigned()
	}
	return call{app.Call{Source: source, ID: id, Via: via}, string(body), take}, nil
}

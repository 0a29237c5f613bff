package intake

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/staff"
)

const (
	maxHook    = 256 << 10          // bytes: the most that a source sends at once; notifications of SNS end there too
	hookMemory = 7 * 24 * time.Hour // how long a call's id is remembered; the longest advised retry ends after 76 hours
)

// Hooks keeps what machines tell. It is implemented by *store.Store.
type Hooks interface {
	// Tagged finds a message by its tag, or is NotFound.
	Tagged(ctx context.Context, tag string) (message.Message, error)
	Reply(ctx context.Context, lead string, by staff.Actor, touch customer.Touch) error
	Report(ctx context.Context, tag string, report message.Report) error
	Shop(ctx context.Context) (setup.Shop, error)
}

// HookReceived is how every call that was signed is answered, a repeat too. It says nothing of what became of it.
type HookReceived struct {
	Status string `json:"status"`
}

// call is a request that is known to come from its source.
type call struct {
	source string
	id     string // what makes a repeat the same call
	via    string // the source and the name of its key
	do     func(r *http.Request, c call) error
}

// hook takes a call of another system. It is refused before anything of it is read when it is not signed.
func (s *Server) hook(r *http.Request) (httpapi.Answer, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return httpapi.Answer{}, err
	}
	c, err := s.known(r, body)
	if err != nil {
		return httpapi.Answer{}, err
	}
	answer := received()
	once := httpapi.AnsweringAlike(r, c.id, hookMemory, func(any) httpapi.Answer { return answer })
	r = r.WithContext(once)
	r.Body = io.NopCloser(bytes.NewReader(body))
	return answer, c.do(r, c)
}

func received() httpapi.Answer { return httpapi.Accepted(HookReceived{Status: "received"}) }

// known finds out whether the call is its source's own. Amazon signs in its own way; everybody else by Standard
// Webhooks.
func (s *Server) known(r *http.Request, body []byte) (call, error) {
	source := r.PathValue("source")
	if source == sourceSES {
		return s.notified(r, body)
	}
	id, via, err := s.Secrets.verify(source, r.Header, body, s.Now())
	if err != nil {
		return call{}, err
	}
	c := call{source: source, id: id, via: via}
	switch source {
	case SourceLeads:
		c.do = s.takeLead
	case SourceMail:
		c.do = s.takeMail
	case SourceComplaints:
		c.do = s.takeComplaint
	default:
		return call{}, unsigned()
	}
	return c, nil
}

// Sources of signed calls that have secrets.
const (
	SourceLeads      = "leads"             // enquiries of any site or platform
	SourceMail       = form.HookMail       // mail that came to the address for replies
	SourceComplaints = form.HookComplaints // complaints of any site or platform
	sourceSES        = "ses"               // what became of messages that Amazon SES sent
)

package intake

import (
	"context"
	"net/http"
	"net/url"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/enquiries"
)

// Consents knows which yes to marketing waits for its confirmation, and what a person chose. It is implemented by
// *store.Store.
type Consents interface {
	AwaitingConsent(ctx context.Context, l string) (enquiries.Awaiting, error)
	ConfirmConsent(ctx context.Context, l string) error
	Preferences(ctx context.Context, person string) (enquiries.Preferences, error)
	Choose(ctx context.Context, person customer.Contact, branch string, chosen gate.Chosen) (stale bool, err error)
	WithdrawConsent(ctx context.Context, person customer.Contact, channel, source, branch string, by staff.Actor) error
	Shop(ctx context.Context) (setup.Shop, error)
}

// confirmView is the page behind a confirmation link.
type confirmView struct {
	frame
	Notice notice
	Words  string // that the person agreed to; empty where there is nothing to decide
	Done   bool   // the yes counts
	Manage string // address of the person's choices; empty where the link says nothing of him
}

// showConfirm shows what a confirmation link is about. Scanners open links, so it changes nothing.
func (s *Server) showConfirm(r *http.Request) (httpapi.Answer, error) {
	c, live := s.confirmation(r)
	if !live {
		return s.confirmPage(r, enquiries.Awaiting{}, "")
	}
	a, err := s.Consents.AwaitingConsent(r.Context(), c.Lead)
	if fault.KindOf(err) == fault.NotFound {
		return s.confirmPage(r, enquiries.Awaiting{}, "")
	}
	if err != nil {
		return httpapi.Answer{}, err
	}
	return s.confirmPage(r, a, lead.Confirming(a.Gate, a.Submission))
}

// confirm makes the yes count, and shows that it does.
func (s *Server) confirm(r *http.Request) (httpapi.Answer, error) {
	c, live := s.confirmation(r)
	if live {
		switch err := s.Consents.ConfirmConsent(r.Context(), c.Lead); fault.KindOf(err) {
		case fault.NotFound, fault.Refused: // the page says how it stands
		default:
			if err != nil {
				return httpapi.Answer{}, err
			}
		}
	}
	return httpapi.SeeOther("/confirm/" + url.PathEscape(r.PathValue("token")) + "?lang=" +
		string(httpapi.PageLang(r, words.En))), nil
}

// confirmation reads the link; live is false for one that we did not sign, or whose time is over.
func (s *Server) confirmation(r *http.Request) (c gate.Confirmation, live bool) {
	c, ours := gate.OpenConfirmation(s.Tokens, r.PathValue("token"))
	return c, ours && s.Now().Before(c.Ends)
}

// confirmPage draws how the yes stands. Its address is as good as a signature, so no other site may learn it.
func (s *Server) confirmPage(r *http.Request, a enquiries.Awaiting, stands string) (httpapi.Answer, error) {
	shop, err := s.Consents.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	v := confirmView{frame: newFrame(r, shop, a.Lead.Branch, words.En)}
	status := http.StatusOK
	switch stands {
	case lead.ConfirmOpen:
		v.Notice, v.Words = v.W.Confirm, a.Submission.ConsentText
	case lead.ConfirmDone:
		v.Notice, v.Done = v.W.Confirmed, true
	case lead.ConfirmKept:
		v.Notice = v.W.Kept
	default:
		v.Notice, status = v.W.Lapsed, http.StatusNotFound
	}
	if stands == lead.ConfirmDone || stands == lead.ConfirmKept {
		v.Manage = s.choicesPath(gate.Unsubscribing{Person: a.Lead.ContactID, Channel: message.ChannelEmail}, v.Lang)
	}
	v.Title = v.Notice.Title
	answer, err := drawn(r, status, v.Lang, confirmBody(v))
	return answer.With("Referrer-Policy", "no-referrer"), err
}

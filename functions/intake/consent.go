package intake

import (
	"context"
	"net/http"
	"net/url"

	"afterpress/shared/crm"
	"afterpress/shared/httpapi"
	"afterpress/shared/store/enquiries"
)

// Consents knows which yes to marketing waits for its confirmation, and what a person chose. It is implemented by *store.Store.
type Consents interface {
	AwaitingConsent(ctx context.Context, lead string) (enquiries.Awaiting, error)
	ConfirmConsent(ctx context.Context, lead string) error
	Preferences(ctx context.Context, person string) (enquiries.Preferences, error)
	Choose(ctx context.Context, person crm.Contact, branch string, chosen crm.Chosen) (stale bool, err error)
	WithdrawConsent(ctx context.Context, person crm.Contact, channel, source, branch string, by crm.Actor) error
	Shop(ctx context.Context) (crm.Shop, error)
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
	if crm.KindOf(err) == crm.NotFound {
		return s.confirmPage(r, enquiries.Awaiting{}, "")
	}
	if err != nil {
		return httpapi.Answer{}, err
	}
	return s.confirmPage(r, a, a.Gate.Confirming(a.Submission))
}

// confirm makes the yes count, and shows that it does.
func (s *Server) confirm(r *http.Request) (httpapi.Answer, error) {
	c, live := s.confirmation(r)
	if live {
		switch err := s.Consents.ConfirmConsent(r.Context(), c.Lead); crm.KindOf(err) {
		case crm.NotFound, crm.Refused: // the page says how it stands
		default:
			if err != nil {
				return httpapi.Answer{}, err
			}
		}
	}
	return httpapi.SeeOther("/confirm/" + url.PathEscape(r.PathValue("token")) + "?lang=" + string(httpapi.PageLang(r, crm.En))), nil
}

// confirmation reads the link; live is false for one that we did not sign, or whose time is over.
func (s *Server) confirmation(r *http.Request) (c crm.Confirmation, live bool) {
	c, ours := s.Tokens.OpenConfirmation(r.PathValue("token"))
	return c, ours && s.Now().Before(c.Ends)
}

// confirmPage draws how the yes stands. Its address is as good as a signature, so no other site may learn it.
func (s *Server) confirmPage(r *http.Request, a enquiries.Awaiting, stands string) (httpapi.Answer, error) {
	shop, err := s.Consents.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	v := confirmView{frame: newFrame(r, shop, a.Lead.Branch, crm.En)}
	status := http.StatusOK
	switch stands {
	case crm.ConfirmOpen:
		v.Notice, v.Words = v.W.Confirm, a.Submission.ConsentText
	case crm.ConfirmDone:
		v.Notice, v.Done = v.W.Confirmed, true
	case crm.ConfirmKept:
		v.Notice = v.W.Kept
	default:
		v.Notice, status = v.W.Lapsed, http.StatusNotFound
	}
	if stands == crm.ConfirmDone || stands == crm.ConfirmKept {
		v.Manage = s.choicesPath(crm.Unsubscribing{Person: a.Lead.ContactID, Channel: crm.ChannelEmail}, v.Lang)
	}
	v.Title = v.Notice.Title
	answer, err := drawn(r, status, v.Lang, confirmBody(v))
	return answer.With("Referrer-Policy", "no-referrer"), err
}

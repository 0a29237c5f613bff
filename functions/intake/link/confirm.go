package link

import (
	"net/http"
	"net/url"

	"afterpress/shared/crm/lead"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/words"
	"afterpress/shared/page"
)

// confirmView is the page behind a confirmation link.
type confirmView struct {
	page.Frame
	Own    *wording
	Notice page.Notice
	Words  string // that the person agreed to; empty where there is nothing to decide
	Done   bool   // the yes counts
	Manage string // address of the person's choices; empty where the link says nothing of them
}

// showConfirm shows what a confirmation link is about. Scanners open links, so it changes nothing.
func (p Pages) showConfirm(r *http.Request) (httpapi.Answer, error) {
	c, err := p.Frontdesk.Confirmation(r.Context(), r.PathValue("token"))
	if err != nil {
		return httpapi.Answer{}, err
	}
	v := confirmView{Frame: frame(r, c.Shop, c.Branch)}
	v.Own = wordsIn(v.Lang)
	status := http.StatusOK
	switch c.Stands {
	case lead.ConfirmOpen:
		v.Notice, v.Words = v.Own.Confirm, c.Text
	case lead.ConfirmDone:
		v.Notice, v.Done, v.Manage = v.Own.Confirmed, true, p.choicesPath(c.Manage, v.Lang)
	case lead.ConfirmKept:
		v.Notice, v.Manage = v.Own.Kept, p.choicesPath(c.Manage, v.Lang)
	default:
		v.Notice, status = v.Own.Lapsed, http.StatusNotFound
		if c.Over != "" {
			v.Notice = v.Own.Over[c.Over]
		}
	}
	v.Title = v.Notice.Title
	return page.Private(page.Drawn(r, status, v.Lang, confirmBody(v)))
}

// confirm makes the yes count, and leads to the page that shows how it stands.
func (p Pages) confirm(r *http.Request) (httpapi.Answer, error) {
	token := r.PathValue("token")
	return httpapi.SeeOther("/confirm/" + url.PathEscape(token) + "?lang=" + string(httpapi.PageLang(r, words.En))),
		p.Frontdesk.Confirm(r.Context(), token)
}

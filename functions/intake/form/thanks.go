package form

import (
	"net/http"
	"net/url"

	"afterpress/functions/intake/file"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/words"
	"afterpress/shared/page"
)

// thanks is the page after an enquiry. It knows nothing but what its address says, and shows a reference that we signed
// alone: a made-up address shows none. One that invites to hand in files shows those that were.
func (p Pages) thanks(r *http.Request) (httpapi.Answer, error) {
	frm, shop, err := p.Frontdesk.Form(r.Context(), r.PathValue("form"))
	if err != nil {
		return httpapi.Answer{}, err
	}
	v := thanksView{Frame: page.NewFrame(r, page.Sign(shop.Sign(frm.Branch)), frm.Lang(), "ref", "receipt", "artwork")}
	v.Own, v.Text, v.Again = wordsIn(v.Lang), frm.Thanks.In(v.Lang), formPath(frm.ID, v.Lang)
	v.Title, v.Another = v.Own.Thanks, v.Own.again(frm)
	if made := p.Frontdesk.Received(frm, r.URL.Query().Get("receipt")); made != "" && made == r.URL.Query().Get("ref") {
		v.Reference = words.Reference(made)
	}
	if token := r.URL.Query().Get("artwork"); token != "" {
		if v.Files, err = p.Files.InvitedArea(r, token); err != nil {
			return httpapi.Answer{}, err
		}
	}
	if v.Files == nil {
		return page.Drawn(r, http.StatusOK, v.Lang, thanksBody(v))
	}
	v.Scripts = []page.Asset{file.Script}
	drawn, err := page.Drawn(r, http.StatusOK, v.Lang, thanksBody(v))
	return p.Files.Scripted(drawn), err
}

// thanksView is the page after an enquiry.
type thanksView struct {
	page.Frame
	Own       *wording
	Text      string
	Reference string
	Files     *file.View // nil where none may be handed in
	Again     string
	Another   string // what leads there says
}

// thanksPath is the page after the enquiry of a submission. receipt proves that it came; token invites to hand in
// files, if it is there.
func thanksPath(f string, lang words.Lang, submission, receipt, token string) string {
	path := "/forms/" + url.PathEscape(f) + "/thanks?lang=" + string(lang) + "&ref=" + submission + "&receipt=" + receipt
	if token != "" {
		path += "&artwork=" + token
	}
	return path
}

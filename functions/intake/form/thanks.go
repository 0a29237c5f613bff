package form

import (
	"net/http"
	"net/url"

	"afterpress/functions/intake/file"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/valid"
	"afterpress/shared/kernel/words"
	"afterpress/shared/page"
)

// thanksRef is the part of the thank-you page's address that names the submission.
type thanksRef struct {
	Ref string `json:"ref" validate:"id=sub"`
}

// thanks is the page after an enquiry. It knows nothing but what its address says; one that invites to hand in
// files shows those that were.
func (p Pages) thanks(r *http.Request) (httpapi.Answer, error) {
	frm, shop, err := p.Frontdesk.Form(r.Context(), r.PathValue("form"))
	if err != nil {
		return httpapi.Answer{}, err
	}
	v := thanksView{Frame: page.NewFrame(r, page.Sign(shop.Sign(frm.Branch)), frm.Lang(), "ref", "artwork")}
	v.Own, v.Text, v.Again = wordsIn(v.Lang), frm.Thanks.In(v.Lang), formPath(frm.ID, v.Lang)
	v.Title, v.Reference = v.Own.Thanks, reference(r.URL.Query().Get("ref"))
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
}

// reference is what the person may quote: the same as in the message to them. It is empty for what is no submission.
func reference(submission string) string {
	if len(valid.Validate(&thanksRef{submission})) > 0 || submission == "" {
		return ""
	}
	return words.Reference(submission)
}

// thanksPath is the page after an enquiry; token invites to hand in files, if it is there.
func thanksPath(f string, lang words.Lang, submission, token string) string {
	path := "/forms/" + url.PathEscape(f) + "/thanks?lang=" + string(lang) + "&ref=" + submission
	if token != "" {
		path += "&artwork=" + token
	}
	return path
}

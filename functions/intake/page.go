package intake

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"

	"afterpress/shared/crm/setup"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/valid"
	"afterpress/shared/kernel/words"

	"github.com/a-h/templ"
	"github.com/nyaruka/phonenumbers"
)

// frame is what every page has around its own part.
type frame struct {
	W      *wording
	Lang   words.Lang
	Title  string
	Mood   string // begins the title in a browser's tab
	Shop   string // empty where the shop is not known
	Branch string
	Phone  string // E.164
	Other  string // this page in the other language, as a query of its own address

	Uploads bool // a script sends files
}

// newFrame is in the house's language for a browser that names none.
func newFrame(r *http.Request, shop setup.Shop, branch string, house words.Lang) frame {
	lang := httpapi.PageLang(r, house)
	f := frame{W: wordsIn(lang), Lang: lang, Shop: shop.Name.In(lang)}
	if b, ok := shop.Branch(branch); ok {
		f.Branch, f.Phone = b.Name.In(lang), b.Phone
	}
	query := url.Values{"lang": {string(f.W.OtherLang)}}
	for _, name := range []string{"ref", "artwork", "sent"} {
		if value := r.URL.Query().Get(name); value != "" {
			query.Set(name, value)
		}
	}
	f.Other = "?" + query.Encode()
	return f
}

// DocumentTitle is what a browser's tab shows.
func (f frame) DocumentTitle() string {
	if f.Shop == "" {
		return f.Mood + f.Title
	}
	return f.Mood + f.Title + " · " + f.Shop
}

// PhoneWritten is the branch's number as people write it.
func (f frame) PhoneWritten() string {
	number, err := phonenumbers.Parse(f.Phone, "")
	if err != nil {
		return f.Phone
	}
	return phonenumbers.Format(number, phonenumbers.INTERNATIONAL)
}

// drawn renders a page into an answer.
func drawn(r *http.Request, status int, lang words.Lang, page templ.Component) (httpapi.Answer, error) {
	var out bytes.Buffer
	if err := page.Render(r.Context(), &out); err != nil {
		return httpapi.Answer{}, fmt.Errorf("draw the page: %w", err)
	}
	a := httpapi.Page(status, "text/html; charset=utf-8", out.Bytes()).With("Content-Language", string(lang))
	return sized(r, a, func() []byte { return zipped(out.Bytes()) }), nil
}

// thanksRef is the part of the thank-you page's address that names the submission.
type thanksRef struct {
	Ref string `json:"ref" validate:"id=sub"`
}

// thanks is the page after an enquiry. It knows nothing but what its address says; one that invites to hand in
// files shows those that were.
func (s *Server) thanks(r *http.Request) (httpapi.Answer, error) {
	form, shop, err := s.Enquiries.Form(r.Context(), r.PathValue("form"))
	if err != nil {
		return httpapi.Answer{}, err
	}
	f := newFrame(r, shop, form.Branch, form.Lang())
	f.Title = f.W.Thanks
	ref := thanksRef{r.URL.Query().Get("ref")}
	if len(valid.Validate(&ref)) > 0 {
		ref.Ref = ""
	}
	files, err := s.thanksArtwork(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	f.Uploads = files != nil
	page, err := drawn(r, http.StatusOK, f.Lang,
		thanksBody(f, form.Thanks.In(f.Lang), reference(ref.Ref), formPath(form.ID, f.Lang), files))
	if f.Uploads {
		page = s.scripted(page)
	}
	return page, err
}

// thanksArtwork is the part of the thank-you page for files; nil where its address does not invite to hand in any,
// or not any more.
func (s *Server) thanksArtwork(r *http.Request) (*artworkView, error) {
	token := r.URL.Query().Get("artwork")
	if token == "" {
		return nil, nil
	}
	place, err := s.invited(r, token)
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	v, err := s.artworkArea(r, place, token)
	return &v, err
}

// errorPage draws a problem for a browser. After a form that could not be taken because of us, it holds what was
// typed and a button to try again.
func errorPage(r *http.Request, p httpapi.Problem) httpapi.Answer {
	f := newFrame(r, setup.Shop{}, "", words.En)
	n := f.W.Unreadable
	switch {
	case p.Status == http.StatusNotFound:
		n = f.W.Missing
	case p.Status == http.StatusTooManyRequests:
		n = f.W.Flooded
	case p.Status == http.StatusServiceUnavailable:
		n = f.W.Busy
	case p.Status >= http.StatusInternalServerError:
		n = f.W.Broken
	}
	f.Title = n.Title
	var typed url.Values
	if p.Status >= http.StatusInternalServerError || p.Status == http.StatusTooManyRequests {
		typed = r.PostForm
	}
	answer, err := drawn(r, p.Status, f.Lang, noticeBody(f, n, typed, httpapi.RequestID(r)))
	if err != nil { // a page that cannot be drawn must not hide the problem
		return httpapi.Page(p.Status, "text/plain; charset=utf-8", []byte(n.Title+"\n"+n.Text))
	}
	return answer
}

func formPath(form string, lang words.Lang) string {
	return "/forms/" + url.PathEscape(form) + "?lang=" + string(lang)
}

// htmlLang is the language as HTML names it: simplified characters choose the fonts.
func htmlLang(lang words.Lang) string {
	if lang == words.Zh {
		return "zh-Hans"
	}
	return "en"
}

// reference is what the person may quote: the same as in the message to him.
func reference(submission string) string {
	if submission == "" {
		return ""
	}
	return words.Reference(submission)
}

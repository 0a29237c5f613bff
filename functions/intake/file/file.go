// Package file is where files are handed in by a link: with an enquiry, a complaint or a question from production. It
// has pages of its own, with one file at a time and without scripts, and a part that other pages embed.
package file

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"afterpress/shared/app"
	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/caselink"
	"afterpress/shared/httpapi"
	"afterpress/shared/httpapi/posted"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
	"afterpress/shared/page"
)

// Pages are the pages of files.
type Pages struct {
	Office app.Office
	Front  httpapi.Front
	Origin string // of the bucket that takes files: https://….s3.….amazonaws.com
}

// Routes is everything about files that the door answers.
func (p Pages) Routes() []httpapi.Route {
	return []httpapi.Route{
		{Pattern: "GET /artwork/{token}", Action: permission.Public, Handle: p.show,
			Doc: httpapi.Doc{Summary: "The page on which files are handed in with an enquiry; it changes nothing · 上传文件（网页）",
				Type: page.HTML}},
		{Pattern: "POST /artwork/{token}", Action: permission.Public, Handle: p.offer,
			Doc: httpapi.Doc{Summary: "Announce a file, and get the form by which it is sent to the store · 登记要上传的文件",
				Body: OfferArtwork{}, Answer: ArtworkOffer{}, Status: http.StatusCreated, Moves: true}},
		{Pattern: "GET /artwork/{token}/{artwork}", Action: permission.Public, Handle: p.showUpload,
			Doc: httpapi.Doc{Summary: "The page on which one file is sent without scripts; it changes nothing" +
				" · 不用脚本上传一个文件（网页）", Type: page.HTML, Moves: true}},
		{Pattern: "POST /artwork/{token}/{artwork}", Action: permission.Public, Handle: p.check,
			Doc: httpapi.Doc{Summary: "Have a file that was sent looked at: it is attached, or refused and deleted" +
				" · 检查并附上已上传的文件", Body: CheckArtwork{}, Answer: ArtworkResult{}, Moves: true}},
		{Pattern: "POST /artwork/{token}/{artwork}/remove", Action: permission.Public, Handle: p.remove,
			Doc: httpapi.Doc{Summary: "Take a file that was refused from view · 移除未被接收的文件",
				Status: http.StatusSeeOther}},
	}
}

// What this door takes and answers, under the names that its description gave them: clients were made from those.
type (
	OfferArtwork app.OfferArtwork
	ArtworkOffer app.ArtworkOffer
	CheckArtwork app.CheckArtwork
)

// nameArtwork is app.OfferArtwork as the page without scripts sends it: it does not know the file yet.
type nameArtwork struct {
	Name string `json:"name" validate:"max=200,oneline"`
}

// ArtworkResult says what became of a file.
type ArtworkResult struct {
	ID    string       `json:"id"`
	Name  string       `json:"name"`
	State string       `json:"state"` // attached, scanning or refused; then unscanned or infected
	Kind  artwork.Kind `json:"kind,omitempty"`
	Bytes int64        `json:"bytes"`
	Why   string       `json:"why,omitempty"` // it was refused, and what to do
}

// noRoom stands in the address of the files after one was refused before it was sent.
const noRoom = "full"

// token is that of the link in the path.
func token(r *http.Request) string { return r.PathValue("token") }

// unread refuses what could not be read. A link that leads nowhere comes first.
func (p Pages) unread(r *http.Request, err error) error {
	if _, gone := p.Office.Invited(r.Context(), token(r)); gone != nil {
		return gone
	}
	return err
}

// offer lets a file be sent: a script gets the form to post, a page is sent on to one that has it.
func (p Pages) offer(r *http.Request) (httpapi.Answer, error) {
	if !posted.JSON(r.Header.Get("Content-Type")) {
		return p.offerPage(r)
	}
	in, err := httpapi.Decode[app.OfferArtwork](r)
	if err != nil {
		return httpapi.Answer{}, p.unread(r, err)
	}
	offer, err := p.Office.HandIn(r.Context(), token(r), p.Front.Source(r), in)
	return httpapi.Created(p.path(r, offer.ID), offer), err
}

func (p Pages) offerPage(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.DecodeForm[nameArtwork](r)
	if err != nil {
		return p.gone(r, p.unread(r, err))
	}
	offer, err := p.Office.HandIn(r.Context(), token(r), p.Front.Source(r), app.OfferArtwork{Name: in.Name})
	switch fault.KindOf(err) {
	case fault.Refused, fault.TooMany:
		return p.noMore(r)
	}
	if err != nil {
		return p.gone(r, err)
	}
	return httpapi.SeeOther(p.path(r, offer.ID)), nil
}

// noMore sends a browser to the page of the files, which says that no more can be sent here.
func (p Pages) noMore(r *http.Request) (httpapi.Answer, error) {
	files, err := p.Office.HandedIn(r.Context(), token(r))
	if err != nil {
		return p.gone(r, err)
	}
	to := p.path(r, "")
	if files.Folder.Room(files.Place.Policy, p.Office.Now()) > 0 { // a page with room does not know it by itself
		to += "&sent=" + noRoom
	}
	return httpapi.SeeOther(to), nil
}

// check looks at a file that was sent. Doing it again finds what was decided.
func (p Pages) check(r *http.Request) (httpapi.Answer, error) {
	if !posted.JSON(r.Header.Get("Content-Type")) {
		return p.checkPage(r)
	}
	if _, err := httpapi.Decode[app.CheckArtwork](r); err != nil {
		return httpapi.Answer{}, p.unread(r, err)
	}
	a, err := p.Office.CheckHandedIn(r.Context(), token(r), r.PathValue("artwork"), httpapi.PageLang(r, words.En))
	return httpapi.OK(ArtworkResult{ID: a.ID, Name: a.Name, State: a.State, Kind: a.Kind, Bytes: a.Bytes, Why: a.Why}), err
}

func (p Pages) checkPage(r *http.Request) (httpapi.Answer, error) {
	_, err := p.Office.CheckHandedIn(r.Context(), token(r), r.PathValue("artwork"), httpapi.PageLang(r, words.En))
	if fault.KindOf(err) == fault.Refused { // it has not arrived, or there is no room
		return httpapi.SeeOther(p.path(r, r.PathValue("artwork")) + "&sent=no"), nil
	}
	if err != nil {
		return p.gone(r, err)
	}
	return httpapi.SeeOther(p.path(r, "")), nil
}

// remove takes a refused file from view. The page of the case comes next, where the file came with one.
func (p Pages) remove(r *http.Request) (httpapi.Answer, error) {
	err := p.Office.RemoveRefused(r.Context(), token(r), r.PathValue("artwork"))
	if err != nil && fault.KindOf(err) != fault.Refused { // it was taken meanwhile: the page shows that
		return p.gone(r, err)
	}
	files, err := p.Office.HandedIn(r.Context(), token(r))
	if err != nil {
		return p.gone(r, err)
	}
	return httpapi.SeeOther(cmp.Or(p.caseOf(r, files), p.path(r, ""))), nil
}

// path is the address of a file of the link in the request's path, or of all its files.
func (p Pages) path(r *http.Request, id string) string {
	path := "/artwork/" + url.PathEscape(token(r))
	if id != "" {
		path += "/" + url.PathEscape(id)
	}
	return path + "?lang=" + string(httpapi.PageLang(r, words.En))
}

// show shows what was handed in by a link. It changes nothing.
func (p Pages) show(r *http.Request) (httpapi.Answer, error) {
	files, err := p.Office.HandedIn(r.Context(), token(r))
	if err != nil {
		return p.gone(r, err)
	}
	f, err := p.frame(r, files.Place)
	if err != nil {
		return httpapi.Answer{}, err
	}
	f.Scripts = append(f.Scripts, Script)
	of, area := files.Place.Of, p.Area(f.Lang, files)
	if r.URL.Query().Get("sent") == noRoom {
		area.Full = area.Own.Full
	}
	answer, err := page.Drawn(r, http.StatusOK, f.Lang,
		filesBody(f, area, words.Reference(of), p.caseOf(r, files)))
	return p.Scripted(answer), err
}

// caseOf is the page to which files belong, for those that came with a complaint or a question; empty for others.
func (p Pages) caseOf(r *http.Request, files app.Files) string {
	of := files.Place.Of
	if !strings.HasPrefix(of, "cmp_") && !strings.HasPrefix(of, "hld_") {
		return ""
	}
	return caselink.Path(p.Office.Tokens, caselink.Link{About: of, Right: files.Right}, httpapi.PageLang(r, words.En))
}

// frame is that of a page about files. The language switch keeps what became of a file.
func (p Pages) frame(r *http.Request, place artwork.Place) (page.Frame, error) {
	shop, err := p.Office.Shop(r.Context())
	f := page.NewFrame(r, page.Sign(shop.Sign(place.Branch)), words.En, "sent")
	f.Title = wordsIn(f.Lang).Title
	return f, err
}

// uploadView is the page for one file.
type uploadView struct {
	page.Frame
	Own         *wording
	Offer       app.ArtworkOffer
	Sent, Again bool
	Over        bool
	All         string
	Accept      string // what the chooser offers
}

// showUpload is the page without scripts for one file. First it has the form that posts the file to the bucket. When
// the browser is back it has the button that gets the file looked at. It changes nothing.
func (p Pages) showUpload(r *http.Request) (httpapi.Answer, error) {
	id, sent := r.PathValue("artwork"), r.URL.Query().Get("sent")
	form, err := p.Office.UploadForm(r.Context(), token(r), id,
		httpapi.PublicURL(r, p.Office.PublicURL)+p.path(r, id)+"&sent=yes")
	if errors.Is(err, app.MissingFile) {
		return httpapi.SeeOther(p.path(r, "")), nil
	}
	if err != nil {
		return p.gone(r, err)
	}
	f, err := p.frame(r, form.Place)
	if err != nil {
		return httpapi.Answer{}, err
	}
	v := uploadView{Frame: f, Own: wordsIn(f.Lang), Offer: form.ArtworkOffer, Sent: sent == "yes", Again: sent == "no",
		Over: form.Over, All: p.path(r, ""), Accept: strings.Join(form.Place.Policy.Accept(), ",")}
	answer, err := page.Private(page.Drawn(r, http.StatusOK, f.Lang, uploadBody(v)))
	return answer.Directive("form-action", "'self' "+p.Origin), err
}

// gone draws the page of a link that leads nowhere any more; another error stays one.
func (p Pages) gone(r *http.Request, err error) (httpapi.Answer, error) {
	if !errors.Is(err, app.MissingLink) {
		return httpapi.Answer{}, err
	}
	shop, err := p.Office.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	return page.Gone(r, page.Sign(shop.House()), func(lang words.Lang) page.Notice { return wordsIn(lang).Gone },
		"sent")
}

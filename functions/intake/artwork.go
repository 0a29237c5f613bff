package intake

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/form"
	"afterpress/shared/httpapi"
	"afterpress/shared/httpapi/posted"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/table"
)

// Artworks takes in what people send with an enquiry. It is implemented by *store.Store.
type Artworks interface {
	ArtworkPlace(ctx context.Context, of string) (artwork.Place, error)
	ArtworkFolder(ctx context.Context, of string) (artwork.Folder, error)
	OfferArtwork(ctx context.Context, place artwork.Place, a artwork.Artwork) (artwork.Artwork, error)
	UploadArtwork(ctx context.Context, place artwork.Place, a artwork.Artwork, back string) (table.Upload, error)
	DecideArtwork(ctx context.Context, place artwork.Place, id string) (artwork.Artwork, error)
}

// OfferArtwork is a file that somebody wants to send.
type OfferArtwork struct {
	Name  string `json:"name" validate:"required,max=200,oneline,shown" description:"As it is called; it is shown and nothing follows from it · 文件名，仅供显示"`
	Bytes int64  `json:"bytes" validate:"min=0" description:"Its size, if known: one that is too large is refused before it is sent · 文件大小（字节）"`
	Type  string `json:"type" validate:"max=100,oneline" description:"Media type as the sender's system says; nothing follows from it · 媒体类型，仅作记录"`
}

// nameArtwork is OfferArtwork as the page without scripts sends it: it does not know the file yet.
type nameArtwork struct {
	Name string `json:"name" validate:"max=200,oneline"`
}

// ArtworkOffer is how a file is sent: post the fields and then the file, as "file", to the URL
// (multipart/form-data) before the time is over; then ask for the check.
type ArtworkOffer struct {
	ID     string       `json:"id"`
	Name   string       `json:"name"`
	Ends   time.Time    `json:"ends_at"`
	Upload table.Upload `json:"upload"`
}

// ArtworkResult says what became of a file.
type ArtworkResult struct {
	ID    string       `json:"id"`
	Name  string       `json:"name"`
	State string       `json:"state"` // attached or refused
	Kind  artwork.Kind `json:"kind,omitempty"`
	Bytes int64        `json:"bytes"`
	Why   string       `json:"why,omitempty"` // it was refused, and what to do
}

// CheckArtwork takes nothing but the file in the path.
type CheckArtwork struct{}

// invited finds out where files may be handed in by the link in the path. A link that we did not sign and one whose
// time is over are the same: NotFound.
func (s *Server) invited(r *http.Request, token string) (artwork.Place, error) {
	link, ours := artwork.OpenArtwork(s.Tokens, token)
	if !ours || !s.Now().Before(link.Ends) {
		return artwork.Place{}, fault.Missing("链接", "link")
	}
	place, err := s.Artworks.ArtworkPlace(r.Context(), link.Of)
	if err == nil && place.Over {
		return place, fault.Missing("链接", "link")
	}
	return place, err
}

// offerArtwork lets a file be sent: a script gets the form to post, a page is sent on to one that has it.
func (s *Server) offerArtwork(r *http.Request) (httpapi.Answer, error) {
	if !posted.JSON(r.Header.Get("Content-Type")) {
		return s.offerArtworkPage(r)
	}
	place, err := s.invited(r, r.PathValue("token"))
	if err != nil {
		return httpapi.Answer{}, err
	}
	in, err := httpapi.Decode[OfferArtwork](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	a, err := s.Artworks.OfferArtwork(r.Context(), place,
		artwork.Artwork{Name: in.Name, Bytes: in.Bytes, Declared: in.Type})
	if err != nil {
		return httpapi.Answer{}, err
	}
	upload, err := s.Artworks.UploadArtwork(r.Context(), place, a, "")
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.Created(s.artworkPath(r, a.ID), ArtworkOffer{ID: a.ID, Name: a.Name, Ends: a.Ends, Upload: upload}),
		nil
}

func (s *Server) offerArtworkPage(r *http.Request) (httpapi.Answer, error) {
	place, err := s.invited(r, r.PathValue("token"))
	if err != nil {
		return s.artworkGone(r, err)
	}
	in, err := httpapi.DecodeForm[nameArtwork](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	a, err := s.Artworks.OfferArtwork(r.Context(), place, artwork.Artwork{Name: in.Name})
	switch fault.KindOf(err) {
	case fault.Refused, fault.TooMany: // the page says that there is no room
		return httpapi.SeeOther(s.artworkPath(r, "")), nil
	}
	return httpapi.SeeOther(s.artworkPath(r, a.ID)), err
}

// decideArtwork looks at a file that was sent. Doing it again finds what was decided.
func (s *Server) decideArtwork(r *http.Request) (httpapi.Answer, error) {
	place, err := s.invited(r, r.PathValue("token"))
	page := !posted.JSON(r.Header.Get("Content-Type"))
	if err != nil && page {
		return s.artworkGone(r, err)
	}
	if err == nil && !page {
		_, err = httpapi.Decode[CheckArtwork](r)
	}
	if err != nil {
		return httpapi.Answer{}, err
	}
	a, err := s.Artworks.DecideArtwork(r.Context(), place, r.PathValue("artwork"))
	if page && fault.KindOf(err) == fault.Refused { // it has not arrived, or there is no room
		return httpapi.SeeOther(s.artworkPath(r, r.PathValue("artwork")) + "&sent=no"), nil
	}
	if err != nil {
		return httpapi.Answer{}, err
	}
	if page {
		return httpapi.SeeOther(s.artworkPath(r, "")), nil
	}
	lang := httpapi.PageLang(r, words.En)
	return httpapi.OK(ArtworkResult{ID: a.ID, Name: a.Name, State: a.State, Kind: a.Kind, Bytes: a.Bytes,
		Why: place.Policy.Refused(a.Refusal).In(lang)}), nil
}

// artworkPath is the address of a file of the link in the request's path, or of all its files.
func (s *Server) artworkPath(r *http.Request, id string) string {
	path := "/artwork/" + url.PathEscape(r.PathValue("token"))
	if id != "" {
		path += "/" + url.PathEscape(id)
	}
	return path + "?lang=" + string(httpapi.PageLang(r, words.En))
}

// invitation is the address at which files may be handed in with a submission; empty where its form takes none.
func (s *Server) invitation(f form.Form, sub form.Submission) (token string) {
	if _, takes := f.ArtworkPolicy(); !takes {
		return ""
	}
	return artwork.SignArtwork(s.Tokens, artwork.Invitation{Of: sub.ID, Ends: sub.CreatedAt.Add(artwork.Invited)})
}

// artworkView is the part of a page on which files are handed in.
type artworkView struct {
	W      *wording
	Title  string
	Action string // where a file is offered
	Hint   string
	Accept string // for the browser's chooser
	Full   string // why no more may be sent; empty while they may
	Script string // what the script needs, as JSON
	Files  []artworkLine
}

// artworkLine is one file as it stands.
type artworkLine struct {
	Name, Size, State string
	Wrong             bool
}

// artworkScript is what the script needs to know. Words with {name} speak of a file.
type artworkScript struct {
	Action string       `json:"action"`
	Most   int          `json:"most"`
	Left   int          `json:"left"`
	Bytes  int64        `json:"bytes"`
	Accept string       `json:"accept"`
	Words  scriptPhrase `json:"words"`
}

// attribute is it as JSON.
func (a artworkScript) attribute() string {
	text, err := json.Marshal(a)
	if err != nil {
		panic(err) // texts and numbers always encode
	}
	return string(text)
}

// newArtworkView draws what was handed in and what may be.
func newArtworkView(w *wording, lang words.Lang, place artwork.Place, folder artwork.Folder, action string,
	now time.Time) artworkView {
	p := place.Policy
	v := artworkView{W: w, Title: w.ArtworkTitle, Action: action,
		Hint: w.ArtworkHint(p.Most, p.Size(), p.KindNames().In(lang)), Accept: strings.Join(p.Endings(), ",")}
	left := folder.Room(p, now)
	if left == 0 {
		v.Full = w.ArtworkFull
	}
	for _, a := range folder.Files {
		line := artworkLine{Name: a.Name, Size: words.FileSize(a.Bytes), State: w.ArtworkKept}
		switch a.State {
		case artwork.Offered: // it may be under way, or nobody chose one after all
			continue
		case artwork.Refused:
			line.State, line.Wrong = p.Refused(a.Refusal).In(lang), true
		}
		v.Files = append(v.Files, line)
	}
	v.Script = artworkScript{Action: action, Most: p.Most, Left: left, Bytes: p.Bytes, Accept: v.Accept,
		Words: w.ArtworkScript}.attribute()
	return v
}

// artworkArea is the part of a page for the files of a link.
func (s *Server) artworkArea(r *http.Request, place artwork.Place, token string) (artworkView, error) {
	folder, err := s.Artworks.ArtworkFolder(r.Context(), place.Of)
	if err != nil {
		return artworkView{}, err
	}
	lang := httpapi.PageLang(r, words.En)
	return newArtworkView(wordsIn(lang), lang, place, folder, "/artwork/"+url.PathEscape(token)+"?lang="+string(lang),
		s.Now()), nil
}

// scripted lets the page run our script, and that send files to the bucket. Its address may be as good as a
// signature, so no other site may learn it.
func (s *Server) scripted(a httpapi.Answer) httpapi.Answer {
	return a.Directive("script-src", "'self'").Directive("connect-src", "'self' "+s.UploadOrigin).With("Referrer-Policy",
		"no-referrer")
}

// showArtwork shows what was handed in by a link. It changes nothing.
func (s *Server) showArtwork(r *http.Request) (httpapi.Answer, error) {
	token := r.PathValue("token")
	place, err := s.invited(r, token)
	if err != nil {
		return s.artworkGone(r, err)
	}
	v, err := s.artworkArea(r, place, token)
	if err != nil {
		return httpapi.Answer{}, err
	}
	f, err := s.artworkFrame(r, place)
	if err != nil {
		return httpapi.Answer{}, err
	}
	f.Uploads = true
	answer, err := drawn(r, http.StatusOK, f.Lang, artworkBody(f, v, words.Reference(place.Of), s.caseOf(r, place.Of)))
	return s.scripted(answer), err
}

func (s *Server) artworkFrame(r *http.Request, place artwork.Place) (frame, error) {
	shop, err := s.Consents.Shop(r.Context())
	f := newFrame(r, shop, place.Branch, "")
	f.Title = f.W.ArtworkTitle
	return f, err
}

// showUpload is the page without scripts for one file: first the form that posts it to the bucket, then, when the
// browser is back, the button that has it looked at. It changes nothing: signing asks nobody.
func (s *Server) showUpload(r *http.Request) (httpapi.Answer, error) {
	place, err := s.invited(r, r.PathValue("token"))
	if err != nil {
		return s.artworkGone(r, err)
	}
	folder, err := s.Artworks.ArtworkFolder(r.Context(), place.Of)
	if err != nil {
		return httpapi.Answer{}, err
	}
	a, known := folder.File(r.PathValue("artwork"))
	if !known || a.State != artwork.Offered {
		return httpapi.SeeOther(s.artworkPath(r, "")), nil
	}
	f, err := s.artworkFrame(r, place)
	if err != nil {
		return httpapi.Answer{}, err
	}
	v := uploadView{frame: f, Name: a.Name, All: s.artworkPath(r, ""), Sent: r.URL.Query().Get("sent") == "yes",
		Again: r.URL.Query().Get("sent") == "no"}
	if v.Upload, v.Over, err = s.uploadForm(r, place, a); err != nil {
		return httpapi.Answer{}, err
	}
	answer, err := drawn(r, http.StatusOK, f.Lang, uploadBody(v))
	return answer.Directive("form-action", "'self' "+s.UploadOrigin).With("Referrer-Policy", "no-referrer"), err
}

// uploadForm is the form by which a browser without scripts sends the file; over says that its time has passed.
func (s *Server) uploadForm(r *http.Request, place artwork.Place,
	a artwork.Artwork) (f table.Upload, over bool, err error) {
	f, err = s.Artworks.UploadArtwork(r.Context(), place, a, httpapi.PublicURL(r, s.PublicURL)+s.artworkPath(r, a.ID)+
		"&sent=yes")
	if fault.KindOf(err) == fault.Refused {
		return f, true, nil
	}
	return f, false, err
}

// uploadView is the page for one file.
type uploadView struct {
	frame
	Name        string
	Upload      table.Upload
	Sent, Again bool
	Over        bool
	All         string
}

// artworkGone draws the page of a link that leads nowhere any more.
func (s *Server) artworkGone(r *http.Request, err error) (httpapi.Answer, error) {
	return s.gone(r, err, func(w *wording) notice { return w.ArtworkGone })
}

// artworkField is the field of a form: what it says without scripts, and what the script makes of it.
func artworkField(field form.Field, f form.Form, lang words.Lang) fieldView {
	p, _ := f.ArtworkPolicy()
	w := wordsIn(lang)
	script := artworkScript{Most: p.Most, Left: p.Most, Bytes: p.Bytes, Accept: strings.Join(p.Endings(), ","),
		Words: w.ArtworkScript}
	hint := strings.TrimSpace(field.Hint.In(lang) + " " + w.ArtworkHint(p.Most, p.Size(), p.KindNames().In(lang)))
	return fieldView{input: input{Type: "artwork"}, Name: string(field.Name), Label: field.Label.In(lang), Hint: hint,
		Optional: true, Value: script.attribute()}
}

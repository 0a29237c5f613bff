package form

import (
	"bytes"
	"embed"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"afterpress/shared/crm/form"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/page"
)

//go:embed assets/*.gz assets/embed.js
var assets embed.FS

// Look is the style sheet of a form on another website.
var Look = page.NewAsset(assets, "embed.css", "text/css; charset=utf-8")

// EmbedRoutes is what the door answers to other websites that show a form.
func (p Pages) EmbedRoutes() []httpapi.Route {
	return []httpapi.Route{
		{Pattern: "OPTIONS /forms/{form}", Action: permission.Public, Handle: p.preflight,
			Doc: httpapi.Doc{Summary: "Whether a page of another website may post the form · 跨站提交的预检",
				Status: http.StatusNoContent}},
		{Pattern: "GET /forms/{form}/embed.js", Action: permission.Public, Handle: p.embed,
			Doc: httpapi.Doc{Summary: "A script that puts the form on another website · 嵌入表单的脚本", Query: Embedding{},
				Type: "text/javascript"}},
	}
}

// embedded is a form as the script on another website needs it.
type embedded struct {
	ID     string `json:"id"`
	Lang   string `json:"lang"`
	Action string `json:"action"`
	Trap   string `json:"trap"`
	Stamp  string `json:"stamp"`
	Opened string `json:"opened"`
	Sheet  string `json:"sheet"`
	// Phone is the branch's number (E.164), for a person whose enquiry cannot be taken now; Written, as people write it.
	Phone   string `json:"phone,omitempty"`
	Written string `json:"written,omitempty"`
	// Origins are the websites that may show the form. Loading the script tells them, as a frame-ancestors
	// header would.
	Origins []string `json:"origins"`
	// Privacy has the lines of the privacy notice, PrivacyAt the address of one: at most one of them.
	Privacy   []string        `json:"privacy,omitempty"`
	PrivacyAt string          `json:"privacy_at,omitempty"`
	Fields    []embeddedField `json:"fields"`
	Words     embeddedWords   `json:"words"`
}

type embeddedField struct {
	Name     string           `json:"name"`
	Label    string           `json:"label"`
	Hint     string           `json:"hint,omitempty"`
	Type     string           `json:"type"`
	Mode     string           `json:"mode,omitempty"`
	Fill     string           `json:"fill,omitempty"`
	Max      int              `json:"max,omitempty"`
	Min      string           `json:"min,omitempty"`
	Required bool             `json:"required,omitempty"`
	Optional bool             `json:"optional,omitempty"`
	Options  []embeddedOption `json:"options,omitempty"`
}

type embeddedOption struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

type embeddedWords struct {
	Send      string `json:"send"`
	Choose    string `json:"choose"`
	Optional  string `json:"optional"`
	Says      string `json:"says"`
	Thanks    string `json:"thanks"`
	Failed    string `json:"failed"`
	Elsewhere string `json:"elsewhere"`
	Urgent    string `json:"urgent"`
	Privacy   string `json:"privacy"`
	Reference string `json:"reference"`
	Files     string `json:"files"`
}

// Embedding is what the script's address may say.
type Embedding struct {
	Lang string `json:"lang" description:"zh or en; absent: the browser's · 语言"`
	Next string `json:"next" description:"Where to go afterwards, one of the addresses that the form allows · 提交后跳转的网址"`
}

// embed answers with the script that draws the form on another website. ?lang chooses the language, ?next an
// address that the form allows to go on to.
func (p Pages) embed(r *http.Request) (httpapi.Answer, error) {
	frm, shop, err := p.inUse(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	frame := page.NewFrame(r, page.Sign(shop.Sign(frm.Branch)), frm.Lang())
	lang, phone := frame.Lang, frame.Phone
	w, own := page.WordsIn(lang), wordsIn(lang)
	out := embedded{ID: frm.ID, Lang: page.HTMLLang(lang), Action: formPath(frm.ID, lang), Trap: form.FieldTrap,
		Stamp: form.FieldOpened, Opened: p.Frontdesk.Stamp(frm), Sheet: Look.Path,
		Phone: phone, Written: frame.PhoneWritten(), Privacy: frame.PrivacyLines(), PrivacyAt: frame.PrivacyAddress(),
		Origins: append([]string{}, frm.Origins...),
		Words: embeddedWords{own.button(frm), w.Choose, w.Optional, w.Says, frm.Thanks.In(lang), own.Unsent, own.Elsewhere,
			own.Urgent, w.Privacy, w.Reference, own.Files}}
	if next, ok := frm.Lands(r.URL.Query().Get("next")); ok {
		out.Action += "&next=" + url.QueryEscape(next)
	}
	for _, field := range drawnFields(frm, lang, nil, p.Frontdesk.Now()) {
		if field.Name != string(form.FieldArtwork) { // files are handed in on our own page
			out.Fields = append(out.Fields, embeddedOf(field))
		}
	}
	return script(out)
}

// embeddedOf is a field of our page as the script draws it.
func embeddedOf(v page.Field) embeddedField {
	f := embeddedField{Name: v.Name, Label: v.Label, Hint: v.Hint, Type: v.Type, Mode: v.Mode, Fill: v.Fill, Max: v.Max,
		Min: v.Min, Required: v.Required, Optional: v.Optional}
	for _, o := range v.Options {
		f.Options = append(f.Options, embeddedOption{o.Value, o.Label})
	}
	return f
}

// script is the code that draws the form, called with it. JSON written by encoding/json holds nothing that ends a
// script or a line of one.
func script(f embedded) (httpapi.Answer, error) {
	code, err := assets.ReadFile("assets/embed.js")
	if err != nil {
		return httpapi.Answer{}, err
	}
	definition, err := json.Marshal(f)
	if err != nil {
		return httpapi.Answer{}, err
	}
	text := bytes.Join([][]byte{bytes.TrimSpace(code), []byte("("), definition, []byte(");\n")}, nil)
	return httpapi.Page(http.StatusOK, "text/javascript; charset=utf-8", text).With("Cross-Origin-Resource-Policy",
		"cross-origin"), nil
}

// preflight answers a browser that asks whether a page of another website may post; what it may stands in the
// headers that Shared adds.
func (p Pages) preflight(r *http.Request) (httpapi.Answer, error) {
	if _, _, err := p.inUse(r); err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.NoContent(), nil
}

// Shared lets pages of the websites that a form names read its answers, faults and all. Nothing else of the door is
// shared, and never with credentials.
func (p Pages) Shared(door http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, below := strings.CutPrefix(r.URL.Path, "/forms/")
		if below && !strings.Contains(id, "/") && (r.Method == http.MethodPost || r.Method == http.MethodOptions) {
			w.Header().Add("Vary", "Origin")
			f, _, err := p.Frontdesk.Form(r.Context(), id)
			if from := r.Header.Get("Origin"); err == nil && f.Allows(from) {
				w.Header().Set("Access-Control-Allow-Origin", from)
				w.Header().Set("Access-Control-Allow-Methods", http.MethodPost)
				w.Header().Set("Access-Control-Allow-Headers", "Content-Type, Accept-Language")
				w.Header().Set("Access-Control-Max-Age", "600")
			}
		}
		door.ServeHTTP(w, r)
	})
}

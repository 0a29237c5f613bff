// Package page is what every page of ours has in common, in any door. It has the frame with its two languages, fields
// and what is wrong with them, and notices. It has their words, the style sheets, and how a page becomes an answer. It
// knows nothing of the business. A page of an area brings its own part, its own words and its own scripts.
package page

import (
	"net/http"
	"net/url"
	"strings"

	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/words"
)

// Sign is what stands over the door, as a frame names it. The zero Sign is that of a page which knows no shop.
type Sign struct {
	Shop   words.Text
	Branch words.Text
	Phone  string // E.164
	// Privacy is the privacy notice, or the https address of one; empty where there is none.
	Privacy words.Text
}

// Frame is what every page has around its own part.
type Frame struct {
	W       *Words
	Lang    words.Lang
	Title   string
	Mood    string // begins the title in a browser's tab
	Shop    string // empty where the shop is not known
	Branch  string
	Phone   string  // E.164
	Privacy string  // the privacy notice, or the https address of one
	Other   string  // this page in the other language, as a query of its own address
	Keeps   string  // id of the form whose typed values go along to the other language; empty where there is none
	Scripts []Asset // that the page runs; Scripted lets it
}

// SwitchName names the button by which a form is shown in the other language, with what was typed. Its value is the
// language.
const SwitchName = "lang"

// NewFrame is in the house's language for a browser that names none. The page in the other language keeps the values
// of its address that keep names.
func NewFrame(r *http.Request, over Sign, house words.Lang, keep ...string) Frame {
	lang := httpapi.PageLang(r, house)
	f := Frame{W: WordsIn(lang), Lang: lang, Shop: over.Shop.In(lang), Branch: over.Branch.In(lang), Phone: over.Phone,
		Privacy: over.Privacy.In(lang)}
	query := url.Values{"lang": {string(f.W.OtherLang)}}
	for _, name := range keep {
		if value := r.URL.Query().Get(name); value != "" {
			query.Set(name, value)
		}
	}
	f.Other = "?" + query.Encode()
	return f
}

// DocumentTitle is what a browser's tab shows.
func (f Frame) DocumentTitle() string {
	if f.Shop == "" {
		return f.Mood + f.Title
	}
	return f.Mood + f.Title + " · " + f.Shop
}

// PrivacyLines are the notice's lines; none of one that is an address.
func (f Frame) PrivacyLines() []string {
	if f.Privacy == "" || f.PrivacyAddress() != "" {
		return nil
	}
	return strings.Split(f.Privacy, "\n")
}

// PrivacyAddress is the address of the notice; empty of one that stands here itself.
func (f Frame) PrivacyAddress() string {
	if strings.HasPrefix(f.Privacy, "https://") && !strings.ContainsAny(f.Privacy, " \n") {
		return f.Privacy
	}
	return ""
}

// PhoneWritten is the branch's number as readers of the page write it.
func (f Frame) PhoneWritten() string { return identity.PhoneWritten(f.Phone, f.Lang) }

// HTMLLang is the language as HTML names it: simplified characters choose the fonts.
func HTMLLang(lang words.Lang) string {
	if lang == words.Zh {
		return "zh-Hans"
	}
	return "en"
}

package file

import (
	"embed"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/crm/artwork"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/words"
	"afterpress/shared/page"
)

//go:embed assets/*.gz
var assets embed.FS

// Script sends files. A page with an Area or a Chooser has it in its frame, and is Scripted.
var Script = page.NewAsset(assets, "artwork.js", "text/javascript; charset=utf-8")

// Scripted lets a page run Script, and that send files to the bucket.
func (p Pages) Scripted(a httpapi.Answer) httpapi.Answer { return page.Scripted(a, p.Origin) }

// View is the part of a page on which files are handed in.
type View struct {
	Title  string
	Own    *wording
	W      *page.Words
	Action string // where a file is offered
	Hint   string
	Full   string // why no more may be sent; empty while they may
	Script string // what the script needs, as JSON
	Files  []line
}

// line is one file as it stands.
type line struct {
	Name, State string
	Wrong       bool
	Remove      string // where a refused file is taken from view
}

// scriptSetup is what the script needs to know. Words with {name} speak of a file.
type scriptSetup struct {
	Action string       `json:"action"`
	Most   int          `json:"most"`
	Left   int          `json:"left"`
	Bytes  int64        `json:"bytes"`
	Accept string       `json:"accept"` // what the chooser offers
	Kinds  []string     `json:"kinds"`  // endings and media types of what is taken
	Words  scriptPhrase `json:"words"`
}

// newScriptSetup is what the script needs where so many files may still be sent.
func newScriptSetup(p artwork.Policy, action string, left int, lang words.Lang) scriptSetup {
	phrase := wordsIn(lang).Script
	phrase.WrongKind = strings.ReplaceAll(phrase.WrongKind, "{kinds}", p.KindNames().In(lang))
	return scriptSetup{Action: action, Most: p.Most, Left: left, Bytes: p.Bytes, Accept: strings.Join(p.Accept(), ","),
		Kinds: p.Endings(), Words: phrase}
}

// attribute is it as JSON.
func (a scriptSetup) attribute() string {
	text, err := json.Marshal(a)
	if err != nil {
		panic(err) // texts and numbers always encode
	}
	return string(text)
}

// Area is the part of a page for files that are handed in by a link.
func (p Pages) Area(lang words.Lang, f app.Files) View {
	return newView(lang, f.Place, f.Folder, "/artwork/"+url.PathEscape(f.Token)+"?lang="+string(lang), p.Office.Now())
}

// InvitedArea is the Area of a link; nil where the link leads nowhere, or not any more.
func (p Pages) InvitedArea(r *http.Request, token string) (*View, error) {
	files, err := p.Office.HandedIn(r.Context(), token)
	if errors.Is(err, app.MissingLink) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	v := p.Area(httpapi.PageLang(r, words.En), files)
	return &v, nil
}

// newView draws what was handed in and what may be.
func newView(lang words.Lang, place artwork.Place, folder artwork.Folder, action string, now time.Time) View {
	p, own := place.Policy, wordsIn(lang)
	v := View{Title: own.Title, Own: own, W: page.WordsIn(lang), Action: action,
		Hint: own.Hint(p.Most, p.Size(), p.KindNames().In(lang))}
	left := folder.Room(p, now)
	if left == 0 {
		v.Full = own.Full
	}
	for _, a := range folder.Files {
		one := line{Name: a.Name, State: own.Kept}
		switch a.State {
		case artwork.Offered, artwork.Dropped: // it may be under way, or none was chosen after all
			continue
		case artwork.Scanning, artwork.Unscanned:
			one.State = own.Scanning
		case artwork.Infected:
			one.State, one.Wrong = a.Words().In(lang), true
		case artwork.Refused:
			one.State, one.Wrong = p.Refused(a.Refusal).In(lang), true
			path, query, _ := strings.Cut(action, "?")
			one.Remove = path + "/" + url.PathEscape(a.ID) + "/remove?" + query
		}
		v.Files = append(v.Files, one)
	}
	v.Script = newScriptSetup(p, action, left, lang).attribute()
	return v
}

// Choose makes of the field of a form one where files are chosen before the form is sent. The field has what it says
// without scripts, and what the script makes of it. Chooser draws it.
func Choose(f page.Field, p artwork.Policy, lang words.Lang) page.Field {
	own := wordsIn(lang)
	f.Type, f.Optional, f.Value = "artwork", true, newScriptSetup(p, "", p.Most, lang).attribute()
	f.Hint = strings.TrimSpace(f.Hint + " " + own.Hint(p.Most, p.Size(), p.KindNames().In(lang)))
	return f
}

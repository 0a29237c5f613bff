package link

import (
	"errors"
	"net/http"
	"strconv"

	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/gate"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/words"
	"afterpress/shared/page"
)

// choiceView is the page of a person's choices.
type choiceView struct {
	page.Frame
	Own     *wording
	Notice  page.Notice // what became of the choices that were sent just now; empty when none were
	Stale   bool        // they were not taken as they were sent
	Seen    int64
	Address string // where the messages go, masked; empty where it is not known
	Options []page.Option
	Over    bool // the link shows nothing any more, and a no is all that it takes
}

// How the choices stand that were sent before the page was shown, as its address says it.
const (
	choicesSaved = "saved"
	choicesStale = "changed"
)

// stopAll is what the button sends that stops everything.
const stopAll = "all"

// showChoices shows a person's choices. Scanners open links, so it changes nothing.
func (p Pages) showChoices(r *http.Request) (httpapi.Answer, error) {
	c, err := p.Frontdesk.Choices(r.Context(), r.PathValue("token"))
	if err != nil {
		return p.choicesGone(r, err)
	}
	return choicesPage(r, c, r.URL.Query().Get("stands"))
}

// choose takes one click of a mail program, answered as it is, or what the page sent, answered with the page.
func (p Pages) choose(r *http.Request) (httpapi.Answer, error) {
	token := r.PathValue("token")
	if err := readForm(r); err != nil {
		return p.choicesUnread(r, err)
	}
	if r.PostForm.Get("List-Unsubscribe") == "One-Click" {
		c, err := p.Frontdesk.Unsubscribe(r.Context(), token)
		if err != nil {
			return p.choicesGone(r, err)
		}
		return choicesPage(r, c, choicesSaved) // a mail program follows no redirect
	}
	return p.save(r, token)
}

// save takes what the page sent.
func (p Pages) save(r *http.Request, token string) (httpapi.Answer, error) {
	stop := r.PostForm.Get("stop") == stopAll
	seen, err := strconv.ParseInt(r.PostForm.Get("seen"), 10, 64)
	if err != nil && !stop {
		return p.choicesUnread(r, frontdesk.UnreadChoices)
	}
	lang := httpapi.PageLang(r, words.En)
	c, stale, err := p.Frontdesk.Choose(r.Context(), token,
		frontdesk.Choose{Seen: seen, Yes: r.PostForm["yes"], Stop: stop, Text: wordsIn(lang).Choice})
	if err != nil {
		return p.choicesGone(r, err)
	}
	stands := choicesSaved
	switch {
	case stale:
		stands = choicesStale
	case c.Over != "" && !stop: // nothing was taken
		stands = ""
	}
	return httpapi.SeeOther(p.choicesPath(c.Link, lang) + "&stands=" + stands), nil
}

// choicesUnread refuses what could not be read. A link that leads nowhere comes first.
func (p Pages) choicesUnread(r *http.Request, err error) (httpapi.Answer, error) {
	if _, gone := p.Frontdesk.Choices(r.Context(), r.PathValue("token")); gone != nil {
		return p.choicesGone(r, gone)
	}
	return httpapi.Answer{}, err
}

// maxChoices is in bytes, far above what the page of choices sends.
const maxChoices = 32 << 10

// readForm reads a form in either of the two ways in which RFC 8058 lets a mail program send it.
func readForm(r *http.Request) error {
	if r.ParseForm() != nil {
		return frontdesk.UnreadChoices
	}
	if err := r.ParseMultipartForm(maxChoices); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return frontdesk.UnreadChoices
	}
	return nil
}

// choicesPage draws the choices.
func choicesPage(r *http.Request, c frontdesk.Choices, stands string) (httpapi.Answer, error) {
	v := choiceView{Frame: frame(r, c.Shop, c.Branch), Seen: c.Gate.Version, Stale: stands == choicesStale}
	v.Own = wordsIn(v.Lang)
	v.Title = v.Own.Choices.Title
	v.Notice = map[string]page.Notice{choicesSaved: v.Own.ChoicesSaved, choicesStale: v.Own.ChoicesStale}[stands]
	if v.Notice.Title != "" {
		v.Mood = v.Notice.Title + v.W.Says
	}
	if c.Over != "" {
		return overPage(r, v, c)
	}
	v.Address = c.Address
	for _, choice := range gate.ChoicesOf(c.Link.Channel) {
		key := choice.Key()
		v.Options = append(v.Options,
			page.Option{Value: key, Label: v.Own.Choice[key], Chosen: c.Gate.Consents[key].Yes})
	}
	return page.Private(page.Drawn(r, http.StatusOK, v.Lang, choiceBody(v)))
}

// overPage draws the page of a link that opens no more. It says what to do, and still takes a no.
func overPage(r *http.Request, v choiceView, c frontdesk.Choices) (httpapi.Answer, error) {
	says := v.Own.Over[c.Over]
	v.Frame = page.NewFrame(r, page.Sign(c.Shop.House()), words.En)
	v.Over, v.Title = true, says.Title
	switch v.Notice {
	case page.Notice{}:
		v.Notice, v.Stale = says, true
	case v.Own.ChoicesSaved: // no choices stand here
		v.Notice = v.Own.Stopped
	}
	return page.Private(page.Drawn(r, http.StatusNotFound, v.Lang, choiceBody(v)))
}

// choicesGone draws the page of a link that leads nowhere.
func (p Pages) choicesGone(r *http.Request, err error) (httpapi.Answer, error) {
	return p.gone(r, err, func(lang words.Lang) page.Notice { return wordsIn(lang).NoChoices })
}

func (p Pages) choicesPath(u gate.Unsubscribing, lang words.Lang) string {
	return "/u/" + gate.SignUnsubscribing(p.Frontdesk.Tokens, u) + "?lang=" + string(lang)
}

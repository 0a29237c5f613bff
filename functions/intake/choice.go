package intake

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"afterpress/shared/crm/gate"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/enquiries"
)

// choiceView is the page of a person's choices. It says nothing of who he is.
type choiceView struct {
	frame
	Notice  notice // what became of the choices that were sent just now; empty when none were
	Stale   bool   // they were not taken as they were sent
	Seen    int64
	Options []optionView
}

// How the choices stand that were sent before the page was shown, as its address says it.
const (
	choicesSaved = "saved"
	choicesStale = "changed"
)

// showChoices shows a person's choices. Scanners open links, so it changes nothing.
func (s *Server) showChoices(r *http.Request) (httpapi.Answer, error) {
	_, p, err := s.preferences(r)
	if err != nil {
		return s.choicesGone(r, err)
	}
	return s.choicesPage(r, p, r.URL.Query().Get("stands"))
}

// choose takes one click of a mail program, answered as it is, or what the page sent, answered with the page.
func (s *Server) choose(r *http.Request) (httpapi.Answer, error) {
	link, p, err := s.preferences(r)
	if err != nil {
		return s.choicesGone(r, err)
	}
	if err := readForm(r); err != nil {
		return httpapi.Answer{}, err
	}
	if r.PostForm.Get("List-Unsubscribe") == "One-Click" {
		return s.oneClick(r, link, p)
	}
	chosen, err := chosenIn(r.PostForm, wordsIn(httpapi.PageLang(r, words.En)))
	if err != nil {
		return httpapi.Answer{}, err
	}
	stale, err := s.Consents.Choose(r.Context(), p.Contact, p.Customer.Branch, chosen)
	if err != nil {
		return httpapi.Answer{}, err
	}
	stands := choicesSaved
	if stale {
		stands = choicesStale
	}
	return httpapi.SeeOther(s.choicesPath(link, httpapi.PageLang(r, words.En)) + "&stands=" + stands), nil
}

// oneClick takes the no to what the link's channel brought. A mail program follows no redirect.
func (s *Server) oneClick(r *http.Request, link gate.Unsubscribing, p enquiries.Preferences) (httpapi.Answer, error) {
	if err := s.Consents.WithdrawConsent(r.Context(), p.Contact, link.Channel, "one-click", p.Customer.Branch,
		staff.Visitor); err != nil {
		return httpapi.Answer{}, err
	}
	_, p, err := s.preferences(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return s.choicesPage(r, p, choicesSaved)
}

// chosenIn reads what the page sent.
func chosenIn(form url.Values, w *wording) (gate.Chosen, error) {
	seen, err := strconv.ParseInt(form.Get("seen"), 10, 64)
	if err != nil {
		return gate.Chosen{}, unreadChoices()
	}
	chosen := gate.Chosen{Seen: seen, Yes: map[string]string{}}
	for _, key := range form["yes"] {
		if !slices.ContainsFunc(gate.Choices, func(c gate.Choice) bool { return c.Key() == key }) {
			return gate.Chosen{}, unreadChoices()
		}
		chosen.Yes[key] = w.Choice[key]
	}
	return chosen, nil
}

// readForm reads a form in either of the two ways in which RFC 8058 lets a mail program send it.
func readForm(r *http.Request) error {
	if r.ParseForm() != nil {
		return unreadChoices()
	}
	if err := r.ParseMultipartForm(maxBody); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return unreadChoices()
	}
	return nil
}

func unreadChoices() error {
	return fault.Fail(fault.Unreadable, "无法读取您的选择。请重新打开链接后再保存。",
		"Your choices could not be read. Open the link again and save them there.")
}

// preferences finds out whose choices the link is about. A link that we did not sign and one whose person is gone
// are the same: NotFound.
func (s *Server) preferences(r *http.Request) (gate.Unsubscribing, enquiries.Preferences, error) {
	link, ours := gate.OpenUnsubscribing(s.Tokens, r.PathValue("token"))
	if !ours {
		return link, enquiries.Preferences{}, fault.Missing("链接", "link")
	}
	p, err := s.Consents.Preferences(r.Context(), link.Person)
	return link, p, err
}

// choicesPage draws the choices. Its address is as good as a signature, so no other site may learn it.
func (s *Server) choicesPage(r *http.Request, p enquiries.Preferences, stands string) (httpapi.Answer, error) {
	shop, err := s.Consents.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	v := choiceView{frame: newFrame(r, shop, p.Customer.Branch, words.En), Seen: p.Gate.Version}
	v.Title = v.W.Choices.Title
	v.Notice, v.Stale = map[string]notice{choicesSaved: v.W.ChoicesSaved, choicesStale: v.W.ChoicesStale}[stands],
		stands == choicesStale
	if v.Notice.Title != "" {
		v.Mood = v.Notice.Title + v.W.Says
	}
	for _, c := range gate.Choices {
		v.Options = append(v.Options,
			optionView{Value: c.Key(), Label: v.W.Choice[c.Key()], Chosen: p.Gate.Consents[c.Key()].Yes})
	}
	answer, err := drawn(r, http.StatusOK, v.Lang, choiceBody(v))
	return answer.With("Referrer-Policy", "no-referrer"), err
}

// choicesGone draws the page of a link that leads to nobody.
func (s *Server) choicesGone(r *http.Request, err error) (httpapi.Answer, error) {
	return s.gone(r, err, func(w *wording) notice { return w.NoChoices })
}

func (s *Server) choicesPath(u gate.Unsubscribing, lang words.Lang) string {
	return "/u/" + gate.SignUnsubscribing(s.Tokens, u) + "?lang=" + string(lang)
}

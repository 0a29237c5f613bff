package link

import (
	"net/http"
	"time"

	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
	"afterpress/shared/page"
)

// maxCase is in bytes: 4,000 Chinese characters take 36 kB in a form.
const maxCase = 64 << 10

// CaseRoutes is what the door answers to the links to complaints and to questions from production.
func (p Pages) CaseRoutes() []httpapi.Route {
	return []httpapi.Route{
		{Pattern: "GET /c/{token}", Action: permission.Public, Handle: p.showCase,
			Doc: httpapi.Doc{Summary: "What a customer's link is about: a complaint, a form to open one, a question from" +
				" production; it changes nothing · 客户链接（网页）", Type: page.HTML}},
		{Pattern: "POST /c/{token}", Action: permission.Public, Handle: p.sayCase, MaxBody: maxCase,
			Doc: httpapi.Doc{Summary: "Open a complaint, say something about it, or answer a question from production" +
				" · 提交投诉、留言或答复", Status: http.StatusSeeOther}},
	}
}

// remembered is how long the same complaint, or the same message about one, counts as one.
const remembered = 7 * 24 * time.Hour

// How what was said stands, as the address of the page says it, beside the answers themselves.
const (
	standsOpened   = "opened"
	standsMessage  = "message"
	standsChanged  = "changed"
	standsMissing  = "unsaid"
	standsAnswered = "answered"
)

// showCase shows what a customer's link is about. Scanners open links, so it changes nothing.
func (p Pages) showCase(r *http.Request) (httpapi.Answer, error) {
	l, err := p.Casework.Linked(r.Context(), r.PathValue("token"))
	switch {
	case err != nil:
		return p.caseGone(r, err)
	case l.Complaint != nil:
		return p.complaintPage(r, l, nil)
	case l.Hold != nil:
		return p.holdPage(r, l, nil)
	}
	return p.complainPage(r, l, nil)
}

// sayCase takes what a customer says at a link: they open a complaint, say something about it, or answer a question.
func (p Pages) sayCase(r *http.Request) (httpapi.Answer, error) {
	l, err := p.Casework.Linked(r.Context(), r.PathValue("token"))
	switch {
	case err != nil:
		return p.caseGone(r, err)
	case l.Complaint != nil:
		return p.sayComplaint(r, l)
	case l.Hold != nil:
		return p.answerHold(r, l)
	}
	return p.complain(r, l)
}

func (p Pages) caseGone(r *http.Request, err error) (httpapi.Answer, error) {
	return p.gone(r, err, func(lang words.Lang) page.Notice { return caseWordsIn(lang).Gone })
}

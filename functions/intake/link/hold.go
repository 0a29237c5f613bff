package link

import (
	"net/http"
	"strconv"

	"afterpress/shared/app/casework"
	"afterpress/shared/crm/hold"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/page"
)

// answerHold takes the customer's answer. A question that is answered already is shown as it stands.
func (p Pages) answerHold(r *http.Request, l casework.Linked) (httpapi.Answer, error) {
	in, err := httpapi.DecodeForm[casework.AnswerQuestion](r)
	if err == nil {
		err = p.Casework.AnswerQuestion(r.Context(), l, in)
	}
	stands := standsAnswered
	switch fault.KindOf(err) {
	case fault.Invalid:
		return p.holdPage(r, l, fault.Blamed(err))
	case fault.Refused, fault.Conflict:
		stands, err = standsChanged, nil
	}
	return httpapi.SeeOther(p.casePath(r, l.To(l.About, ""), stands)), err
}

// holdView is the page of a question from production.
type holdView struct {
	page.Frame
	Own            *caseWords
	Reference, Job string
	Notice         page.Notice
	Stale          bool
	Question       string
	Pictures       []string // addresses that work for five minutes
	Choices        []string // empty where nothing can be said any more
	Answer         string   // that stands
	Words          string   // said beside it, or instead of it
	By             string   // who said it
	At             page.Moment
	Withdrawn      bool
	Message        page.Field
	Faults         []page.Fault
	Action         string
}

// holdPage draws a question and its answer, with the faults of one that could not be taken.
func (p Pages) holdPage(r *http.Request, l casework.Linked, faults []fault.Field) (httpapi.Answer, error) {
	h, err := p.Casework.CustomerHold(r.Context(), l)
	if err != nil {
		return httpapi.Answer{}, err
	}
	v := newHoldView(frame(r, l.Shop, l.Branch), h.Hold,
		page.Clock{Zone: h.Zone, Now: p.Casework.Now(), Lang: httpapi.PageLang(r, words.En)})
	v.Action, v.Pictures = p.casePath(r, l.To(h.ID, ""), ""), h.Pictures
	stands := r.URL.Query().Get("stands")
	v.Stale = stands == standsChanged
	v.Notice = map[string]page.Notice{standsAnswered: v.Own.Answered, standsChanged: v.Own.AnsweredBefore}[stands]
	status := v.blame(faults, r.PostForm.Get("text"))
	answer, err := page.Private(page.Drawn(r, status, v.Lang, holdBody(v)))
	if len(v.Pictures) > 0 {
		answer = answer.Directive("img-src", "'self' "+p.Files.Origin)
	}
	return answer, err
}

// blame puts what could not be taken beside the customer's own words, and answers the page's status.
func (v *holdView) blame(faults []fault.Field, typed string) int {
	if len(faults) == 0 || len(v.Choices) == 0 {
		return http.StatusOK
	}
	v.Mood = v.W.FaultMark
	v.Message.Value, v.Message.Error = typed, faults[0].Text.In(v.Lang)
	v.Faults = []page.Fault{{Field: v.Message.Name, Text: v.W.About(v.Message.Label, v.Message.Error)}}
	return http.StatusUnprocessableEntity
}

// newHoldView draws a question as it stands.
func newHoldView(f page.Frame, h hold.Hold, at page.Clock) holdView {
	v := holdView{Frame: f, Own: caseWordsIn(f.Lang), Reference: words.Reference(h.ID), Job: h.Job,
		Question: string(h.Question), Withdrawn: h.State == hold.StateWithdrawn}
	v.Title = v.Own.HoldTitle
	if !h.Closed() {
		v.Choices = h.Choices
		v.Message = page.Field{Input: page.Input{Type: "area", Fill: "off", Max: 2000}, Name: "text",
			Label: v.Own.HoldWords, Hint: v.Own.HoldHint}
	}
	if a := h.Answer; a != nil {
		v.Words, v.At, v.By = string(a.Text), at.At(a.At), v.Own.ByShop
		if a.Choice > 0 && a.Choice <= len(h.Choices) {
			v.Answer = h.Choices[a.Choice-1]
		}
		if a.By == staff.Visitor.ID {
			v.By = v.Own.ByYou
		}
	}
	return v
}

// pictureName is what a photo is called for people who cannot see it.
func (v holdView) pictureName(n int) string { return v.Own.Photo + " " + strconv.Itoa(n+1) }

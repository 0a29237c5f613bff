package intake

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/hold"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// AnswerHold is what the page of a question from production sends: one of its choices, or 0 and words.
type AnswerHold struct {
	Choice int    `json:"choice" validate:"min=0,max=6" description:"1 is the first; 0: as written · 选项序号，0 表示按文字说明"`
	Text   string `json:"text" validate:"max=2000,text" description:"What else is to be done · 文字说明"`
}

// How an answer stands, as the address of the page says it.
const standsAnswered = "answered"

// answerHold takes the customer's answer. A question that is answered already is shown as it stands.
func (s *Server) answerHold(r *http.Request, h hold.Hold) (httpapi.Answer, error) {
	in, err := httpapi.DecodeForm[AnswerHold](r)
	if err != nil && fault.KindOf(err) != fault.Invalid {
		return httpapi.Answer{}, err
	}
	if err != nil {
		return s.holdPage(r, h, faultsOf(err))
	}
	said := hold.Answer{Choice: in.Choice, Text: words.PublicText(strings.TrimSpace(in.Text)), Channel: "link"}
	terms, err := s.terms(r.Context(), h.Branch)
	if err != nil {
		return httpapi.Answer{}, err
	}
	stands := standsAnswered
	_, err = s.Holds.ChangeHold(r.Context(), h.ID, func(now hold.Hold) (hold.Hold, event.Event, error) {
		if now.Said(said) {
			return now, event.Event{}, nil
		}
		return now.Reply(staff.Visitor, said, terms.Hold(), s.Now())
	})
	switch fault.KindOf(err) {
	case fault.Invalid:
		return s.holdPage(r, h, faultsOf(err))
	case fault.Refused, fault.Conflict:
		stands, err = standsChanged, nil
	}
	return httpapi.SeeOther(s.casePath(r, complaint.CaseLink{About: h.ID}, stands)), err
}

// holdView is the page of a question from production. It says nothing of who the customer is.
type holdView struct {
	frame
	Reference, Job string
	Notice         notice
	Stale          bool
	Question       string
	Pictures       []string // addresses that work for five minutes
	Choices        []string // empty where nothing can be said any more
	Answer         string   // that stands
	Words          string   // said beside it, or instead of it
	By             string   // who said it
	At             moment
	Withdrawn      bool
	Message        fieldView
	Faults         []faultView
	Action         string
}

// holdPage draws a question and its answer, with the faults of one that could not be taken.
func (s *Server) holdPage(r *http.Request, h hold.Hold, faults []fault.Field) (httpapi.Answer, error) {
	shop, err := s.Consents.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	terms, err := shop.Terms(h.Branch)
	if err != nil {
		return httpapi.Answer{}, err
	}
	at := clock{terms.Calendar.Zone, s.Now(), httpapi.PageLang(r, words.En)}
	v := newHoldView(newFrame(r, shop, h.Branch, words.En), h, at)
	v.Action = s.casePath(r, complaint.CaseLink{About: h.ID}, "")
	stands := r.URL.Query().Get("stands")
	v.Stale = stands == standsChanged
	v.Notice = map[string]notice{standsAnswered: v.W.Case.Answered, standsChanged: v.W.Case.AnsweredBefore}[stands]
	if v.Pictures, err = s.pictures(r, h); err != nil {
		return httpapi.Answer{}, err
	}
	status := v.blame(faults, r.PostForm.Get("text"))
	page, err := private(drawn(r, status, v.Lang, holdBody(v)))
	if len(v.Pictures) > 0 {
		page = page.Directive("img-src", "'self' "+s.UploadOrigin)
	}
	return page, err
}

// blame puts what could not be taken beside the customer's own words, and answers the page's status.
func (v *holdView) blame(faults []fault.Field, typed string) int {
	if len(faults) == 0 || len(v.Choices) == 0 {
		return http.StatusOK
	}
	v.Mood = v.W.FaultMark
	v.Message.Value, v.Message.Error = typed, faults[0].Text.In(v.Lang)
	v.Faults = []faultView{{Field: v.Message.Name, Text: v.W.about(v.Message.Label, v.Message.Error)}}
	return http.StatusUnprocessableEntity
}

// newHoldView draws a question as it stands.
func newHoldView(f frame, h hold.Hold, at clock) holdView {
	w := f.W.Case
	v := holdView{frame: f, Reference: words.Reference(h.ID), Job: h.Job, Question: string(h.Question),
		Withdrawn: h.State == hold.StateWithdrawn}
	v.Title = w.HoldTitle
	if !h.Closed() {
		v.Choices = h.Choices
		v.Message = fieldView{input: input{Type: "area", Fill: "off", Max: 2000}, Name: "text", Label: w.HoldWords,
			Hint: w.HoldHint}
	}
	if a := h.Answer; a != nil {
		v.Words, v.At, v.By = string(a.Text), at.at(a.At), w.ByShop
		if a.Choice > 0 && a.Choice <= len(h.Choices) {
			v.Answer = h.Choices[a.Choice-1]
		}
		if a.By == staff.Visitor.ID {
			v.By = w.ByYou
		}
	}
	return v
}

// pictures are the photos of a question that a page can show.
func (s *Server) pictures(r *http.Request, h hold.Hold) ([]string, error) {
	folder, err := s.Artworks.ArtworkFolder(r.Context(), h.ID)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, a := range folder.Attached() {
		address, picture, err := s.Holds.ShowArtwork(r.Context(), h.ID, a)
		if err != nil {
			return nil, fmt.Errorf("a picture of a question: %w", err)
		}
		if picture {
			out = append(out, address)
		}
	}
	return out, nil
}

// pictureName is what a photo is called by who cannot see it.
func (v holdView) pictureName(n int) string { return v.W.Case.Photo + " " + strconv.Itoa(n+1) }

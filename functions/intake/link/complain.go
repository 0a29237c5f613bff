package link

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"afterpress/shared/app/casework"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/complaint/told"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
	"afterpress/shared/page"
)

// complain opens a complaint by a contact's link. The same words a second time lead to the first complaint.
func (p Pages) complain(r *http.Request, l casework.Linked) (httpapi.Answer, error) {
	in, err := httpapi.DecodeForm[casework.Complain](r)
	if switched(r) {
		return p.complainPage(r, l, nil)
	}
	if err != nil && fault.KindOf(err) != fault.Invalid {
		return httpapi.Answer{}, err
	}
	opened := func(c complaint.Complaint) httpapi.Answer {
		return httpapi.SeeOther(p.casePath(r, l.To(c.ID, ""), standsOpened))
	}
	once := httpapi.AnsweringAlike(r, in.Content(l), remembered,
		func(c any) httpapi.Answer { return opened(c.(complaint.Complaint)) })
	c, err := p.Casework.Complain(once, l, in, fault.Blamed(err)...)
	switch fault.KindOf(err) {
	case fault.Invalid:
		return p.complainPage(r, l, fault.Blamed(err))
	case fault.TooMany:
		return p.complainFull(r, l, err)
	}
	return opened(c), err
}

// complainFull says that this page takes no more complaints today.
func (p Pages) complainFull(r *http.Request, l casework.Linked, err error) (httpapi.Answer, error) {
	f := frame(r, l.Shop, l.Branch)
	full := caseWordsIn(f.Lang).Full
	f.Title = full.Title
	answer, failed := page.Private(page.Drawn(r, http.StatusTooManyRequests, f.Lang,
		confirmBody(confirmView{Frame: f, Notice: full})))
	var refused *fault.Error
	if errors.As(err, &refused) {
		answer = answer.With("Retry-After", strconv.Itoa(int(refused.RetryAfter.Seconds())))
	}
	return answer, failed
}

// complainView is the form by which a complaint is opened.
type complainView struct {
	page.Form
	Own    *caseWords
	Groups []defectGroup
	Known  []knownCase // open complaints about the job of the link
	Wrong  string      // what is wrong with the choice of defects
}

// knownCase is an open complaint of the customer, with the address of its page.
type knownCase struct {
	Reference, Stage, What, To string
	At                         page.Moment
}

// defectGroup is a part of the catalogue.
type defectGroup struct {
	Name    string
	Open    bool
	Options []page.Option
}

// defectGroups are the groups of the catalogue in the order in which customers find what they see.
var defectGroups = []string{defect.Colour, defect.Press, defect.Content, defect.Finishing, defect.Delivery}

// complainPage draws the form with what was typed and what is wrong with it.
func (p Pages) complainPage(r *http.Request, l casework.Linked, faults []fault.Field) (httpapi.Answer, error) {
	v := complainView{Form: page.Form{Frame: frame(r, l.Shop, l.Branch), Action: p.casePath(r, l.Link, "")}}
	v.Own, v.Keeps = caseWordsIn(v.Lang), "complaint"
	v.Title, v.Intro = v.Own.New, v.Own.NewIntro
	known, err := p.Casework.OpenAbout(r.Context(), l)
	if err != nil {
		return httpapi.Answer{}, err
	}
	for _, c := range known {
		at := page.Clock{Zone: c.Zone, Now: p.Casework.Now(), Lang: v.Lang}
		v.Known = append(v.Known, knownCase{words.Reference(c.ID), told.Stage(c, v.Lang), v.Own.defects(c.Defects),
			p.casePath(r, l.To(c.ID, ""), ""), at.At(c.CreatedAt)})
	}
	v.choose(r.PostForm["defects"])
	v.ask(r.PostForm.Get, l.Job, p.Casework.Now())
	status := http.StatusOK
	if len(faults) > 0 {
		status, v.Mood = http.StatusUnprocessableEntity, v.W.FaultMark
		v.fault(faults)
	}
	return page.Private(page.Drawn(r, status, v.Lang, complainBody(v)))
}

// choose draws the catalogue in the customer's words, with what they chose; what was chosen stands open.
func (v *complainView) choose(chosen []string) {
	for _, name := range defectGroups {
		g := defectGroup{Name: v.Own.Groups[name]}
		for _, d := range defect.Defects() {
			if d.Group != name {
				continue
			}
			o := page.Option{Value: string(d.Kind), Label: v.Own.Defects[d.Kind],
				Chosen: slices.Contains(chosen, string(d.Kind))}
			g.Open, g.Options = g.Open || o.Chosen, append(g.Options, o)
		}
		v.Groups = append(v.Groups, g)
	}
}

// ask draws the other fields, with what was typed into them.
func (v *complainView) ask(typed func(string) string, job string, now time.Time) {
	field := func(name string, in page.Input, required bool) *page.Field {
		label := v.Own.Fields[name]
		v.Fields = append(v.Fields,
			page.Field{Input: in, Name: name, Label: label.Label, Hint: label.Hint, Value: typed(name), Required: required,
				Optional: !required})
		return &v.Fields[len(v.Fields)-1]
	}
	number := page.Input{Type: "text", Mode: "numeric", Fill: "off", Max: 12}
	field("words", page.Input{Type: "area", Fill: "off", Max: 4000}, true)
	if f := field("job", page.Input{Type: "text", Fill: "off", Max: 64}, false); job != "" {
		f.Value, f.Fixed, f.Optional, f.Hint = job, true, false, ""
	}
	field("affected", number, false)
	field("delivered", number, false)
	wanted := field("wanted", page.Input{Type: "select"}, false)
	for _, kind := range remedy.Kinds {
		wanted.Options = append(wanted.Options,
			page.Option{Value: string(kind), Label: v.Own.Wanted[kind], Chosen: wanted.Value == string(kind)})
	}
	day := field("needed_by", page.Input{Type: "date", Fill: "off"}, false)
	day.Min = now.Add(-12 * time.Hour).Format(time.DateOnly)
}

// complainPlaces are where the form has what the rules call otherwise.
var complainPlaces = map[string]string{"/job/ref": "/job", "/job/delivered/value": "/delivered"}

// fault puts each fault beside its field, and the catalogue's first into the summary.
func (v *complainView) fault(faults []fault.Field) {
	var rest []fault.Field
	for _, f := range faults {
		if strings.HasPrefix(f.Pointer, "/defects") {
			if v.Wrong == "" {
				v.Wrong = v.Own.NoDefect
			}
			continue
		}
		if place, other := complainPlaces[f.Pointer]; other {
			f.Pointer = place
		}
		rest = append(rest, f)
	}
	v.Blame(rest)
	if v.Wrong != "" {
		v.Faults = append([]page.Fault{{Field: "defects", Text: v.Wrong}}, v.Faults...)
	}
}

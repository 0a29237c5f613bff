package intake

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/setup"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// dailyComplaints is how many complaints a contact opens by his link in one day of his branch. Who has more to say
// is called.
const dailyComplaints = 5

// saidMemory is how long the same words by the same link count as said once.
const saidMemory = 7 * 24 * time.Hour

// Complain is a complaint as its customer types it in. Of a link that stands on a job the job counts, whatever is
// sent.
type Complain struct {
	Defects   []string `json:"defects" validate:"max=10,dive,max=32" description:"Kinds of the catalogue · 缺陷种类"`
	Words     string   `json:"words" validate:"max=4000,text" description:"What is wrong, in his words · 问题描述"`
	Job       string   `json:"job" validate:"max=64,oneline" description:"Number of the job or order · 订单号"`
	Affected  *int64   `json:"affected" description:"Bad pieces · 不良数量"`
	Delivered *int64   `json:"delivered" description:"Pieces that came · 收到的数量"`
	Wanted    string   `json:"wanted" validate:"max=32" description:"The remedy that he would like · 希望的处理办法"`
	NeededBy  string   `json:"needed_by" validate:"omitempty,datetime=2006-01-02" description:"When he needs the goods · 使用日期"`
}

// opening is what was typed in the terms of the rules. A day begins in the branch's zone.
func (in Complain) opening(job string, zone *time.Location) complaint.Opening {
	o := complaint.Opening{Channel: "link", Words: strings.TrimSpace(in.Words), Wanted: remedy.Kind(in.Wanted),
		Job: complaint.Job{Ref: strings.TrimSpace(in.Job)}}
	if job != "" {
		o.Job.Ref = job
	}
	for _, kind := range in.Defects {
		o.Defects = append(o.Defects, defect.Kind(kind))
	}
	if in.Affected != nil {
		o.Affected = *in.Affected
	}
	if in.Delivered != nil {
		o.Job.Delivered = &complaint.Sourced[int64]{Value: *in.Delivered, Source: "customer"}
	}
	if day, err := time.ParseInLocation(time.DateOnly, in.NeededBy, zone); err == nil {
		o.NeededBy = day.UTC()
	}
	return o
}

// complain opens a complaint by a contact's link. The same words a second time lead to the first complaint.
func (s *Server) complain(r *http.Request, l caseLinked) (httpapi.Answer, error) {
	in, err := httpapi.DecodeForm[Complain](r)
	if err != nil && fault.KindOf(err) != fault.Invalid {
		return httpapi.Answer{}, err
	}
	terms, failed := s.terms(r.Context(), l.person.Customer.Branch)
	if failed != nil {
		return httpapi.Answer{}, failed
	}
	opening := in.opening(l.Job, locationOf(terms))
	if faults := append(faultsOf(err), opening.Check(s.Now())...); len(faults) > 0 {
		return s.complainPage(r, l, faults)
	}
	id := s.NewID("cmp")
	answer := httpapi.SeeOther(s.casePath(r, complaint.CaseLink{About: id}, standsOpened))
	content := fmt.Sprintf("%q %q %q %d %s %s", in.Defects, opening.Words, opening.Job.Ref, opening.Affected, in.Wanted,
		in.NeededBy)
	r = r.WithContext(httpapi.AnsweringAlike(r, content, saidMemory, func(any) httpapi.Answer { return answer }))
	err = s.lodge(r, opening,
		complaint.Opener{ID: id, Customer: l.person.Customer.ID, Contact: l.person.Contact.ID,
			Account: l.person.Customer.Owner,
			By:      staff.Visitor, Terms: terms.Complaint()}, dailyComplaints)
	if fault.KindOf(err) == fault.TooMany {
		return s.complainFull(r, l.person.Customer.Branch, err)
	}
	return answer, err
}

// lodge opens the complaint, when its contact opened fewer than most on this day of his branch.
func (s *Server) lodge(r *http.Request, opening complaint.Opening, opener complaint.Opener, most int64) error {
	now := s.Now()
	ends, err := opener.Terms.DayEnds(now)
	if err != nil {
		return err
	}
	c, event, err := complaint.Open(opening, opener, now)
	if err != nil {
		return err
	}
	_, err = s.Complaints.LodgeComplaint(r.Context(), c, event, most, ends)
	return err
}

func locationOf(terms setup.Terms) *time.Location {
	zone, err := time.LoadLocation(terms.Calendar.Zone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// complainFull says that this page takes no more complaints today.
func (s *Server) complainFull(r *http.Request, branch string, err error) (httpapi.Answer, error) {
	shop, failed := s.Consents.Shop(r.Context())
	if failed != nil {
		return httpapi.Answer{}, failed
	}
	f := newFrame(r, shop, branch, words.En)
	f.Title = f.W.Case.Full.Title
	page, failed := private(drawn(r, http.StatusTooManyRequests, f.Lang,
		confirmBody(confirmView{frame: f, Notice: f.W.Case.Full})))
	var full *fault.Error
	if errors.As(err, &full) {
		page = page.With("Retry-After", strconv.Itoa(int(full.RetryAfter.Seconds())))
	}
	return page, failed
}

// complainView is the form by which a complaint is opened.
type complainView struct {
	formView
	Groups []defectGroup
	Wrong  string // what is wrong with the choice of defects
}

// defectGroup is a part of the catalogue.
type defectGroup struct {
	Name    string
	Open    bool
	Options []optionView
}

// defectGroups are the groups of the catalogue in the order in which a customer finds what he sees.
var defectGroups = []string{defect.Colour, defect.Press, defect.Content, defect.Finishing, defect.Delivery}

// complainPage draws the form with what was typed and what is wrong with it.
func (s *Server) complainPage(r *http.Request, l caseLinked, faults []fault.Field) (httpapi.Answer, error) {
	shop, err := s.Consents.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	f := newFrame(r, shop, l.person.Customer.Branch, words.En)
	f.Title = f.W.Case.New
	v := complainView{formView: formView{frame: f, Intro: f.W.Case.NewIntro, Action: s.casePath(r, l.CaseLink, "")}}
	v.choose(r.PostForm["defects"])
	v.ask(r.PostForm.Get, l.Job, s.Now())
	status := http.StatusOK
	if len(faults) > 0 {
		status, v.Mood = http.StatusUnprocessableEntity, v.W.FaultMark
		v.fault(faults)
	}
	return private(drawn(r, status, f.Lang, complainBody(v)))
}

// choose draws the catalogue in the customer's words, with what he chose; what was chosen stands open.
func (v *complainView) choose(chosen []string) {
	for _, name := range defectGroups {
		g := defectGroup{Name: v.W.Case.Groups[name]}
		for _, d := range defect.Defects() {
			if d.Group != name {
				continue
			}
			o := optionView{string(d.Kind), v.W.Case.Defects[d.Kind], slices.Contains(chosen, string(d.Kind))}
			g.Open, g.Options = g.Open || o.Chosen, append(g.Options, o)
		}
		v.Groups = append(v.Groups, g)
	}
}

// ask draws the other fields, with what was typed into them.
func (v *complainView) ask(typed func(string) string, job string, now time.Time) {
	w := v.W.Case
	field := func(name string, in input, required bool) {
		label := w.Fields[name]
		v.Fields = append(v.Fields,
			fieldView{input: in, Name: name, Label: label.Label, Hint: label.Hint, Value: typed(name), Required: required,
				Optional: !required})
	}
	number := input{Type: "text", Mode: "numeric", Fill: "off", Max: 12}
	field("words", input{Type: "area", Fill: "off", Max: 4000}, true)
	field("job", input{Type: "text", Fill: "off", Max: 64}, false)
	if job != "" {
		last := &v.Fields[len(v.Fields)-1]
		last.Value, last.Fixed, last.Optional, last.Hint = job, true, false, ""
	}
	field("affected", number, false)
	field("delivered", number, false)
	field("wanted", input{Type: "select"}, false)
	for _, kind := range remedy.Kinds {
		last := &v.Fields[len(v.Fields)-1]
		last.Options = append(last.Options, optionView{string(kind), w.Wanted[kind], last.Value == string(kind)})
	}
	field("needed_by", input{Type: "date", Fill: "off"}, false)
	v.Fields[len(v.Fields)-1].Min = now.Add(-12 * time.Hour).Format(time.DateOnly)
}

// complainPlaces are where the form has what the rules call otherwise.
var complainPlaces = map[string]string{"/job/ref": "/job", "/job/delivered/value": "/delivered"}

// fault puts each fault beside its field, and the catalogue's first into the summary.
func (v *complainView) fault(faults []fault.Field) {
	var rest []fault.Field
	for _, f := range faults {
		if strings.HasPrefix(f.Pointer, "/defects") {
			if v.Wrong == "" {
				v.Wrong = v.W.Case.NoDefect
			}
			continue
		}
		if place, other := complainPlaces[f.Pointer]; other {
			f.Pointer = place
		}
		rest = append(rest, f)
	}
	v.blame(rest)
	if v.Wrong != "" {
		v.Faults = append([]faultView{{Field: "defects", Text: v.Wrong}}, v.Faults...)
	}
}

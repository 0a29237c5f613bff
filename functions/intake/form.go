package intake

import (
	"afterpress/shared/app/frontdesk"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"afterpress/shared/crm/form"
	"afterpress/shared/crm/setup"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"

	"github.com/a-h/templ"
)

// input is how a field is typed: its HTML attributes. Max is in characters, as Enquiry's tags say it.
type input struct {
	Type, Mode, Fill string
	Max              int
}

var inputs = map[form.FieldName]input{
	form.FieldPerson:   {Type: "text", Fill: "name", Max: 100},
	form.FieldCompany:  {Type: "text", Fill: "organization", Max: 200},
	form.FieldPhone:    {Type: "tel", Mode: "tel", Fill: "tel", Max: 40},
	form.FieldEmail:    {Type: "email", Mode: "email", Fill: "email", Max: 254},
	form.FieldProduct:  {Type: "text", Fill: "off", Max: 100},
	form.FieldQuantity: {Type: "text", Mode: "numeric", Fill: "off", Max: 9},
	form.FieldNeededBy: {Type: "date", Fill: "off"},
	form.FieldMessage:  {Type: "area", Fill: "off", Max: 2000},
	form.FieldHeard:    {Type: "text", Fill: "off", Max: 100},
	form.FieldConsent:  {Type: "box"},
}

// fewChoices is up to how many options of a required field stand on the page at once; more of them, or an optional
// choice, make a list to open.
const fewChoices = 5

// formView is a form as it is drawn.
type formView struct {
	frame
	Intro  string
	Action string
	Opened string // proves when the form was drawn
	Fields []fieldView
	Faults []faultView
}

// fieldView is one field as it is drawn, with what was typed into it and what is wrong with it.
type fieldView struct {
	input
	Name        string
	Label, Hint string
	Required    bool
	Optional    bool // said beside the label
	Fixed       bool // it is shown and stays as it is
	Value       string
	Error       string
	Options     []optionView
	Min         string // of a date
}

type optionView struct {
	Value, Label string
	Chosen       bool
}

// faultView is a line of the summary. Field is empty for a fault of a field that the form does not show.
type faultView struct{ Field, Text string }

// DescribedBy names what belongs to the field beside its label.
func (f fieldView) DescribedBy() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.Name+"-hint")
	}
	if f.Error != "" {
		ids = append(ids, f.Name+"-error")
	}
	return strings.Join(ids, " ")
}

// inUse finds the form in the path; one that is closed is there for nobody.
func (s *Server) inUse(r *http.Request) (form.Form, setup.Shop, error) {
	f, shop, err := s.Enquiries.Form(r.Context(), r.PathValue("form"))
	if err == nil && f.Closed {
		return form.Form{}, shop, fault.Missing("表单", "form")
	}
	return f, shop, err
}

// form draws a form, empty.
func (s *Server) form(r *http.Request) (httpapi.Answer, error) {
	f, shop, err := s.inUse(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return s.formPage(r, f, shop, nil)
}

// formPage draws a form with what was posted to it and the faults of that.
func (s *Server) formPage(r *http.Request, frm form.Form, shop setup.Shop, bad []fault.Field) (httpapi.Answer, error) {
	f := newFrame(r, shop, frm.Branch, frm.Lang())
	f.Title = frm.Title.In(f.Lang)
	next, away := frm.Lands(r.URL.Query().Get("next"))
	v := formView{frame: f, Intro: frm.Intro.In(f.Lang), Action: formPath(frm.ID, f.Lang)}
	if away {
		v.Action += "&next=" + url.QueryEscape(next)
	}
	if v.Opened = r.PostForm.Get(form.FieldOpened); v.Opened == "" { // what is put right was opened before
		v.Opened = frontdesk.Stamp(s.Tokens, frm.ID, s.Now())
	}
	for _, field := range frm.Fields {
		if field.Name == form.FieldArtwork && away {
			continue // files are handed in on our next page, which is not shown
		}
		v.Fields = append(v.Fields, draw(field, frm, f.Lang, r.PostForm, s.Now()))
		v.Uploads = v.Uploads || field.Name == form.FieldArtwork
	}
	v.blame(bad)
	status := http.StatusOK
	if len(bad) > 0 {
		status, v.Mood = http.StatusUnprocessableEntity, v.W.FaultMark
	}
	page, err := drawn(r, status, f.Lang, formBody(v))
	if v.Uploads {
		page = s.scripted(page)
	}
	return page, err
}

// blame puts each fault beside its field, the first where there are several, and then all of them into the summary
// in the order of the page.
func (v *formView) blame(faults []fault.Field) {
	var elsewhere []faultView
	for _, flt := range faults {
		name := strings.TrimPrefix(flt.Pointer, "/")
		i := slices.IndexFunc(v.Fields, func(f fieldView) bool { return f.Name == name })
		switch {
		case i < 0:
			elsewhere = append(elsewhere, faultView{Text: flt.Text.In(v.Lang)})
		case v.Fields[i].Error == "":
			v.Fields[i].Error = flt.Text.In(v.Lang)
		}
	}
	for _, f := range v.Fields {
		text := f.Error
		if !strings.Contains(text, f.Label) {
			text = v.W.about(f.Label, text)
		}
		if f.Error != "" {
			v.Faults = append(v.Faults, faultView{Field: f.Name, Text: text})
		}
	}
	v.Faults = append(v.Faults, elsewhere...)
}

// draw turns a field of the definition into one of the page.
func draw(field form.Field, f form.Form, lang words.Lang, typed url.Values, now time.Time) fieldView {
	if field.Name == form.FieldArtwork {
		return artworkField(field, f, lang)
	}
	name := string(field.Name)
	v := fieldView{
		input: inputs[field.Name], Name: name, Label: field.Label.In(lang), Hint: field.Hint.In(lang),
		Required: field.Required, Value: typed.Get(name),
		Optional: !field.Required && !reaches(field.Name, f),
	}
	for _, o := range field.Options {
		v.Options = append(v.Options, optionView{o.Value, o.Label.In(lang), o.Value == v.Value})
	}
	switch {
	case len(v.Options) > 0 && len(v.Options) <= fewChoices && v.Required:
		v.Type = "radio"
	case len(v.Options) > 0:
		v.Type = "select"
	case v.Type == "box":
		v.Label = f.Consent.In(lang)
		v.Optional = false // an offer, not a question
	case v.Type == "date":
		v.Min = now.Add(-12 * time.Hour).Format(time.DateOnly) // the oldest day that is still today somewhere
	}
	return v
}

// reaches reports whether the field is one of two ways to reach the person, of which one is needed.
func reaches(name form.FieldName, f form.Form) bool {
	_, phone := f.Field(form.FieldPhone)
	_, email := f.Field(form.FieldEmail)
	return (name == form.FieldPhone || name == form.FieldEmail) && phone && email
}

// attributes are those of the field's control that are not the same for every kind; an empty one is left out.
func (f fieldView) attributes() templ.OrderedAttributes {
	var out templ.OrderedAttributes
	add := func(name, value string) {
		if value != "" {
			out = append(out, templ.KV[string, any](name, value))
		}
	}
	if f.Max > 0 && len(f.Options) == 0 {
		add("maxlength", strconv.Itoa(f.Max))
	}
	if f.Type != "radio" {
		add("autocomplete", f.Fill)
	}
	add("inputmode", f.Mode)
	add("min", f.Min)
	add("aria-describedby", f.DescribedBy())
	if f.Error != "" {
		add("aria-invalid", "true")
	}
	switch {
	case f.Required && f.Type == "radio":
		add("aria-required", "true")
	case f.Required:
		out = append(out, templ.KV[string, any]("required", true))
	}
	return out
}

// optionID is the id of a field's nth choice; the first bears the field's own, so that the summary leads to it.
func optionID(name string, n int) string {
	if n == 0 {
		return name
	}
	return name + "-" + strconv.Itoa(n)
}

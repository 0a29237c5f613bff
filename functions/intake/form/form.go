// Package form is the shop's forms: as pages, as JSON, and as a script that puts a form on another website. What is
// sent through a form is read strictly and answered with its faults, or it is taken in. The answers never tell whether
// a person is known.
package form

import (
	"net/http"
	"net/url"
	"regexp"
	"time"

	"afterpress/functions/intake/file"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/setup"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
	"afterpress/shared/page"
)

// Pages are the forms of the shop.
type Pages struct {
	Frontdesk frontdesk.Desk
	Files     file.Pages
	Front     httpapi.Front
}

// Routes is what the door answers to people who fill in a form.
func (p Pages) Routes() []httpapi.Route {
	return []httpapi.Route{
		{Pattern: "GET /forms/{form}", Action: permission.Public, Handle: p.show,
			Doc: httpapi.Doc{Summary: "A form as a page, in Chinese or English · 公开表单（网页）", Type: page.HTML}},
		{Pattern: "POST /forms/{form}", Action: permission.Public, Handle: p.submit,
			Doc: httpapi.Doc{Summary: "Send an enquiry through a form · 提交表单", Body: frontdesk.Enquiry{}, Answer: Received{},
				Status: http.StatusAccepted, Moves: true}},
		{Pattern: "GET /forms/{form}/thanks", Action: permission.Public, Handle: p.thanks,
			Doc: httpapi.Doc{Summary: "The page after an enquiry · 提交后的感谢页", Type: page.HTML}},
	}
}

// inputs are how each field is typed. Max is what the enquiry's tags say.
var inputs = map[form.FieldName]page.Input{
	form.FieldPerson:   {Type: "text", Fill: "name", Max: 100},
	form.FieldCompany:  {Type: "text", Fill: "organization", Max: 200},
	form.FieldPhone:    {Type: "tel", Mode: "tel", Fill: "tel", Max: 40},
	form.FieldEmail:    {Type: "email", Mode: "email", Fill: "email", Max: 254},
	form.FieldProduct:  {Type: "text", Fill: "off", Max: 100},
	form.FieldQuantity: {Type: "text", Mode: "numeric", Fill: "off", Max: 40},
	form.FieldNeededBy: {Type: "date", Fill: "off"},
	form.FieldMessage:  {Type: "area", Fill: "off", Max: 2000},
	form.FieldHeard:    {Type: "text", Fill: "off", Max: 100},
	form.FieldConsent:  {Type: "box"},
}

// fewChoices is up to how many options of a required field stand on the page at once. More of them, or an optional
// choice, make a list to open.
const fewChoices = 5

// formView is a form as it is drawn.
type formView struct {
	page.Form
	Own    *wording
	Opened string // proves when the form was drawn
	Button string
}

// inUse finds the form in the path that visitors may fill in.
func (p Pages) inUse(r *http.Request) (form.Form, setup.Shop, error) {
	return p.Frontdesk.OpenForm(r.Context(), r.PathValue("form"))
}

// switched reports whether the post came from the button of the other language. It sends nothing: the form is drawn
// again, with what was typed.
func switched(r *http.Request) bool { return r.PostForm.Has(page.SwitchName) }

// show draws a form, empty.
func (p Pages) show(r *http.Request) (httpapi.Answer, error) {
	f, shop, err := p.inUse(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return p.formPage(r, f, shop, nil)
}

// formPage draws a form with what was posted to it and the faults of that.
func (p Pages) formPage(r *http.Request, frm form.Form, shop setup.Shop, bad []fault.Field) (httpapi.Answer, error) {
	v := formView{Opened: r.PostForm.Get(form.FieldOpened)} // what is put right was opened before
	v.Frame = page.NewFrame(r, page.Sign(shop.Sign(frm.Branch)), frm.Lang(), "next")
	v.Keeps = "enquiry"
	v.Own, v.Title, v.Intro = wordsIn(v.Lang), frm.Title.In(v.Lang), frm.Intro.In(v.Lang)
	v.Action, v.Button = formPath(frm.ID, v.Lang), v.Own.button(frm)
	next, away := frm.Lands(r.URL.Query().Get("next"))
	if away {
		v.Action += "&next=" + url.QueryEscape(next)
	}
	if v.Opened == "" {
		v.Opened = p.Frontdesk.Stamp(frm)
	}
	v.ask(frm, away, r.PostForm, p.Frontdesk.Now())
	v.Blame(bad)
	status := http.StatusOK
	if len(bad) > 0 {
		status, v.Mood = http.StatusUnprocessableEntity, v.W.FaultMark
	}
	drawn, err := page.Drawn(r, status, v.Lang, formBody(v))
	if len(v.Scripts) > 0 {
		drawn = p.Files.Scripted(drawn)
	}
	if away {
		drawn = sendsOn(drawn, next)
	}
	return drawn, err
}

// plainHost is a host, with its port if need be, that may stand in a content security policy as it is.
var plainHost = regexp.MustCompile(`^[a-z0-9.-]+(:[0-9]+)?$`)

// sendsOn lets the page's form end at an address of another website. Chromium holds the redirect that answers a form
// against the policy of the page that sent it.
func sendsOn(a httpapi.Answer, next string) httpapi.Answer {
	to, err := url.Parse(next)
	if err != nil || !plainHost.MatchString(to.Host) {
		return a
	}
	return a.Directive("form-action", "'self' "+to.Scheme+"://"+to.Host)
}

// ask draws the fields of the form and the shop's own questions, with consent and files at the end. Files are handed in
// on our next page; a form that goes on elsewhere asks for none.
func (v *formView) ask(frm form.Form, away bool, typed url.Values, now time.Time) {
	for _, field := range drawnFields(frm, v.Lang, typed, now) {
		if field.Name != string(form.FieldArtwork) {
			v.Fields = append(v.Fields, field)
		} else if !away {
			v.Fields = append(v.Fields, field)
			v.Scripts = []page.Asset{file.Script}
		}
	}
}

// drawnFields are the fields and questions of a form. Consent and files stand behind the questions.
func drawnFields(frm form.Form, lang words.Lang, typed url.Values, now time.Time) []page.Field {
	var fields, last []page.Field
	for _, field := range frm.Fields {
		drawn := draw(field, frm, lang, typed, now)
		if len(frm.Questions) > 0 && (field.Name == form.FieldConsent || field.Name == form.FieldArtwork) {
			last = append(last, drawn)
		} else {
			fields = append(fields, drawn)
		}
	}
	for _, q := range frm.Questions {
		fields = append(fields, drawQuestion(q, lang, typed))
	}
	return append(fields, last...)
}

// questionInputs are how answers to the shop's own questions are typed.
var questionInputs = map[string]page.Input{
	form.QuestionText:   {Type: "text", Fill: "off"},
	form.QuestionLong:   {Type: "area", Fill: "off"},
	form.QuestionNumber: {Type: "text", Mode: "numeric", Fill: "off"},
	form.QuestionDate:   {Type: "date", Fill: "off"},
}

// drawQuestion turns a question of the shop's own into a field of the page. A scale stands there at once, so that all
// its steps are seen.
func drawQuestion(q form.Question, lang words.Lang, typed url.Values) page.Field {
	name := form.AnswerField(q.ID)
	v := page.Field{Input: questionInputs[q.Kind], Name: name, Label: q.Label.In(lang), Hint: q.Hint.In(lang),
		Required: q.Required, Optional: !q.Required, Value: typed.Get(name)}
	v.Max, v.Scale = q.Longest(), q.Kind == form.QuestionScale
	for _, o := range q.Choices() {
		v.Options = append(v.Options, page.Option{Value: o.Value, Label: o.Label.In(lang), Chosen: o.Value == v.Value})
	}
	switch {
	case v.Scale, len(v.Options) > 0 && len(v.Options) <= fewChoices && v.Required:
		v.Type = "radio"
	case len(v.Options) > 0:
		v.Type = "select"
	}
	return v
}

// draw turns a field of the definition into one of the page.
func draw(field form.Field, f form.Form, lang words.Lang, typed url.Values, now time.Time) page.Field {
	name := string(field.Name)
	v := page.Field{
		Input: inputs[field.Name], Name: name, Label: field.Label.In(lang), Hint: field.Hint.In(lang),
		Required: field.Required, Value: typed.Get(name),
		Optional: !field.Required && !reaches(field.Name, f),
	}
	if field.Name == form.FieldArtwork {
		policy, _ := f.ArtworkPolicy()
		return file.Choose(v, policy, lang)
	}
	for _, o := range field.Options {
		v.Options = append(v.Options, page.Option{Value: o.Value, Label: o.Label.In(lang), Chosen: o.Value == v.Value})
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

func formPath(f string, lang words.Lang) string {
	return "/forms/" + url.PathEscape(f) + "?lang=" + string(lang)
}

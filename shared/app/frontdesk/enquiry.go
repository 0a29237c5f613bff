package frontdesk

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/token"
	"afterpress/shared/kernel/words"
)

// Enquiry is a form's answer on the wire. Which of the fields a form asks for, needs and offers choices in is its
// definition's to say.
type Enquiry struct {
	Name      string `json:"name" validate:"max=100,oneline"`
	Company   string `json:"company" validate:"max=200,oneline"`
	Phone     string `json:"phone" validate:"max=40"`
	Email     string `json:"email" validate:"max=254"`
	Product   string `json:"product" validate:"max=100,oneline"`
	Quantity  Count  `json:"quantity" validate:"max=40,oneline"`
	NeededBy  string `json:"needed_by" validate:"max=10,oneline"`
	Message   string `json:"message" validate:"max=2000,text"`
	HeardFrom string `json:"heard_from" validate:"max=100,oneline"`
	// Answers are by the id of the form's own question.
	Answers  map[string]Count `json:"answers" validate:"max=20,dive,keys,max=40,oneline,endkeys,max=2000,text"`
	Consent  bool             `json:"marketing_consent"`
	Homepage string           `json:"homepage" validate:"max=2000" description:"Leave it empty: a program that fills in every field is told by it · 请留空，用于识别自动提交"`
	Opened   string           `json:"opened" validate:"max=200" description:"As the form's page or definition gave it; without it an enquiry is held for a colleague, unless the form names its own websites · 表单页面给出的时间签名；缺少时提交会被拦下待查看（表单已设置网站来源的除外）"`
}

// Count is a quantity as it was sent, as a number or as text.
type Count string

// UnmarshalJSON takes a number, text, or null for none.
func (c *Count) UnmarshalJSON(raw []byte) error {
	var text string
	var number json.Number
	if err := json.Unmarshal(raw, &text); err == nil {
		*c = Count(text)
		return nil
	}
	err := json.Unmarshal(raw, &number)
	*c = Count(number)
	return err
}

// JSONSchemaBytes says of a Count what UnmarshalJSON takes.
func (Count) JSONSchemaBytes() ([]byte, error) {
	return []byte(`{"anyOf": [{"type": "integer"}, {"type": "string"}, {"type": "null"}], ` +
		`"description": "Pieces, as a number or as people write it, such as 1,000 or 2万. ` +
		`What is not plainly a number is kept as it is · 数量，可填数字或照常书写；不确定的按原文保留"}`), nil
}

// read is the number of pieces, or the text where that is not plainly one.
func (c Count) read() (pieces int64, typed string) {
	pieces, plain := words.Quantity(string(c))
	if !plain {
		typed = string(c)
	}
	return pieces, typed
}

// Handed is an enquiry that another site or platform hands over, signed: the fields of a form of ours, and which form.
type Handed struct {
	Form   string     `json:"form" validate:"required,max=64,oneline" description:"Id of the form · 表单编号"`
	Source string     `json:"source" validate:"max=40,oneline" description:"Where it came from; absent: the form's source · 来源"`
	Lang   words.Lang `json:"lang" validate:"omitempty,lang"`
	Enquiry
}

// Said is what was sent in the terms of the rules. A name that shows nothing is none.
func (in Enquiry) Said(lang words.Lang) form.Enquiry {
	pieces, typed := in.Quantity.read()
	return form.Enquiry{
		Name: seen(in.Name), Company: seen(in.Company), Phone: strings.TrimSpace(in.Phone),
		Email:   strings.TrimSpace(in.Email),
		Product: in.Product, Quantity: pieces, QuantityTyped: typed, NeededBy: in.NeededBy, Message: seen(in.Message),
		HeardFrom: in.HeardFrom, Answers: in.answers(),
		Consent: in.Consent, Lang: lang,
	}
}

// answers are those to the form's own questions, by their ids.
func (in Enquiry) answers() (out []form.Answer) {
	for _, id := range slices.Sorted(maps.Keys(in.Answers)) {
		if value := seen(string(in.Answers[id])); value != "" {
			out = append(out, form.Answer{Question: id, Value: value})
		}
	}
	return out
}

// seen is text without the space around it; empty where nothing of it can be seen.
func seen(text string) string {
	if !words.Seen(text) {
		return ""
	}
	return strings.TrimSpace(text)
}

// Arrival is how the enquiry came in from the address.
func (in Enquiry) Arrival(tokens token.Tokens, f, address string, now time.Time) form.Arrival {
	return form.Arrival{Address: address, Opened: opened(tokens, f, in.Opened), Trap: in.Homepage, At: now}
}

// Stamp signs the moment at which the form is drawn.
func Stamp(tokens token.Tokens, f string, now time.Time) string {
	return tokens.Sign(token.UseForm, f+" "+strconv.FormatInt(now.UnixMilli(), 36))
}

// opened is the moment that a stamp of the form proves; zero for anything else.
func opened(tokens token.Tokens, f, stamp string) time.Time {
	payload, _ := tokens.Open(token.UseForm, stamp)
	of, at, _ := strings.Cut(payload, " ")
	millis, err := strconv.ParseInt(at, 36, 64)
	if of != f || err != nil {
		return time.Time{}
	}
	return time.UnixMilli(millis).UTC()
}

// ReadEnquiry checks an enquiry against its form. A yes to marketing counts only where the form shows the words that it
// agrees to.
func ReadEnquiry(e form.Enquiry, f form.Form, now time.Time) (form.Enquiry, error) {
	e, faults := e.Read(f, now)
	if _, asked := f.Field(form.FieldConsent); e.Consent && !asked {
		faults = append(faults, fault.Field{Pointer: "/" + string(form.FieldConsent), Text: words.Text{
			Zh: "此表单不征求营销许可。请去掉此项。", En: "This form does not ask for marketing consent. Leave it out."}})
	}
	if len(faults) > 0 {
		return e, fault.Faulty(faults...)
	}
	return e, nil
}

// CaptureOf is what a stored submission brings about by the rules of today. in is the submission as it reads now. What
// depends on the day is read as of the day on which it came.
func CaptureOf(sub form.Submission, in Handed, f form.Form, shop setup.Shop, by staff.Actor) (lead.Capture, error) {
	source := cmp.Or(strings.TrimSpace(in.Source), f.Source)
	said := in.Said(sub.Lang)
	enquiry, err := ReadEnquiry(said, f.Stored(said.Answers), sub.CreatedAt)
	if err != nil {
		return lead.Capture{}, err
	}
	terms, err := shop.Terms(f.Branch)
	return lead.Capture{
		Enquiry: enquiry, Source: source, Form: f.ID, Submission: sub.ID, ConsentText: sub.ConsentText,
		ConsentAt: sub.CreatedAt, Came: sub.Waited(),
		Terms: terms.Lead(), Life: terms.Policy.Life, Preferred: f.Owner, By: by,
	}, err
}

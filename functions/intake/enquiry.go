package intake

import (
	"strings"
	"time"

	"afterpress/shared/crm"
)

// Enquiry is a form's answer on the wire. Which of the fields a form asks for, needs and offers choices in is its definition's to say.
type Enquiry struct {
	Name      string `json:"name" validate:"max=100,oneline"`
	Company   string `json:"company" validate:"max=200,oneline"`
	Phone     string `json:"phone" validate:"max=40,oneline"`
	Email     string `json:"email" validate:"max=254,oneline"`
	Product   string `json:"product" validate:"max=100,oneline"`
	Quantity  int64  `json:"quantity"`
	NeededBy  string `json:"needed_by" validate:"max=10,oneline"`
	Message   string `json:"message" validate:"max=2000,text"`
	HeardFrom string `json:"heard_from" validate:"max=100,oneline"`
	Consent   bool   `json:"marketing_consent"`
}

// enquiry is what was sent in the terms of the rules.
func (in Enquiry) enquiry(lang crm.Lang) crm.Enquiry {
	return crm.Enquiry{
		Name: strings.TrimSpace(in.Name), Company: strings.TrimSpace(in.Company), Phone: strings.TrimSpace(in.Phone), Email: strings.TrimSpace(in.Email),
		Product: in.Product, Quantity: in.Quantity, NeededBy: in.NeededBy, Message: strings.TrimSpace(in.Message), HeardFrom: in.HeardFrom,
		Consent: in.Consent, Lang: lang,
	}
}

// read checks an enquiry against its form. A yes to marketing counts only where the form shows the words that it agrees to.
func read(e crm.Enquiry, form crm.Form, now time.Time) (crm.Enquiry, error) {
	e, faults := e.Read(form, now)
	if _, asked := form.Field(crm.FieldConsent); e.Consent && !asked {
		faults = append(faults, crm.Field{Pointer: "/" + string(crm.FieldConsent), Text: crm.Text{
			Zh: "此表单不征求营销许可。请去掉此项。", En: "This form does not ask for marketing consent. Leave it out."}})
	}
	if len(faults) > 0 {
		return e, crm.Faulty(faults...)
	}
	return e, nil
}

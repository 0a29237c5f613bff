package seed

import (
	"time"

	"afterpress/shared/crm"
)

// contact is the form for whatever is not a quotation. It stands under the limits that hold for a shop's own forms.
func contact(now time.Time) crm.Form {
	form := quote(now)
	form.ID, form.Policy = Contact, nil
	form.Title = crm.Text{Zh: "联系我们", En: "Contact us"}
	form.Intro = crm.Text{Zh: "请写下您的问题，我们会尽快答复。", En: "Write to us; we answer as soon as we can."}
	form.Thanks = crm.Text{Zh: "我们已收到您的留言，会尽快与您联系。", En: "We have your message and will be in touch soon."}
	var fields []crm.FormField
	for _, name := range []crm.FieldName{crm.FieldPerson, crm.FieldPhone, crm.FieldEmail, crm.FieldMessage, crm.FieldConsent} {
		field, _ := form.Field(name)
		fields = append(fields, field)
	}
	form.Fields = fields
	return form
}

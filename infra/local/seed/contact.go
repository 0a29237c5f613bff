package seed

import (
	"time"

	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/words"
)

// contact is the form for whatever is not a quotation. It stands under the limits that hold for a shop's own forms.
func contact(now time.Time) form.Form {
	f := quote(now)
	f.ID, f.Policy = Contact, nil
	f.Title = words.Text{Zh: "联系我们", En: "Contact us"}
	f.Intro = words.Text{Zh: "请写下您的问题，我们会尽快答复。", En: "Write to us; we answer as soon as we can."}
	f.Thanks = words.Text{Zh: "我们已收到您的留言，会尽快与您联系。", En: "We have your message and will be in touch soon."}
	var fields []form.Field
	for _, name := range []form.FieldName{form.FieldPerson, form.FieldPhone, form.FieldEmail, form.FieldMessage,
		form.FieldConsent} {
		field, _ := f.Field(name)
		fields = append(fields, field)
	}
	f.Fields = fields
	return f
}

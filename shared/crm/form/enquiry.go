package form

import (
	"slices"
	"time"

	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/words"

	"github.com/samber/lo"
)

// Sources of leads. The public forms write their form's source; staff choose one.
const (
	SourceWeb        = "web-form"
	SourceWalkIn     = "walk-in"
	SourcePhone      = "phone"
	SourceFax        = "fax"
	SourceExhibition = "exhibition"
	SourceSurvey     = "survey"
	SourceMail       = "e-mail"
)

// longestTyped is how many characters of a field are kept as they were typed.
const longestTyped = 100

// Enquiry is what a visitor or customer asks for, whatever way it reached the shop.
type Enquiry struct {
	Name    string
	Company string
	Phone   string
	// PhoneTyped is what stood in the field of the phone, where it holds more than the number; empty elsewhere.
	PhoneTyped string
	Email      string
	Product    string
	Quantity   int64 // pieces; 0 when not said, or not plainly
	// QuantityTyped is what stood in the field of the quantity, where it is not plainly a number; empty elsewhere.
	QuantityTyped string
	NeededBy      string // yyyy-mm-dd, or empty
	Message       string
	HeardFrom     string
	Answers       []Answer // to the form's own questions
	Consent       bool     // agreed to marketing
	Lang          words.Lang
}

// Read checks the enquiry against the form and normalises phone and e-mail. The faults name the form's fields
// as JSON pointers.
func (e Enquiry) Read(f Form, now time.Time) (Enquiry, []fault.Field) {
	faults := e.missing(f)
	e, bad := e.normalise(f, now)
	answers, wrong := f.readAnswers(e.Answers)
	e.Answers = answers
	return e, slices.Concat(faults, bad, wrong)
}

// normalise brings phone and e-mail to the form in which people are known, and requires one of the two.
func (e Enquiry) normalise(f Form, now time.Time) (Enquiry, []fault.Field) {
	var faults []fault.Field
	flt := func(name FieldName, zh, en string) {
		faults = append(faults, fault.Field{Pointer: "/" + string(name), Text: words.Text{Zh: zh, En: en}})
	}
	var err error
	if e.Phone != "" {
		typed, more := e.Phone, false
		if e.Phone, more, err = (identity.Place{Region: f.Region, Area: f.Area, Lang: e.Lang}).First(typed); err != nil {
			text := identity.PhoneWords(err)
			flt(FieldPhone, text.Zh, text.En)
		} else if more {
			e.PhoneTyped, _ = words.Plain(typed, longestTyped)
		}
	}
	if e.Email != "" {
		if e.Email, err = identity.Email(e.Email); err != nil {
			flt(FieldEmail, "请检查电子邮箱，例如 name@example.com。", "Check the e-mail address, such as name@example.com.")
		}
	}
	if e.Phone == "" && e.Email == "" && len(faults) == 0 {
		flt(FieldPhone, "请填写电话或电子邮箱，我们才能答复您。", "Enter a phone number or an e-mail address, so that we can answer you.")
	}
	if e.NeededBy != "" {
		if day, err := time.Parse(time.DateOnly, e.NeededBy); err != nil || day.Before(now.AddDate(0, 0, -2)) ||
			day.After(now.AddDate(5, 0, 0)) {
			flt(FieldNeededBy, "请选择今天或以后的日期。", "Choose a date from today on.")
		}
	}
	e.QuantityTyped, _ = words.Plain(e.QuantityTyped, longestTyped)
	if e.QuantityTyped != "" && !words.Figures(e.QuantityTyped) {
		flt(FieldQuantity, "请填写整数，用数字 0 到 9。", "Enter a whole number in the digits 0 to 9.")
	}
	if e.Quantity < 0 || e.Quantity > 100_000_000 {
		flt(FieldQuantity, "请填写 1 到 100000000 之间的数量。", "Enter a quantity between 1 and 100000000.")
	}
	return e, faults
}

// missing lists the required fields that are empty and the choices that the form does not offer.
func (e Enquiry) missing(f Form) []fault.Field {
	var faults []fault.Field
	for _, field := range f.Fields {
		value := e.value(field.Name)
		pointer := "/" + string(field.Name)
		switch {
		case value == "" && field.Required && len(field.Options) > 0:
			faults = append(faults, fault.Field{Pointer: pointer,
				Text: words.Text{Zh: "请选择“" + field.Label.Zh + "”。", En: "Please choose “" + field.Label.En + "”."}})
		case value == "" && field.Required:
			faults = append(faults, fault.Field{Pointer: pointer,
				Text: words.Text{Zh: "请填写“" + field.Label.Zh + "”。", En: "Please fill in “" + field.Label.En + "”."}})
		case value != "" && len(field.Options) > 0 && !field.offers(value):
			faults = append(faults, fault.Field{Pointer: pointer,
				Text: words.Text{Zh: "请从列出的选项中选择。", En: "Choose one of the options."}})
		}
	}
	return faults
}

func (f Field) offers(value string) bool {
	_, ok := lo.Find(f.Options, func(o Option) bool { return o.Value == value })
	return ok
}

// value is the content of a field that may be required or offer choices.
func (e Enquiry) value(name FieldName) string {
	switch name {
	case FieldPerson:
		return e.Name
	case FieldCompany:
		return e.Company
	case FieldPhone:
		return e.Phone
	case FieldEmail:
		return e.Email
	case FieldProduct:
		return e.Product
	case FieldNeededBy:
		return e.NeededBy
	case FieldMessage:
		return e.Message
	case FieldHeard:
		return e.HeardFrom
	case FieldQuantity:
		if e.Quantity != 0 || e.QuantityTyped != "" {
			return "some"
		}
	case FieldConsent:
		if e.Consent {
			return "yes"
		}
	}
	return ""
}

package crm

import (
	"time"

	"github.com/samber/lo"
)

// FieldName is one of the fields that a public form may ask for.
type FieldName string

const (
	FieldPerson   FieldName = "name"
	FieldCompany  FieldName = "company"
	FieldPhone    FieldName = "phone"
	FieldEmail    FieldName = "email"
	FieldProduct  FieldName = "product"
	FieldQuantity FieldName = "quantity"
	FieldNeededBy FieldName = "needed_by"
	FieldMessage  FieldName = "message"
	FieldHeard    FieldName = "heard_from"
	FieldConsent  FieldName = "marketing_consent"
	FieldArtwork  FieldName = "artwork" // files; they are handed in once the enquiry is taken, and never part of what is posted
)

// Fields that a form sends beside those that it asks for.
const (
	FieldTrap   = "homepage" // no person sees it; programs fill it in
	FieldOpened = "opened"   // the signed moment at which the form was drawn
)

// Form is the definition of a public form: its fields with their words, and what becomes of an answer.
type Form struct {
	ID        string      `json:"id"`
	Version   int64       `json:"version"`
	CreatedAt time.Time   `json:"created_at"`
	UpdatedAt time.Time   `json:"updated_at"`
	Branch    string      `json:"branch"`
	Region    string      `json:"region"` // reads phone numbers without a country code, ISO 3166
	Source    string      `json:"source"`
	Title     Text        `json:"title"`
	Intro     Text        `json:"intro"`
	Thanks    Text        `json:"thanks"`
	Consent   Text        `json:"consent"` // the very text that stands beside the box
	Fields    []FormField `json:"fields"`
	Policy    *FormPolicy `json:"policy,omitempty"`    // how much may come through it; absent: the standard policy
	Owner     string      `json:"owner,omitempty"`     // staff id: gets its enquiries first, unless the customer has somebody of his own
	Origins   []string    `json:"origins,omitempty"`   // websites that may embed it: https://shop.example
	Redirects []string    `json:"redirects,omitempty"` // addresses that a visitor may be sent on to
	Closed    bool        `json:"closed,omitempty"`    // no longer in use; submissions still name it
}

// Limits is the policy that holds for the form.
func (f Form) Limits() FormPolicy {
	if f.Policy == nil {
		return StandardFormPolicy()
	}
	return *f.Policy
}

// Lang is the language of those for whom the form is made, for visitors whose browser names none.
func (f Form) Lang() Lang {
	if f.Region == "CN" {
		return Zh
	}
	return En
}

// FormField is one field of a form.
type FormField struct {
	Name     FieldName      `json:"name"`
	Label    Text           `json:"label"`
	Hint     Text           `json:"hint"`
	Required bool           `json:"required"`
	Options  []Option       `json:"options,omitempty"` // a closed choice
	Artwork  *ArtworkPolicy `json:"artwork,omitempty"` // of FieldArtwork; absent: the standard policy
}

// Option is one choice of a field.
type Option struct {
	Value string `json:"value"`
	Label Text   `json:"label"`
}

// Field finds a field of the form.
func (f Form) Field(name FieldName) (FormField, bool) {
	return lo.Find(f.Fields, func(x FormField) bool { return x.Name == name })
}

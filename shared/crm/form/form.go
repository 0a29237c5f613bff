// Package form has the rules for public forms and for what came through them.
package form

import (
	"strings"
	"time"

	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/draw"
	"afterpress/shared/kernel/words"

	"github.com/samber/lo"
)

// FieldName is one of the fields that a public form may ask for.
type FieldName string

// Fields that a form may ask for.
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
	// files; they are handed in once the enquiry is taken, and are never part of what is posted
	FieldArtwork FieldName = "artwork"
)

// Fields that a form sends beside those that it asks for.
const (
	FieldTrap   = "homepage" // no person sees it; programs fill it in
	FieldOpened = "opened"   // the signed moment at which the form was drawn
)

// Form is the definition of a public form: its fields with their words, and what becomes of an answer.
type Form struct {
	ID        string    `json:"id"`
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	Branch    string    `json:"branch"`
	Region    string    `json:"region"` // ISO 3166; phone numbers without a country code are read by it
	// Area is the area code of the branch's town, where that lies in Region; setup.Shop.Form fills it in.
	Area    string     `json:"-"`
	Source  string     `json:"source"`
	Title   words.Text `json:"title"`
	Intro   words.Text `json:"intro"`
	Thanks  words.Text `json:"thanks"`
	Consent words.Text `json:"consent"` // the very text that stands beside the box
	Fields  []Field    `json:"fields"`
	// Questions are the shop's own, asked after the fields.
	Questions []Question `json:"questions,omitempty"`
	Policy    *Policy    `json:"policy,omitempty"` // how much may come through it; absent: the standard policy
	// Draw is the prize draw in which each person who fills in the form takes part, once.
	Draw *draw.Settings `json:"draw,omitempty"`
	// staff id of the person who gets its enquiries first, unless the customer has an owner already
	Owner     string   `json:"owner,omitempty"`
	Origins   []string `json:"origins,omitempty"`   // websites that may embed it: https://shop.example
	Redirects []string `json:"redirects,omitempty"` // addresses that a visitor may be sent on to
	Closed    bool     `json:"closed,omitempty"`    // no longer in use; submissions still name it
}

// AnswerIn stands in a form's own words for how soon an answer comes: {answer_in}.
const AnswerIn = "{answer_in}"

// Promising is the form with the promise in its introduction and in its thanks.
func (f Form) Promising(answer words.Text) Form {
	for _, text := range []*words.Text{&f.Intro, &f.Thanks} {
		text.Zh = strings.TrimSpace(strings.ReplaceAll(text.Zh, AnswerIn, answer.Zh))
		text.En = strings.TrimSpace(strings.ReplaceAll(text.En, AnswerIn, answer.En))
	}
	return f
}

// Listed reports whether the front page shows the form. One that is made for websites of its own stands there.
func (f Form) Listed() bool { return !f.Closed && len(f.Origins) == 0 }

// QuoteForm is the id of the form by which a visitor asks for a quotation. The front page shows it first.
const QuoteForm = "quote"

// Limits is the policy that holds for the form: its own, or the standard one.
func (f Form) Limits() Policy {
	if f.Policy == nil {
		return StandardPolicy()
	}
	return *f.Policy
}

// Lang is the language for visitors whose browser names none: Chinese for a form of the region CN, else
// English.
func (f Form) Lang() words.Lang {
	if f.Region == "CN" {
		return words.Zh
	}
	return words.En
}

// Field is one field of a form.
type Field struct {
	Name     FieldName       `json:"name"`
	Label    words.Text      `json:"label"`
	Hint     words.Text      `json:"hint"`
	Required bool            `json:"required"`
	Options  []Option        `json:"options,omitempty"` // a closed choice
	Artwork  *artwork.Policy `json:"artwork,omitempty"` // of FieldArtwork; absent: the standard policy
}

// Option is one choice of a field.
type Option struct {
	Value string     `json:"value"`
	Label words.Text `json:"label"`
}

// Field finds a field of the form by its name.
func (f Form) Field(name FieldName) (Field, bool) {
	return lo.Find(f.Fields, func(x Field) bool { return x.Name == name })
}

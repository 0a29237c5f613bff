// Package words holds what people read: texts in Chinese and English, public and internal words, references.
package words

// PublicText is written to the customer, InternalText by staff for staff. They are two types, so that no code
// can show one in place of the other.
type (
	PublicText   string
	InternalText string
)

// Lang is a language that customers and staff read: Zh (simplified Chinese) or En.
type Lang string

// Languages of texts: simplified Chinese and English.
const (
	Zh Lang = "zh"
	En Lang = "en"
)

// Text is one piece of wording in both languages. Both are always filled, with at most 500 characters each.
type Text struct {
	Zh string `json:"zh" validate:"required,max=500"`
	En string `json:"en" validate:"required,max=500"`
}

// In is the wording in lang; anything but Zh reads English.
func (t Text) In(lang Lang) string {
	if lang == Zh {
		return t.Zh
	}
	return t.En
}

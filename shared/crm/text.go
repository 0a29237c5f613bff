package crm

// Lang is a language that customers and staff read: Zh (simplified Chinese) or En.
type Lang string

const (
	Zh Lang = "zh"
	En Lang = "en"
)

// Text is one piece of wording in both languages. Both are always filled.
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

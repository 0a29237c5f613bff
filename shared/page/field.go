package page

import (
	"slices"
	"strconv"
	"strings"

	"afterpress/shared/kernel/fault"

	"github.com/a-h/templ"
)

// Input is how a field is typed: its HTML attributes. Type is one of HTML's, or area, select, radio or box. Max is in
// characters; 0 is no limit.
type Input struct {
	Type, Mode, Fill string
	Max              int
}

// Field is one field as it is drawn, with what was typed into it and what is wrong with it.
type Field struct {
	Input
	Name        string
	Label, Hint string
	Required    bool
	Optional    bool // said beside the label
	Fixed       bool // it is shown and stays as it is
	Scale       bool // its choices are steps, which stand in rows
	Value       string
	Error       string
	Options     []Option
	Min         string // of a date
}

// Option is one of a field's choices.
type Option struct {
	Value, Label string
	Chosen       bool
}

// Fault is a line of the summary. Field is empty for a fault of a field that the page does not show.
type Fault struct{ Field, Text string }

// Form is a page whose own part is a form.
type Form struct {
	Frame
	Intro  string
	Action string
	Fields []Field
	Faults []Fault
}

// Blame puts each fault beside its field, the first where there are several. Then it puts all of them into the summary,
// in the order of the page.
func (v *Form) Blame(faults []fault.Field) {
	var elsewhere []Fault
	for _, flt := range faults {
		name := strings.ReplaceAll(strings.TrimPrefix(flt.Pointer, "/"), "/", ".") // answers.paper for /answers/paper
		i := slices.IndexFunc(v.Fields, func(f Field) bool { return f.Name == name })
		switch {
		case i < 0:
			elsewhere = append(elsewhere, Fault{Text: flt.Text.In(v.Lang)})
		case v.Fields[i].Error == "":
			v.Fields[i].Error = flt.Text.In(v.Lang)
		}
	}
	for _, f := range v.Fields {
		text := f.Error
		if !strings.Contains(text, f.Label) {
			text = v.W.About(f.Label, text)
		}
		if f.Error != "" {
			v.Faults = append(v.Faults, Fault{Field: f.Name, Text: text})
		}
	}
	v.Faults = append(v.Faults, elsewhere...)
}

// DescribedBy names what belongs to the field beside its label.
func (f Field) DescribedBy() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.Name+"-hint")
	}
	if f.Error != "" {
		ids = append(ids, f.Name+"-error")
	}
	return strings.Join(ids, " ")
}

// attributes are those of the field's control that are not the same for every kind; an empty one is left out.
func (f Field) attributes() templ.OrderedAttributes {
	var out templ.OrderedAttributes
	add := func(name, value string) {
		if value != "" {
			out = append(out, templ.KV[string, any](name, value))
		}
	}
	if f.Max > 0 && len(f.Options) == 0 {
		add("maxlength", strconv.Itoa(f.Max))
	}
	if f.Type != "radio" {
		add("autocomplete", f.Fill)
	}
	add("inputmode", f.Mode)
	add("min", f.Min)
	add("aria-describedby", f.DescribedBy())
	if f.Error != "" {
		add("aria-invalid", "true")
	}
	switch {
	case f.Required && f.Type == "radio":
		add("aria-required", "true")
	case f.Required:
		out = append(out, templ.KV[string, any]("required", true))
	}
	return out
}

// rows lets the steps of a scale stand in rows.
func (f Field) rows() templ.KeyValue[string, bool] { return templ.KV("scale", f.Scale) }

// optionID is the id of a field's nth choice; the first bears the field's own, so that the summary leads to it.
func optionID(name string, n int) string {
	if n == 0 {
		return name
	}
	return name + "-" + strconv.Itoa(n)
}

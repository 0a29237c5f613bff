package enquiry

import (
	"cmp"
	"net/url"
	"strconv"

	"afterpress/functions/console/screen"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
	"afterpress/shared/page"
)

// form is the form of one command: its name and address, and its fields.
type form struct {
	command permission.Action
	path    string // below the lead's
	fields  []field
}

// field is one field of a form. Its choices are words of a closed list, or colleagues.
type field struct {
	name     string
	input    page.Input
	kind     string // of the entry
	required bool
	list     string // of choices: its name in the words
	choices  []string
}

var (
	line = page.Input{Type: "text", Fill: "off"}
	area = page.Input{Type: "area", Fill: "off", Max: 2000}
)

func limited(in page.Input, most int) page.Input {
	in.Max = most
	return in
}

// The forms of a lead's commands. Max is what the tags of the input say.
var (
	contactForm = form{permission.ContactLead, "contact", []field{
		{name: "channel", input: page.Input{Type: "select"}, required: true, list: "channel",
			choices: customer.TouchChannels},
		{name: "outcome", input: page.Input{Type: "select"}, required: true, list: "outcome", choices: customer.Outcomes},
		{name: "note", input: area},
		{name: "next_step_at", input: page.Input{Type: "datetime-local", Fill: "off"}, kind: screen.Moment},
	}}
	claimForm  = form{permission.ClaimLead, "claim", nil}
	assignForm = form{permission.AssignLead, "assign", []field{
		{name: "owner", input: page.Input{Type: "select"}, required: true, list: "owner"},
	}}
	qualifyForm = form{permission.QualifyLead, "qualify", []field{{name: "need", input: area, required: true}}}
	winForm     = form{permission.WinLead, "win", []field{{name: "order", input: limited(line, 100)},
		{name: "note", input: area}}}
	loseForm = form{permission.LoseLead, "lose", []field{
		{name: "reason", input: page.Input{Type: "select"}, required: true, list: "loss", choices: lead.LossReasons},
		{name: "competitor", input: limited(line, 100)}, {name: "note", input: area},
	}}
	recycleForm = form{permission.RecycleLead, "recycle", []field{
		{name: "reason", input: page.Input{Type: "select"}, required: true, list: "recycle", choices: lead.RecycleReasons},
	}}
)

// forms are all of them, in the order of the page: the first contact comes first.
var forms = []form{contactForm, claimForm, assignForm, qualifyForm, winForm, loseForm, recycleForm}

func (f form) entries() []screen.Entry {
	var out []screen.Entry
	for _, one := range f.fields {
		out = append(out, screen.Entry{Field: f.path + "." + one.name, Name: one.name, Kind: cmp.Or(one.kind, screen.Text)})
	}
	return out
}

// action is a command as the page offers it: a form, or why it is refused.
type action struct {
	page.Form
	Name    string
	Button  string
	Refusal string // empty: it is allowed
	Open    bool   // it stands open: it is the next thing to do, or its form was refused
	Version string
	Key     string
	Zone    string
}

// offered draws a command that the caller may give, or says why not. no is its form where it was refused.
func (v *leadView) offered(f form, p permission.Permitted, shop screen.Shop, no *screen.Refused, key string) action {
	name := string(f.command)
	a := action{Name: name, Button: v.W.Buttons[name], Refusal: p.Refusal, Version: strconv.FormatInt(v.Lead.Version, 10),
		Key: key, Zone: shop.Hours(v.Lead.Branch).Zone}
	a.Form = page.Form{Frame: v.Frame.Frame, Action: screen.Leads + "/" + v.Lead.ID + "/" + f.path}
	typed := url.Values{}
	if mine := no.Of(name); mine != nil {
		typed, a.Open = mine.Typed, true
	}
	for _, one := range f.fields {
		name, label := f.path+"."+one.name, v.W.Fields[one.name]
		drawn := page.Field{Input: one.input, Name: name, Label: label.Label, Hint: label.Hint, Required: one.required,
			Optional: !one.required, Value: typed.Get(name)}
		drawn.Options = v.choices(one, shop, drawn.Value)
		a.Fields = append(a.Fields, drawn)
	}
	if a.Open {
		a.blame(no, f.path)
	}
	return a
}

// blame puts what is wrong beside its field.
func (a *action) blame(no *screen.Refused, path string) {
	var faults []fault.Field
	for _, e := range no.Problem.Errors {
		text := words.Text{Zh: e.Detail, En: e.Detail}
		faults = append(faults, fault.Field{Pointer: "/" + path + e.Pointer, Text: text})
	}
	a.Blame(faults)
}

// choices are the options of a field, in the reader's words.
func (v *leadView) choices(f field, shop screen.Shop, chosen string) []page.Option {
	var out []page.Option
	if f.list == "owner" {
		for _, p := range shop.Staff {
			if v.Lead.MayGoTo(p, v.Now) {
				out = append(out, page.Option{Value: p.ID, Label: p.Name, Chosen: p.ID == chosen})
			}
		}
		return out
	}
	for _, value := range f.choices {
		label := v.W.Lists[f.list][value]
		if f.list == "channel" {
			label = customer.ChannelWords(value).In(v.Lang)
		}
		out = append(out, page.Option{Value: value, Label: label, Chosen: value == chosen})
	}
	return out
}

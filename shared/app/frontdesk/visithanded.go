package frontdesk

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"afterpress/shared/app"
	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
)

// TypedByVisitor reports whether a fault is one of what a person typed, and not of how the sender wrote it down.
func TypedByVisitor(f fault.Field) bool {
	return !slices.Contains([]string{"/form", "/source", "/lang"}, f.Pointer)
}

// HandEnquiry takes in an enquiry of another site or platform as the form's own page would. A form that does not exist
// is the sender's to mend. What a person typed is not, so it is kept for a colleague to look at.
// typed are faults of what they typed that the door found.
func (d Desk) HandEnquiry(ctx context.Context, call app.Call, in Handed, typed ...fault.Field) error {
	f, shop, err := d.enquiries().Form(ctx, in.Form)
	if err != nil {
		if fault.KindOf(err) == fault.NotFound {
			return fault.Faulty(fault.Field{Pointer: "/form",
				Text: words.Text{Zh: "没有这个表单。请核对编号。", En: "There is no such form. Check its id."}})
		}
		return err
	}
	lang, now := cmp.Or(in.Lang, f.Lang()), d.Now()
	sub := form.Submission{ID: d.Store.NewSubmissionID(), Version: 1, CreatedAt: now, UpdatedAt: now, Form: f.ID,
		Branch: f.Branch, Lang: lang, Type: call.Type, Body: call.Body, Via: call.Via}
	if in.Consent {
		sub.ConsentText = f.Consent.In(lang)
	}
	faults := typed
	if len(faults) == 0 {
		err = d.Visit(ctx, Visit{Form: f, Shop: shop, Enquiry: in.Said(lang), Submission: sub,
			Source: strings.TrimSpace(in.Source)})
		if faults = fault.Blamed(err); len(faults) == 0 {
			return err
		}
	}
	why := string(fault.Invalid)
	for _, f := range faults {
		why += " " + f.Pointer
	}
	return d.hold(ctx, f, shop, sub.Quarantine(why))
}

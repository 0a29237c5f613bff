package frontdesk

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"afterpress/shared/app"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/token"
	"afterpress/shared/kernel/words"

	"github.com/samber/lo"
)

// Form finds a form with the set-up, whether visitors may still fill it in or not. Its words promise what holds now.
func (d Desk) Form(ctx context.Context, id string) (form.Form, setup.Shop, error) {
	f, shop, err := d.enquiries().Form(ctx, id)
	if err != nil {
		return f, shop, err
	}
	return f.Promising(d.answerIn(f, shop)), shop, nil
}

// answerIn is how soon an enquiry that comes now is answered. A shop whose hours cannot be read names no time.
func (d Desk) answerIn(f form.Form, shop setup.Shop) words.Text {
	terms, err := shop.Terms(f.Branch)
	if err == nil {
		if text, err := terms.Lead().AnswerIn(d.Now()); err == nil {
			return text
		}
	}
	return words.Text{Zh: "工作时间内尽快", En: "as soon as possible during opening hours"}
}

// FrontPage is what a visitor finds without an address: the forms to fill in, that for quotations first. It is zero for
// a shop that is not set up.
func (d Desk) FrontPage(ctx context.Context) ([]form.Form, setup.Shop, error) {
	shop, err := d.Store.Shop(ctx)
	if err != nil {
		return nil, setup.Shop{}, err
	}
	forms := lo.Filter(shop.Forms, func(f form.Form, _ int) bool { return f.Listed() })
	for i, f := range forms {
		forms[i] = f.Promising(d.answerIn(f, shop))
	}
	slices.SortStableFunc(forms, func(a, b form.Form) int {
		quotes := func(f form.Form) int { return lo.Ternary(f.ID == form.QuoteForm, 0, 1) }
		return cmp.Compare(quotes(a), quotes(b))
	})
	return forms, shop, nil
}

// Whom is the branch that a person may call: the form's, or the first where there is no such form. It is zero for a
// shop without branches.
func (d Desk) Whom(ctx context.Context, id string) (setup.Sign, error) {
	shop, err := d.Store.Shop(ctx)
	if err != nil || len(shop.Branches) == 0 {
		return setup.Sign{}, err
	}
	if f, found := shop.Form(id); found {
		return shop.Sign(f.Branch), nil
	}
	return shop.House(), nil
}

// OpenForm is Form for one that visitors may fill in. One that is closed is missing.
func (d Desk) OpenForm(ctx context.Context, id string) (form.Form, setup.Shop, error) {
	f, shop, err := d.Form(ctx, id)
	if err == nil && f.Closed {
		return form.Form{}, shop, fault.Missing("表单", "form")
	}
	return f, shop, err
}

// Arrived begins the visit of a person who sent the form. sent is what was sent as it came: language, type and body.
func (d Desk) Arrived(f form.Form, shop setup.Shop, sent form.Submission) Visit {
	now := d.Now()
	sent.ID = d.Store.NewSubmissionID()
	sent.Version, sent.CreatedAt, sent.UpdatedAt, sent.Form, sent.Branch = 1, now, now, f.ID, f.Branch
	_, sent.Privacy = shop.PrivacyAt(f.Branch)
	return Visit{Form: f, Shop: shop, Submission: sent}
}

// Understood is the visit with what was sent, from the address, in the terms of the rules.
func (d Desk) Understood(v Visit, in Enquiry, address string) Visit {
	v.Enquiry = in.Said(v.Submission.Lang)
	v.Arrival = in.Arrival(d.Tokens, v.Form.ID, address, v.Submission.CreatedAt)
	if in.Consent {
		v.Submission.ConsentText = v.Form.Consent.In(v.Submission.Lang)
	}
	return v
}

// Faults are what the rules find wrong with what was sent. Visit refuses for the same; a page that has other faults to
// show asks here, so that everything is put right in one go.
func (d Desk) Faults(v Visit) []fault.Field {
	_, err := ReadEnquiry(v.Enquiry, v.Form, d.Now())
	return fault.Blamed(err)
}

// InviteFiles makes the token of the link at which files may be handed in with the visit. It is empty where the form
// takes none.
func (d Desk) InviteFiles(v Visit) (invitation string) {
	if _, takes := v.Form.ArtworkPolicy(); !takes {
		return ""
	}
	return app.Invite(d.Office, v.Submission.ID, v.Submission.CreatedAt)
}

// Stamp signs the moment at which the form is drawn.
func (d Desk) Stamp(f form.Form) string { return Stamp(d.Tokens, f.ID, d.Now()) }

// Receipt proves that an enquiry came by the form under the submission's id, for the page that thanks for it.
func (d Desk) Receipt(f form.Form, submission string) string {
	return d.Tokens.Sign(token.UseThanks, f.ID+" "+submission)
}

// Received is the submission of a receipt of the form; empty for anything else.
func (d Desk) Received(f form.Form, receipt string) (submission string) {
	payload, _ := d.Tokens.Open(token.UseThanks, receipt)
	of, submission, _ := strings.Cut(payload, " ")
	if of != f.ID {
		return ""
	}
	return submission
}

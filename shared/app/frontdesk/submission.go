package frontdesk

import (
	"context"

	"afterpress/shared/app"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/receipt"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/table"
)

// ListSubmissions is the query of the list of submissions. By default it lists those that a colleague has to look at.
type ListSubmissions struct {
	app.Numbered
	Outcome string `json:"outcome" validate:"one=submission-outcome" default:"quarantined"`
	Branch  string `json:"branch" validate:"max=64" description:"Absent: all that you see · 不填则为您可查看的全部网点"`
	app.Paging
}

// Submissions lists what came through the forms, the newest first.
func (d Desk) Submissions(ctx context.Context, by app.Caller,
	q ListSubmissions) (page table.Page[form.SubmissionCard], err error) {
	if err := permission.Permit(by.Actor, permission.ReadSubmissions); err != nil {
		return page, err
	}
	if q.Q != "" {
		return app.Found(ctx, d.Office, by, app.Finding{Q: q.Q, Paging: q.Paging, With: []app.Given{
			{Name: "outcome", Is: q.Outcome != form.OutcomeQuarantined}, {Name: "branch", Is: q.Branch != ""}}},
			d.Store.NamedSubmissions)
	}
	shop, err := d.Store.Shop(ctx)
	if err != nil {
		return page, err
	}
	asked, err := app.Branches(by, shop, q.Branch)
	if err != nil {
		return page, err
	}
	return d.Store.Submissions(ctx, q.Outcome, asked, q.For(by))
}

// Submission is a submission as its reader sees it: with why it was quarantined in words, and what the reader may do
// with it.
type Submission struct {
	form.Submission
	Why     string                 `json:"why,omitempty"`
	Fields  []form.Posted          `json:"fields,omitempty" description:"The body, decoded · 逐项内容，无法解析时没有"`
	Actions []permission.Permitted `json:"actions"`
}

// submissionFor gives a submission the words and permissions of its reader.
func submissionFor(by app.Caller, shop setup.Shop) func(form.Submission) Submission {
	return func(sub form.Submission) Submission {
		f, _ := shop.Form(sub.Form) // what came through none has no labels
		out := Submission{Submission: sub, Actions: app.Worded(form.SubmissionActions(by.Actor, sub), by.Lang)}
		if sub.Difficulty != "" {
			out.Why = sub.Why().In(by.Lang)
		}
		out.Fields, _ = sub.Posted(f, by.Lang)
		return out
	}
}

// submission reads a submission for the action. One of a branch that the caller does not see is missing.
func (d Desk) submission(ctx context.Context, by app.Caller, action permission.Action,
	at app.Record) (form.Submission, error) {
	if err := permission.Permit(by.Actor, action); err != nil {
		return form.Submission{}, err
	}
	sub, err := d.Store.Submission(ctx, at.ID)
	if err == nil && !by.Sees(sub.Branch) {
		return form.Submission{}, fault.Missing("提交记录", "submission")
	}
	return sub, err
}

// submissionAsRead is submission, in the version that the caller has read.
func (d Desk) submissionAsRead(ctx context.Context, by app.Caller, action permission.Action,
	at app.Record) (form.Submission, error) {
	sub, err := d.submission(ctx, by, action, at)
	if err != nil {
		return sub, err
	}
	return sub, at.Current(sub.Version, sub)
}

// Submission reads what was posted, as it came, and what the caller may do with it.
func (d Desk) Submission(ctx context.Context, by app.Caller, at app.Record) (Submission, error) {
	sub, err := d.submission(ctx, by, permission.ReadSubmissions, at)
	if err != nil {
		return Submission{}, err
	}
	shop, err := d.Store.Shop(ctx)
	if err != nil {
		return Submission{}, err
	}
	return submissionFor(by, shop)(sub), nil
}

// ReleaseSubmission takes nothing but the submission in the path.
type ReleaseSubmission struct{}

// ReleaseSubmission lets a quarantined submission become a lead by the rules of today.
func (d Desk) ReleaseSubmission(ctx context.Context, by app.Caller, at app.Record,
	_ ReleaseSubmission) (Submission, error) {
	sub, err := d.submissionAsRead(ctx, by, permission.ReleaseSubmission, at)
	if err != nil {
		return Submission{}, err
	}
	if sub, err = sub.Release(by.Actor, d.Now()); err != nil {
		return Submission{}, err
	}
	capture, shop, err := d.released(ctx, sub, by.Actor)
	if err != nil {
		return Submission{}, err
	}
	show := submissionFor(by, shop)
	if err := d.deciding(ctx, sub, func() error {
		_, err := d.Store.Capture(app.Showing(ctx, show), capture, &sub)
		return err
	}); err != nil {
		return Submission{}, err
	}
	return show(sub), nil
}

// released is what a submission brings about that a colleague releases.
func (d Desk) released(ctx context.Context, sub form.Submission, by staff.Actor) (lead.Capture, setup.Shop, error) {
	if sub.Letter != nil {
		shop, err := d.Store.Shop(ctx)
		if err != nil {
			return lead.Capture{}, shop, err
		}
		capture, err := LetterCapture(sub, shop, by)
		return capture, shop, err
	}
	f, shop, err := d.Store.Form(ctx, sub.Form)
	if err != nil {
		return lead.Capture{}, shop, err
	}
	in, err := d.Read(sub)
	if err != nil {
		return lead.Capture{}, shop, err
	}
	capture, err := CaptureOf(sub, in, f, shop, by)
	capture.Draw = f.Draw.At(d.Now())
	return capture, shop, err
}

// deciding commits a decision about a submission. The end of its letter begins then.
func (d Desk) deciding(ctx context.Context, sub form.Submission, commit func() error) error {
	if sub.Letter == nil {
		return commit()
	}
	return d.Store.EndLetters(ctx, sub.Branch, []string{sub.Letter.Raw}, commit)
}

// DiscardSubmission says why nothing comes of the submission.
type DiscardSubmission struct {
	Reason string `json:"reason" validate:"required,one=discard-reason"`
}

// DiscardSubmission says that nothing comes of a quarantined submission. Its files are deleted.
func (d Desk) DiscardSubmission(ctx context.Context, by app.Caller, at app.Record,
	in DiscardSubmission) (Submission, error) {
	sub, err := d.submission(ctx, by, permission.DiscardSubmission, at)
	if err != nil {
		return Submission{}, err
	}
	shop, err := d.Store.Shop(ctx)
	if err != nil {
		return Submission{}, err
	}
	show := submissionFor(by, shop)
	if sub.Outcome == form.OutcomeDiscarded { // what an earlier try could not delete goes now
		err := d.deciding(ctx, sub, func() error { return d.Store.DropArtwork(ctx, sub.ID) })
		if again := receipt.Of(ctx) != nil && sub.DiscardedBy(by.Actor, in.Reason); err != nil || again {
			return show(sub), err
		}
	}
	if err := at.Current(sub.Version, sub); err != nil {
		return Submission{}, err
	}
	next, event, err := sub.Discard(by.Actor, in.Reason, d.Now())
	if err != nil {
		return Submission{}, err
	}
	if err := d.deciding(ctx, next, func() error {
		// Without the receipt: a repeat would find it, and leave the files of a try that broke off behind this.
		return d.Store.SaveSubmission(receipt.WithReceipt(ctx, nil), next, event)
	}); err != nil {
		return Submission{}, err
	}
	// Only now: a colleague may have released it meanwhile, and their lead needs the files.
	if err := d.Store.DropArtwork(ctx, next.ID); err != nil {
		return Submission{}, err
	}
	return show(next), nil
}

package casework

import (
	"context"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
)

// VerifyComplaint is what the customer says after the remedy.
type VerifyComplaint struct {
	Satisfied *bool `json:"satisfied" validate:"required" description:"false: the search begins again · false 则重新调查"`
}

// VerifyComplaint records whether the customer is content.
func (d Desk) VerifyComplaint(ctx context.Context, by app.Caller, at app.Record,
	in VerifyComplaint) (Complaint, error) {
	return d.change(ctx, by, permission.VerifyComplaint, at,
		func(c complaint.Complaint, on ground) (complaint.Complaint, event.Event, error) {
			return c.Verify(by.Actor, *in.Satisfied, on.terms, d.Now())
		})
}

// FindCause is the root cause, by one of the five factors.
type FindCause struct {
	Factor string `json:"factor" validate:"required,one=cause-factor" description:"人机料法环"`
	Text   string `json:"internal_text" validate:"required,max=2000,shown,text" description:"For staff · 供内部查看"`
}

// FindCause records the root cause.
func (d Desk) FindCause(ctx context.Context, by app.Caller, at app.Record, in FindCause) (Complaint, error) {
	cause := complaint.Cause{Factor: in.Factor, Text: words.InternalText(in.Text)}
	return d.change(ctx, by, permission.FindCauseComplaint, at,
		func(c complaint.Complaint, on ground) (complaint.Complaint, event.Event, error) {
			return c.FindCause(by.Actor, cause, on.terms, d.Now())
		})
}

// CorrectComplaint is the corrective action: what, who, by when.
type CorrectComplaint struct {
	Action string    `json:"internal_action" validate:"required,max=2000,shown,text" description:"For staff · 供内部查看"`
	Owner  string    `json:"owner" validate:"required,id=stf" description:"Who does it: a colleague of the branch · 负责人，须为该网点同事"`
	DueAt  time.Time `json:"due_at" validate:"required" description:"Within 400 days · 400 天以内"`
}

// CorrectComplaint records the corrective action. A colleague who works in the branch today does it.
func (d Desk) CorrectComplaint(ctx context.Context, by app.Caller, at app.Record,
	in CorrectComplaint) (Complaint, error) {
	action := complaint.Correction{Action: words.InternalText(in.Action), Owner: in.Owner, Due: moment(&in.DueAt)}
	return d.change(ctx, by, permission.CorrectComplaint, at,
		func(c complaint.Complaint, on ground) (complaint.Complaint, event.Event, error) {
			next, e, err := c.Correct(by.Actor, action, on.terms, d.Now())
			if owner := on.person(in.Owner); err == nil && (!owner.WorksIn(c.Branch) || !owner.Employed(d.Now())) {
				return c, event.Event{}, fault.Faulty(fault.Field{Pointer: "/owner",
					Text: words.Text{Zh: "请填写该网点一位在职同事的编号。", En: "Enter the id of a colleague who works in the branch."}})
			}
			return next, e, err
		})
}

// CheckEffect says whether the correction helped.
type CheckEffect struct {
	Effective *bool `json:"effective" validate:"required"`
}

// CheckEffect records whether the correction helped.
func (d Desk) CheckEffect(ctx context.Context, by app.Caller, at app.Record, in CheckEffect) (Complaint, error) {
	return d.change(ctx, by, permission.CorrectComplaint, at,
		func(c complaint.Complaint, on ground) (complaint.Complaint, event.Event, error) {
			return c.CheckEffect(by.Actor, *in.Effective, on.terms, d.Now())
		})
}

// CloseComplaint takes nothing but the complaint in the path.
type CloseComplaint struct{}

// CloseComplaint closes a complaint that is settled.
func (d Desk) CloseComplaint(ctx context.Context, by app.Caller, at app.Record, _ CloseComplaint) (Complaint, error) {
	return d.change(ctx, by, permission.CloseComplaint, at,
		func(c complaint.Complaint, on ground) (complaint.Complaint, event.Event, error) {
			return c.Close(by.Actor, on.terms, d.Now())
		})
}

// ReopenComplaint says why.
type ReopenComplaint struct {
	Reason string `json:"internal_reason" validate:"required,max=2000,text,shown" description:"For staff · 重新打开的原因"`
}

// ReopenComplaint begins a new round.
func (d Desk) ReopenComplaint(ctx context.Context, by app.Caller, at app.Record,
	in ReopenComplaint) (Complaint, error) {
	return d.change(ctx, by, permission.ReopenComplaint, at,
		func(c complaint.Complaint, on ground) (complaint.Complaint, event.Event, error) {
			return c.Reopen(by.Actor, in.Reason, on.terms, d.Now())
		})
}

// WithdrawComplaint says why. The customer is told that it was closed as withdrawn, and where they reopen it.
type WithdrawComplaint struct {
	Reason string `json:"internal_reason" validate:"required,max=2000,text,shown" description:"Why, for staff · 撤回原因，仅供内部查看"`
}

// WithdrawComplaint ends a complaint that the customer takes back.
func (d Desk) WithdrawComplaint(ctx context.Context, by app.Caller, at app.Record,
	in WithdrawComplaint) (Complaint, error) {
	return d.change(ctx, by, permission.WithdrawComplaint, at,
		func(c complaint.Complaint, on ground) (complaint.Complaint, event.Event, error) {
			return c.Withdraw(by.Actor, words.InternalText(in.Reason), on.terms, d.Now())
		})
}

// JoinComplaint names the older complaint, of the same customer about the same job.
type JoinComplaint struct {
	Into string `json:"into" validate:"required,id=cmp"`
}

// JoinComplaint ends a complaint in favour of an older one. Both change in one transaction.
func (d Desk) JoinComplaint(ctx context.Context, by app.Caller, at app.Record, in JoinComplaint) (Complaint, error) {
	return d.act(ctx, by, permission.JoinComplaint,
		func(ctx context.Context, shop setup.Shop) (complaint.Complaint, error) {
			return d.Store.JoinComplaints(ctx, at.ID, in.Into,
				func(c, older complaint.Complaint) (complaint.Complaint, complaint.Complaint, [2]event.Event, error) {
					on, err := stands(by, at, shop, c)
					if err != nil {
						return c, older, [2]event.Event{}, err
					}
					return c.Join(by.Actor, older, on.terms, d.Now())
				})
		})
}

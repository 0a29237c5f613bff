package casework

import (
	"context"
	"errors"
	"slices"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/approval"
	"afterpress/shared/crm/complaint/proposal"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
)

// granting is a command that is told what the customer was given before.
type granting = func(c complaint.Complaint, before approval.Granted, on ground) (complaint.Complaint,
	event.Event, error)

// grant is change for what may give something to the customer.
func (d Desk) grant(ctx context.Context, by app.Caller, action permission.Action, at app.Record,
	do granting) (Complaint, error) {
	return d.act(ctx, by, action, func(ctx context.Context, shop setup.Shop) (complaint.Complaint, error) {
		return d.Store.GrantComplaint(ctx, at.ID,
			func(c complaint.Complaint, before approval.Granted) (complaint.Complaint, event.Event, error) {
				on, err := stands(by, at, shop, c)
				if err != nil {
					return c, event.Event{}, err
				}
				return do(c, before, on)
			})
	})
}

// ProposeRemedies is what staff want to offer. Facts put the rule's proposals on the table. Without remedies they stay
// there for the choice.
type ProposeRemedies struct {
	Facts    *RemedyFacts   `json:"facts,omitempty" validate:"omitempty" description:"From which proposals are made · 用于生成建议方案"`
	Remedies []ChosenRemedy `json:"remedies,omitempty" validate:"max=9,dive"`
	Draft    bool           `json:"draft,omitempty" description:"Offer it to nobody yet · 暂不提供给客户"`
}

// RemedyFacts is what proposals depend on beside the complaint.
type RemedyFacts struct {
	LateHours int64       `json:"late_hours,omitempty" validate:"min=0,max=87600"`
	Usable    bool        `json:"usable,omitempty" description:"The customer can use the bad pieces as they are · 不良品仍可使用"`
	Sortable  bool        `json:"sortable,omitempty" description:"They can be told from the good ones · 可以挑拣"`
	Mendable  bool        `json:"mendable,omitempty" description:"They can be made good · 可以返工"`
	Standing  string      `json:"standing,omitempty" validate:"omitempty,one=standing" description:"Of the customer · 客户等级"`
	ReprintAt *time.Time  `json:"reprint_at,omitempty" description:"When new goods can be there · 重印最早送达时间"`
	MendAt    *time.Time  `json:"mend_at,omitempty" description:"When mended goods can be there · 返工最早送达时间"`
	Cost      RemedyCosts `json:"cost,omitzero" description:"In the job's currency · 以订单货币计"`
}

// RemedyCosts are what remedies cost us.
type RemedyCosts struct {
	Setup   *Amount `json:"setup,omitempty" validate:"omitempty" description:"Plates and make-ready, once · 制版与准备，一次"`
	Run     *Amount `json:"run,omitempty" validate:"omitempty" description:"Paper and press time of the whole order; absent: the job's value · 全部数量的纸张与机时，不填则按订单金额"`
	Mend    *Amount `json:"mend,omitempty" validate:"omitempty" description:"Sorting or mending the whole delivery · 全部挑拣或返工"`
	Freight *Amount `json:"freight,omitempty" validate:"omitempty"`
}

// ChosenRemedy is one thing that is done for the customer.
type ChosenRemedy struct {
	Kind         string     `json:"kind" validate:"required,max=32,oneline" description:"full-reprint, part-reprint, make-up, rework, credit-note, price-cut, refund, gift or apology · 补救办法"`
	Quantity     int64      `json:"quantity,omitempty" description:"Of goods that are made or mended · 重印或返工的件数"`
	Amount       Amount     `json:"amount" validate:"required" description:"What it costs us, after the customer's part · 本厂成本，不含客户承担部分"`
	Value        Amount     `json:"value" validate:"required" description:"The amount that the customer sees · 折合价值，客户会看到"`
	CustomerPays *Amount    `json:"customer_pays,omitempty" validate:"omitempty" description:"The customer's share of the cost · 客户承担部分"`
	PromisedAt   *time.Time `json:"promised_at,omitempty" description:"When the goods will be there · 预计送达时间"`
}

func (in ProposeRemedies) choice(before approval.Granted) complaint.RemedyChoice {
	out := complaint.RemedyChoice{Draft: in.Draft, Before: before}
	if f := in.Facts; f != nil {
		out.Facts = &complaint.RemedyFacts{LateHours: f.LateHours, Usable: f.Usable, Sortable: f.Sortable,
			Mendable: f.Mendable, Standing: f.Standing,
			ReprintAt: moment(f.ReprintAt), MendAt: moment(f.MendAt),
			Cost: proposal.Cost{Setup: f.Cost.Setup.money(), Run: f.Cost.Run.money(), Mend: f.Cost.Mend.money(),
				Freight: f.Cost.Freight.money()}}
	}
	for _, m := range in.Remedies {
		out.Remedies = append(out.Remedies,
			remedy.Remedy{Kind: remedy.Kind(m.Kind), Quantity: m.Quantity, Amount: m.Amount.money(), Value: m.Value.money(),
				CustomerPays: m.CustomerPays.money(), PromisedAt: moment(m.PromisedAt)})
	}
	return out
}

// ProposeRemedies chooses remedies. Beyond the caller's limit another person is asked.
func (d Desk) ProposeRemedies(ctx context.Context, by app.Caller, at app.Record,
	in ProposeRemedies) (Complaint, error) {
	return d.grant(ctx, by, permission.ProposeComplaint, at,
		func(c complaint.Complaint, before approval.Granted, on ground) (complaint.Complaint, event.Event, error) {
			next, e, err := c.Propose(by.Actor, in.choice(before), on.terms, d.Now())
			return next, e, aboutFacts(err)
		})
}

// aboutFacts moves faults of what the input has under facts to that place.
func aboutFacts(err error) error {
	var e *fault.Error
	if !errors.As(err, &e) {
		return err
	}
	out := *e
	out.Fields = slices.Clone(e.Fields)
	for i, f := range out.Fields {
		if slices.Contains([]string{"/late_hours", "/standing", "/cost"}, f.Pointer) {
			out.Fields[i].Pointer = "/facts" + f.Pointer
		}
	}
	return &out
}

// ApproveComplaint names the question that the approver has read. One that was edited since is another.
type ApproveComplaint struct {
	No     int     `json:"no" validate:"required,min=1" description:"approvals of the complaint as it was read · 投诉的 approvals"`
	Amount *Amount `json:"amount,omitempty" validate:"omitempty" description:"approval.amount as it was read; absent for an overruling · 投诉的 approval.amount；改判则不填"`
}

// ApproveComplaint approves what was asked.
func (d Desk) ApproveComplaint(ctx context.Context, by app.Caller, at app.Record,
	in ApproveComplaint) (Complaint, error) {
	return d.grant(ctx, by, permission.ApproveComplaint, at,
		func(c complaint.Complaint, before approval.Granted, on ground) (complaint.Complaint, event.Event, error) {
			return c.Approve(by.Actor, in.No, in.Amount.money(), before, on.terms, d.Now())
		})
}

// RejectComplaint names the question, and says why not. The reason is for staff.
type RejectComplaint struct {
	No     int    `json:"no" validate:"required,min=1" description:"approvals of the complaint as it was read · 投诉的 approvals"`
	Reason string `json:"internal_reason" validate:"required,max=2000,text,shown"`
}

// RejectComplaint refuses what was asked, with a reason.
func (d Desk) RejectComplaint(ctx context.Context, by app.Caller, at app.Record,
	in RejectComplaint) (Complaint, error) {
	return d.change(ctx, by, permission.RejectComplaint, at,
		func(c complaint.Complaint, on ground) (complaint.Complaint, event.Event, error) {
			return c.Reject(by.Actor, in.No, words.InternalText(in.Reason), on.terms, d.Now())
		})
}

// AgreeComplaint names the offer that the customer said yes to.
type AgreeComplaint struct {
	Turn int `json:"turn" validate:"required,min=1" description:"turn of the complaint as it was read · 投诉的 turn"`
}

// AgreeComplaint records the customer's yes to an offer.
func (d Desk) AgreeComplaint(ctx context.Context, by app.Caller, at app.Record, in AgreeComplaint) (Complaint, error) {
	return d.change(ctx, by, permission.AgreeComplaint, at,
		func(c complaint.Complaint, on ground) (complaint.Complaint, event.Event, error) {
			return c.Agree(by.Actor, in.Turn, on.terms, d.Now())
		})
}

// DeclineComplaint takes nothing but the complaint in the path.
type DeclineComplaint struct{}

// DeclineComplaint records the customer's no.
func (d Desk) DeclineComplaint(ctx context.Context, by app.Caller, at app.Record,
	_ DeclineComplaint) (Complaint, error) {
	return d.change(ctx, by, permission.DeclineComplaint, at,
		func(c complaint.Complaint, on ground) (complaint.Complaint, event.Event, error) {
			return c.Decline(by.Actor, on.terms, d.Now())
		})
}

// CarryOutComplaint says how the remedies will be done. Goods have a day, credits a number, which finance enters.
// Either may come later.
type CarryOutComplaint struct {
	PromisedAt   *time.Time `json:"promised_at,omitempty" description:"When the goods are with the customer, as the customer is told · 答应客户的送达时间"`
	CreditNumber string     `json:"credit_number,omitempty" validate:"max=64,oneline,shown" description:"Of the credit note, reduction or refund · 抵扣、降价或退款的凭证号"`
}

// CarryOutComplaint begins what was agreed, gives the goods a day, or enters the credit's number.
func (d Desk) CarryOutComplaint(ctx context.Context, by app.Caller, at app.Record,
	in CarryOutComplaint) (Complaint, error) {
	plan := complaint.CarryOutPlan{PromisedAt: moment(in.PromisedAt), CreditNumber: in.CreditNumber}
	return d.change(ctx, by, permission.CarryOutComplaint, at,
		func(c complaint.Complaint, on ground) (complaint.Complaint, event.Event, error) {
			return c.CarryOutRemedies(by.Actor, plan, on.terms, d.Now())
		})
}

// CompleteComplaint says when it was done.
type CompleteComplaint struct {
	DoneAt *time.Time `json:"done_at,omitempty" description:"Absent: now; never in the future · 不填则为现在，不能是将来的时间"`
}

// CompleteComplaint says that all that was agreed is done.
func (d Desk) CompleteComplaint(ctx context.Context, by app.Caller, at app.Record,
	in CompleteComplaint) (Complaint, error) {
	return d.change(ctx, by, permission.CompleteComplaint, at,
		func(c complaint.Complaint, on ground) (complaint.Complaint, event.Event, error) {
			return c.Complete(by.Actor, moment(in.DoneAt), on.terms, d.Now())
		})
}

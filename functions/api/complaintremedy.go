package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/approval"
	"afterpress/shared/crm/complaint/proposal"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/setup"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
)

// grantCommand is a command that is told what the customer was given before.
type grantCommand func(c complaint.Complaint, before approval.Granted, terms setup.Terms) (complaint.Complaint,
	event.Event, error)

// grantComplaint is commandComplaint for what may give something to the customer.
func (s *Server) grantComplaint(r *http.Request, command grantCommand) (httpapi.Answer, error) {
	return s.atComplaint(r, func(ctx context.Context, id string, shop setup.Shop) (complaint.Complaint, error) {
		return s.Store.GrantComplaint(ctx, id,
			func(c complaint.Complaint, before approval.Granted) (complaint.Complaint, event.Event, error) {
				terms, err := complaintStands(r, shop, c)
				if err != nil {
					return c, event.Event{}, err
				}
				return command(c, before, terms)
			})
	})
}

// ProposeRemedies is what staff want to offer. Facts put the rule's proposals on the table; without remedies they
// stay there for the choice.
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
	Standing  string      `json:"standing,omitempty" validate:"omitempty,oneof=new regular key" description:"Of the customer · 客户等级"`
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
	Value        Amount     `json:"value" validate:"required" description:"What it is worth to the customer · 对客户的价值"`
	CustomerPays *Amount    `json:"customer_pays,omitempty" validate:"omitempty" description:"His part of the cost · 客户承担部分"`
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

func (s *Server) proposeRemedies(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[ProposeRemedies](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return s.grantComplaint(r,
		func(c complaint.Complaint, before approval.Granted, terms setup.Terms) (complaint.Complaint, event.Event, error) {
			next, e, err := c.Propose(httpapi.Actor(r), in.choice(before), terms.Complaint(), s.Now())
			return next, e, aboutFacts(err)
		})
}

// aboutFacts moves faults of what stands under facts in the body to that place.
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

// ApproveComplaint names the question that the approver has read: one that was edited since is another.
type ApproveComplaint struct {
	No     int     `json:"no" validate:"required,min=1" description:"approvals of the complaint as it was read · 投诉的 approvals"`
	Amount *Amount `json:"amount,omitempty" validate:"omitempty" description:"approval.amount as it was read; absent for an overruling · 投诉的 approval.amount；改判则不填"`
}

func (s *Server) approveComplaint(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[ApproveComplaint](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return s.grantComplaint(r,
		func(c complaint.Complaint, before approval.Granted, terms setup.Terms) (complaint.Complaint, event.Event, error) {
			return c.Approve(httpapi.Actor(r), in.No, in.Amount.money(), before, terms.Complaint(), s.Now())
		})
}

// RejectComplaint names the question, and says why not. The reason is for staff.
type RejectComplaint struct {
	No     int    `json:"no" validate:"required,min=1" description:"approvals of the complaint as it was read · 投诉的 approvals"`
	Reason string `json:"internal_reason" validate:"required,max=2000,text,shown"`
}

func (s *Server) rejectComplaint(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[RejectComplaint](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return s.commandComplaint(r,
		func(c complaint.Complaint, terms setup.Terms) (complaint.Complaint, event.Event, error) {
			return c.Reject(httpapi.Actor(r), in.No, words.InternalText(in.Reason), terms.Complaint(), s.Now())
		})
}

// AgreeComplaint names the offer that the customer said yes to.
type AgreeComplaint struct {
	Turn int `json:"turn" validate:"required,min=1" description:"turn of the complaint as it was read · 投诉的 turn"`
}

func (s *Server) agreeComplaint(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[AgreeComplaint](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return s.commandComplaint(r,
		func(c complaint.Complaint, terms setup.Terms) (complaint.Complaint, event.Event, error) {
			return c.Agree(httpapi.Actor(r), in.Turn, terms.Complaint(), s.Now())
		})
}

// DeclineComplaint takes nothing but the complaint in the path.
type DeclineComplaint struct{}

func (s *Server) declineComplaint(r *http.Request) (httpapi.Answer, error) {
	if _, err := httpapi.Decode[DeclineComplaint](r); err != nil {
		return httpapi.Answer{}, err
	}
	return s.commandComplaint(r,
		func(c complaint.Complaint, terms setup.Terms) (complaint.Complaint, event.Event, error) {
			return c.Decline(httpapi.Actor(r), terms.Complaint(), s.Now())
		})
}

// CarryOutComplaint says how the remedies will be done. Goods have a day, credits a number, which finance enters;
// either may come later.
type CarryOutComplaint struct {
	PromisedAt   *time.Time `json:"promised_at,omitempty" description:"When the goods are with the customer, as he is told · 答应客户的送达时间"`
	CreditNumber string     `json:"credit_number,omitempty" validate:"max=64,oneline,shown" description:"Of the credit note, reduction or refund · 贷记、折让或退款凭证号"`
}

func (s *Server) carryOutComplaint(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[CarryOutComplaint](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	plan := complaint.CarryOutPlan{PromisedAt: moment(in.PromisedAt), CreditNumber: in.CreditNumber}
	return s.commandComplaint(r,
		func(c complaint.Complaint, terms setup.Terms) (complaint.Complaint, event.Event, error) {
			return c.CarryOutRemedies(httpapi.Actor(r), plan, terms.Complaint(), s.Now())
		})
}

// CompleteComplaint takes nothing but the complaint in the path.
type CompleteComplaint struct{}

func (s *Server) completeComplaint(r *http.Request) (httpapi.Answer, error) {
	if _, err := httpapi.Decode[CompleteComplaint](r); err != nil {
		return httpapi.Answer{}, err
	}
	return s.commandComplaint(r,
		func(c complaint.Complaint, terms setup.Terms) (complaint.Complaint, event.Event, error) {
			return c.Complete(httpapi.Actor(r), terms.Complaint(), s.Now())
		})
}

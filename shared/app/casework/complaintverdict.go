package casework

import (
	"context"

	"afterpress/shared/app"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
)

// ComplaintFacts is what was found out for the verdict. What is left out is not known, and the answer then says
// which of it is needed.
type ComplaintFacts struct {
	Defect       string `json:"defect,omitempty" validate:"max=40,oneline" description:"One of the complaint's · 本投诉的缺陷之一"`
	ContractDays int    `json:"contract_days,omitempty" validate:"min=0,max=3650" description:"The claim window agreed; 0: the policy's · 合同异议期，0 为按规则"`
	Seen         string `json:"seen,omitempty" validate:"omitempty,one=seen" description:"At receipt; absent: as the catalogue says · 收货时能否看出，不填则按目录"`
	KnownToUs    bool   `json:"known_to_us,omitempty" description:"We delivered though we knew · 本厂明知而交货"`
	Sample       string `json:"sample,omitempty" validate:"omitempty,one=sample" description:"Side by side with the signed sample · 与签样比较"`
	Proof        string `json:"proof,omitempty" validate:"omitempty,one=proof" description:"What the signed proof shows · 签样上的情况"`
	File         string `json:"file,omitempty" validate:"omitempty,one=customer-file" description:"The customer's file; at fault, and whether we had said so · 客户文件是否有错，本厂是否告知过"`
	Cause        string `json:"cause,omitempty" validate:"omitempty,one=cause-side"`
	Warned       bool   `json:"warned,omitempty" description:"We warned of the customer's material, and the customer let it go on in writing · 已提示来料有问题，客户书面要求继续"`
	Note         string `json:"note,omitempty" validate:"omitempty,one=delivery-note" description:"What stands on the delivery note · 送货单上的记载"`
	Counted      bool   `json:"counted,omitempty" description:"A count protocol is there · 有清点记录"`
}

func (f ComplaintFacts) facts() complaint.Facts {
	return complaint.Facts{Defect: defect.Kind(f.Defect), ContractDays: f.ContractDays, Seen: f.Seen,
		KnownToUs: f.KnownToUs, Sample: f.Sample, Proof: f.Proof,
		File: f.File, Cause: f.Cause, Warned: f.Warned, Note: f.Note, Counted: f.Counted}
}

// DecideComplaint is what the rule judges by, beside the complaint itself.
type DecideComplaint struct{ ComplaintFacts }

// DecideComplaint lets the rule judge who is liable.
func (d Desk) DecideComplaint(ctx context.Context, by app.Caller, at app.Record,
	in DecideComplaint) (Complaint, error) {
	return d.change(ctx, by, permission.DecideComplaint, at,
		func(c complaint.Complaint, on ground) (complaint.Complaint, event.Event, error) {
			return c.Decide(by.Actor, in.facts(), on.terms, d.Now())
		})
}

// OverruleComplaint is another verdict than the rule's, or one where the rule cannot judge by the facts. They count
// only while nothing was judged.
type OverruleComplaint struct {
	ComplaintFacts
	Liability string `json:"liability" validate:"required,one=liability"`
	OurShare  int    `json:"our_share,omitempty" validate:"min=0,max=100" description:"Percent: 100 for ours and supplier, 1 to 99 for shared, 0 or 100 for carrier, else 0 · 本厂比例"`
	Reason    string `json:"reason" validate:"required,max=2000,text,shown" description:"For staff · 供内部查看"`
}

func (in OverruleComplaint) overrule() (verdict.Overrule, error) {
	if _, known := defect.Of(defect.Kind(in.Defect)); in.Defect != "" && !known {
		return verdict.Overrule{}, fault.Faulty(fault.Field{Pointer: "/defect",
			Text: words.Text{Zh: "请从本投诉的缺陷中选择。", En: "Choose one of the complaint's defects."}})
	}
	return verdict.Overrule{Liability: verdict.Liability(in.Liability), OurShare: in.OurShare, Reason: in.Reason}, nil
}

// OverruleComplaint asks for another verdict, which another person approves.
func (d Desk) OverruleComplaint(ctx context.Context, by app.Caller, at app.Record,
	in OverruleComplaint) (Complaint, error) {
	return d.act(ctx, by, permission.OverruleComplaint,
		func(ctx context.Context, shop setup.Shop) (complaint.Complaint, error) {
			o, err := in.overrule()
			if err != nil {
				return complaint.Complaint{}, err
			}
			return d.give(ctx, by, at, shop,
				func(c complaint.Complaint, on ground) (complaint.Complaint, event.Event, error) {
					return c.Overrule(by.Actor, in.facts(), o, on.terms, d.Now())
				})
		})
}

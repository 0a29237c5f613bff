package casework

import (
	"context"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/centre"
)

// OpenComplaint is a complaint that staff or an integration enters.
type OpenComplaint struct {
	Branch     string            `json:"branch,omitempty" validate:"max=64" description:"Which did the work; absent: your only one · 承印网点，不填则为您所在的网点"`
	Customer   string            `json:"customer" validate:"required,id=cus"`
	Contact    string            `json:"contact" validate:"required,id=con" description:"Of the customer: who complains · 投诉人，须为该客户的联系人"`
	Channel    string            `json:"channel" validate:"required,one=heard-channel"`
	Job        ComplaintJobEntry `json:"job,omitzero"`
	Defects    []string          `json:"defects" validate:"required,min=1,max=10,unique,dive,required,max=40,oneline" description:"Kinds of GET /defects · 缺陷种类，取自 GET /defects"`
	Words      string            `json:"words" validate:"required,max=4000,text,shown" description:"The customer's own · 客户的原话"`
	Affected   int64             `json:"affected,omitempty" description:"Bad pieces; 0: not known · 不良件数，0 为未知"`
	Samples    int               `json:"samples,omitempty" description:"Pieces that the customer sent back · 寄回件数"`
	Wanted     string            `json:"wanted,omitempty" validate:"max=32,oneline" description:"The remedy that the customer asks for · 客户要求的补救办法"`
	NeededBy   *time.Time        `json:"needed_by,omitempty" description:"When the customer uses the goods · 客户自己使用的时间"`
	ReportedAt *time.Time        `json:"reported_at,omitempty" description:"When the customer told us, at most 400 days ago: the claim window is held against it; absent: now · 客户提出的时间，异议期以此为准，最早 400 天前；不填则为现在"`
}

// OpenedComplaint is the new complaint, and the ids of the customer's other open complaints about the same job,
// which it may join.
type OpenedComplaint struct {
	Complaint
	Similar []string `json:"similar"`
}

// opening is what was said, as the rules know it.
func (in OpenComplaint) opening() (complaint.Opening, error) {
	job, err := in.Job.job()
	return complaint.Opening{Channel: in.Channel, Job: job, Defects: kinds[defect.Kind](in.Defects), Words: in.Words,
		Affected: in.Affected, Samples: in.Samples,
		Wanted: remedy.Kind(in.Wanted), NeededBy: moment(in.NeededBy), ReportedAt: moment(in.ReportedAt)}, err
}

// keeping stores a new complaint with its event.
type keeping = func(context.Context, complaint.Complaint, event.Event) (complaint.Complaint, error)

// raise opens a complaint by the rule, and has it kept. Its caller has found out who complains, and on which terms.
func (d Desk) raise(ctx context.Context, said complaint.Opening, opener complaint.Opener,
	keep keeping) (complaint.Complaint, error) {
	opener.ID = d.Store.NewComplaintID()
	c, e, err := complaint.Open(said, opener, d.Now())
	if err != nil {
		return complaint.Complaint{}, err
	}
	return keep(ctx, c, e)
}

// OpenComplaint opens a complaint of a customer, who has told the caller.
func (d Desk) OpenComplaint(ctx context.Context, by app.Caller, in OpenComplaint) (OpenedComplaint, error) {
	if err := permission.Permit(by.Actor, permission.OpenComplaints); err != nil {
		return OpenedComplaint{}, err
	}
	shop, err := d.Store.Shop(ctx)
	if err != nil {
		return OpenedComplaint{}, err
	}
	said, opener, who, err := d.heard(ctx, by, in, shop)
	if err != nil {
		return OpenedComplaint{}, err
	}
	var similar []string
	show := func(c complaint.Complaint) OpenedComplaint { return OpenedComplaint{d.shown(by, c), similar} }
	c, err := d.raise(ctx, said, opener,
		func(ctx context.Context, c complaint.Complaint, e event.Event) (complaint.Complaint, error) {
			var err error
			if similar, err = d.similar(ctx, by, shop, c); err != nil {
				return c, err
			}
			return d.Store.OpenComplaintOf(app.Showing(ctx, show), who, c, e)
		})
	if err != nil {
		return OpenedComplaint{}, err
	}
	return show(c), nil
}

// heard finds what the input names: the branch, the customer, their contact and their lead.
func (d Desk) heard(ctx context.Context, by app.Caller, in OpenComplaint,
	shop setup.Shop) (complaint.Opening, complaint.Opener, centre.Complainant, error) {
	terms, err := app.OpensAt(by, shop, in.Branch)
	if err != nil {
		return complaint.Opening{}, complaint.Opener{}, centre.Complainant{}, err
	}
	who, err := d.complainant(ctx, by, in)
	if err != nil {
		return complaint.Opening{}, complaint.Opener{}, who, err
	}
	said, err := in.opening()
	return said, complaint.Opener{Customer: who.Customer.ID, Contact: in.Contact, Account: who.Customer.Owner,
		By: by.Actor, Terms: terms.Complaint()}, who, err
}

// complainant is the customer who is named. The caller must see them, and contact and lead must be theirs.
func (d Desk) complainant(ctx context.Context, by app.Caller, in OpenComplaint) (centre.Complainant, error) {
	who, err := d.Store.Complainant(ctx, in.Customer, in.Contact)
	if err == nil && !who.Customer.SeenBy(by.Actor) {
		err = app.MissingCustomer
	}
	if err != nil {
		return who, app.Unseen(err, "/customer")
	}
	if who.Contact.ID == "" {
		return who, app.Unseen(app.MissingContact, "/contact")
	}
	if who.Contact.LeftAt != nil {
		return who, fault.Faulty(fault.Field{Pointer: "/contact",
			Text: words.Text{Zh: "此联系人已离开该客户。请选择另一位。", En: "This contact has left the customer. Choose another one."}})
	}
	return who, d.leadOf(ctx, by, in.Job.Lead, in.Customer)
}

// leadOf refuses a lead that is not the customer's, or that the caller does not see.
func (d Desk) leadOf(ctx context.Context, by app.Caller, lead, c string) error {
	if lead == "" {
		return nil
	}
	of, err := app.CustomerOf(ctx, d.Office, by, lead)
	if err == nil && of != c {
		err = app.MissingLead
	}
	return app.Unseen(err, "/job/lead")
}

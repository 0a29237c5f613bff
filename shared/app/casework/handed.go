package casework

import (
	"context"
	"slices"
	"strings"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/words"
)

// Handed finds customers, and keeps what other systems say of them. It is implemented by *store.Store.
type Handed interface {
	Shop(ctx context.Context) (setup.Shop, error)
	// FindContact finds who alone has one of the values; ok is false where there is none.
	FindContact(ctx context.Context, claims []identity.Claim) (c customer.Customer, contact customer.Contact, ok bool,
		err error)
	OpenComplaint(ctx context.Context, c complaint.Complaint, e event.Event) (complaint.Complaint, error)
	Quarantine(ctx context.Context, sub form.Submission) error
	// QuarantineAsking is Quarantine with the task that tells a colleague of it.
	QuarantineAsking(ctx context.Context, sub form.Submission, t task.Task, e event.Event) error
}

// HandComplaint is a complaint that another system hands over, signed. Whose it is follows from the phone or e-mail.
type HandComplaint struct {
	Phone     string     `json:"phone" validate:"required_without=Email,max=40"`
	Email     string     `json:"email" validate:"required_without=Phone,max=254"`
	Lang      words.Lang `json:"lang" validate:"omitempty,lang"`
	Job       string     `json:"job" validate:"max=64,oneline" description:"Number of the job or order · 订单号"`
	Defects   []string   `json:"defects" validate:"required,min=1,max=10,unique,dive,max=32" description:"Kinds of the catalogue; other where none fits · 缺陷种类"`
	Words     string     `json:"words" validate:"required,max=4000,shown,text" description:"What is wrong, in the customer's words · 问题描述"`
	Affected  int64      `json:"affected" description:"Bad pieces · 不良数量"`
	Ordered   *int64     `json:"ordered" description:"Pieces that were ordered · 订货数量"`
	Delivered *int64     `json:"delivered" description:"Pieces that came · 交货数量"`
	Samples   int        `json:"samples" description:"Pieces that the customer sent back · 寄回样品数"`
	Wanted    string     `json:"wanted" validate:"max=32" description:"The remedy that the customer would like · 希望的处理办法"`
	NeededBy  *time.Time `json:"needed_by" description:"When the customer needs the goods · 使用时间"`
}

func (in HandComplaint) opening() complaint.Opening {
	o := complaint.Opening{Channel: "hook", Words: strings.TrimSpace(in.Words), Affected: in.Affected,
		Samples: in.Samples, Wanted: remedy.Kind(in.Wanted),
		Job: complaint.Job{Ref: strings.TrimSpace(in.Job), Ordered: counted(in.Ordered), Delivered: counted(in.Delivered)}}
	for _, kind := range in.Defects {
		o.Defects = append(o.Defects, defect.Kind(kind))
	}
	if in.NeededBy != nil {
		o.NeededBy = in.NeededBy.UTC()
	}
	return o
}

// counted is a quantity as the other system has it.
func counted(n *int64) *complaint.Sourced[int64] {
	if n == nil {
		return nil
	}
	return &complaint.Sourced[int64]{Value: *n, Source: "system"}
}

// claims are the ways to the person that can be read; a number without a country is one of the head office's.
func (in HandComplaint) claims(shop setup.Shop) []identity.Claim {
	home, _ := shop.HeadOffice()
	phone, _, _ := home.Place().First(in.Phone) // what is none finds no contact
	email, _ := identity.Email(in.Email)
	return identity.Claims(phone, email)
}

// HandComplaint opens a complaint of a customer whom the shop knows. A complaint of an unknown person is kept for a
// colleague to look at. So is one in which the customer said what cannot be. A defect or a remedy that the catalogue
// does not have is the sender's to mend.
// typed are faults of what the customer said that the door found.
func (d Desk) HandComplaint(ctx context.Context, call app.Call, in HandComplaint, typed ...fault.Field) error {
	opening := in.opening()
	faults := append(slices.Clone(typed), opening.Check(d.Now())...)
	if theirs := slices.DeleteFunc(slices.Clone(faults), SaidByCustomer); len(theirs) > 0 {
		return fault.Faulty(theirs...)
	}
	shop, err := d.handed().Shop(ctx)
	if err != nil {
		return err
	}
	c, contact, known, err := d.handed().FindContact(ctx, in.claims(shop))
	if err != nil {
		return err
	}
	if why := unopened(known, faults); why != "" {
		sub := call.Submission(d.Store.NewSubmissionID(), c.Branch, in.Lang, shop, d.Now())
		return d.setAside(ctx, shop, sub.Quarantine(why))
	}
	terms, err := shop.Terms(c.Branch)
	if err != nil {
		return err
	}
	opener := complaint.Opener{Customer: c.ID, Contact: contact.ID, Account: c.Owner,
		By: message.Reporter(call.Source), Terms: terms.Complaint()}
	_, err = d.raise(ctx, opening, opener, d.handed().OpenComplaint)
	return err
}

// SaidByCustomer reports whether a fault is one of what the customer said, and not of how the sender wrote it down.
func SaidByCustomer(f fault.Field) bool {
	return !strings.HasPrefix(f.Pointer, "/defects") && f.Pointer != "/wanted" && f.Pointer != "/lang"
}

// unopened is why no complaint follows by itself; empty where one does.
func unopened(known bool, faults []fault.Field) string {
	switch {
	case !known:
		return form.Unplaced
	case len(faults) > 0:
		return string(fault.Invalid) + " " + faults[0].Pointer
	}
	return ""
}

// setAside keeps a complaint that could not be opened, and tells a colleague by a task. Where the set-up lets no task
// be made the complaint is kept all the same.
func (d Desk) setAside(ctx context.Context, shop setup.Shop, sub form.Submission) error {
	terms, err := shop.Terms(sub.Branch)
	if err != nil {
		return d.handed().Quarantine(ctx, sub)
	}
	due, err := terms.Letter().Due(sub.CreatedAt)
	if t, e, ok := sub.Asks(d.Store.NewTaskID(), shop.Roster, terms.Task(), due, sub.CreatedAt); err == nil && ok {
		sub.Task = t.ID
		return d.handed().QuarantineAsking(ctx, sub, t, e)
	}
	return d.handed().Quarantine(ctx, sub)
}

// handed is the store, unless the desk has something else in its place.
func (d Desk) handed() Handed {
	if d.Handed != nil {
		return d.Handed
	}
	return d.Store
}

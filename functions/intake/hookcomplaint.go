package intake

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/task"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/words"
)

// Handed keeps what machines say of customers whom the shop knows. It is implemented by *store.Store.
type Handed interface {
	// FindContact finds who alone has one of the values; ok is false where nobody has.
	FindContact(ctx context.Context, claims []identity.Claim) (c customer.Customer, contact customer.Contact, ok bool,
		err error)
	OpenComplaint(ctx context.Context, c complaint.Complaint, e event.Event) (complaint.Complaint, error)
	// QuarantineAsking keeps what nothing could be opened from, with the task that tells somebody of it.
	QuarantineAsking(ctx context.Context, sub form.Submission, t task.Task, e event.Event) error
	// Hear keeps a mail under its customer; it changes nothing else.
	Hear(ctx context.Context, t customer.Touch) error
}

// HandComplaint is a complaint that another system hands over, signed. Whose it is follows from his phone or e-mail.
type HandComplaint struct {
	Phone     string     `json:"phone" validate:"required_without=Email,max=40,oneline"`
	Email     string     `json:"email" validate:"required_without=Phone,max=254,oneline"`
	Lang      words.Lang `json:"lang" validate:"omitempty,lang"`
	Job       string     `json:"job" validate:"max=64,oneline" description:"Number of the job or order · 订单号"`
	Defects   []string   `json:"defects" validate:"required,min=1,max=10,unique,dive,max=32" description:"Kinds of the catalogue; other where none fits · 缺陷种类"`
	Words     string     `json:"words" validate:"required,max=4000,shown,text" description:"What is wrong, in the customer's words · 问题描述"`
	Affected  int64      `json:"affected" description:"Bad pieces · 不良数量"`
	Ordered   *int64     `json:"ordered" description:"Pieces that were ordered · 订货数量"`
	Delivered *int64     `json:"delivered" description:"Pieces that came · 交货数量"`
	Samples   int        `json:"samples" description:"Pieces that he sent back · 寄回样品数"`
	Wanted    string     `json:"wanted" validate:"max=32" description:"The remedy that he would like · 希望的处理办法"`
	NeededBy  *time.Time `json:"needed_by" description:"When he needs the goods · 使用时间"`
}

func (in HandComplaint) opening() complaint.Opening {
	o := complaint.Opening{Channel: "hook", Words: strings.TrimSpace(in.Words), Affected: in.Affected,
		Samples: in.Samples, Wanted: remedy.Kind(in.Wanted),
		Job: complaint.Job{Ref: strings.TrimSpace(in.Job), Ordered: typed(in.Ordered), Delivered: typed(in.Delivered)}}
	for _, kind := range in.Defects {
		o.Defects = append(o.Defects, defect.Kind(kind))
	}
	if in.NeededBy != nil {
		o.NeededBy = in.NeededBy.UTC()
	}
	return o
}

// typed is a quantity as the other system has it.
func typed(n *int64) *complaint.Sourced[int64] {
	if n == nil {
		return nil
	}
	return &complaint.Sourced[int64]{Value: *n, Source: "system"}
}

// claims are the ways to the person that can be read; a number without a country is one of the first branch's.
func (in HandComplaint) claims(shop setup.Shop) []identity.Claim {
	region := ""
	if len(shop.Branches) > 0 {
		region = shop.Branches[0].Region()
	}
	phone, _ := identity.Phone(in.Phone, region) // what is none finds nobody
	email, _ := identity.Email(in.Email)
	return identity.Claims(phone, email)
}

// takeComplaint opens a complaint of a customer whom the shop knows. What belongs to nobody, and what a person
// typed wrongly, is kept for somebody to look at; a defect or a remedy that the catalogue does not have is the
// sender's to mend.
func (s *Server) takeComplaint(r *http.Request, c call) error {
	var raw strings.Builder
	r.Body = io.NopCloser(io.TeeReader(r.Body, &raw))
	in, err := httpapi.Decode[HandComplaint](r)
	if err != nil {
		return err
	}
	opening, faults := in.opening(), in.opening().Check(s.Now())
	if theirs := slices.DeleteFunc(slices.Clone(faults), typedByPerson); len(theirs) > 0 {
		return fault.Faulty(theirs...)
	}
	shop, err := s.Hooks.Shop(r.Context())
	if err != nil {
		return err
	}
	cust, contact, known, err := s.Handed.FindContact(r.Context(), in.claims(shop))
	sub := form.Submission{Type: "application/json", Body: raw.String(), Lang: in.Lang, Branch: cust.Branch}
	switch {
	case err != nil:
		return err
	case !known:
		return s.keepRaw(r, c, sub, form.Unplaced)
	case len(faults) > 0:
		return s.keepRaw(r, c, sub, string(fault.Invalid)+" "+faults[0].Pointer)
	}
	opener := complaint.Opener{ID: s.NewID("cmp"), Customer: cust.ID, Contact: contact.ID, Account: cust.Owner}
	opener.By = message.Reporter(SourceComplaints)
	return s.open(r, shop, opening, opener, cust.Branch)
}

// typedByPerson reports whether a fault is one of what the customer said, and not of how the sender wrote it down.
func typedByPerson(f fault.Field) bool {
	return !strings.HasPrefix(f.Pointer, "/defects") && f.Pointer != "/wanted"
}

func (s *Server) open(r *http.Request, shop setup.Shop, opening complaint.Opening, opener complaint.Opener,
	branch string) error {
	terms, err := shop.Terms(branch)
	if err != nil {
		return err
	}
	opener.Terms = terms.Complaint()
	c, e, err := complaint.Open(opening, opener, s.Now())
	if err != nil {
		return err
	}
	_, err = s.Handed.OpenComplaint(r.Context(), c, e)
	return err
}

// keepRaw keeps what a source sent as it came, in the first branch where none is known, with the reason why nothing
// follows from it by itself. Of a complaint somebody is told by a task.
func (s *Server) keepRaw(r *http.Request, c call, sub form.Submission, why string) error {
	shop, err := s.Hooks.Shop(r.Context())
	if err != nil {
		return err
	}
	now := s.Now()
	sub.ID, sub.Version, sub.CreatedAt, sub.UpdatedAt, sub.Form, sub.Via = s.NewID("sub"), 1, now, now, c.source, c.via
	sub.Lang, sub.Body = cmp.Or(sub.Lang, words.En), strings.ToValidUTF8(sub.Body, "\uFFFD")
	if sub.Branch == "" && len(shop.Branches) > 0 {
		sub.Branch = shop.Branches[0].ID
	}
	sub = sub.Quarantine(why)
	if terms, err := shop.Terms(sub.Branch); err == nil { // a set-up that is broken loses no complaint
		if t, e, ok := sub.Asks(s.NewID("tsk"), shop.Roster, terms.Task(), now); ok {
			return s.Handed.QuarantineAsking(r.Context(), sub, t, e)
		}
	}
	return s.Enquiries.Quarantine(r.Context(), sub)
}

package api

import (
	"net/http"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/setup"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
)

// OpenComplaint is a complaint that staff or an integration enters.
type OpenComplaint struct {
	Branch     string            `json:"branch,omitempty" validate:"max=64" description:"Which did the work; absent: your only one · 承印网点，不填则为您所在的网点"`
	Customer   string            `json:"customer" validate:"required,id=cus"`
	Contact    string            `json:"contact" validate:"required,id=con" description:"Of the customer: who complains · 投诉人，须为该客户的联系人"`
	Channel    string            `json:"channel" validate:"required,oneof=phone counter mail survey"`
	Job        ComplaintJobEntry `json:"job,omitzero"`
	Defects    []string          `json:"defects" validate:"required,min=1,max=10,unique,dive,required,max=40,oneline" description:"Kinds of GET /defects · 缺陷种类，取自 GET /defects"`
	Words      string            `json:"words" validate:"required,max=4000,text,shown" description:"The customer's own · 客户的原话"`
	Affected   int64             `json:"affected,omitempty" description:"Bad pieces; 0: not known · 不良件数，0 为未知"`
	Samples    int               `json:"samples,omitempty" description:"Pieces that he sent back · 寄回件数"`
	Wanted     string            `json:"wanted,omitempty" validate:"max=32,oneline" description:"The remedy that he asks for · 客户要求的补救办法"`
	NeededBy   *time.Time        `json:"needed_by,omitempty" description:"His own use of the goods · 客户自己使用的时间"`
	ReportedAt *time.Time        `json:"reported_at,omitempty" description:"When he told us, at most 400 days ago: the claim window is held against it; absent: now · 客户提出的时间，异议期以此为准，最早 400 天前；不填则为现在"`
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

func (s *Server) openComplaint(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[OpenComplaint](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	c, e, err := s.newComplaint(r, in, shop)
	if err != nil {
		return httpapi.Answer{}, err
	}
	similar, err := s.similar(r, shop, c)
	if err != nil {
		return httpapi.Answer{}, err
	}
	opened := func(result any) httpapi.Answer {
		made := result.(complaint.Complaint)
		return httpapi.Created("/complaints/"+made.ID, OpenedComplaint{asShown(r, made, s.Now()), similar})
	}
	if c, err = s.Store.OpenComplaint(httpapi.Answering(r, opened), c, e); err != nil {
		return httpapi.Answer{}, err
	}
	return opened(c), nil
}

// newComplaint finds what the body names, and opens the complaint by the rule.
func (s *Server) newComplaint(r *http.Request, in OpenComplaint,
	shop setup.Shop) (complaint.Complaint, event.Event, error) {
	by := httpapi.Actor(r)
	terms, err := opensAt(by, shop, in.Branch)
	if err != nil {
		return complaint.Complaint{}, event.Event{}, err
	}
	c, err := s.complainant(r, in)
	if err != nil {
		return complaint.Complaint{}, event.Event{}, err
	}
	said, err := in.opening()
	if err != nil {
		return complaint.Complaint{}, event.Event{}, err
	}
	opener := complaint.Opener{ID: s.Store.NewComplaintID(), Customer: c.ID, Contact: in.Contact, Account: c.Owner,
		By: by, Terms: terms.Complaint()}
	return complaint.Open(said, opener, s.Now())
}

// complainant is the customer who is named. He must be the caller's to see, and contact and lead his.
func (s *Server) complainant(r *http.Request, in OpenComplaint) (customer.Customer, error) {
	c, err := s.namedCustomer(r, in.Customer)
	if err != nil {
		return c, err
	}
	contact, err := s.Store.Contact(r.Context(), in.Contact)
	if err == nil && contact.Customer != c.ID {
		err = fault.Missing("联系人", "contact")
	}
	if err != nil {
		return c, unseen(err, "/contact")
	}
	if contact.LeftAt != nil {
		return c, fault.Faulty(fault.Field{Pointer: "/contact",
			Text: words.Text{Zh: "此联系人已离开该客户。请选择另一位。", En: "This contact has left the customer. Choose another one."}})
	}
	return c, s.sameCustomer(r, in.Job.Lead, c.ID)
}

// sameCustomer refuses a lead that is not the customer's, or not the caller's to see.
func (s *Server) sameCustomer(r *http.Request, lead, c string) error {
	if lead == "" {
		return nil
	}
	of, err := s.customerOf(r, lead)
	if err == nil && of != c {
		err = fault.Missing("线索", "lead")
	}
	return unseen(err, "/job/lead")
}

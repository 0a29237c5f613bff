package api

import (
	"net/http"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/setup"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/enquiries"
	"afterpress/shared/store/table"
)

func (s *Server) leadRoutes() []httpapi.Route {
	return []httpapi.Route{
		on("GET /leads", permission.ReadLeads, s.listLeads,
			httpapi.Doc{Summary: "List leads, most urgent first; closed ones by month, newest first · 线索列表",
				Query: ListLeads{}, Answer: table.Page[lead.Card]{}}),
		on("POST /leads", permission.OpenLead, s.openLead,
			httpapi.Doc{Summary: "Enter a lead that did not come by a form · 录入线索", Body: OpenLead{}, Answer: Lead{},
				Status: created}),
		on("GET /leads/{id}", permission.ReadLeads, s.readLead,
			httpapi.Doc{Summary: "Read a lead and what you may do with it · 查看线索", Answer: Lead{}}),
		on("POST /leads/{id}/assign", permission.AssignLead, s.assignLead,
			httpapi.Doc{Summary: "Give a lead to a colleague · 分配线索", Body: AssignLead{}, Answer: Lead{}, Versioned: true}),
		on("POST /leads/{id}/contact", permission.ContactLead, s.contactLead,
			httpapi.Doc{Summary: "Record a contact, or an attempt · 登记联系", Body: ContactLead{}, Answer: Lead{},
				Versioned: true}),
		on("POST /leads/{id}/qualify", permission.QualifyLead, s.qualifyLead,
			httpapi.Doc{Summary: "Close a lead as worth a quotation · 转为商机", Body: QualifyLead{}, Answer: Lead{},
				Versioned: true}),
		on("POST /leads/{id}/lose", permission.LoseLead, s.loseLead,
			httpapi.Doc{Summary: "Close a lead as lost · 标记流失", Body: LoseLead{}, Answer: Lead{}, Versioned: true}),
		on("POST /leads/{id}/recycle", permission.RecycleLead, s.recycleLead,
			httpapi.Doc{Summary: "Return a lead to the pool · 退回公海", Body: RecycleLead{}, Answer: Lead{}, Versioned: true}),
		on("POST /leads/{id}/claim", permission.ClaimLead, s.claimLead,
			httpapi.Doc{Summary: "Take a lead from the pool, a limited number each day · 领取线索", Body: ClaimLead{},
				Answer: Lead{}, Versioned: true}),
		on("GET /leads/{id}/touches", permission.ReadLeads, s.listTouches,
			httpapi.Doc{Summary: "List what the person wrote back, newest first; plain text, as he wrote it · 客户的回复",
				Query: httpapi.Paging{}, Answer: table.Page[customer.Touch]{}}),
	}
}

// Lead is a lead as the API shows it: with what the reader may do with it, and why not the rest.
type Lead struct {
	lead.Lead
	Actions []permission.Permitted `json:"actions"`
}

// shown gives a lead the words and permissions of the reader. It renders what a commit returns, which is always a
// lead.
func shown(r *http.Request) func(any) httpapi.Answer {
	return func(result any) httpapi.Answer {
		l := result.(lead.Lead)
		return httpapi.OK(Lead{l, worded(r, lead.Actions(httpapi.Actor(r), l))})
	}
}

// worded says in the reader's language why he may not do what he may not.
func worded(r *http.Request, actions []permission.Permitted) []permission.Permitted {
	for i := range actions {
		actions[i].Refusal = actions[i].Text.In(httpapi.Lang(r))
	}
	return actions
}

// ListLeads is the query of the list of leads.
type ListLeads struct {
	State  string `json:"state" validate:"omitempty,oneof=new assigned pooled contacted qualified lost" description:"Absent: all that are open · 不填则为全部未关闭的"`
	Owner  string `json:"owner" validate:"max=64" description:"A staff id, or me · 员工编号，或 me"`
	Branch string `json:"branch" validate:"max=64" description:"Absent: all that you see · 不填则为您可查看的全部网点"`
	Month  string `json:"month" validate:"omitempty,datetime=2006-01" pattern:"^[0-9]{4}-[0-9]{2}$" description:"Of closed leads, UTC; absent: this month · 已关闭线索的月份，不填则为本月"`
	httpapi.Paging
}

// query is the question to the store.
func (q ListLeads) query(by staff.Actor, shop setup.Shop, now time.Time) (enquiries.LeadQuery, error) {
	out := enquiries.LeadQuery{Paging: pageFor(by, q.Paging), State: q.State, Month: q.Month}
	var err error
	if out.Owner, err = asked(q.Owner, by, shop); err != nil {
		return out, err
	}
	closed := q.State == lead.StateQualified || q.State == lead.StateLost
	if out.Month != "" && !closed {
		return out, fault.Faulty(fault.Field{Pointer: "?month", Text: words.Text{
			Zh: "月份只用于已关闭的线索。请同时给出 state=qualified 或 state=lost。",
			En: "A month is for closed leads. Give state=qualified or state=lost with it."}})
	}
	if closed && out.Month == "" {
		out.Month = now.UTC().Format("2006-01")
	}
	out.Branches, err = branches(by, shop, q.Branch)
	return out, err
}

func (s *Server) listLeads(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Query[ListLeads](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	page, err := listed(s, r, in.query, s.Store.Leads)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(page), nil
}

// lead reads the lead in the path; one of a branch that the caller does not see is missing like one that is not there.
func (s *Server) lead(r *http.Request) (lead.Lead, error) {
	id, err := recordID(r, fault.Missing("线索", "lead"))
	if err != nil {
		return lead.Lead{}, err
	}
	l, err := s.Store.Lead(r.Context(), id)
	if err == nil && !httpapi.Actor(r).Sees(l.Branch) {
		return lead.Lead{}, fault.Missing("线索", "lead")
	}
	return l, err
}

func (s *Server) readLead(r *http.Request) (httpapi.Answer, error) {
	l, err := s.lead(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return shown(r)(l), nil
}

// OpenLead is a lead that staff or an integration enters: somebody came in, rang, wrote or was met. A phone or an
// e-mail is needed.
type OpenLead struct {
	Source    string  `json:"source" validate:"required,oneof=walk-in phone fax exhibition survey"`
	Branch    string  `json:"branch,omitempty" validate:"max=64" description:"Absent: your only one · 不填则为您所在的网点"`
	Name      string  `json:"name,omitempty" validate:"required_without=Company,max=100,oneline,shown" description:"A name or a company is needed · 姓名与公司至少填写一项"`
	Company   string  `json:"company,omitempty" validate:"max=150,oneline,shown"`
	Phone     string  `json:"phone,omitempty" validate:"max=40,oneline" description:"A phone or an e-mail is needed · 电话与邮箱至少填写一项"`
	Email     string  `json:"email,omitempty" validate:"max=254,oneline"`
	Product   string  `json:"product,omitempty" validate:"max=100,oneline"`
	Quantity  int64   `json:"quantity,omitempty" validate:"min=0,max=100000000" description:"Pieces · 件数"`
	NeededBy  string  `json:"needed_by,omitempty" validate:"omitempty,datetime=2006-01-02"`
	Message   string  `json:"message,omitempty" validate:"max=4000,text"`
	HeardFrom string  `json:"heard_from,omitempty" validate:"max=100,oneline"`
	Lang      string  `json:"lang" validate:"required,lang" description:"In which the person is written to · 与客户联系所用的语言"`
	Spoken    *Spoken `json:"spoken,omitempty" validate:"omitempty" description:"He was spoken to already: the lead starts as contacted, and is yours · 已与客户沟通：线索从已联系开始，并归您负责"`
}

// Spoken is the contact in which the lead came about.
type Spoken struct {
	Channel string `json:"channel" validate:"required,oneof=call visit fax e-mail sms counter exhibition wechat"`
	Outcome string `json:"outcome" validate:"required,oneof=interested quote-requested call-back not-now"`
	Note    string `json:"note,omitempty" validate:"max=2000,text"`
}

func (s *Server) openLead(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[OpenLead](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	capture, err := in.capture(httpapi.Actor(r), shop, s.Now())
	if err != nil {
		return httpapi.Answer{}, err
	}
	opened := func(result any) httpapi.Answer {
		return httpapi.Created("/leads/"+result.(lead.Lead).ID, shown(r)(result).Body)
	}
	l, err := s.Store.Capture(httpapi.Answering(r, opened), capture, nil)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return opened(l), nil
}

// capture is what the lead brings about in its branch.
func (in OpenLead) capture(by staff.Actor, shop setup.Shop, now time.Time) (lead.Capture, error) {
	out := lead.Capture{Source: in.Source, By: by}
	terms, err := opensAt(by, shop, in.Branch)
	if err != nil {
		return out, err
	}
	out.Terms, out.Life = terms.Lead(), terms.Policy.Life
	if in.Spoken != nil {
		if err := permission.Permit(by, permission.ContactLead); err != nil {
			return out, err
		}
		out.Spoken = &lead.Conversation{Channel: in.Spoken.Channel, Outcome: in.Spoken.Outcome, Note: in.Spoken.Note,
			By: by.ID, At: now}
	}
	enquiry, faults := form.Enquiry{
		Name: in.Name, Company: in.Company, Phone: in.Phone, Email: in.Email, Product: in.Product, Quantity: in.Quantity,
		NeededBy: in.NeededBy, Message: in.Message, HeardFrom: in.HeardFrom, Lang: words.Lang(in.Lang),
	}.Read(form.Form{Region: out.Terms.Branch.Region()}, now)
	if len(faults) > 0 {
		return out, fault.Faulty(faults...)
	}
	out.Enquiry = enquiry
	return out, nil
}

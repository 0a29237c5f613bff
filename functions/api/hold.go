package api

import (
	"net/http"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/service"
	"afterpress/shared/store/table"
)

func (s *Server) holdRoutes() []httpapi.Route {
	return []httpapi.Route{
		on("GET /holds", permission.ReadHolds, s.listHolds,
			httpapi.Doc{Summary: "List questions during production, most urgent first; closed ones by month, newest first · 生产问题列表", Query: ListHolds{}, Answer: table.Page[hold.Card]{}}),
		on("POST /holds", permission.OpenHold, s.openHold,
			httpapi.Doc{Summary: "Ask the customer a question about a job that is being printed · 就印刷中的作业询问客户",
				Body: OpenHold{}, Answer: Hold{}, Status: created}),
		on("GET /holds/{id}", permission.ReadHolds, s.readHold,
			httpapi.Doc{Summary: "Read a question and what you may do with it · 查看生产问题", Answer: HoldFile{}}),
		on("POST /holds/{id}/answer", permission.AnswerHold, s.answerHold,
			httpapi.Doc{Summary: "Write down what the customer wants; whoever asked is told · 登记客户的答复", Body: AnswerHold{},
				Answer: Hold{}, Versioned: true}),
		on("POST /holds/{id}/withdraw", permission.WithdrawHold, s.withdrawHold,
			httpapi.Doc{Summary: "Take a question back that was solved without the customer · 撤回生产问题", Body: WithdrawHold{},
				Answer: Hold{}, Versioned: true}),
	}
}

// Hold is a question as the API shows it: with what the reader may do with it, and why not the rest.
type Hold struct {
	hold.Hold
	Actions []permission.Permitted `json:"actions"`
}

// HoldFile is a question with what its customer must have and likes.
type HoldFile struct {
	Hold
	Preferences []customer.JobPreference `json:"preferences" description:"What the customer must have and likes; stale ones last · 客户的要求与偏好，已过期的在后"`
}

// holdFor gives a question the words and permissions of the reader.
func holdFor(r *http.Request, h hold.Hold) Hold {
	actions := hold.Actions(httpapi.Actor(r), h)
	for i := range actions {
		actions[i].Refusal = actions[i].Text.In(httpapi.Lang(r))
	}
	return Hold{h, actions}
}

// shownHold renders what a commit returns, which is always a question.
func shownHold(r *http.Request) func(any) httpapi.Answer {
	return func(result any) httpapi.Answer { return httpapi.OK(holdFor(r, result.(hold.Hold))) }
}

var missingHold = fault.Missing("生产问题", "production question")

// ListHolds is the query of the list of questions.
type ListHolds struct {
	State    string `json:"state" validate:"omitempty,oneof=asked escalated answered withdrawn" description:"Absent: those that are open · 不填则为未关闭的"`
	Owner    string `json:"owner" validate:"max=64" description:"A staff id, or me · 员工编号，或 me"`
	Branch   string `json:"branch" validate:"max=64" description:"Absent: all that you see · 不填则为您可查看的全部网点"`
	Customer string `json:"customer" validate:"max=64"`
	Month    string `json:"month" validate:"omitempty,datetime=2006-01" pattern:"^[0-9]{4}-[0-9]{2}$" description:"Of closed questions, UTC; absent: this month · 已关闭问题的月份，不填则为本月"`
	httpapi.Paging
}

// query is the question to the store.
func (q ListHolds) query(by staff.Actor, shop setup.Shop, now time.Time) (service.HoldQuery, error) {
	out := service.HoldQuery{Paging: pageFor(by, q.Paging), State: q.State, Customer: q.Customer, Month: q.Month}
	var err error
	if out.Owner, err = asked(q.Owner, by, shop); err != nil {
		return out, err
	}
	closed := hold.Hold{State: q.State}.Closed()
	if out.Month != "" && !closed {
		return out, fault.Faulty(fault.Field{Pointer: "?month", Text: words.Text{
			Zh: "月份只用于已关闭的问题。请同时给出 state=answered 或 state=withdrawn。",
			En: "A month is for closed questions. Give state=answered or state=withdrawn with it."}})
	}
	if closed && out.Month == "" {
		out.Month = now.UTC().Format("2006-01")
	}
	out.Branches, err = branches(by, shop, q.Branch)
	return out, err
}

func (s *Server) listHolds(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Query[ListHolds](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	page, err := listed(s, r, in.query, s.Store.Holds)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(page), nil
}

func (s *Server) readHold(r *http.Request) (httpapi.Answer, error) {
	id, err := recordID(r, missingHold)
	if err != nil {
		return httpapi.Answer{}, err
	}
	h, err := s.Store.Hold(r.Context(), id)
	if err == nil && !httpapi.Actor(r).Sees(h.Branch) {
		err = missingHold
	}
	if err != nil {
		return httpapi.Answer{}, err
	}
	out := HoldFile{Hold: holdFor(r, h)}
	if out.Preferences, err = s.jobPreferences(r, h.Customer); err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(out), nil
}

// OpenHold is a question to a customer. He chooses at the link that is sent to him, or says something else there.
type OpenHold struct {
	Job      string   `json:"job" validate:"required,max=64,oneline,shown" description:"By which the customer knows the job, too · 客户也知道的作业编号"`
	Customer string   `json:"customer" validate:"required,id=cus"`
	Contact  string   `json:"contact,omitempty" validate:"omitempty,id=con" description:"Absent: who approves proofs, else who buys, else anybody whom we can write to · 不填则为负责签样、采购或可联系的联系人"`
	Branch   string   `json:"branch,omitempty" validate:"max=64" description:"Where it is printed; absent: your only one · 印刷所在网点，不填则为您所在的网点"`
	Question string   `json:"public_question" validate:"required,max=2000,shown,text" description:"The customer reads it as it stands · 客户会看到原文"`
	Choices  []string `json:"choices" validate:"required,min=2,max=6,unique,dive,required,max=200,shown,oneline"`
	Photos   []string `json:"photos,omitempty" validate:"max=5,unique,dive,id=art" description:"Ids of photos that were sent before · 已上传照片的编号"`
}

func (s *Server) openHold(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[OpenHold](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	h, e, err := s.newHold(r, in)
	if err != nil {
		return httpapi.Answer{}, err
	}
	opened := func(result any) httpapi.Answer {
		return httpapi.Created("/holds/"+result.(hold.Hold).ID, shownHold(r)(result).Body)
	}
	if h, err = s.Store.OpenHold(httpapi.Answering(r, opened), h, e); err != nil {
		return httpapi.Answer{}, err
	}
	return opened(h), nil
}

// newHold finds whom the body names, and asks by the rule.
func (s *Server) newHold(r *http.Request, in OpenHold) (hold.Hold, event.Event, error) {
	by, now := httpapi.Actor(r), s.Now()
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return hold.Hold{}, event.Event{}, err
	}
	terms, err := opensAt(by, shop, in.Branch)
	if err != nil {
		return hold.Hold{}, event.Event{}, err
	}
	c, contact, err := s.asked(r, in, terms.Policy.SMS)
	if err != nil {
		return hold.Hold{}, event.Event{}, err
	}
	question := hold.Question{Job: in.Job, Question: words.PublicText(in.Question), Photos: in.Photos,
		Choices: in.Choices}
	owner := hold.OwnerOf(shop.Roster, terms.Terms, c, by, now)
	return hold.Ask(question, s.Store.NewHoldID(), c.ID, contact.ID, owner, by, terms.Hold(), now)
}

// asked is the customer with whom of his people the question goes to: somebody who is there and can be written to.
func (s *Server) asked(r *http.Request, in OpenHold,
	sms message.SMSPolicy) (customer.Customer, customer.Contact, error) {
	c, err := s.namedCustomer(r, in.Customer)
	if err != nil {
		return c, customer.Contact{}, err
	}
	contacts, err := s.Store.Contacts(r.Context(), c.ID)
	if err != nil {
		return c, customer.Contact{}, err
	}
	contact, err := in.contact(contacts, sms)
	return c, contact, err
}

// contact is who is asked, of the customer's people. Of those who have left none is asked.
func (in OpenHold) contact(contacts []customer.Contact, sms message.SMSPolicy) (customer.Contact, error) {
	refuse := func(zh, en string) error {
		return fault.Faulty(fault.Field{Pointer: "/contact", Text: words.Text{Zh: zh, En: en}})
	}
	if in.Contact == "" {
		c, found := hold.ContactOf(contacts, sms)
		if !found {
			return c, refuse("该客户没有可以写信或发短信的联系人。请先补充邮箱或手机号，或直接打电话。",
				"Nobody at this customer can be written to. Add an e-mail address or a mobile number first, or call.")
		}
		return c, nil
	}
	for _, c := range contacts {
		if c.ID != in.Contact {
			continue
		}
		if _, address, reason := c.AddressFor(sms, ""); address == "" && reason == message.ReasonLeft {
			return c, refuse("这位联系人已离开该客户。请选择另一位。", "This contact has left the customer. Choose another one.")
		} else if address == "" {
			return c, refuse("这位联系人没有邮箱，也没有能收短信的手机号。请补充，或选择另一位。",
				"This contact has no e-mail address and no number that takes an SMS. Add one, or choose another contact.")
		}
		return c, nil
	}
	return customer.Contact{}, refuse("该客户没有这位联系人。请核对编号。", "The customer has no such contact. Check the id.")
}

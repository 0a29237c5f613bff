package casework

import (
	"context"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/service"
	"afterpress/shared/store/table"
)

// Hold is a question with what its reader may do with it, and why not the rest.
type Hold struct {
	hold.Hold
	Actions []permission.Permitted `json:"actions"`
}

// HoldFile is a question with what its customer must have and likes.
type HoldFile struct {
	Hold
	Preferences []customer.JobPreference `json:"preferences" description:"What the customer must have and likes; stale ones last · 客户的要求与偏好，已过期的在后"`
}

// shownHold is a question in the reader's words.
func shownHold(by app.Caller, h hold.Hold) Hold {
	return Hold{h, app.Worded(hold.Actions(by.Actor, h), by.Lang)}
}

// showingHold is ctx for the one commit to a question.
func showingHold(ctx context.Context, by app.Caller) context.Context {
	return app.Showing(ctx, func(h hold.Hold) Hold { return shownHold(by, h) })
}

// ListHolds is the query of the list of questions.
type ListHolds struct {
	app.JobNumbered
	State    string `json:"state" validate:"omitempty,one=hold-state" description:"Absent: those that are open · 不填则为未关闭的"`
	Owner    string `json:"owner" validate:"max=64" description:"A staff id, or me · 员工编号，或 me"`
	Branch   string `json:"branch" validate:"max=64" description:"Absent: all that you see · 不填则为您可查看的全部网点"`
	Customer string `json:"customer" validate:"max=64"`
	Month    string `json:"month" validate:"omitempty,datetime=2006-01" pattern:"^[0-9]{4}-[0-9]{2}$" description:"Of closed questions, UTC; absent: this month · 已关闭问题的月份，不填则为本月"`
	app.Paging
}

// query is the question to the store.
func (q ListHolds) query(by app.Caller, shop setup.Shop, now time.Time) (service.HoldQuery, error) {
	out := service.HoldQuery{Paging: q.Paging.For(by), State: q.State, Customer: q.Customer, Month: q.Month}
	var err error
	if out.Owner, err = app.Colleague(q.Owner, by, shop); err != nil {
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
	out.Branches, err = app.Branches(by, shop, q.Branch)
	return out, err
}

// HoldCard is a question in a list, as its reader sees it.
type HoldCard struct {
	hold.Card
	app.Names
}

// Holds lists questions from production, most urgent first, and closed ones by month, newest first.
func (d Desk) Holds(ctx context.Context, by app.Caller, q ListHolds) (table.Page[HoldCard], error) {
	if err := permission.Permit(by.Actor, permission.ReadHolds); err != nil {
		return table.Page[HoldCard]{}, err
	}
	page, err := d.listHolds(ctx, by, q)
	return app.Joined(ctx, d.Office, by, page, err,
		func(c hold.Card) (owner, cust string) { return c.Owner, c.Customer },
		func(c hold.Card, n app.Names) HoldCard { return HoldCard{c, n} })
}

func (d Desk) listHolds(ctx context.Context, by app.Caller, q ListHolds) (table.Page[hold.Card], error) {
	if q.Q != "" {
		return app.Found(ctx, d.Office, by, app.Finding{Q: q.Q, Jobs: true, Paging: q.Paging, With: []app.Given{
			{Name: "state", Is: q.State != ""}, {Name: "owner", Is: q.Owner != ""},
			{Name: "branch", Is: q.Branch != ""}, {Name: "customer", Is: q.Customer != ""},
			{Name: "month", Is: q.Month != ""}}}, d.Store.NamedHolds)
	}
	return app.Listed(ctx, d.Office, by, q.query, d.Store.Holds)
}

// Hold reads a question and what the caller may do with it.
func (d Desk) Hold(ctx context.Context, by app.Caller, at app.Record) (HoldFile, error) {
	if err := permission.Permit(by.Actor, permission.ReadHolds); err != nil {
		return HoldFile{}, err
	}
	h, err := d.Store.Hold(ctx, at.ID)
	if err == nil && !by.Sees(h.Branch) {
		err = app.MissingHold
	}
	if err != nil {
		return HoldFile{}, err
	}
	out := HoldFile{Hold: shownHold(by, h)}
	out.Preferences, err = app.JobPreferences(ctx, d.Office, by, h.Customer)
	return out, err
}

// OpenHold is a question to a contact of a customer. They choose at the link that is sent to them, or say something
// else there.
type OpenHold struct {
	Job      string   `json:"job" validate:"required,max=64,oneline,shown" description:"By which the customer knows the job, too · 客户也知道的订单编号"`
	Customer string   `json:"customer" validate:"required,id=cus"`
	Contact  string   `json:"contact,omitempty" validate:"omitempty,id=con" description:"Absent: who approves proofs, else who buys, else anybody whom we can write to · 不填则为负责签样、采购或可联系的联系人"`
	Branch   string   `json:"branch,omitempty" validate:"max=64" description:"Where it is printed; absent: your only one · 印刷所在网点，不填则为您所在的网点"`
	Question string   `json:"public_question" validate:"required,max=2000,shown,text" description:"The customer reads it as it stands · 客户会看到原文"`
	Choices  []string `json:"choices" validate:"required,min=2,max=6,unique,dive,required,max=200,shown,oneline"`
	Photos   []string `json:"photos,omitempty" validate:"max=5,unique,dive,id=art" description:"Ids of photos that were sent before · 已上传照片的编号"`
}

// OpenHold asks a customer about a job that is being printed. Where the input names no contact, the one who approves
// proofs is asked, else the buyer, else any contact with an address.
func (d Desk) OpenHold(ctx context.Context, by app.Caller, in OpenHold) (Hold, error) {
	if err := permission.Permit(by.Actor, permission.OpenHold); err != nil {
		return Hold{}, err
	}
	h, e, err := d.ask(ctx, by, in)
	if err == nil {
		h, err = d.Store.OpenHold(showingHold(ctx, by), h, e)
	}
	if err != nil {
		return Hold{}, err
	}
	return shownHold(by, h), nil
}

// ask finds the people whom the input names, and asks by the rule.
func (d Desk) ask(ctx context.Context, by app.Caller, in OpenHold) (hold.Hold, event.Event, error) {
	shop, err := d.Store.Shop(ctx)
	if err != nil {
		return hold.Hold{}, event.Event{}, err
	}
	terms, err := app.OpensAt(by, shop, in.Branch)
	if err != nil {
		return hold.Hold{}, event.Event{}, err
	}
	c, contact, err := d.recipient(ctx, by, in, terms.Policy.SMS)
	if err != nil {
		return hold.Hold{}, event.Event{}, err
	}
	question := hold.Question{Job: in.Job, Question: words.PublicText(in.Question), Photos: in.Photos,
		Choices: in.Choices}
	now := d.Now()
	owner := hold.OwnerOf(shop.Roster, terms.Terms, c, by.Actor, now)
	return hold.Ask(question, d.Store.NewHoldID(), c.ID, contact.ID, owner, by.Actor, terms.Hold(), now)
}

// recipient is the customer, and which of their people the question goes to.
func (d Desk) recipient(ctx context.Context, by app.Caller, in OpenHold,
	sms message.SMSPolicy) (customer.Customer, customer.Contact, error) {
	c, err := app.NamedCustomer(ctx, d.Office, by, in.Customer)
	if err != nil {
		return c, customer.Contact{}, err
	}
	contacts, err := d.Store.Contacts(ctx, c.ID)
	if err != nil {
		return c, customer.Contact{}, err
	}
	contact, err := in.contact(contacts, sms)
	return c, contact, err
}

// contact is who is asked, of the customer's people. It is one who is there, and whom a message reaches.
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

package frontdesk

import (
	"context"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/enquiries"
	"afterpress/shared/store/table"
)

// Lead is a lead as its reader sees it: with what they may do with it, and why not the rest.
type Lead struct {
	lead.Lead
	// Acknowledgement is read with the lead alone, and absent while nothing is decided.
	Acknowledgement *Acknowledgement       `json:"acknowledgement,omitempty" description:"Were they thanked? · 是否已自动回复"`
	Actions         []permission.Permitted `json:"actions"`
}

// Acknowledgement is what became of the message that thanks a person for the enquiry.
type Acknowledgement struct {
	Acknowledged bool   `json:"acknowledged" description:"False: they heard nothing yet · false：客户尚未收到回复"`
	State        string `json:"state" description:"Of the message · 消息状态" of:"message-state"`
	Reason       string `json:"reason,omitempty" description:"Why it was not sent · 未发送的原因"`
	Text         string `json:"text" description:"What that means, in words · 文字说明"`
}

// unthanked says that nobody thanked the person, before the reason.
var unthanked = words.Text{Zh: "没有自动回复客户，请致电。", En: "Not acknowledged: call the customer. "}

// acknowledgement is what became of the thanks for the enquiry. It is nil while nothing was decided, and for a lead
// that asks for none.
func (d Desk) acknowledgement(ctx context.Context, by app.Caller, l lead.Lead) (*Acknowledgement, error) {
	_, terms, err := d.Store.Terms(ctx, l.Branch)
	if err != nil {
		return nil, err
	}
	rows, err := d.Store.Messages(ctx, l.Thanks(terms.Policy.Lead))
	if err != nil {
		return nil, err
	}
	m, decided := message.Thanked(rows)
	if !decided {
		return nil, nil
	}
	out := Acknowledgement{Acknowledged: m.Reached(), State: m.State, Reason: m.Reason, Text: m.Words().In(by.Lang)}
	if m.Unheard() {
		out.Text = unthanked.In(by.Lang) + out.Text
	}
	return &out, nil
}

// leadFor gives a lead the words and permissions of its reader.
func leadFor(by app.Caller) func(lead.Lead) Lead {
	return func(l lead.Lead) Lead {
		l.Person.Email = identity.EmailShown(l.Person.Email)
		return Lead{Lead: l, Actions: app.Worded(lead.Actions(by.Actor, l), by.Lang)}
	}
}

// ListLeads is the query of the list of leads.
type ListLeads struct {
	app.Numbered
	State  string `json:"state" validate:"omitempty,one=lead-state" description:"Absent: all that are open · 不填则为全部未关闭的"`
	Owner  string `json:"owner" validate:"max=64" description:"A staff id, or me · 员工编号，或 me"`
	Branch string `json:"branch" validate:"max=64" description:"Absent: all that you see · 不填则为您可查看的全部网点"`
	Month  string `json:"month" validate:"omitempty,datetime=2006-01" pattern:"^[0-9]{4}-[0-9]{2}$" description:"Of closed leads, UTC; absent: this month · 已关闭线索的月份，不填则为本月"`
	app.Paging
}

// query is the question to the store.
func (q ListLeads) query(by app.Caller, shop setup.Shop, now time.Time) (enquiries.LeadQuery, error) {
	out := enquiries.LeadQuery{Paging: q.For(by), State: q.State, Month: q.Month}
	var err error
	if out.Owner, err = app.Colleague(q.Owner, by, shop); err != nil {
		return out, err
	}
	closed := q.State == lead.StateWon || q.State == lead.StateLost
	// until December 2026 qualified leads were closed: with a month they are listed
	if out.Month != "" && !closed && q.State != lead.StateQualified {
		return out, fault.Faulty(fault.Field{Pointer: "?month", Text: words.Text{
			Zh: "月份只用于已关闭的线索。请同时给出 state=won 或 state=lost。",
			En: "A month is for closed leads. Give state=won or state=lost with it."}})
	}
	if closed && out.Month == "" {
		out.Month = now.UTC().Format("2006-01")
	}
	out.Branches, err = app.Branches(by, shop, q.Branch)
	return out, err
}

// LeadCard is a lead in a list, as its reader sees it.
type LeadCard struct {
	lead.Card
	OwnerName string `json:"owner_name,omitempty"`
}

// Leads lists leads, the most urgent first. Closed ones are listed by month, the newest first.
func (d Desk) Leads(ctx context.Context, by app.Caller, q ListLeads) (table.Page[LeadCard], error) {
	if err := permission.Permit(by.Actor, permission.ReadLeads); err != nil {
		return table.Page[LeadCard]{}, err
	}
	page, err := d.listLeads(ctx, by, q)
	return app.Joined(ctx, d.Office, by, page, err,
		func(c lead.Card) (owner, cust string) { return c.Owner, "" },
		func(c lead.Card, n app.Names) LeadCard { return LeadCard{c.For(by.Actor), n.OwnerName} })
}

func (d Desk) listLeads(ctx context.Context, by app.Caller, q ListLeads) (table.Page[lead.Card], error) {
	if q.Q != "" {
		return app.Found(ctx, d.Office, by, app.Finding{Q: q.Q, Paging: q.Paging, With: []app.Given{
			{Name: "state", Is: q.State != ""}, {Name: "owner", Is: q.Owner != ""},
			{Name: "branch", Is: q.Branch != ""}, {Name: "month", Is: q.Month != ""}}}, d.Store.NamedLeads)
	}
	return app.Listed(ctx, d.Office, by, q.query, d.Store.Leads)
}

// lead reads a lead for the action. One of a branch that the caller does not see is missing.
func (d Desk) lead(ctx context.Context, by app.Caller, action permission.Action, at app.Record) (lead.Lead, error) {
	if err := permission.Permit(by.Actor, action); err != nil {
		return lead.Lead{}, err
	}
	l, err := d.Store.Lead(ctx, at.ID)
	if err == nil && !by.Sees(l.Branch) {
		return lead.Lead{}, app.MissingLead
	}
	return l, err
}

// Lead reads a lead and what the caller may do with it.
func (d Desk) Lead(ctx context.Context, by app.Caller, at app.Record) (Lead, error) {
	l, err := d.lead(ctx, by, permission.ReadLeads, at)
	if err != nil {
		return Lead{}, err
	}
	out := leadFor(by)(l)
	out.Acknowledgement, err = d.acknowledgement(ctx, by, l)
	return out, err
}

// LeadFiles lists the files that came with a lead and were kept. Who may read the lead may read those.
func (d Desk) LeadFiles(ctx context.Context, by app.Caller, at app.Record) (table.Page[artwork.Artwork], error) {
	l, err := d.lead(ctx, by, permission.ReadLeads, at)
	if err != nil {
		return table.Page[artwork.Artwork]{}, err
	}
	if l.Submission == "" { // it did not come through a form
		return table.Page[artwork.Artwork]{Items: []artwork.Artwork{}}, nil
	}
	return app.KeptFiles(ctx, d.Office, l.Submission, by.Lang)
}

// LeadFile makes a link to one of the files that came with a lead. The part of the record names the file.
func (d Desk) LeadFile(ctx context.Context, by app.Caller, at app.Record) (app.ArtworkLink, error) {
	l, err := d.lead(ctx, by, permission.ReadLeads, at)
	if err != nil {
		return app.ArtworkLink{}, err
	}
	if l.Submission == "" {
		return app.ArtworkLink{}, app.MissingFile
	}
	return app.LinkFile(ctx, d.Office, l.Submission, at.Part)
}

// filed finds where the files of a lead stand, with the permission for the action.
func (d Desk) filed(ctx context.Context, by app.Caller, action permission.Action,
	at app.Record) (artwork.Place, error) {
	l, err := d.lead(ctx, by, action, at)
	if err != nil {
		return artwork.Place{}, err
	}
	if l.Submission == "" { // it did not come through a form
		return artwork.Place{}, app.MissingFile
	}
	place, err := d.Store.ArtworkPlace(ctx, l.Submission)
	place.By = by.ID
	return place, err
}

// ReleaseLeadFile lets a file of a lead be opened that the scanner did not find clean.
func (d Desk) ReleaseLeadFile(ctx context.Context, by app.Caller, at app.Record,
	in app.ReleaseFile) (artwork.Artwork, error) {
	place, err := d.filed(ctx, by, permission.ReleaseFile, at)
	if err != nil {
		return artwork.Artwork{}, err
	}
	return app.ReleaseHeld(ctx, d.Office, place, at.Part, in)
}

// DiscardLeadFile deletes a file of a lead that the scanner did not find clean.
func (d Desk) DiscardLeadFile(ctx context.Context, by app.Caller, at app.Record,
	in app.DiscardFile) (artwork.Artwork, error) {
	place, err := d.filed(ctx, by, permission.DiscardFile, at)
	if err != nil {
		return artwork.Artwork{}, err
	}
	return app.DiscardHeld(ctx, d.Office, place, at.Part, in)
}

// OpenLead is a lead that staff or an integration enters: a person came in, rang, wrote or was met. A phone or an
// e-mail is needed.
type OpenLead struct {
	Source    string  `json:"source" validate:"required,max=40,slug" description:"One of the policy's sources · 规则中的来源"`
	Branch    string  `json:"branch,omitempty" validate:"max=64" description:"Absent: your only one · 不填则为您所在的网点"`
	Name      string  `json:"name,omitempty" validate:"required_without=Company,max=100,oneline,shown" description:"A name or a company is needed · 姓名与公司至少填写一项"`
	Company   string  `json:"company,omitempty" validate:"max=150,oneline,shown"`
	Phone     string  `json:"phone,omitempty" validate:"max=40" description:"A phone or an e-mail is needed · 电话与邮箱至少填写一项"`
	Email     string  `json:"email,omitempty" validate:"max=254"`
	Product   string  `json:"product,omitempty" validate:"max=100,oneline"`
	Quantity  Count   `json:"quantity,omitempty" validate:"max=40,oneline"`
	NeededBy  string  `json:"needed_by,omitempty" validate:"omitempty,datetime=2006-01-02"`
	Message   string  `json:"message,omitempty" validate:"max=4000,text"`
	HeardFrom string  `json:"heard_from,omitempty" validate:"max=100,oneline"`
	Lang      string  `json:"lang" validate:"required,lang" description:"In which the person is written to · 与客户联系所用的语言"`
	Spoken    *Spoken `json:"spoken,omitempty" validate:"omitempty" description:"The person was spoken to already: the lead starts as contacted, and is yours · 已与客户沟通：线索从已联系开始，并归您负责"`
}

// Spoken is the conversation in which the lead came about.
type Spoken struct {
	Channel string `json:"channel" validate:"required,one=touch-channel"`
	Outcome string `json:"outcome" validate:"required,one=spoken-outcome"`
	Note    string `json:"note,omitempty" validate:"max=2000,text"`
}

// OpenLead enters a lead that did not come by a form.
func (d Desk) OpenLead(ctx context.Context, by app.Caller, in OpenLead) (Lead, error) {
	if err := permission.Permit(by.Actor, permission.OpenLead); err != nil {
		return Lead{}, err
	}
	shop, err := d.Store.Shop(ctx)
	if err != nil {
		return Lead{}, err
	}
	capture, err := in.capture(by, shop, d.Now())
	if err != nil {
		return Lead{}, err
	}
	show := leadFor(by)
	l, err := d.Store.Capture(app.Showing(ctx, show), capture, nil)
	if err != nil {
		return Lead{}, err
	}
	return show(l), nil
}

// capture is what the lead brings about in its branch. Only a caller who may contact leads has spoken with the person.
func (in OpenLead) capture(by app.Caller, shop setup.Shop, now time.Time) (lead.Capture, error) {
	out := lead.Capture{Source: in.Source, By: by.Actor}
	terms, err := app.OpensAt(by, shop, in.Branch)
	if err != nil {
		return out, err
	}
	var unknown fault.List
	if terms.Policy.Sources.OfDesk(&unknown, in.Source); len(unknown) > 0 {
		return out, fault.Faulty(unknown...)
	}
	out.Terms, out.Life = terms.Lead(), terms.Policy.Life
	if in.Spoken != nil {
		if err := permission.Permit(by.Actor, permission.ContactLead); err != nil {
			return out, err
		}
		out.Spoken = &lead.Conversation{Channel: in.Spoken.Channel, Outcome: in.Spoken.Outcome, Note: in.Spoken.Note,
			By: by.ID, At: now}
	}
	at := out.Terms.Branch.Place()
	pieces, typed := in.Quantity.read()
	enquiry, faults := form.Enquiry{
		Name: in.Name, Company: in.Company, Phone: in.Phone, Email: in.Email, Product: in.Product,
		Quantity: pieces, QuantityTyped: typed,
		NeededBy: in.NeededBy, Message: in.Message, HeardFrom: in.HeardFrom, Lang: words.Lang(in.Lang),
	}.Read(form.Form{Region: at.Region, Area: at.Area}, now)
	if len(faults) > 0 {
		return out, fault.Faulty(faults...)
	}
	out.Enquiry = enquiry
	return out, nil
}

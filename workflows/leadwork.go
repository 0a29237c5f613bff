package workflows

import (
	"cmp"
	"context"
	"slices"
	"time"

	"afterpress/shared/crm/caselink"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/outage"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/token"
	"afterpress/shared/kernel/words"
	"afterpress/workflows/notice"
)

// LeadWork does what the rungs of a lead's ladder say. It has no state of its own and serves any number of attempts at
// a time.
type LeadWork struct {
	Leads    Leads
	Ledger   Ledger
	Mail     Mail
	Channels Channels         // who watches a channel that is away; nil: nobody
	SMS      bool             // whether Mail can send SMS
	Now      func() time.Time // UTC
	URL      string           // where a lead is looked at, without its id: https://…/leads/
	Site     string           // where customers reach the doors: https://…
	Tokens   token.Tokens     // signs links to customers
}

// Leads is implemented by *store.Store.
type Leads interface {
	Obstacles
	// Terms is the shop with the calendar and policy of a branch.
	Terms(ctx context.Context, branch string) (setup.Shop, setup.Terms, error)
	Lead(ctx context.Context, id string) (lead.Lead, error)
	// ChangeLead applies the rule to the lead as it is, again when somebody was faster, and returns the rule's own error
	// as it is.
	ChangeLead(ctx context.Context, id string, rule func(lead.Lead) (lead.Lead, event.Event, error)) (lead.Lead, error)
	Rotate(ctx context.Context, branch string) (int64, error)
	// AskForQuote opens the task to quote for a qualified lead, once in each round.
	AskForQuote(ctx context.Context, l lead.Lead) error
	// LastAnswer is what the person wrote last; empty: not a word.
	LastAnswer(ctx context.Context, cust, lead string) (string, error)
	customers
	addressees
}

// Climb does one rung: it gives the lead to somebody, or writes to one person.
func (w *LeadWork) Climb(ctx context.Context, c Climb) (Climbed, error) {
	return w.climber().Climb(ctx, c)
}

// Look says where the lead stands.
func (w *LeadWork) Look(ctx context.Context, l Look) (ladder.Progress, error) {
	return w.climber().Look(ctx, l)
}

func (w *LeadWork) climber() climber[lead.Lead] {
	return climber[lead.Lead]{
		kind: "lead", Obstacles: w.Leads, channels: w.Channels, customer: func(l lead.Lead) string { return l.Customer },
		read: w.Leads.Lead, change: w.Leads.ChangeLead, rotate: w.Leads.Rotate, terms: w.Leads.Terms, now: w.Now,
		branch: func(l lead.Lead) string { return l.Branch },
		rules: map[string]rule[lead.Lead]{
			ladder.DoAssign:   {apply: handOn, rotates: true, follows: ladder.DoTell},
			ladder.DoReassign: {apply: handOn, rotates: true},
			ladder.DoRecycle: {apply: func(f leadFile, l lead.Lead, now time.Time) (lead.Lead, event.Event, error) {
				return l.GiveBack(f.terms.Lead(), now) // the next round's process tells the manager
			}, unless: w.own},
		},
		write: w.write, late: outage.Leads,
		// Rungs of an ended lead stay on its ladder: only a reply that waits is still told.
		over: func(p ladder.Progress, _ ladder.Rung) bool { return p.Closed },
		ends: lead.Lead.Closed, // told of that reply, nobody is left to hear of an ended lead, though the reply still waits
	}
}

type leadFile = file[lead.Lead]

// handOn gives the lead to its next owner, whom a rung of the new state tells, or to the pool.
func handOn(f leadFile, l lead.Lead, now time.Time) (lead.Lead, event.Event, error) {
	return l.HandOn(f.shop.Roster, f.terms.Lead(), f.turn, now)
}

// own reports whether the lead's customer is somebody's own. Then the lead stays, and the manager is told.
func (w *LeadWork) own(ctx context.Context, l lead.Lead) (bool, error) {
	of, err := w.Leads.Customer(ctx, l.Customer)
	if err != nil {
		return false, err
	}
	shop, _, err := w.Leads.Terms(ctx, l.Branch)
	return l.Own(of, func(staff string) bool { return leadFile{shop: shop}.employed(staff, w.Now()) }), err
}

// write sends the message of a rung. again is the time after which to try again, when it was surely not sent.
func (w *LeadWork) write(ctx context.Context, f leadFile, rung ladder.Rung) (again time.Duration, err error) {
	manager, _ := f.shop.Manager(f.terms.Branch, w.Now())
	m := message.Message{
		Customer: f.record.Customer, About: f.record.Progress().WorkflowID(), Step: f.record.Progress().Key(rung),
		Channel: message.ChannelEmail, Branch: f.record.Branch, Owner: manager.ID,
	}
	if f.employed(f.record.Owner, w.Now()) {
		m.Owner = f.record.Owner
	}
	switch rung.Do {
	case ladder.DoAcknowledge:
		m.Template = message.TemplateLeadAcknowledged
		return w.acknowledge(ctx, f, m)
	case ladder.DoTellPromise:
		m.Template = message.TemplateLeadPostponed
		return w.postpone(ctx, f, m)
	case ladder.DoAskQuote:
		return 0, w.Leads.AskForQuote(ctx, f.record)
	case ladder.DoTell, ladder.DoRemind:
		m.Template = notice.LeadOwner(f.record, rung)
		reader := f.record.Owner
		if f.record.Pursued() { // no rung hands it on from an owner who has left: the manager hears
			reader = m.Owner
		}
		return w.notice(ctx, f, m, reader)
	case ladder.DoTellReply:
		m.Template = message.TemplateLeadReplied
		return w.notice(ctx, f, m, m.Owner)
	case ladder.DoTellManager, ladder.DoRecycle:
		m.Template = notice.LeadManager(f.record, rung)
		return w.notice(ctx, f, m, cmp.Or(manager.ID, f.terms.Branch.Manager))
	}
	return 0, errUnknownStep
}

// acknowledge says by when the person hears from us, with thanks or since that moved. It goes by SMS where they left no
// e-mail address or their customer prefers it. It repeats nothing that was typed. A yes to marketing is confirmed in
// the same message: a stranger's address that somebody types must not get two.
func (w *LeadWork) acknowledge(ctx context.Context, f leadFile, m message.Message) (time.Duration, error) {
	promise, err := f.record.Promise(f.terms.Lead(), w.Now())
	if err != nil {
		return 0, err
	}
	m.Person, m.Lang, m.Policy = f.record.ContactID, f.record.Person.Lang, f.record.Policy
	m.Replies, m.Network = cmp.Or(f.record.Person.Email, f.record.Person.Phone), f.record.Network
	who, prefers := f.record.Person.Contact(), ""
	if !w.SMS {
		who.Phones = nil
	}
	thanks := m.Template == message.TemplateLeadAcknowledged
	if thanks {
		m.Asked = f.record.CreatedAt
	}
	confirm := thanks && len(who.Emails) > 0 && f.record.AwaitsConfirmation() // by the address itself
	if !confirm && !slices.Contains(f.record.Unverified, "phone") {           // which may be a stranger's
		if prefers, err = preferred(ctx, w.Leads, f.record.Customer, who); err != nil {
			return 0, err
		}
	}
	values := f.shop.Letterhead(f.terms.Branch, m.Lang)
	values["reference"], values["opening_hours"] = words.Reference(f.record.ID), f.terms.Calendar.Hours(m.Lang)
	values["promise"] = f.terms.Calendar.Moment(promise, w.Now(), m.Lang)
	if confirm {
		m.Template = message.TemplateLeadConfirm
		ends := w.Now().Add(gate.ConfirmLife)
		to, err := w.Leads.Addressee(ctx, f.record.Customer, f.record.ContactID)
		if err != nil {
			return 0, err
		}
		tok := gate.SignConfirmation(w.Tokens, gate.Confirmation{Lead: f.record.ID, Ends: ends,
			Right: caselink.GivenTo(w.Tokens, to.Contact, who.Emails[0].Value)})
		values["link"] = w.Site + "/confirm/" + tok + "?lang=" + string(m.Lang)
		values["until"] = f.terms.Calendar.Moment(ends, w.Now(), m.Lang)
	}
	return w.inHours(ctx, f, m, who, prefers, values)
}

// inHours sends a message to the person in the person's hours. again is how long it waits for them. An enquiry of the
// night is thanked for by mail wherever the person left an address, even where SMS is preferred.
func (w *LeadWork) inHours(ctx context.Context, f leadFile, m message.Message, who customer.Contact, prefers string,
	values map[string]string) (again time.Duration, err error) {
	m.Channel, _, _ = who.AddressFor(f.terms.Policy.SMS, prefers)
	if m.Channel == message.ChannelSMS || m.Urgency() == message.Automatic {
		to, err := w.Leads.Addressee(ctx, f.record.Customer, f.record.ContactID)
		if err != nil {
			return 0, err
		}
		wait := f.terms.Waits(to, m, w.Now())
		switch thanks := m.Urgency() == message.Reply; {
		case thanks && len(who.Emails) > 0 && f.terms.Waits(to, m, m.Asked) > 0:
			who.Phones = nil
		case wait > 0:
			return wait, nil
		}
	}
	return tellContact(ctx, w.Ledger, w.Mail, m, who, f.terms.Policy.SMS, prefers, values)
}

// postpone tells another time to a person who was told the first one. Anybody else's address may be a stranger's.
// Thanks that came after a change of calendar named the new time.
func (w *LeadWork) postpone(ctx context.Context, f leadFile, m message.Message) (time.Duration, error) {
	rows, err := w.Ledger.Messages(ctx, f.record.Thanks(f.terms.Policy.Lead))
	moved := f.record.PostponedAt
	told := slices.ContainsFunc(rows, func(thanks message.Message) bool {
		return thanks.Reached() && (moved.IsZero() || !thanks.CreatedAt.After(moved))
	})
	if err != nil || !told {
		return 0, err
	}
	return w.acknowledge(ctx, f, m)
}

// notice writes to a member of staff about the lead, and into the chat of the branch where it has one. An owner reads
// where nobody thanked the person, and why: then a call is the first that they hear of us.
func (w *LeadWork) notice(ctx context.Context, f leadFile, m message.Message, staff string) (time.Duration, error) {
	reader, _ := f.shop.Person(staff)
	m.Person, m.Lang = staff, reader.Lang
	said := ""
	if m.Template == message.TemplateLeadReplied {
		var err error
		if said, err = w.Leads.LastAnswer(ctx, f.record.Customer, f.record.ID); err != nil {
			return 0, err
		}
	}
	values := map[string]string{"reference": words.Reference(f.record.ID), "staff": reader.Name,
		"link": w.URL + f.record.ID, "details": f.record.Details(said, reader.Lang)}
	if m.Template == message.TemplateLeadAssigned && f.record.Round == 1 {
		rows, err := w.Ledger.Messages(ctx, f.record.Thanks(f.terms.Policy.Lead))
		if err != nil {
			return 0, err
		}
		if thanks, _ := message.Thanked(rows); thanks.Unheard() {
			m.Template, values["cause"] = message.TemplateLeadUnacknowledged, thanks.Words().In(m.Lang)
		}
	}
	if m.Template != message.TemplateLeadPooled && m.Template != message.TemplateLeadReplied {
		values["due"] = f.terms.Calendar.Moment(f.record.Due, w.Now(), m.Lang)
	}
	switch m.Template {
	case message.TemplateLeadReassigned:
		values["owner"], values["previous"] = f.name(f.record.Former(1)), f.name(f.record.Former(2))
	case message.TemplateLeadStepLate, message.TemplateLeadQuoteLate, message.TemplateLeadKept:
		values["owner"] = f.name(f.record.Owner)
	}
	return tellStaff(ctx, w.Ledger, w.Mail, m, reader, f.terms.Branch.Robot, w.Now(), values)
}

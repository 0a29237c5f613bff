package workflows

import (
	"cmp"
	"context"
	"time"

	"afterpress/shared/crm/caselink"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/outage"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/token"
	"afterpress/shared/kernel/words"
	"afterpress/workflows/notice"
)

// HoldWork does what the rungs of a question's ladder say. It has no state of its own and serves any number of
// attempts at a time.
type HoldWork struct {
	Holds    Holds
	Ledger   Ledger
	Mail     Mail
	Channels Channels         // who watches a channel that is away; nil: nobody
	SMS      bool             // whether Mail can send SMS
	Now      func() time.Time // UTC
	URL      string           // where a question is looked at, without its id: https://…/holds/
	Site     string           // where customers reach the doors: https://…
	Tokens   token.Tokens     // signs links to customers
}

// Holds is implemented by *store.Store.
type Holds interface {
	Obstacles
	// Terms is the shop with the calendar and policy of a branch.
	Terms(ctx context.Context, branch string) (setup.Shop, setup.Terms, error)
	Hold(ctx context.Context, id string) (hold.Hold, error)
	addressees
	// ChangeHold applies the rule to the question as it is, again when somebody was faster, and returns the rule's own
	// error as it is.
	ChangeHold(ctx context.Context, id string, rule func(hold.Hold) (hold.Hold, event.Event, error)) (hold.Hold, error)
}

// Climb does one rung: it gives the question to the manager, or writes to one person, who may be the customer.
func (w *HoldWork) Climb(ctx context.Context, c Climb) (Climbed, error) {
	return w.climber().Climb(ctx, c)
}

// Look says where the question stands.
func (w *HoldWork) Look(ctx context.Context, l Look) (ladder.Progress, error) {
	return w.climber().Look(ctx, l)
}

func (w *HoldWork) climber() climber[hold.Hold] {
	return climber[hold.Hold]{
		kind: "hold", Obstacles: w.Holds, channels: w.Channels, customer: func(h hold.Hold) string { return h.Customer },
		read: w.Holds.Hold, change: w.Holds.ChangeHold, terms: w.Holds.Terms, now: w.Now,
		branch: func(h hold.Hold) string { return h.Branch },
		rules:  holdRules, write: w.write, late: outage.Holds,
	}
}

type holdFile = file[hold.Hold]

// holdRules give the question to the manager, who is told by a rung of the state that it comes into.
var holdRules = map[string]rule[hold.Hold]{
	ladder.DoEscalate: {apply: func(f holdFile, h hold.Hold, now time.Time) (hold.Hold, event.Event, error) {
		manager, _ := f.shop.Manager(f.terms.Branch, now)
		return h.Escalate(manager.ID, f.terms.Hold(), now)
	}},
}

// write sends the message of a rung. again is the time after which to try again, when it was surely not sent.
func (w *HoldWork) write(ctx context.Context, f holdFile, rung ladder.Rung) (again time.Duration, err error) {
	h, now := f.record, w.Now()
	manager, _ := f.shop.Manager(f.terms.Branch, now)
	m := message.Message{Customer: h.Customer, Branch: h.Branch, Owner: manager.ID, Person: h.Owner}
	m.Channel, m.About, m.Step = message.ChannelEmail, h.Progress().WorkflowID(), h.Progress().Key(rung)
	if f.employed(h.Owner, now) {
		m.Owner = h.Owner
	}
	answersFor := cmp.Or(manager.ID, f.terms.Branch.Manager)
	switch rung.Do {
	case ladder.DoAskCustomer:
		m.Template = message.TemplateHoldAsked
		return w.ask(ctx, f, m)
	case ladder.DoRemindCustomer:
		m.Template = message.TemplateHoldReminded
		return w.ask(ctx, f, m)
	case ladder.DoTell:
		m.Template = message.TemplateHoldAssigned
	case ladder.DoRemind:
		m.Template = message.TemplateHoldDue
	case ladder.DoTellManager:
		if m.Template, m.Person = message.TemplateHoldOverdue, answersFor; h.State == hold.StateEscalated {
			m.Template = message.TemplateHoldEscalated
		}
	case ladder.DoTellOwner:
		head, _ := f.shop.Head(f.terms.Branch, now)
		m.Template, m.Person = message.TemplateHoldOverdue, cmp.Or(head.ID, answersFor)
	case ladder.DoTellAnswer:
		m.Template = message.TemplateHoldAnswered // to the owner where the asker has left: production has to hear of it
		if f.employed(rung.Who, now) {
			m.Person = rung.Who
		}
	case ladder.DoTellWithdrawn:
		m.Template, m.Person = message.TemplateHoldWithdrawn, cmp.Or(rung.Who, h.Owner)
	default:
		return 0, errUnknownStep
	}
	return w.notice(ctx, f, m)
}

// ask puts the question to the customer's contact, by SMS where the contact has no mail or prefers SMS. Photos and
// choices are behind the link. Opening it answers nothing; sending a choice does.
func (w *HoldWork) ask(ctx context.Context, f holdFile, m message.Message) (time.Duration, error) {
	h := f.record
	to, err := w.Holds.Addressee(ctx, h.Customer, h.Contact)
	if err != nil {
		return 0, err
	}
	m.Person, m.Lang, m.Policy = h.Contact, cmp.Or(to.Lang, words.Zh), h.Policy
	if !w.SMS {
		to.Known.Phones = nil
	}
	values := f.shop.Letterhead(f.terms.Branch, m.Lang)
	values["job"], values["asked"], values["choices"] = h.Job, string(h.Question), h.ListedChoices()
	values["reference"], values["due"] = words.Reference(h.ID), f.terms.Calendar.Moment(h.Due, w.Now(), m.Lang)
	channel, address, _ := to.Known.AddressFor(f.terms.Policy.SMS, to.Prefers)
	if m.Channel = channel; channel == "" {
		m.Channel = message.ChannelEmail
	}
	if wait := f.terms.Waits(to, m, w.Now()); wait > 0 {
		return wait, nil
	}
	if address == "" && to.Typed {
		return w.askUnproven(ctx, f, m, to.Contact, values)
	}
	values["link"] = w.Site + caselink.PathTo(w.Tokens, to.Contact, address, h.ID, m.Lang)
	return tellContact(ctx, w.Ledger, w.Mail, m, to.Known, f.terms.Policy.SMS, to.Prefers, values)
}

// askUnproven has a colleague call a contact of whom no address is known to be theirs. An e-mail address that is all
// that is known of the contact gets the question, without a link.
func (w *HoldWork) askUnproven(ctx context.Context, f holdFile, m message.Message, who customer.Contact,
	values map[string]string) (time.Duration, error) {
	h := f.record
	if err := w.Holds.AskToCall(ctx, h.Branch, customer.Call{Contact: who, Customer: h.Customer, About: h.ID,
		Since: h.CreatedAt, Owner: h.Owner}); err != nil {
		return 0, err
	}
	if len(who.Emails) == 0 || !who.Alone() {
		return 0, w.Ledger.SuppressMessage(ctx, m, message.ReasonUnproven)
	}
	m.Template = message.TemplateHoldQuestion
	return send(ctx, w.Ledger, w.Mail, m, Recipient{Name: who.Name, Email: who.Emails[0].Value}, values)
}

// notice writes to one of our people about the question, and into the chat of the branch where it has one.
func (w *HoldWork) notice(ctx context.Context, f holdFile, m message.Message) (time.Duration, error) {
	h := f.record
	reader, _ := f.shop.Person(m.Person)
	values := map[string]string{"title": h.Title(), "reference": words.Reference(h.ID), "staff": reader.Name,
		"link": w.URL + h.ID}
	switch m.Template {
	case message.TemplateHoldAnswered:
		values["answer"] = h.Answer.Words(h.Choices).In(reader.Lang)
	case message.TemplateHoldWithdrawn:
		values["asker"], values["owner"] = f.name(h.WithdrawnBy), f.name(h.Owner)
	default:
		values["due"], values["asker"] = f.terms.Calendar.Moment(h.Due, w.Now(), reader.Lang), f.name(h.AskedBy)
	}
	if m.Template == message.TemplateHoldOverdue {
		values["owner"] = f.name(h.Owner)
	}
	if values["due"] != "" {
		var err error
		if values["details"], err = notice.HoldDetails(ctx, w.Holds, h, reader.Lang); err != nil {
			return 0, err
		}
	}
	return tellStaff(ctx, w.Ledger, w.Mail, m, reader, f.terms.Branch.Robot, w.Now(), values)
}

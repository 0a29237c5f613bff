package workflows

import (
	"cmp"
	"context"
	"time"

	"afterpress/shared/crm"
)

// HoldWork does what the rungs of a question's ladder say. It has no state of its own and serves any number of
// attempts at a time.
type HoldWork struct {
	Holds  Holds
	Ledger Ledger
	Mail   Mail
	SMS    bool             // whether Mail can send SMS
	Now    func() time.Time // UTC
	URL    string           // where a question is looked at, without its id: https://…/holds/
	Site   string           // where customers reach the doors: https://…
	Tokens crm.Tokens       // signs links to customers
}

// Holds is implemented by *store.Store.
type Holds interface {
	// Terms is the shop with the calendar and policy of a branch.
	Terms(ctx context.Context, branch string) (crm.Shop, crm.Terms, error)
	Hold(ctx context.Context, id string) (crm.Hold, error)
	Contact(ctx context.Context, id string) (crm.Contact, error)
	customers
	// ChangeHold applies the rule to the question as it is, again when somebody was faster, and returns the rule's own
	// error as it is.
	ChangeHold(ctx context.Context, id string, rule func(crm.Hold) (crm.Hold, crm.Event, error)) (crm.Hold, error)
}

// Climb does one rung: it gives the question to the manager, or writes to one person, who may be the customer.
func (w *HoldWork) Climb(ctx context.Context, c Climb) (Climbed, error) {
	return w.climber().Climb(ctx, c)
}

// Look says where the question stands.
func (w *HoldWork) Look(ctx context.Context, l Look) (crm.Progress, error) {
	return w.climber().Look(ctx, l)
}

func (w *HoldWork) climber() climber[crm.Hold] {
	return climber[crm.Hold]{
		read: w.Holds.Hold, change: w.Holds.ChangeHold, terms: w.Holds.Terms, now: w.Now,
		branch: func(h crm.Hold) string { return h.Branch },
		rules:  holdRules, write: w.write,
	}
}

type holdFile = file[crm.Hold]

// holdRules give the question to the manager, who is told by a rung of the state that it comes into.
var holdRules = map[string]rule[crm.Hold]{
	crm.DoEscalate: {apply: func(f holdFile, h crm.Hold, now time.Time) (crm.Hold, crm.Event, error) {
		manager, _ := f.shop.Manager(f.terms.Branch, now)
		return h.Escalate(manager.ID, f.terms.Hold(), now)
	}},
}

// write sends the message of a rung. again is the time after which to try again, when it was surely not sent.
func (w *HoldWork) write(ctx context.Context, f holdFile, rung crm.Rung) (again time.Duration, err error) {
	h, now := f.record, w.Now()
	manager, _ := f.shop.Manager(f.terms.Branch, now)
	m := crm.Message{Customer: h.Customer, Branch: h.Branch, Owner: manager.ID, Person: h.Owner, Channel: crm.ChannelEmail}
	m.About, m.Step = h.Progress().WorkflowID(), h.Progress().Key(rung)
	if f.employed(h.Owner, now) {
		m.Owner = h.Owner
	}
	answersFor := cmp.Or(manager.ID, f.terms.Branch.Manager)
	switch rung.Do {
	case crm.DoAskCustomer:
		m.Template = crm.TemplateHoldAsked
		return w.ask(ctx, f, m)
	case crm.DoRemindCustomer:
		m.Template = crm.TemplateHoldReminded
		return w.ask(ctx, f, m)
	case crm.DoTell:
		m.Template = crm.TemplateHoldAssigned
	case crm.DoRemind:
		m.Template = crm.TemplateHoldDue
	case crm.DoTellManager:
		if m.Template, m.Person = crm.TemplateHoldOverdue, answersFor; h.State == crm.HoldEscalated {
			m.Template = crm.TemplateHoldEscalated
		}
	case crm.DoTellOwner:
		head, _ := f.shop.Head(f.terms.Branch, now)
		m.Template, m.Person = crm.TemplateHoldOverdue, cmp.Or(head.ID, answersFor)
	case crm.DoTellAnswer:
		m.Template = crm.TemplateHoldAnswered // to the owner where the asker has left: production has to hear of it
		if f.employed(rung.Who, now) {
			m.Person = rung.Who
		}
	case crm.DoTellWithdrawn:
		m.Template, m.Person = crm.TemplateHoldWithdrawn, cmp.Or(rung.Who, h.Owner)
	default:
		return 0, unknownStep()
	}
	return w.notice(ctx, f, m)
}

// ask puts the question to the customer's contact, by SMS where he has no mail or prefers it. Photos and choices are behind the link, which answers nothing until he sends
// his choice there.
func (w *HoldWork) ask(ctx context.Context, f holdFile, m crm.Message) (time.Duration, error) {
	h := f.record
	contact, err := w.Holds.Contact(ctx, h.Contact)
	if err != nil && crm.KindOf(err) != crm.NotFound {
		return 0, err
	}
	m.Person, m.Lang, m.Policy = h.Contact, cmp.Or(contact.Lang, crm.Zh), h.Policy
	if !w.SMS {
		contact.Phones = nil
	}
	prefers, err := preferred(ctx, w.Holds, h.Customer, contact)
	if err != nil {
		return 0, err
	}
	return tellContact(ctx, w.Ledger, w.Mail, m, contact, f.terms.Policy.SMS, prefers, map[string]string{
		"job": h.Job, "asked": string(h.Question), "choices": h.ListedChoices(), "due": f.terms.Calendar.Moment(h.Due, w.Now(), m.Lang),
		"link":      w.Site + "/c/" + w.Tokens.SignCase(crm.CaseLink{About: h.ID}) + "?lang=" + string(m.Lang),
		"reference": crm.Reference(h.ID), "shop": f.shop.Name.In(m.Lang), "branch": f.terms.Branch.Name.In(m.Lang), "branch_phone": f.terms.Branch.Phone,
	})
}

// notice writes to one of our people about the question, and into the chat of the branch where it has one.
func (w *HoldWork) notice(ctx context.Context, f holdFile, m crm.Message) (time.Duration, error) {
	h := f.record
	reader, _ := f.shop.Person(m.Person)
	values := map[string]string{"title": h.Title(), "reference": crm.Reference(h.ID), "staff": reader.Name, "link": w.URL + h.ID}
	switch m.Template {
	case crm.TemplateHoldAnswered:
		values["answer"] = h.Answer.Words(h.Choices).In(reader.Lang)
	case crm.TemplateHoldWithdrawn:
		values["asker"], values["owner"] = f.name(h.WithdrawnBy), f.name(h.Owner)
	default:
		values["due"], values["asker"] = f.terms.Calendar.Moment(h.Due, w.Now(), reader.Lang), f.name(h.AskedBy)
	}
	if m.Template == crm.TemplateHoldOverdue {
		values["owner"] = f.name(h.Owner)
	}
	return tellStaff(ctx, w.Ledger, w.Mail, m, reader, f.terms.Branch.Robot, w.Now(), values)
}

package workflows

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"afterpress/shared/crm"
)

// Templates of the messages about a lead, as shared/notify names them.
const (
	leadAcknowledged = "lead-acknowledged"
	leadConfirm      = "lead-acknowledged-confirm"
	leadAssigned     = "lead-assigned"
	leadRemindedHalf = "lead-reminded-half"
	leadRemindedDue  = "lead-reminded-due"
	leadReassigned   = "lead-reassigned"
	leadPooled       = "lead-pooled"
	leadReplied      = "lead-replied"
)

// leadFile is a lead with the rules that hold for it.
type leadFile struct {
	lead  crm.Lead
	shop  crm.Shop
	terms crm.Terms
}

func (w *LeadWork) open(ctx context.Context, lead crm.Lead) (leadFile, error) {
	shop, terms, err := w.Leads.Terms(ctx, lead.Branch)
	return leadFile{lead: lead, shop: shop, terms: terms}, err
}

// errMoved says that the rung is no longer the lead's.
var errMoved = errors.New("workflows: the lead has moved on")

// handOn gives the lead to its first or next owner, or to the pool. A first owner is told at once; whoever is not told here is told by the rung that
// the new state has for it.
func (w *LeadWork) handOn(ctx context.Context, f leadFile, c Climb) (Climbed, error) {
	turn, err := w.Leads.Rotate(ctx, f.lead.Branch)
	if err != nil {
		return Climbed{}, err
	}
	now := w.Now()
	lead, err := w.Leads.ChangeLead(ctx, c.ID, func(l crm.Lead) (crm.Lead, crm.Event, error) {
		p := standing(l, c.Round)
		if _, there := find(p, c.Key); !there || p.Closed {
			return l, crm.Event{}, errMoved
		}
		return l.HandOn(f.shop.Roster, f.terms.Lead(), turn, now)
	})
	if errors.Is(err, errMoved) {
		return w.climb(ctx, c) // reads the record and reports
	}
	if err != nil {
		return Climbed{}, err
	}
	f.lead = lead
	out := climbed(lead.Progress(), c.Key, 0)
	for _, rung := range lead.Rungs {
		if c.Rung.Do != crm.DoAssign || rung.Do != crm.DoTell || rung.At.After(now) {
			continue
		}
		if again, err := w.write(ctx, f, rung); err == nil && again == 0 {
			out.Keys = append(out.Keys, out.Progress.Key(rung))
		}
	}
	return out, nil
}

// write sends the message of a rung. again is the time after which to try again, when it was surely not sent.
func (w *LeadWork) write(ctx context.Context, f leadFile, rung crm.Rung) (again time.Duration, err error) {
	manager, _ := f.shop.Manager(f.terms.Branch, w.Now())
	m := crm.Message{
		Customer: f.lead.Customer, About: f.lead.Progress().WorkflowID(), Step: f.lead.Progress().Key(rung), Channel: crm.ChannelEmail,
		Branch: f.lead.Branch, Owner: manager.ID,
	}
	if owner, found := f.shop.Person(f.lead.Owner); found && owner.Employed(w.Now()) {
		m.Owner = owner.ID
	}
	switch rung.Do {
	case crm.DoAcknowledge:
		return w.acknowledge(ctx, f, m)
	case crm.DoTell:
		m.Template = leadAssigned
		return w.notice(ctx, f, m, f.lead.Owner)
	case crm.DoRemind:
		m.Template = leadRemindedHalf
		if !rung.At.Before(f.lead.Due) {
			m.Template = leadRemindedDue
		}
		return w.notice(ctx, f, m, f.lead.Owner)
	case crm.DoTellReply:
		m.Template = leadReplied
		return w.notice(ctx, f, m, m.Owner)
	case crm.DoTellManager:
		m.Template = leadReassigned
		if f.lead.State == crm.LeadPooled {
			m.Template = leadPooled
		}
		return w.notice(ctx, f, m, cmp.Or(manager.ID, f.terms.Branch.Manager))
	}
	return 0, crm.Fail(crm.Invalid, "策略中有未知的步骤。请联系管理员。", "The policy has a step that is not known. Ask whoever runs the system.")
}

// acknowledge thanks the person and says by when he hears from us, by SMS where he left no e-mail address or his customer prefers it. It repeats nothing that
// was typed. A yes to marketing that has to be confirmed is asked about in the same message: whoever types a stranger's address must not be able to send him two.
func (w *LeadWork) acknowledge(ctx context.Context, f leadFile, m crm.Message) (time.Duration, error) {
	promise, err := f.lead.Promise(f.terms.Lead(), w.Now())
	if err != nil {
		return 0, err
	}
	m.Template, m.Person, m.Lang, m.Policy = leadAcknowledged, f.lead.ContactID, f.lead.Person.Lang, f.lead.Policy
	who, prefers := f.lead.Person.Contact(), ""
	if !w.SMS {
		who.Phones = nil
	}
	confirm := len(who.Emails) > 0 && f.lead.AwaitsConfirmation() // the address itself has to answer
	if !confirm && !slices.Contains(f.lead.Unverified, "phone") { // a number that was typed may be a stranger's
		if prefers, err = preferred(ctx, w.Leads, f.lead.Customer, who); err != nil {
			return 0, err
		}
	}
	values := map[string]string{
		"reference":     crm.Reference(f.lead.ID),
		"shop":          f.shop.Name.In(m.Lang),
		"branch":        f.terms.Branch.Name.In(m.Lang),
		"branch_phone":  f.terms.Branch.Phone,
		"promise":       f.terms.Calendar.Moment(promise, w.Now(), m.Lang),
		"opening_hours": f.terms.Calendar.Hours(m.Lang),
	}
	if confirm {
		m.Template = leadConfirm
		ends := w.Now().Add(crm.ConfirmLife)
		values["link"] = w.Site + "/confirm/" + w.Tokens.SignConfirmation(crm.Confirmation{Lead: f.lead.ID, Ends: ends}) + "?lang=" + string(m.Lang)
		values["until"] = f.terms.Calendar.Moment(ends, w.Now(), m.Lang)
	}
	m.Replies = cmp.Or(f.lead.Person.Email, f.lead.Person.Phone)
	return tellContact(ctx, w.Ledger, w.Mail, m, who, f.terms.Policy.SMS, prefers, values)
}

// notice writes to a member of staff about the lead, and into the chat of the branch where it has one.
func (w *LeadWork) notice(ctx context.Context, f leadFile, m crm.Message, staff string) (time.Duration, error) {
	reader, _ := f.shop.Person(staff)
	m.Person, m.Lang = staff, reader.Lang
	values := map[string]string{"reference": crm.Reference(f.lead.ID), "staff": reader.Name, "link": w.URL + f.lead.ID}
	if m.Template != leadPooled && m.Template != leadReplied {
		values["due"] = f.terms.Calendar.Moment(f.lead.Due, w.Now(), m.Lang)
	}
	if m.Template == leadReassigned {
		values["owner"], values["previous"] = f.owner(1), f.owner(2)
	}
	return tellStaff(ctx, w.Ledger, w.Mail, m, reader, f.terms.Branch.Robot, w.Now(), values)
}

// owner is the name of the last but n-1 owner.
func (f leadFile) owner(n int) string {
	if len(f.lead.Owners) < n {
		return ""
	}
	id := f.lead.Owners[len(f.lead.Owners)-n]
	p, _ := f.shop.Person(id)
	return cmp.Or(p.Name, id)
}

package workflows

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"afterpress/shared/crm"
)

// complaintTexts are the messages that have an SMS, for a customer who has no mail.
var complaintTexts = []string{
	crm.TemplateComplaintAcknowledged, crm.TemplateComplaintEvidence, crm.TemplateComplaintOffered,
	crm.TemplateComplaintVerify, crm.TemplateComplaintReplied, crm.TemplateComplaintPromise,
	crm.TemplateComplaintWithdrawn,
}

// write sends the message of a rung. again is the time after which to try again, when it was surely not sent.
func (w *ComplaintWork) write(ctx context.Context, f complaintFile, rung crm.Rung) (again time.Duration, err error) {
	c := f.record
	manager, _ := f.shop.Manager(f.terms.Branch, w.Now())
	m := crm.Message{
		Customer: c.Customer, About: c.Progress().About(), Step: c.Progress().Key(rung), Channel: crm.ChannelEmail, Branch: c.Branch, Owner: manager.ID,
	}
	if owner, found := f.shop.Person(c.Owner); found && owner.Employed(w.Now()) {
		m.Owner = owner.ID
	}
	if said, waits := c.SaidBy(rung); waits {
		m.About = c.RoundOf(said).About()
	}
	if say := complaintLetters[rung.Do]; say != nil {
		unheard, again, err := w.tellCustomer(ctx, f, m, rung, say)
		if err != nil || !unheard || !slices.Contains(complaintCalls, rung.Do) {
			return again, err
		}
		m.Template, m.Person = crm.TemplateComplaintCall, m.Owner
		return w.tellColleague(ctx, f, m, rung)
	}
	if m = complaintNotice(f, m, rung, cmp.Or(manager.ID, f.terms.Branch.Manager), w.Now()); m.Template == "" {
		return 0, unknownStep()
	}
	return w.tellColleague(ctx, f, m, rung)
}

// complaintCalls are the letters that ask or answer the customer, give him a day, or tell him of an end that he did not want: where he cannot be written to, a
// colleague hears that he has to call. A reminder is none, since he was called for the question.
var complaintCalls = []string{crm.DoAcknowledge, crm.DoAskEvidence, crm.DoAskCustomer, crm.DoTellSaid, crm.DoTellProgress, crm.DoTellPromise, crm.DoTellJoined,
	crm.DoTellUnanswered}

// unasked reports whether what this stay asks of the customer never reached them, by its question or by a reminder. The
// ledger knows.
func (w *ComplaintWork) unasked(ctx context.Context, c crm.Complaint) (bool, error) {
	var of []crm.Message
	for _, r := range c.Rungs {
		if r.Do != crm.DoAskCustomer && r.Do != crm.DoRemindCustomer {
			continue
		}
		for _, channel := range []string{crm.ChannelEmail, crm.ChannelSMS} {
			of = append(of, crm.Message{Person: cmp.Or(c.Contact, c.Customer), About: c.Progress().About(), Step: c.Progress().Key(r), Channel: channel})
		}
	}
	rows, err := w.Ledger.Messages(ctx, of)
	return !slices.ContainsFunc(rows, crm.Message.Reached), err
}

// letter is a message to the customer: its template, and the values beside those that every letter has. Without a template there is nothing left to say.
type letter struct {
	Template string
	Values   map[string]string
}

// wording makes the letter of a rung.
type wording func(w *ComplaintWork, ctx context.Context, f complaintFile, rung crm.Rung, lang crm.Lang) (letter, error)

// complaintLetters are the rungs by which the customer hears of us.
var complaintLetters = map[string]wording{
	crm.DoAcknowledge: func(w *ComplaintWork, _ context.Context, f complaintFile, _ crm.Rung, lang crm.Lang) (letter, error) {
		promise, err := f.record.Promise(f.terms.Complaint(), w.Now())
		return letter{Template: crm.TemplateComplaintAcknowledged, Values: map[string]string{
			"promise": w.moment(f, promise, lang),
		}}, err
	},
	crm.DoAskEvidence: func(_ *ComplaintWork, _ context.Context, f complaintFile, _ crm.Rung, lang crm.Lang) (letter, error) {
		return letter{Template: crm.TemplateComplaintEvidence, Values: map[string]string{
			"evidence": f.record.AskedWords(lang),
		}}, nil
	},
	crm.DoAskCustomer:    (*ComplaintWork).ask,
	crm.DoRemindCustomer: (*ComplaintWork).askAgain,
	crm.DoTellSaid:       (*ComplaintWork).say,
	crm.DoTellProgress: func(w *ComplaintWork, _ context.Context, f complaintFile, _ crm.Rung, lang crm.Lang) (letter, error) {
		promise, err := f.record.Promise(f.terms.Complaint(), w.Now())
		offer := f.record.OfferWords(f.terms.Calendar, w.Now(), lang)
		return letter{Template: crm.TemplateComplaintProgress, Values: map[string]string{
			"offer": offer, "promise": w.moment(f, promise, lang),
		}}, err
	},
	crm.DoTellPromise: func(w *ComplaintWork, _ context.Context, f complaintFile, _ crm.Rung, lang crm.Lang) (letter, error) {
		promise, err := f.record.Promise(f.terms.Complaint(), w.Now())
		return letter{Template: crm.TemplateComplaintPromise, Values: map[string]string{
			"stage": f.record.Stage(lang), "promise": w.moment(f, promise, lang),
		}}, err
	},
	crm.DoTellJoined: func(_ *ComplaintWork, _ context.Context, f complaintFile, _ crm.Rung, _ crm.Lang) (letter, error) {
		return letter{Template: crm.TemplateComplaintJoined, Values: map[string]string{
			"other": crm.Reference(f.record.JoinedInto),
		}}, nil
	},
	crm.DoTellTakenBack: func(w *ComplaintWork, _ context.Context, f complaintFile, _ crm.Rung, lang crm.Lang) (letter, error) {
		return letter{Template: crm.TemplateComplaintWithdrawn, Values: map[string]string{
			"until": w.moment(f, f.record.ReopenUntil(f.terms.Complaint()), lang),
		}}, nil
	},
	crm.DoTellUnanswered: func(w *ComplaintWork, _ context.Context, f complaintFile, _ crm.Rung, lang crm.Lang) (letter, error) {
		return letter{Template: crm.TemplateComplaintUnanswered, Values: map[string]string{
			"until": w.moment(f, f.record.ReopenUntil(f.terms.Complaint()), lang),
		}}, nil
	},
}

func (w *ComplaintWork) moment(f complaintFile, at time.Time, lang crm.Lang) string {
	return f.terms.Calendar.Moment(at, w.Now(), lang)
}

// ask tells the customer what we offer, or asks him whether it is settled.
func (w *ComplaintWork) ask(_ context.Context, f complaintFile, _ crm.Rung, lang crm.Lang) (letter, error) {
	out := letter{Template: crm.TemplateComplaintOffered, Values: map[string]string{
		"offer": f.record.OfferWords(f.terms.Calendar, w.Now(), lang), "until": w.moment(f, f.record.Due, lang)}}
	if f.record.State == crm.ComplaintVerifying {
		out.Template = crm.TemplateComplaintVerify
	}
	return out, nil
}

// askAgain reminds the customer of what we wait for.
func (w *ComplaintWork) askAgain(_ context.Context, f complaintFile, _ crm.Rung, lang crm.Lang) (letter, error) {
	until, wanted, after := f.record.AnswerBy()
	return letter{Template: crm.TemplateComplaintReminded, Values: map[string]string{
		"wanted": wanted.In(lang), "until": w.moment(f, until, lang), "after": after.In(lang),
	}}, nil
}

// say brings the customer what one of our people wrote to him.
func (w *ComplaintWork) say(ctx context.Context, f complaintFile, rung crm.Rung, _ crm.Lang) (letter, error) {
	said, waits := f.record.SaidBy(rung)
	if !waits {
		return letter{}, nil
	}
	reply, err := w.Complaints.ComplaintReply(ctx, f.record.ID, said.Reply)
	return letter{Template: crm.TemplateComplaintReplied, Values: map[string]string{"text": string(reply.Text)}}, err
}

// tellCustomer writes to the customer's contact, by SMS where he has no mail and the message has one. A reminder is the question once more there. unheard is true
// where it does not reach him and will not.
func (w *ComplaintWork) tellCustomer(ctx context.Context, f complaintFile, m crm.Message, rung crm.Rung, say wording) (unheard bool, again time.Duration, err error) {
	c := f.record
	who, err := w.Complaints.Contact(ctx, c.Contact)
	if err != nil && crm.KindOf(err) != crm.NotFound {
		return false, 0, err
	}
	m.Person, m.Lang, m.Policy = cmp.Or(c.Contact, c.Customer), cmp.Or(who.Lang, crm.Zh), c.Policy
	var to Recipient
	if len(who.Emails) > 0 {
		to = Recipient{Name: who.Name, Email: who.Emails[0].Value}
	}
	if to.Email == "" && rung.Do == crm.DoRemindCustomer && c.Pause == nil {
		say = (*ComplaintWork).ask
	}
	out, err := say(w, ctx, f, rung, m.Lang)
	if err != nil || out.Template == "" {
		return false, 0, err
	}
	m.Template = out.Template
	if to.Email == "" && w.SMS && len(who.Phones) > 0 && slices.Contains(complaintTexts, m.Template) {
		to.Phone = who.Phones[0].Value
		m.Channel, m.Number = crm.ChannelSMS, to.Phone
		if reason, ok := f.terms.Policy.SMS.Permits(to.Phone); !ok {
			return true, 0, w.Ledger.SuppressMessage(ctx, m, reason)
		}
	}
	values := out.Values
	values["reference"], values["link"] = crm.Reference(c.ID), w.Site+"/c/"+w.Tokens.SignCase(crm.CaseLink{About: c.ID})+"?lang="+string(m.Lang)
	values["shop"], values["branch"], values["branch_phone"] = f.shop.Name.In(m.Lang), f.terms.Branch.Name.In(m.Lang), f.terms.Branch.Phone
	ended, again, err := deliver(ctx, w.Ledger, w.Mail, m, to, values)
	return ended.Unheard(), again, err
}

// complaintNotice is what a colleague is told by a rung. m comes with who is told where the complaint has no owner.
// Without a template nobody is told.
func complaintNotice(f complaintFile, m crm.Message, rung crm.Rung, manager string, now time.Time) crm.Message {
	m.Person = m.Owner
	switch rung.Do {
	case crm.DoTell:
		m.Template, m.Person = crm.TemplateComplaintAssigned, f.record.Owner
	case crm.DoCloseSilent: // it stays open: he was never asked
		m.Template, m.Person = crm.TemplateComplaintCall, manager
	case crm.DoTellDecided:
		m.Template = crm.TemplateComplaintDecided
	case crm.DoTellReply:
		m.Template = crm.TemplateComplaintAnswered
	case crm.DoRemind:
		m.Template = crm.TemplateComplaintHalf
		if !rung.At.Before(f.record.Due) {
			m.Template = crm.TemplateComplaintDue
		}
	case crm.DoTellManager:
		m.Template, m.Person = crm.TemplateComplaintOverdue, manager
	case crm.DoTellOwner:
		boss, _ := f.shop.Head(f.terms.Branch, now)
		m.Template, m.Person = crm.TemplateComplaintOverdue, cmp.Or(boss.ID, manager)
	case crm.DoAskApprover:
		asked := 0 // who did not answer so far
		for _, r := range f.record.Rungs {
			if r.Do == crm.DoAskApprover && r.At.Before(rung.At) {
				asked++
			}
		}
		approver, _ := crm.Approver(f.shop.Roster, f.terms.Complaint(), f.record, asked, now)
		m.Template, m.Person = crm.TemplateComplaintApproval, approver.ID
	case crm.DoTellRefused:
		if no, ok := f.record.LastRefusal(); ok {
			m.Template = crm.TemplateComplaintRefused
			if asker, found := f.shop.Person(no.AskedBy); found && asker.Employed(now) {
				m.Person = asker.ID
			}
		}
	case crm.DoTellCorrection:
		m.Template, m.Person = crm.TemplateComplaintToCorrect, f.record.Correction.Owner
	case crm.DoRemindCorrection:
		m.Template, m.Person = crm.TemplateComplaintCorrection, f.record.Correction.Owner
	case crm.DoCheckEffect:
		m.Template = crm.TemplateComplaintEffect
	}
	return m
}

// tellColleague writes to one of our people, and into the chat of the branch where it has one.
func (w *ComplaintWork) tellColleague(ctx context.Context, f complaintFile, m crm.Message, rung crm.Rung) (time.Duration, error) {
	c := f.record
	reader, _ := f.shop.Person(m.Person)
	lang := reader.Lang
	m.Person = cmp.Or(m.Person, f.terms.Branch.Manager) // nobody is there: the ledger says for whom it would have been
	values := map[string]string{"reference": crm.Reference(c.ID), "staff": reader.Name, "link": w.URL + c.ID}
	switch m.Template {
	case crm.TemplateComplaintAssigned:
		values["severity"], values["defects"], values["due"], values["next"] = c.SeverityWords(lang), c.DefectWords(lang), w.moment(f, c.Due, lang), c.NextStep(lang)
	case crm.TemplateComplaintHalf, crm.TemplateComplaintDue:
		values["due"], values["next"] = w.moment(f, c.Due, lang), c.NextStep(lang)
	case crm.TemplateComplaintOverdue:
		values["due"], values["next"], values["owner"] = w.moment(f, c.Due, lang), c.NextStep(lang), nameOf(f, c.Owner, lang)
	case crm.TemplateComplaintApproval:
		by, until := c.AskedBy()
		values["owner"], values["due"], values["decision"] = nameOf(f, by, lang), w.moment(f, until, lang), c.Question(lang)
	case crm.TemplateComplaintCall:
		values["wanted"] = c.CallWords(rung.Do, lang)
	case crm.TemplateComplaintDecided:
		values["decision"], values["next"] = c.Decision.Words(lang), c.NextStep(lang)
	case crm.TemplateComplaintRefused:
		no, _ := c.LastRefusal()
		values["decision"], values["outcome"], values["next"] = no.Question(lang), outcome(f, no, lang), c.NextStep(lang)
	case crm.TemplateComplaintToCorrect, crm.TemplateComplaintCorrection:
		values["due"], values["owner"] = w.moment(f, c.Correction.Due, lang), nameOf(f, c.Owner, lang)
	}
	return tellStaff(ctx, w.Ledger, w.Mail, m, reader, f.terms.Branch.Robot, w.Now(), values)
}

// nameOf is what a colleague is called, or that there is none.
func nameOf(f complaintFile, id string, lang crm.Lang) string {
	return cmp.Or(f.name(id), crm.Text{Zh: "暂无负责人", En: "nobody"}.In(lang))
}

// outcome says how an approver answered.
func outcome(f complaintFile, no crm.Refusal, lang crm.Lang) string {
	if no.By == "" {
		return crm.Text{Zh: "到期时无人答复。如仍需要，请重新提出。", En: "Nobody answered in time. Ask again if you still want it."}.In(lang)
	}
	said := crm.Text{Zh: "%s没有批准，理由见投诉。", En: "%s did not approve it; the reason stands there."}.In(lang)
	return fmt.Sprintf(said, nameOf(f, no.By, lang))
}

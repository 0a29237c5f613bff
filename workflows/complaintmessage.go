package workflows

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"afterpress/shared/crm/caselink"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/told"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/words"
	"afterpress/workflows/notice"
)

// complaintTexts are the messages that have an SMS, for a customer who has no mail.
var complaintTexts = []string{
	message.TemplateComplaintAcknowledged, message.TemplateComplaintEvidence, message.TemplateComplaintOffered,
	message.TemplateComplaintVerify, message.TemplateComplaintReplied, message.TemplateComplaintPromise,
	message.TemplateComplaintWithdrawn,
}

// write sends the message of a rung. again is the time after which to try again, when it was surely not sent.
func (w *ComplaintWork) write(ctx context.Context, f complaintFile,
	rung ladder.Rung) (again time.Duration, err error) {
	c := f.record
	manager, _ := f.shop.Manager(f.terms.Branch, w.Now())
	m := message.Message{
		Customer: c.Customer, About: c.Progress().About(), Step: c.Progress().Key(rung), Channel: message.ChannelEmail,
		Branch: c.Branch, Owner: manager.ID,
	}
	if owner, found := f.shop.Person(c.Owner); found && owner.Employed(w.Now()) {
		m.Owner = owner.ID
	}
	if said, waits := c.SaidBy(rung); waits {
		m.About = c.RoundOf(said).About()
	}
	if say := complaintLetters[rung.Do]; say != nil {
		unheard, again, err := w.tellCustomer(ctx, f, m, rung, say)
		if err != nil || !unheard || !slices.Contains(notice.Calls, rung.Do) {
			return again, err
		}
		m.Template, m.Person = message.TemplateComplaintCall, m.Owner
		return w.tellColleague(ctx, f, m, rung)
	}
	boss := cmp.Or(manager.ID, f.terms.Branch.Manager)
	if m = notice.Complaint(c, f.shop.Roster, f.terms, m, rung, boss, w.Now()); m.Template == "" {
		return 0, errUnknownStep
	}
	return w.tellColleague(ctx, f, m, rung)
}

// unasked reports whether what this stay asks of the customer never reached them, by its question or by a reminder.
func (w *ComplaintWork) unasked(ctx context.Context, c complaint.Complaint) (bool, error) {
	asked, err := reached(ctx, w.Ledger, cmp.Or(c.Contact, c.Customer), c.Progress(), ladder.DoAskCustomer,
		ladder.DoRemindCustomer)
	return !asked, err
}

// unthanked reports whether the rung tells another time to somebody whom the acknowledgement, which names the first
// one, did not reach.
func (w *ComplaintWork) unthanked(ctx context.Context, c complaint.Complaint, rung ladder.Rung) (bool, error) {
	thanks := func(r ladder.Rung) bool { return r.Do == ladder.DoAcknowledge }
	if rung.Do != ladder.DoTellPromise || !slices.ContainsFunc(c.Rungs, thanks) {
		return false, nil // or other letters came since
	}
	heard, err := reached(ctx, w.Ledger, cmp.Or(c.Contact, c.Customer), c.Progress(), ladder.DoAcknowledge)
	return !heard, err
}

// letter is a message to the customer: its template, and the values beside those that every letter has. Without a
// template there is nothing left to say.
type letter struct {
	Template string
	Values   map[string]string
}

// wording makes the letter of a rung.
type wording func(w *ComplaintWork, ctx context.Context, f complaintFile, rung ladder.Rung, lang words.Lang) (letter,
	error)

// complaintLetters are the rungs by which the customer hears of us.
var complaintLetters = map[string]wording{
	ladder.DoAcknowledge: func(w *ComplaintWork, _ context.Context, f complaintFile, _ ladder.Rung,
		lang words.Lang) (letter, error) {
		promise, err := f.record.Promise(f.terms.Complaint(), w.Now())
		return letter{Template: message.TemplateComplaintAcknowledged, Values: map[string]string{
			"promise": w.moment(f, promise, lang),
		}}, err
	},
	ladder.DoAskEvidence: func(_ *ComplaintWork, _ context.Context, f complaintFile, _ ladder.Rung,
		lang words.Lang) (letter, error) {
		return letter{Template: message.TemplateComplaintEvidence, Values: map[string]string{
			"evidence": told.AskedWords(f.record, lang),
		}}, nil
	},
	ladder.DoAskCustomer:    (*ComplaintWork).ask,
	ladder.DoRemindCustomer: (*ComplaintWork).askAgain,
	ladder.DoTellSaid:       (*ComplaintWork).say,
	ladder.DoTellProgress: func(w *ComplaintWork, _ context.Context, f complaintFile, _ ladder.Rung,
		lang words.Lang) (letter, error) {
		promise, err := f.record.Promise(f.terms.Complaint(), w.Now())
		offer := told.OfferWords(f.record, f.terms.Calendar, w.Now(), lang)
		return letter{Template: message.TemplateComplaintProgress, Values: map[string]string{
			"offer": offer, "promise": w.moment(f, promise, lang),
		}}, err
	},
	ladder.DoTellPromise: func(w *ComplaintWork, _ context.Context, f complaintFile, _ ladder.Rung,
		lang words.Lang) (letter, error) {
		promise, err := f.record.Promise(f.terms.Complaint(), w.Now())
		return letter{Template: message.TemplateComplaintPromise, Values: map[string]string{
			"stage": told.Stage(f.record, lang), "promise": w.moment(f, promise, lang),
		}}, err
	},
	ladder.DoTellJoined: func(_ *ComplaintWork, _ context.Context, f complaintFile, _ ladder.Rung, _ words.Lang) (letter,
		error) {
		return letter{Template: message.TemplateComplaintJoined, Values: map[string]string{
			"other": words.Reference(f.record.JoinedInto),
		}}, nil
	},
	ladder.DoTellCustomerWithdrawn: func(w *ComplaintWork, _ context.Context, f complaintFile, _ ladder.Rung,
		lang words.Lang) (letter, error) {
		return letter{Template: message.TemplateComplaintWithdrawn, Values: map[string]string{
			"until": w.moment(f, f.record.ReopenUntil(f.terms.Complaint()), lang),
		}}, nil
	},
	ladder.DoTellUnanswered: func(w *ComplaintWork, _ context.Context, f complaintFile, _ ladder.Rung,
		lang words.Lang) (letter, error) {
		return letter{Template: message.TemplateComplaintUnanswered, Values: map[string]string{
			"until": w.moment(f, f.record.ReopenUntil(f.terms.Complaint()), lang),
		}}, nil
	},
}

func (w *ComplaintWork) moment(f complaintFile, at time.Time, lang words.Lang) string {
	return f.terms.Calendar.Moment(at, w.Now(), lang)
}

// ask tells the customer what we offer, or asks whether it is settled.
func (w *ComplaintWork) ask(_ context.Context, f complaintFile, _ ladder.Rung, lang words.Lang) (letter, error) {
	out := letter{Template: message.TemplateComplaintOffered, Values: map[string]string{
		"offer": told.OfferWords(f.record, f.terms.Calendar, w.Now(), lang), "until": w.moment(f, f.record.Due, lang)}}
	if f.record.State == complaint.StateVerifying {
		out.Template = message.TemplateComplaintVerify
	}
	return out, nil
}

// askAgain reminds the customer of what we wait for.
func (w *ComplaintWork) askAgain(_ context.Context, f complaintFile, _ ladder.Rung, lang words.Lang) (letter, error) {
	until, wanted, after := told.AnswerBy(f.record)
	return letter{Template: message.TemplateComplaintReminded, Values: map[string]string{
		"wanted": wanted.In(lang), "until": w.moment(f, until, lang), "after": after.In(lang),
	}}, nil
}

// say brings the customer what a colleague wrote.
func (w *ComplaintWork) say(ctx context.Context, f complaintFile, rung ladder.Rung, _ words.Lang) (letter, error) {
	said, waits := f.record.SaidBy(rung)
	if !waits {
		return letter{}, nil
	}
	reply, err := w.Complaints.ComplaintReply(ctx, f.record.ID, said.Reply)
	return letter{Template: message.TemplateComplaintReplied, Values: map[string]string{"text": string(reply.Text)}}, err
}

// tellCustomer writes to the customer's contact, by SMS where the contact has no mail and the message has an SMS. A
// reminder is the question once more there. unheard is true where it does not reach the contact and will not.
func (w *ComplaintWork) tellCustomer(ctx context.Context, f complaintFile, m message.Message, rung ladder.Rung,
	say wording) (unheard bool, again time.Duration, err error) {
	c := f.record
	who, err := w.Complaints.Addressee(ctx, c.Customer, c.Contact)
	if err != nil {
		return false, 0, err
	}
	m.Person, m.Lang, m.Policy = cmp.Or(c.Contact, c.Customer), cmp.Or(who.Lang, words.Zh), c.Policy
	if unthanked, err := w.unthanked(ctx, c, rung); err != nil || unthanked {
		return true, 0, err
	}
	if rung.Do == ladder.DoTellPromise && who.Known.Email() != "" {
		if ended, again, err := w.tellTogether(ctx, f, m, who, rung); err != nil || again > 0 || notice.Tells(ended, c) {
			return ended.Unheard(), again, err
		}
	}
	return w.tellAlone(ctx, f, m, rung, who, say)
}

// tellAlone is tellCustomer for a letter about this complaint and no other.
func (w *ComplaintWork) tellAlone(ctx context.Context, f complaintFile, m message.Message, rung ladder.Rung,
	who customer.Addressee, say wording) (unheard bool, again time.Duration, err error) {
	to := Recipient{Name: who.Name, Email: who.Known.Email()}
	if to.Email == "" && rung.Do == ladder.DoRemindCustomer && f.record.Pause == nil {
		say = (*ComplaintWork).ask
	}
	out, err := say(w, ctx, f, rung, m.Lang)
	if err != nil || out.Template == "" {
		return false, 0, err
	}
	m.Template = out.Template
	if to.Email == "" && w.SMS && len(who.Known.Phones) > 0 && slices.Contains(complaintTexts, m.Template) {
		to.Phone = who.Known.Phones[0].Value
		m.Channel, m.Number = message.ChannelSMS, to.Phone
		if reason, ok := f.terms.Policy.SMS.Permits(to.Phone); !ok {
			return true, 0, w.Ledger.SuppressMessage(ctx, m, reason)
		}
	}
	values := w.signed(f, m.Lang, out.Values)
	if to.address() == "" && who.Typed {
		return w.tellUnproven(ctx, f, m, rung, who.Contact, values)
	}
	if wait := f.terms.Waits(who, m, w.Now()); wait > 0 && to.address() != "" {
		return false, wait, nil
	}
	values["link"] = w.Site + caselink.PathTo(w.Tokens, who.Contact, to.address(), f.record.ID, m.Lang)
	ended, again, err := deliver(ctx, w.Ledger, w.Mail, m, to, values)
	return ended.Unheard(), again, err
}

// tellTogether tells a contact the new times of several complaints in one letter. ended is nothing where the complaint
// is alone: it has a letter of its own. again is how long the letter waits.
func (w *ComplaintWork) tellTogether(ctx context.Context, f complaintFile, m message.Message,
	who customer.Addressee, rung ladder.Rung) (ended message.Message, again time.Duration, err error) {
	c := f.record
	all, err := w.Complaints.OpenComplaintsOf(ctx, c.Customer, c.Contact)
	if err != nil {
		return ended, 0, err
	}
	for i := len(all) - 1; i >= 0; i-- {
		if not, err := w.unthanked(ctx, all[i], rung); err != nil {
			return ended, 0, err
		} else if not { // they do not know the time that moved
			all = slices.Delete(all, i, i+1)
		}
	}
	news, again := notice.NewTimes(c, all, w.Now())
	if again > 0 || news.One() {
		return ended, again, nil
	}
	if wait := f.terms.Waits(who, m, w.Now()); wait > 0 {
		return ended, wait, nil
	}
	address := who.Known.Email()
	cases := news.Words(func(at time.Time) string { return w.moment(f, at, m.Lang) },
		func(c complaint.Complaint) string {
			return w.Site + caselink.PathTo(w.Tokens, who.Contact, address, c.ID, m.Lang)
		}, m.Lang)
	values := f.shop.Letterhead(f.terms.Branch, m.Lang)
	values["cases"] = cases
	return deliver(ctx, w.Ledger, w.Mail, news.Letter(m), Recipient{Name: who.Name, Email: address}, values)
}

// signed adds to the values of a letter what every letter about a complaint says.
func (w *ComplaintWork) signed(f complaintFile, lang words.Lang, values map[string]string) map[string]string {
	maps.Copy(values, f.shop.Letterhead(f.terms.Branch, lang))
	values["reference"] = words.Reference(f.record.ID)
	return values
}

// tellUnproven has a colleague call a contact of whom no address is known to be theirs. The acknowledgement still goes
// to what was typed, without a link.
func (w *ComplaintWork) tellUnproven(ctx context.Context, f complaintFile, m message.Message, rung ladder.Rung,
	who customer.Contact, values map[string]string) (unheard bool, again time.Duration, err error) {
	c := f.record
	if err := w.Complaints.AskToCall(ctx, c.Branch, customer.Call{Contact: who, Customer: c.Customer, About: c.ID,
		Since: c.CreatedAt, Owner: cmp.Or(c.Owner, m.Owner)}); err != nil {
		return false, 0, err
	}
	if rung.Do != ladder.DoAcknowledge || len(who.Emails) == 0 {
		return true, 0, w.Ledger.SuppressMessage(ctx, m, message.ReasonUnproven)
	}
	m.Template = message.TemplateComplaintReceived
	again, err = send(ctx, w.Ledger, w.Mail, m, Recipient{Name: who.Name, Email: who.Emails[0].Value}, values)
	return false, again, err
}

// tellColleague writes to one of our people, and into the chat of the branch where it has one.
func (w *ComplaintWork) tellColleague(ctx context.Context, f complaintFile, m message.Message,
	rung ladder.Rung) (time.Duration, error) {
	c := f.record
	reader, _ := f.shop.Person(m.Person)
	lang := reader.Lang
	m.Person = cmp.Or(m.Person, f.terms.Branch.Manager) // nobody is there: the ledger says for whom it would have been
	values := map[string]string{"reference": words.Reference(c.ID), "staff": reader.Name, "link": w.URL + c.ID}
	switch m.Template {
	case message.TemplateComplaintAssigned:
		values["severity"], values["defects"], values["due"], values["next"] = c.SeverityWords(lang), c.DefectWords(lang),
			w.moment(f, c.Due, lang), c.NextStep(lang)
	case message.TemplateComplaintHalf, message.TemplateComplaintDue:
		values["due"], values["next"] = w.moment(f, c.Due, lang), c.NextStep(lang)
	case message.TemplateComplaintOverdue:
		values["due"], values["next"] = w.moment(f, c.Due, lang), c.NextStep(lang)
		values["owner"] = notice.Named(f.name(c.Owner), lang)
	case message.TemplateComplaintApproval:
		by, until := c.AskedBy()
		values["due"], values["decision"] = w.moment(f, until, lang), c.Question(lang)
		values["owner"] = notice.Named(f.name(by), lang)
	case message.TemplateComplaintCall:
		values["wanted"] = told.CallWords(c, rung.Do, lang)
	case message.TemplateComplaintDecided:
		values["decision"], values["next"] = c.Decision.Words(lang), c.NextStep(lang)
	case message.TemplateComplaintRefused:
		no, _ := c.LastRefusal()
		values["outcome"] = notice.Refusal(no, notice.Named(f.name(no.By), lang), lang)
		values["decision"], values["next"] = no.Question(lang), c.NextStep(lang)
	case message.TemplateComplaintToCorrect, message.TemplateComplaintCorrection:
		values["due"], values["owner"] = w.moment(f, c.Correction.Due, lang), notice.Named(f.name(c.Owner), lang)
	}
	if err := notice.ComplaintDetails(ctx, w.Complaints, c, m.Template, lang, values); err != nil {
		return 0, err
	}
	return tellStaff(ctx, w.Ledger, w.Mail, m, reader, f.terms.Branch.Robot, w.Now(), values)
}

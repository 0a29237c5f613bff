package notice

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/words"
)

// Complaint is what a colleague is told of a complaint by a rung. m comes with who is told where the complaint has no
// owner. Without a template nobody is told.
func Complaint(c complaint.Complaint, in firm.Roster, terms setup.Terms, m message.Message, rung ladder.Rung,
	manager string, now time.Time) message.Message {
	m.Person = m.Owner
	switch rung.Do {
	case ladder.DoTell:
		m.Template, m.Person = message.TemplateComplaintAssigned, c.Owner
	case ladder.DoCloseUnanswered: // it stays open: the customer was never asked
		m.Template, m.Person = message.TemplateComplaintCall, manager
	case ladder.DoTellDecided:
		m.Template = message.TemplateComplaintDecided
	case ladder.DoTellReply:
		m.Template = message.TemplateComplaintAnswered
	case ladder.DoRemind:
		m.Template = message.TemplateComplaintHalf
		if !rung.At.Before(c.Due) {
			m.Template = message.TemplateComplaintDue
		}
	case ladder.DoTellManager:
		m.Template, m.Person = message.TemplateComplaintOverdue, manager
	case ladder.DoTellOwner:
		boss, _ := in.Head(terms.Branch, now)
		m.Template, m.Person = message.TemplateComplaintOverdue, cmp.Or(boss.ID, manager)
	case ladder.DoAskApprover:
		asked := 0 // who did not answer so far
		for _, r := range c.Rungs {
			if r.Do == ladder.DoAskApprover && r.At.Before(rung.At) {
				asked++
			}
		}
		approver, _ := complaint.Approver(in, terms.Complaint(), c, asked, now)
		m.Template, m.Person = message.TemplateComplaintApproval, approver.ID
	case ladder.DoTellRefused:
		if no, ok := c.LastRefusal(); ok {
			m.Template = message.TemplateComplaintRefused
			if asker, found := in.Person(no.AskedBy); found && asker.Employed(now) {
				m.Person = asker.ID
			}
		}
	case ladder.DoTellCorrection:
		m.Template, m.Person = message.TemplateComplaintToCorrect, c.Correction.Owner
	case ladder.DoRemindCorrection:
		m.Template, m.Person = message.TemplateComplaintCorrection, c.Correction.Owner
	case ladder.DoCheckEffect:
		m.Template = message.TemplateComplaintEffect
	}
	return m
}

// Calls are the letters that ask or answer the customer, give a day, or tell of an end that the customer did
// not want. Where they cannot be delivered, a colleague is told to call. A reminder is none, since the call was for
// the question.
var Calls = []string{ladder.DoAcknowledge, ladder.DoAskEvidence, ladder.DoAskCustomer, ladder.DoTellSaid,
	ladder.DoTellProgress, ladder.DoTellPromise, ladder.DoTellJoined,
	ladder.DoTellUnanswered}

// Cases has what a notice about a complaint says beside the complaint. It is implemented by *store.Store.
type Cases interface {
	Contacts
	// LastReply is what the customer wrote last about the complaint; empty: nothing but files, or not a word.
	LastReply(ctx context.Context, complaint string) (string, error)
}

// ComplaintDetails adds to the values of a notice about a complaint what its reader needs to act. The customer's words
// stand there alone: no chat shows them.
func ComplaintDetails(ctx context.Context, store Cases, c complaint.Complaint, template string, lang words.Lang,
	values map[string]string) error {
	who, err := store.Addressee(ctx, c.Customer, c.Contact)
	if err != nil && fault.KindOf(err) != fault.NotFound { // one who was erased has no name any more
		return err
	}
	said := ""
	switch template {
	case message.TemplateComplaintDecided:
		said = c.DecisionReason()
	case message.TemplateComplaintAnswered:
		if said, err = store.LastReply(ctx, c.ID); err != nil {
			return err
		}
	}
	values["details"] = details(c, who, said, lang)
	return nil
}

// Named is what a colleague is called, or that there is none.
func Named(name string, lang words.Lang) string {
	return cmp.Or(name, words.Text{Zh: "暂无负责人", En: "nobody"}.In(lang))
}

// Refusal says how an approver answered, whose name that is.
func Refusal(no complaint.Refusal, name string, lang words.Lang) string {
	if no.By == "" {
		return words.Text{Zh: "到期时无人答复。如仍需要，请重新提出。", En: "Nobody answered in time. Ask again if you still want it."}.In(lang)
	}
	said := words.Text{Zh: "%s没有批准，理由见投诉。", En: "%s did not approve it; the reason is in the complaint."}
	return fmt.Sprintf(said.In(lang), name)
}

// details are what a colleague needs to act without opening the complaint: who complained, how to reach them, about
// which job, and what they wrote last, if anything.
func details(c complaint.Complaint, who customer.Addressee, said string, lang words.Lang) string {
	out := words.Sheet{Lang: lang}
	person(&out, who)
	out.Add(words.Text{Zh: "投诉：", En: "Complaint: "}, cmp.Or(c.DefectWords(lang), words.Reference(c.ID)))
	out.Add(words.Text{Zh: "订单：", En: "Job: "}, c.Job.Ref)
	out.Add(words.Text{Zh: "产品：", En: "Product: "}, defect.ProductClasses[c.Job.Class].In(lang))
	if c.Affected > 0 {
		out.Add(words.Text{Zh: "有问题的数量：", En: "Faulty pieces: "}, strconv.FormatInt(c.Affected, 10))
	}
	out.Add(words.Text{Zh: "问题：", En: "Problem: "}, string(c.Words))
	out.Said(said)
	return out.String()
}

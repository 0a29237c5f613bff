package intake

import (
	"net/http"
	"strconv"
	"strings"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// takeMail sorts a mail that came back: a person's words go to his lead or his complaint, a report of a mail server
// to the message that it is about.
func (s *Server) takeMail(r *http.Request, c call) error {
	raw, err := httpapi.Raw(r, "message/rfc822")
	if err != nil {
		return err
	}
	l, err := readLetter(raw)
	if err != nil {
		return fault.Fail(fault.Unreadable, "正文不是邮件原文（RFC 5322）。请原样转发整封邮件。",
			"The body is not a mail as it was sent (RFC 5322). Forward the whole mail, unchanged.").Because(err)
	}
	switch kind := l.Kind(); kind {
	case message.MailBounced:
		return s.returned(r, c, l, message.FateBounced)
	case message.MailComplaint:
		return s.returned(r, c, l, message.FateComplained)
	case message.MailDelayed:
		return s.returned(r, c, l, message.FateAccepted)
	default:
		return s.answered(r, c, l, kind, raw)
	}
}

// returned takes what a mail server says of one of our messages. A report of a mail that is not ours says nothing
// to us.
func (s *Server) returned(r *http.Request, c call, l letter, fate string) error {
	m, err := s.ours(r, l)
	if err != nil || m.ID == "" {
		return err
	}
	return s.Hooks.Report(r.Context(), m.Tag(), message.Report{Fate: fate, Source: SourceMail, Proof: c.id, At: s.Now()})
}

// ours is the first message of ours that the mail names, or none.
func (s *Server) ours(r *http.Request, l letter) (message.Message, error) {
	for _, tag := range l.tags {
		m, err := s.Hooks.Tagged(r.Context(), tag)
		if fault.KindOf(err) != fault.NotFound || err == nil {
			return m, err
		}
	}
	return message.Message{}, nil
}

// answered keeps an answer under the record that its address names, or the message that it answers: a lead, a
// complaint, a question from production. What a person wrote and nobody can place is kept for somebody to look at;
// automatic answers that nobody can place are not.
func (s *Server) answered(r *http.Request, c call, l letter, kind message.MailKind, raw []byte) error {
	about, id, err := s.aboutOf(r, l)
	if err != nil {
		return err
	}
	subject, _ := words.Plain(l.Subject, 200)
	from, _ := words.Plain(l.From, 254)
	t := customer.Touch{Channel: customer.TouchMail, Kind: kind, From: from,
		Subject: strings.ReplaceAll(subject, "\n", " "), Via: c.via}
	t.Text, t.Shortened = words.Plain(l.text, customer.TouchText)
	err = fault.Missing("记录", "record")
	switch about {
	case "lead":
		err = s.Hooks.Reply(r.Context(), id, message.Reporter(SourceMail), t)
	case "complaint":
		err = s.hearComplaint(r, id, l, t)
	case "hold":
		err = s.hearHold(r, id, t)
	}
	if kind := fault.KindOf(err); err == nil || kind != fault.NotFound && kind != fault.Invalid {
		return err
	}
	if kind != message.MailPerson {
		return nil
	}
	return s.keepRaw(r, c, form.Submission{Type: "message/rfc822", Body: string(raw)}, form.Unplaced)
}

// aboutOf is the kind and the id of the record that a mail answers; empty for a mail that answers nothing of ours.
func (s *Server) aboutOf(r *http.Request, l letter) (kind, id string, err error) {
	for _, to := range l.to {
		if lead, ok := s.Replies.Lead(to); ok {
			return "lead", lead, nil
		}
		if c, ok := s.Replies.Complaint(to); ok {
			return "complaint", c, nil
		}
	}
	m, err := s.ours(r, l)
	if err != nil || m.ToStaff() {
		return "", "", err
	}
	kind, id, _ = strings.Cut(m.About, "/")
	id, _, _ = strings.Cut(id, "/")
	return kind, id, nil
}

// mailText is how much of a mail a complaint takes, in characters; what is quoted below it is longer than what was
// written.
const mailText = 3900

// hearComplaint takes a person's mail in as his word. What a machine answered stands under the customer and moves
// no clock.
func (s *Server) hearComplaint(r *http.Request, id string, l letter, t customer.Touch) error {
	c, err := s.Complaints.Complaint(r.Context(), id)
	if err != nil {
		return err
	}
	if t.Kind != message.MailPerson {
		t.Customer, t.Contact, t.Branch, t.About = c.Customer, c.Contact, c.Branch, c.ID
		return s.Handed.Hear(r.Context(), t)
	}
	_, terms, err := s.termsOf(r, c.Branch)
	if err != nil {
		return err
	}
	_, _, err = s.Complaints.ReplyComplaint(r.Context(), id,
		func(c complaint.Complaint, id string) (complaint.Complaint, complaint.Reply, event.Event, error) {
			return c.Reply(staff.Visitor, id, l.reply(), terms.Complaint(), s.Now())
		})
	return err
}

// hearHold keeps an answer to a question from production under its customer, with a task for who reads it.
func (s *Server) hearHold(r *http.Request, id string, t customer.Touch) error {
	h, err := s.Holds.Hold(r.Context(), id)
	if err != nil {
		return err
	}
	shop, terms, err := s.termsOf(r, h.Branch)
	if err != nil {
		return err
	}
	if t, err = h.Heard(t, shop.Roster, terms.Hold(), s.Now()); err != nil {
		return err
	}
	return s.Handed.Hear(r.Context(), t)
}

// termsOf are the shop, and the calendar and policy of one of its branches.
func (s *Server) termsOf(r *http.Request, branch string) (setup.Shop, setup.Terms, error) {
	shop, err := s.Hooks.Shop(r.Context())
	if err != nil {
		return shop, setup.Terms{}, err
	}
	terms, err := shop.Terms(branch)
	return shop, terms, err
}

// reply is a letter as a word about a complaint. Its files are not kept here; both sides read that they were not.
func (l letter) reply() words.PublicText {
	text, shortened := words.Plain(l.text, mailText)
	if shortened {
		text += " […]"
	}
	if l.files > 0 {
		n := strconv.Itoa(l.files)
		text = strings.TrimSpace(text + "\n\n[" + n + " 个附件未保存，请在投诉页面上传 · " + n +
			" attached, not kept: please add them on the complaint's page]")
	}
	return words.PublicText(text)
}

package intake

import (
	"net/http"
	"strconv"
	"strings"

	"afterpress/shared/crm"
	"afterpress/shared/httpapi"
)

// takeMail sorts a mail that came back: a person's words go to his lead or his complaint, a report of a mail server to the message that it is about.
func (s *Server) takeMail(r *http.Request, c call) error {
	raw, err := httpapi.Raw(r, "message/rfc822")
	if err != nil {
		return err
	}
	l, err := readLetter(raw)
	if err != nil {
		return crm.Fail(crm.Unreadable, "正文不是邮件原文（RFC 5322）。请原样转发整封邮件。", "The body is not a mail as it was sent (RFC 5322). Forward the whole mail, unchanged.").Because(err)
	}
	switch kind := l.Kind(); kind {
	case crm.MailBounced:
		return s.returned(r, c, l, crm.FateBounced)
	case crm.MailComplaint:
		return s.returned(r, c, l, crm.FateComplained)
	case crm.MailDelayed:
		return s.returned(r, c, l, crm.FateAccepted)
	default:
		return s.answered(r, c, l, kind, raw)
	}
}

// returned takes what a mail server says of one of our messages. A report of a mail that is not ours says nothing to us.
func (s *Server) returned(r *http.Request, c call, l letter, fate string) error {
	m, err := s.ours(r, l)
	if err != nil || m.ID == "" {
		return err
	}
	return s.Hooks.Report(r.Context(), m.Tag(), crm.Report{Fate: fate, Source: SourceMail, Proof: c.id, At: s.Now()})
}

// ours is the first message of ours that the mail names, or none.
func (s *Server) ours(r *http.Request, l letter) (crm.Message, error) {
	for _, tag := range l.tags {
		m, err := s.Hooks.Tagged(r.Context(), tag)
		if crm.KindOf(err) != crm.NotFound || err == nil {
			return m, err
		}
	}
	return crm.Message{}, nil
}

// answered keeps an answer under the record that its address names, or the message that it answers: a lead, a complaint, a question from production. What a
// person wrote and nobody can place is kept for somebody to look at; automatic answers that nobody can place are not.
func (s *Server) answered(r *http.Request, c call, l letter, kind crm.MailKind, raw []byte) error {
	about, id, err := s.aboutOf(r, l)
	if err != nil {
		return err
	}
	subject, _ := crm.Plain(l.Subject, 200)
	from, _ := crm.Plain(l.From, 254)
	t := crm.Touch{Channel: crm.TouchMail, Kind: kind, From: from, Subject: strings.ReplaceAll(subject, "\n", " "), Via: c.via}
	t.Text, t.Shortened = crm.Plain(l.text, crm.TouchText)
	err = crm.Missing("记录", "record")
	switch about {
	case "lead":
		err = s.Hooks.Reply(r.Context(), id, crm.Reporter(SourceMail), t)
	case "complaint":
		err = s.hearComplaint(r, id, l, t)
	case "hold":
		err = s.hearHold(r, id, t)
	}
	if kind := crm.KindOf(err); err == nil || kind != crm.NotFound && kind != crm.Invalid {
		return err
	}
	if kind != crm.MailPerson {
		return nil
	}
	return s.keepRaw(r, c, crm.Submission{Type: "message/rfc822", Body: string(raw)}, crm.Unplaced)
}

// aboutOf is the kind and the id of the record that a mail answers; empty for a mail that answers nothing of ours.
func (s *Server) aboutOf(r *http.Request, l letter) (kind, id string, err error) {
	for _, to := range l.to {
		if lead, ok := s.Replies.Lead(to); ok {
			return "lead", lead, nil
		}
		if complaint, ok := s.Replies.Complaint(to); ok {
			return "complaint", complaint, nil
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

// mailText is how much of a mail a complaint takes, in characters; what is quoted below it is longer than what was written.
const mailText = 3900

// hearComplaint takes a person's mail in as his word. What a machine answered stands under the customer and moves no clock.
func (s *Server) hearComplaint(r *http.Request, id string, l letter, t crm.Touch) error {
	c, err := s.Complaints.Complaint(r.Context(), id)
	if err != nil {
		return err
	}
	if t.Kind != crm.MailPerson {
		t.Customer, t.Contact, t.Branch, t.About = c.Customer, c.Contact, c.Branch, c.ID
		return s.Handed.Hear(r.Context(), t)
	}
	_, terms, err := s.termsOf(r, c.Branch)
	if err != nil {
		return err
	}
	_, _, err = s.Complaints.ReplyComplaint(r.Context(), id, func(c crm.Complaint, id string) (crm.Complaint, crm.ComplaintReply, crm.Event, error) {
		return c.Reply(crm.Visitor, id, l.reply(), terms.Complaint(), s.Now())
	})
	return err
}

// hearHold keeps an answer to a question from production under its customer, with a task for who reads it.
func (s *Server) hearHold(r *http.Request, id string, t crm.Touch) error {
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
func (s *Server) termsOf(r *http.Request, branch string) (crm.Shop, crm.Terms, error) {
	shop, err := s.Hooks.Shop(r.Context())
	if err != nil {
		return shop, crm.Terms{}, err
	}
	terms, err := shop.Terms(branch)
	return shop, terms, err
}

// reply is a letter as a word about a complaint. Its files are not kept here; both sides read that they were not.
func (l letter) reply() crm.PublicText {
	text, shortened := crm.Plain(l.text, mailText)
	if shortened {
		text += " […]"
	}
	if l.files > 0 {
		n := strconv.Itoa(l.files)
		text = strings.TrimSpace(text + "\n\n[" + n + " 个附件未保存，请在投诉页面上传 · " + n + " attached, not kept: please add them on the complaint's page]")
	}
	return crm.PublicText(text)
}

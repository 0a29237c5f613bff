package intake

import (
	"net/http"
	"strings"

	"afterpress/shared/crm"
	"afterpress/shared/httpapi"
)

// takeMail sorts a mail that came back: a person's words go to his lead, a report of a mail server to the message that it is about.
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

// answered keeps an answer under the lead that its address names, or the message that it answers. What a person wrote and nobody can place is kept for
// somebody to look at; automatic answers that nobody can place are not.
func (s *Server) answered(r *http.Request, c call, l letter, kind crm.MailKind, raw []byte) error {
	lead, err := s.leadOf(r, l)
	if err != nil {
		return err
	}
	if lead != "" {
		subject, _ := crm.Plain(l.Subject, 200)
		from, _ := crm.Plain(l.From, 254)
		t := crm.Touch{Channel: crm.TouchMail, Kind: kind, From: from, Subject: strings.ReplaceAll(subject, "\n", " "), Via: c.via}
		t.Text, t.Shortened = crm.Plain(l.text, crm.TouchText)
		err = s.Hooks.Reply(r.Context(), lead, crm.Reporter(SourceMail), t)
		if crm.KindOf(err) != crm.NotFound {
			return err
		}
	}
	if kind != crm.MailPerson {
		return nil
	}
	return s.unplaced(r, c, raw)
}

func (s *Server) leadOf(r *http.Request, l letter) (string, error) {
	for _, to := range l.to {
		if lead, ok := s.Replies.Lead(to); ok {
			return lead, nil
		}
	}
	m, err := s.ours(r, l)
	kind, id, _ := strings.Cut(m.About, "/")
	id, _, _ = strings.Cut(id, "/")
	if err != nil || kind != "lead" || m.ToStaff() {
		return "", err
	}
	return id, nil
}

// unplaced keeps a mail as it came, in the first branch.
func (s *Server) unplaced(r *http.Request, c call, raw []byte) error {
	shop, err := s.Hooks.Shop(r.Context())
	if err != nil {
		return err
	}
	now := s.Now()
	sub := crm.Submission{ID: s.NewID("sub"), Version: 1, CreatedAt: now, UpdatedAt: now, Form: SourceMail, Type: "message/rfc822",
		Body: strings.ToValidUTF8(string(raw), "\uFFFD"), Via: c.via}
	if len(shop.Branches) > 0 {
		sub.Branch = shop.Branches[0].ID
	}
	return s.Enquiries.Quarantine(r.Context(), sub.Quarantine("unplaced"))
}

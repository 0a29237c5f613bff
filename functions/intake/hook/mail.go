package hook

import (
	"net/http"
	"strings"

	"afterpress/shared/app"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
)

// takeMail takes a mail that came back: an answer of a person or of a machine, or a report of a mail server.
func (s *Server) takeMail(r *http.Request, c app.Call) error {
	raw, err := httpapi.Raw(r, "message/rfc822")
	if err != nil {
		return err
	}
	l, err := readLetter(raw)
	if err != nil {
		return fault.Fail(fault.Unreadable, "正文不是邮件原文（RFC 5322）。请原样转发整封邮件。",
			"The body is not a mail as it was sent (RFC 5322). Forward the whole mail, unchanged.").Because(err)
	}
	c.Type = "message/rfc822"
	l.Call = c
	return s.Frontdesk.TakeLetter(r.Context(), l)
}

// offersMail reports whether a call of the source asks to send a mail through the bucket.
func offersMail(r *http.Request, source string) bool {
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return source == SourceMail && strings.EqualFold(strings.TrimSpace(kind), "application/json")
}

// offerMail answers how a mail that is too large for a call is sent. It changes nothing, so a repeat is signed anew.
func (s *Server) offerMail(r *http.Request, c app.Call) (httpapi.Answer, error) {
	in, err := httpapi.Decode[app.SendLetter](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	offer, err := s.Frontdesk.OfferLetter(r.Context(), c, in)
	return httpapi.OK(HookReceived{Status: "send", LetterOffer: &offer}), err
}

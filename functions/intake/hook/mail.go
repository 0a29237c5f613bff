package hook

import (
	"net/http"

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

package hook

import (
	"cmp"
	"net/http"

	"afterpress/shared/app"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/httpapi"
)

// takeLead takes an enquiry. Its language is the one that it names, then the one of the call, then the form's.
func (s *Server) takeLead(r *http.Request, c app.Call) error {
	in, typed, err := httpapi.DecodeTyped[frontdesk.Handed](r, frontdesk.TypedByVisitor)
	if err != nil {
		return err
	}
	in.Lang = cmp.Or(in.Lang, httpapi.PageLang(r, ""))
	c.Type = r.Header.Get("Content-Type")
	return s.Frontdesk.HandEnquiry(r.Context(), c, in, typed...)
}

package intake

import (
	"afterpress/shared/app/frontdesk"
	"io"
	"net/http"
	"strings"

	"afterpress/shared/crm/form"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
)

// takeLead keeps an enquiry as the form's own page would. A form that does not exist and fields that no form has
// are the sender's to mend; what a person typed is not, so it is kept for somebody to look at.
func (s *Server) takeLead(r *http.Request, c call) error {
	p, err := s.handed(r, c)
	if err != nil {
		return err
	}
	err = s.keep(r, p)
	faults := faultsOf(err)
	if len(faults) == 0 {
		return err
	}
	var fields []string
	for _, f := range faults {
		fields = append(fields, f.Pointer)
	}
	return s.Enquiries.Quarantine(r.Context(), p.sub.Quarantine(string(fault.Invalid)+" "+strings.Join(fields, " ")))
}

// handed reads the enquiry and finds its form.
func (s *Server) handed(r *http.Request, c call) (entry, error) {
	var raw strings.Builder
	r.Body = io.NopCloser(io.TeeReader(r.Body, &raw))
	in, err := httpapi.Decode[frontdesk.Handed](r)
	if err != nil {
		return entry{}, err
	}
	f, shop, err := s.Enquiries.Form(r.Context(), in.Form)
	if fault.KindOf(err) == fault.NotFound {
		return entry{}, fault.Faulty(fault.Field{Pointer: "/form",
			Text: words.Text{Zh: "没有这个表单。请核对编号。", En: "There is no such form. Check its id."}})
	}
	lang := in.Lang
	if lang == "" {
		lang = httpapi.PageLang(r, f.Lang())
	}
	now := s.Now()
	sub := form.Submission{ID: s.NewID("sub"), Version: 1, CreatedAt: now, UpdatedAt: now, Form: f.ID, Branch: f.Branch,
		Lang: lang,
		Type: r.Header.Get("Content-Type"), Body: raw.String(), Via: c.via}
	if in.Consent {
		sub.ConsentText = f.Consent.In(lang)
	}
	return entry{form: f, shop: shop, enquiry: in.Said(lang), source: strings.TrimSpace(in.Source), answer: received(),
		sub: sub}, err
}

package api

import (
	"net/http"
	"time"

	"afterpress/shared/crm/gate"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/store/table"
)

func (s *Server) consentRoutes() []httpapi.Route {
	return []httpapi.Route{
		on("GET /contacts/{id}/consents", permission.ReadConsents, s.listConsents,
			httpapi.Doc{Summary: "List what a contact said yes or no to, as it was recorded, newest first · 联系人的同意记录",
				Query: httpapi.Paging{}, Answer: table.Page[gate.ConsentEntry]{}}),
		on("POST /contacts/{id}/consents", permission.RecordConsent, s.recordConsent,
			httpapi.Doc{Summary: "Record what a contact said; his newest word counts, an older one is kept · 登记联系人的同意或拒绝",
				Body: RecordConsent{}, Answer: gate.ConsentEntry{}, Status: created}),
	}
}

// RecordConsent is a yes or a no that a contact gave to staff, on paper or in a list. A yes needs the words that he
// saw and its proof.
type RecordConsent struct {
	Purpose string    `json:"purpose" validate:"required,oneof=marketing survey referral"`
	Channel string    `json:"channel" validate:"required,oneof=email sms"`
	Yes     *bool     `json:"yes" validate:"required"`
	At      time.Time `json:"at" validate:"required" description:"When he said it · 客户作出表示的时间"`
	Text    string    `json:"text,omitempty" validate:"max=2000,text,shown" description:"The very words that he saw; a yes needs them · 客户当时看到的原文，同意时必填"`
	Place   string    `json:"place,omitempty" validate:"max=100,oneline,shown" description:"Where he said it, such as a counter or an exhibition · 在何处表示，例如柜台、展会"`
	Source  string    `json:"source" validate:"required,max=200,oneline,shown" description:"Where the answer comes from, such as the name of a list · 来源，例如名单的名称"`
	Proof   string    `json:"proof,omitempty" validate:"max=500,oneline,shown" description:"What proves a yes, such as where the signed form is; a yes needs it · 凭据，例如签字表单的存放处，同意时必填"`
}

func (s *Server) listConsents(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Query[httpapi.Paging](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	contact, _, err := s.contact(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	page, err := s.Store.Consents(r.Context(), contact.ID, paging(r, in))
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(page), nil
}

func (s *Server) recordConsent(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[RecordConsent](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	contact, customer, err := s.contact(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	recorded := func(result any) httpapi.Answer {
		return httpapi.Created("/contacts/"+contact.ID+"/consents", result)
	}
	said := gate.Consent{Yes: *in.Yes, At: in.At.UTC().Truncate(time.Millisecond), Text: in.Text, Place: in.Place,
		Source: in.Source, Proof: in.Proof}
	entry, err := s.Store.RecordConsent(httpapi.Answering(r, recorded), contact,
		gate.Choice{Purpose: in.Purpose, Channel: in.Channel}, said, customer.Branch, httpapi.Actor(r))
	if err != nil {
		return httpapi.Answer{}, err
	}
	return recorded(entry), nil
}

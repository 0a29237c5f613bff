package api

import (
	"cmp"
	"net/http"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/words"
)

// MakeComplaintLink says what the link is about beside its contact.
type MakeComplaintLink struct {
	Job string `json:"job,omitempty" validate:"max=64,oneline,shown" description:"Of which he complains; absent: he says so himself · 作业编号；不填则由客户自己填写"`
}

// ComplaintLink is an address at which a contact opens a complaint, without signing in. It has no end, since a
// defect may show itself late.
type ComplaintLink struct {
	URL string `json:"url" description:"For this contact alone: whoever has it complains in his name · 仅限该联系人使用，持有者即可以其名义投诉"`
}

// makeComplaintLink signs a link and changes nothing. It is no GET, since an address that is as good as a signature
// has no place in caches and histories.
func (s *Server) makeComplaintLink(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[MakeComplaintLink](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	contact, customer, err := s.contact(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	link, err := complaint.ComplainsAt(contact, in.Job)
	if err != nil {
		return httpapi.Answer{}, err
	}
	lang := cmp.Or(contact.Lang, customer.Lang, words.En)
	return httpapi.OK(ComplaintLink{httpapi.PublicURL(r, s.PublicURL) + "/c/" + complaint.SignCase(s.Tokens, link) +
		"?lang=" + string(lang)}), nil
}

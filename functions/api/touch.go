package api

import (
	"net/http"

	"afterpress/shared/crm"
	"afterpress/shared/httpapi"
)

// listTouches lists what the person wrote back about a lead. Who may read the lead may read that.
func (s *Server) listTouches(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Query[httpapi.Paging](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	missing := crm.Missing("线索", "lead")
	id, err := recordID(r, missing)
	if err != nil {
		return httpapi.Answer{}, err
	}
	lead, err := s.Store.Lead(r.Context(), id)
	if err != nil {
		return httpapi.Answer{}, err
	}
	if !httpapi.Actor(r).Sees(lead.Branch) {
		return httpapi.Answer{}, missing
	}
	page, err := s.Store.Touches(r.Context(), lead.Customer, id, paging(r, in))
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(page), nil
}

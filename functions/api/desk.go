package api

import (
	"net/http"

	"afterpress/shared/httpapi"
)

func (s *Server) readDesk(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Query[httpapi.Paging](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	page, err := s.Store.Desk(r.Context(), httpapi.Actor(r).ID, paging(r, in))
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(page), nil
}

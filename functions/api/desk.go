package api

import (
	"net/http"

	"afterpress/shared/crm"
	"afterpress/shared/httpapi"
	"afterpress/shared/store"
)

func (s *Server) deskRoutes() []httpapi.Route {
	return []httpapi.Route{
		on("GET /desk", crm.ReadDesk, s.readDesk, httpapi.Doc{Summary: "List what you have to do, most urgent first · 我的待办", Query: httpapi.Paging{}, Answer: store.Page[store.DeskLine]{}}),
	}
}

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

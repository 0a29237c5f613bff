package api

import (
	"net/http"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/overview"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
)

func (s *Server) overviewRoutes() []httpapi.Route {
	return []httpapi.Route{
		on("GET /customers/{id}/360", permission.ReadCustomers, s.readOverview,
			httpapi.Doc{Summary: "Read all that matters of a customer at once; what your role does not see is left out · 客户 360° 视图", Answer: overview.Overview{}}),
	}
}

func (s *Server) readOverview(r *http.Request) (httpapi.Answer, error) {
	missing := fault.Missing("客户", "customer")
	id, err := recordID(r, missing)
	if err != nil {
		return httpapi.Answer{}, err
	}
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	by := httpapi.Actor(r)
	file, err := s.Store.WholeFile(r.Context(), id, func(c customer.Customer) error {
		if !c.SeenBy(by) {
			return missing
		}
		return nil
	})
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(file.Overview(by, shop, httpapi.Lang(r), s.Now())), nil
}

package api

import (
	"net/http"

	"afterpress/shared/crm"
	"afterpress/shared/httpapi"
)

func (s *Server) customerRoutes() []httpapi.Route {
	return []httpapi.Route{
		on("GET /customers/{id}", crm.ReadCustomers, s.readCustomer, httpapi.Doc{Summary: "Read a customer · 查看客户", Answer: crm.Customer{}}),
	}
}

// customer reads the customer in the path; one whom the caller does not see is missing like one that is not there.
func (s *Server) customer(r *http.Request) (crm.Customer, error) {
	missing := crm.Missing("客户", "customer")
	id, err := recordID(r, missing)
	if err != nil {
		return crm.Customer{}, err
	}
	customer, err := s.Store.Customer(r.Context(), id)
	if err == nil && !customer.SeenBy(httpapi.Actor(r)) {
		return crm.Customer{}, missing
	}
	return customer, err
}

func (s *Server) readCustomer(r *http.Request) (httpapi.Answer, error) {
	customer, err := s.customer(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(customer), nil
}

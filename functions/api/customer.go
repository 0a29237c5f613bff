package api

import (
	"net/http"

	"afterpress/shared/crm"
	"afterpress/shared/httpapi"
	"afterpress/shared/store"
)

func (s *Server) customerRoutes() []httpapi.Route {
	return []httpapi.Route{
		on("GET /customers/{id}", crm.ReadCustomers, s.readCustomer, httpapi.Doc{Summary: "Read a customer · 查看客户", Answer: crm.Customer{}}),
		on("GET /customers/{id}/timeline", crm.ReadCustomers, s.readTimeline, httpapi.Doc{Summary: "List what happened with a customer, newest first · 客户时间线", Query: httpapi.Paging{}, Answer: store.Page[store.TimelineEntry]{}}),
	}
}

// customer reads the customer in the path; one of a branch that the caller does not see is missing like one that is not there.
func (s *Server) customer(r *http.Request) (crm.Customer, error) {
	missing := crm.Missing("客户", "customer")
	id, err := recordID(r, missing)
	if err != nil {
		return crm.Customer{}, err
	}
	customer, err := s.Store.Customer(r.Context(), id)
	if err == nil && !httpapi.Actor(r).Sees(customer.Branch) {
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

func (s *Server) readTimeline(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Query[httpapi.Paging](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	customer, err := s.customer(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	page, err := s.Store.Timeline(r.Context(), customer.ID, httpapi.Lang(r), paging(r, in))
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(page), nil
}

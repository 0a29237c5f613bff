package api

import (
	"net/http"

	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/store/centre"
	"afterpress/shared/store/table"
)

func (s *Server) timelineRoutes() []httpapi.Route {
	return []httpapi.Route{
		on("GET /customers/{id}/timeline", permission.ReadCustomers, s.readTimeline,
			httpapi.Doc{Summary: "List what happened with a customer, newest first · 客户时间线", Query: ReadTimeline{},
				Answer: table.Page[centre.TimelineEntry]{}}),
	}
}

// ReadTimeline is the query of a customer's timeline.
type ReadTimeline struct {
	Kind string `json:"kind" validate:"omitempty,oneof=lead message touch consent customer contact preference task complaint hold" description:"Absent: all · 不填则为全部"`
	httpapi.Paging
}

func (s *Server) readTimeline(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Query[ReadTimeline](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	customer, err := s.customer(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	page, err := s.Store.TimelineOf(r.Context(),
		centre.TimelineQuery{Customer: customer.ID, Reader: httpapi.Actor(r), Kind: in.Kind, Lang: httpapi.Lang(r),
			Paging: paging(r, in.Paging)})
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(page), nil
}

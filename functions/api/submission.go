package api

import (
	"net/http"

	"afterpress/shared/crm"
	"afterpress/shared/httpapi"
)

// ListSubmissions is the query of the list of submissions. Those that no rule could read are what somebody has to look at.
type ListSubmissions struct {
	Outcome string `json:"outcome" validate:"oneof=created attached quarantined" default:"quarantined"`
	Branch  string `json:"branch" validate:"max=64" description:"Absent: all that you see · 不填则为您可查看的全部网点"`
	httpapi.Paging
}

func (s *Server) listSubmissions(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Query[ListSubmissions](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	asked, err := branches(httpapi.Actor(r), shop, in.Branch)
	if err != nil {
		return httpapi.Answer{}, err
	}
	page, err := s.Store.Submissions(r.Context(), in.Outcome, asked, paging(r, in.Paging))
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(page), nil
}

func (s *Server) readSubmission(r *http.Request) (httpapi.Answer, error) {
	missing := crm.Missing("提交记录", "submission")
	id, err := recordID(r, missing)
	if err != nil {
		return httpapi.Answer{}, err
	}
	sub, err := s.Store.Submission(r.Context(), id)
	if err != nil {
		return httpapi.Answer{}, err
	}
	if !httpapi.Actor(r).Sees(sub.Branch) {
		return httpapi.Answer{}, missing
	}
	return httpapi.OK(sub), nil
}

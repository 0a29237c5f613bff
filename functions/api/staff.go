package api

import (
	"net/http"

	"afterpress/shared/crm"
	"afterpress/shared/httpapi"
)

func (s *Server) staffRoutes() []httpapi.Route {
	return []httpapi.Route{
		on("GET /me", crm.ReadMe, s.readMe, httpapi.Doc{Summary: "Read who you are here and what you may do · 我的资料与权限", Answer: Me{}}),
	}
}

// Me is a staff member as he sees himself: his record, and what his roles let him do.
type Me struct {
	crm.Staff
	Actions []crm.Action `json:"actions"`
}

func (s *Server) readMe(r *http.Request) (httpapi.Answer, error) {
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	by := httpapi.Actor(r)
	me, found := shop.Person(by.ID)
	if !found {
		return httpapi.Answer{}, crm.Missing("员工", "staff member")
	}
	var actions []crm.Action
	for _, action := range crm.PermissionActions() {
		if crm.Permit(by, action) == nil {
			actions = append(actions, action)
		}
	}
	return httpapi.OK(Me{me, actions}), nil
}

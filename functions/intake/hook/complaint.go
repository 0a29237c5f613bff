package hook

import (
	"net/http"

	"afterpress/shared/app"
	"afterpress/shared/app/casework"
	"afterpress/shared/httpapi"
)

// takeComplaint takes a complaint.
func (s *Server) takeComplaint(r *http.Request, c app.Call) error {
	in, typed, err := httpapi.DecodeTyped[casework.HandComplaint](r, casework.SaidByCustomer)
	if err != nil {
		return err
	}
	c.Type = "application/json"
	return s.Casework.HandComplaint(r.Context(), c, in, typed...)
}

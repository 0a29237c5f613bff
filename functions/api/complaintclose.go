package api

import (
	"context"
	"net/http"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/setup"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
)

// VerifyComplaint is what the customer says after the remedy.
type VerifyComplaint struct {
	Satisfied *bool `json:"satisfied" validate:"required" description:"false: the search begins again · false 则重新调查"`
}

func (s *Server) verifyComplaint(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[VerifyComplaint](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return s.commandComplaint(r,
		func(c complaint.Complaint, terms setup.Terms) (complaint.Complaint, event.Event, error) {
			return c.Verify(httpapi.Actor(r), *in.Satisfied, terms.Complaint(), s.Now())
		})
}

// FindCause is the root cause, by one of the five factors.
type FindCause struct {
	Factor string `json:"factor" validate:"required,oneof=man machine material method environment" description:"人机料法环"`
	Text   string `json:"internal_text" validate:"required,max=2000,shown,text" description:"For staff · 供内部查看"`
}

func (s *Server) findCause(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[FindCause](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return s.commandComplaint(r,
		func(c complaint.Complaint, terms setup.Terms) (complaint.Complaint, event.Event, error) {
			return c.FindCause(httpapi.Actor(r), complaint.Cause{Factor: in.Factor, Text: words.InternalText(in.Text)},
				terms.Complaint(), s.Now())
		})
}

// CorrectComplaint is the corrective action: what, who, by when.
type CorrectComplaint struct {
	Action string    `json:"internal_action" validate:"required,max=2000,shown,text" description:"For staff · 供内部查看"`
	Owner  string    `json:"owner" validate:"required,id=stf" description:"Who does it: a colleague of the branch · 负责人，须为该网点同事"`
	DueAt  time.Time `json:"due_at" validate:"required" description:"Within 400 days · 400 天以内"`
}

func (s *Server) correctComplaint(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[CorrectComplaint](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	owner, _ := shop.Person(in.Owner) // nobody works in no branch
	action := complaint.Correction{Action: words.InternalText(in.Action), Owner: in.Owner,
		Due: in.DueAt.UTC().Truncate(time.Millisecond)}
	return s.commandComplaint(r,
		func(c complaint.Complaint, terms setup.Terms) (complaint.Complaint, event.Event, error) {
			next, e, err := c.Correct(httpapi.Actor(r), action, terms.Complaint(), s.Now())
			if err == nil && (!owner.WorksIn(c.Branch) || !owner.Employed(s.Now())) {
				return c, event.Event{}, fault.Faulty(fault.Field{Pointer: "/owner",
					Text: words.Text{Zh: "请填写该网点一位在职同事的编号。", En: "Enter the id of a colleague who works in the branch."}})
			}
			return next, e, err
		})
}

// CheckEffect says whether the correction helped.
type CheckEffect struct {
	Effective *bool `json:"effective" validate:"required"`
}

func (s *Server) checkEffect(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[CheckEffect](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return s.commandComplaint(r,
		func(c complaint.Complaint, terms setup.Terms) (complaint.Complaint, event.Event, error) {
			return c.CheckEffect(httpapi.Actor(r), *in.Effective, terms.Complaint(), s.Now())
		})
}

// CloseComplaint takes nothing but the complaint in the path.
type CloseComplaint struct{}

func (s *Server) closeComplaint(r *http.Request) (httpapi.Answer, error) {
	if _, err := httpapi.Decode[CloseComplaint](r); err != nil {
		return httpapi.Answer{}, err
	}
	return s.commandComplaint(r,
		func(c complaint.Complaint, terms setup.Terms) (complaint.Complaint, event.Event, error) {
			return c.Close(httpapi.Actor(r), terms.Complaint(), s.Now())
		})
}

// ReopenComplaint takes nothing but the complaint in the path.
type ReopenComplaint struct{}

func (s *Server) reopenComplaint(r *http.Request) (httpapi.Answer, error) {
	if _, err := httpapi.Decode[ReopenComplaint](r); err != nil {
		return httpapi.Answer{}, err
	}
	return s.commandComplaint(r,
		func(c complaint.Complaint, terms setup.Terms) (complaint.Complaint, event.Event, error) {
			return c.Reopen(httpapi.Actor(r), terms.Complaint(), s.Now())
		})
}

// WithdrawComplaint says why. The customer is told that it was closed as withdrawn, and where he reopens it.
type WithdrawComplaint struct {
	Reason string `json:"internal_reason" validate:"required,max=2000,text,shown" description:"Why, for staff · 撤回原因，仅供内部查看"`
}

func (s *Server) withdrawComplaint(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[WithdrawComplaint](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return s.commandComplaint(r,
		func(c complaint.Complaint, terms setup.Terms) (complaint.Complaint, event.Event, error) {
			return c.Withdraw(httpapi.Actor(r), words.InternalText(in.Reason), terms.Complaint(), s.Now())
		})
}

// JoinComplaint names the older complaint, of the same customer about the same job.
type JoinComplaint struct {
	Into string `json:"into" validate:"required,id=cmp"`
}

func (s *Server) joinComplaint(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[JoinComplaint](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return s.atComplaint(r, func(ctx context.Context, id string, shop setup.Shop) (complaint.Complaint, error) {
		return s.Store.JoinComplaints(ctx, id, in.Into,
			func(c, older complaint.Complaint) (complaint.Complaint, complaint.Complaint, [2]event.Event, error) {
				terms, err := complaintStands(r, shop, c)
				if err != nil {
					return c, older, [2]event.Event{}, err
				}
				return c.Join(httpapi.Actor(r), older, terms.Complaint(), s.Now())
			})
	})
}

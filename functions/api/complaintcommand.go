package api

import (
	"context"
	"net/http"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/setup"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
)

// complaintCommand gives one command to a complaint on the terms of its branch.
type complaintCommand func(c complaint.Complaint, terms setup.Terms) (complaint.Complaint, event.Event, error)

// complaintStands is what comes before any command: a complaint that the caller does not see is missing, and one
// that has changed since he read it is shown to him.
func complaintStands(r *http.Request, shop setup.Shop, c complaint.Complaint) (setup.Terms, error) {
	if !httpapi.Actor(r).Sees(c.Branch) {
		return setup.Terms{}, missingComplaint
	}
	if err := current(r, c.Version, c); err != nil {
		return setup.Terms{}, err
	}
	return shop.Terms(c.Branch)
}

// atComplaint does something to the complaint in the path and answers with what became of it.
func (s *Server) atComplaint(r *http.Request,
	do func(ctx context.Context, id string, shop setup.Shop) (complaint.Complaint, error)) (httpapi.Answer, error) {
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	id, err := recordID(r, missingComplaint)
	if err != nil {
		return httpapi.Answer{}, err
	}
	c, err := do(httpapi.Answering(r, s.shownComplaint(r)), id, shop)
	if err != nil {
		return httpapi.Answer{}, veiled(r, err)
	}
	return s.shownComplaint(r)(c), nil
}

func (s *Server) commandComplaint(r *http.Request, command complaintCommand) (httpapi.Answer, error) {
	return s.atComplaint(r, func(ctx context.Context, id string, shop setup.Shop) (complaint.Complaint, error) {
		return s.Store.ChangeComplaint(ctx, id, func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
			terms, err := complaintStands(r, shop, c)
			if err != nil {
				return c, event.Event{}, err
			}
			return command(c, terms)
		})
	})
}

// AssignComplaint names who gets the complaint: somebody of service, sales or management of its branch who is there.
type AssignComplaint struct {
	Owner string `json:"owner" validate:"required,id=stf"`
}

func (s *Server) assignComplaint(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[AssignComplaint](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	to, _ := shop.Person(in.Owner) // nobody works in no branch, so the rule refuses him
	return s.commandComplaint(r,
		func(c complaint.Complaint, terms setup.Terms) (complaint.Complaint, event.Event, error) {
			return c.Assign(httpapi.Actor(r), to, terms.Complaint(), s.Now())
		})
}

// TriageComplaint is what the first look at a complaint settles.
type TriageComplaint struct {
	Severity   int               `json:"severity" validate:"required,min=1,max=4" description:"1 unusable or unlawful, 2 hardly usable, 3 usable with a flaw, 4 cosmetic · 1 不能用或违法，2 几乎不能用，3 有瑕疵但能用，4 仅影响外观"`
	Owner      string            `json:"owner,omitempty" validate:"omitempty,id=stf" description:"Absent: who has it, else yourself · 不填则为现负责人，没有则为本人"`
	Defects    []string          `json:"defects,omitempty" validate:"max=10,unique,dive,required,max=40,oneline" description:"Absent: as the customer said · 不填则按客户所说"`
	Job        ComplaintJobEntry `json:"job,omitzero" description:"What is filled in replaces what was known · 所填内容代替已知内容"`
	Affected   *int64            `json:"affected,omitempty" description:"Bad pieces; absent: as it was · 不良件数，不填则不变"`
	ReportedAt *time.Time        `json:"reported_at,omitempty" description:"When the customer told us; absent: as it was · 客户提出的时间，不填则不变"`
}

func (s *Server) triageComplaint(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[TriageComplaint](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	job, err := in.Job.job()
	if err != nil {
		return httpapi.Answer{}, err
	}
	c, shop, _, err := s.complaintTerms(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	if err := s.sameCustomer(r, in.Job.Lead, c.Customer); err != nil {
		return httpapi.Answer{}, err
	}
	said := complaint.Triage{Severity: in.Severity, Defects: kinds[defect.Kind](in.Defects), Job: job,
		Affected: in.Affected, ReportedAt: moment(in.ReportedAt)}
	return s.commandComplaint(r,
		func(c complaint.Complaint, terms setup.Terms) (complaint.Complaint, event.Event, error) {
			to, _ := shop.Person(in.owner(c, httpapi.Actor(r))) // nobody works in no branch, so the rule refuses him
			return c.Triage(httpapi.Actor(r), said, to, terms.Complaint(), s.Now())
		})
}

// owner is who has the complaint after the triage.
func (in TriageComplaint) owner(c complaint.Complaint, by staff.Actor) string {
	for _, id := range []string{in.Owner, c.Owner} {
		if id != "" {
			return id
		}
	}
	return by.ID
}

// RequestEvidence says what the customer is asked for.
type RequestEvidence struct {
	Evidence []string `json:"evidence" validate:"required,min=1,max=14,unique,dive,required,max=32,oneline" description:"Kinds of GET /defects · 取自 GET /defects"`
}

func (s *Server) requestEvidence(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[RequestEvidence](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return s.commandComplaint(r,
		func(c complaint.Complaint, terms setup.Terms) (complaint.Complaint, event.Event, error) {
			return c.RequestEvidence(httpapi.Actor(r), kinds[defect.Evidence](in.Evidence), terms.Complaint(), s.Now())
		})
}

// MeasureComplaint is the worst value of one measure over so many pieces.
type MeasureComplaint struct {
	Measure string `json:"measure" validate:"required,max=32,oneline" description:"One of GET /defects that is not computed · 取自 GET /defects，不含推算的项目"`
	Value   int64  `json:"value" description:"Thousandths of the unit: 3500 is 3.5 · 以单位的千分之一计：3500 即 3.5"`
	Unit    string `json:"unit" validate:"required,max=32,oneline"`
	Samples int    `json:"samples" validate:"required,min=1,max=100000" description:"Pieces measured · 测量件数"`
	Device  string `json:"device,omitempty" validate:"max=100,oneline,shown"`
}

func (s *Server) measureComplaint(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[MeasureComplaint](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	m := defect.Measurement{Measure: defect.Measure(in.Measure), Value: in.Value, Unit: in.Unit, Samples: in.Samples,
		Device: in.Device}
	return s.commandComplaint(r,
		func(c complaint.Complaint, terms setup.Terms) (complaint.Complaint, event.Event, error) {
			return c.Measure(httpapi.Actor(r), m, terms.Complaint(), s.Now())
		})
}

// PauseComplaint says why the clock stands still.
type PauseComplaint struct {
	Reason string `json:"reason" validate:"required,oneof=waiting-customer waiting-sample waiting-supplier"`
}

func (s *Server) pauseComplaint(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[PauseComplaint](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return s.commandComplaint(r,
		func(c complaint.Complaint, terms setup.Terms) (complaint.Complaint, event.Event, error) {
			return c.PauseClock(httpapi.Actor(r), in.Reason, terms.Complaint(), s.Now())
		})
}

// ResumeComplaint takes nothing but the complaint in the path.
type ResumeComplaint struct{}

func (s *Server) resumeComplaint(r *http.Request) (httpapi.Answer, error) {
	if _, err := httpapi.Decode[ResumeComplaint](r); err != nil {
		return httpapi.Answer{}, err
	}
	return s.commandComplaint(r,
		func(c complaint.Complaint, terms setup.Terms) (complaint.Complaint, event.Event, error) {
			return c.Resume(httpapi.Actor(r), terms.Complaint(), s.Now())
		})
}

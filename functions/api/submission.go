package api

import (
	"afterpress/shared/app/frontdesk"
	"net/http"

	"afterpress/shared/crm/form"
	"afterpress/shared/httpapi"
	"afterpress/shared/httpapi/posted"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/store/table"
)

func (s *Server) submissionRoutes() []httpapi.Route {
	return []httpapi.Route{
		on("GET /submissions", permission.ReadSubmissions, s.listSubmissions,
			httpapi.Doc{Summary: "List what came through the forms, newest first · 表单提交列表", Query: ListSubmissions{},
				Answer: table.Page[form.SubmissionCard]{}}),
		on("GET /submissions/{id}", permission.ReadSubmissions, s.readSubmission,
			httpapi.Doc{Summary: "Read what was posted, as it came, and what you may do with it · 查看表单提交",
				Answer: Submission{}}),
		on("POST /submissions/{id}/release", permission.ReleaseSubmission, s.releaseSubmission,
			httpapi.Doc{Summary: "Let a quarantined submission become a lead by the rules of today · 放行被隔离的提交",
				Body: ReleaseSubmission{}, Answer: Submission{}, Versioned: true}),
		on("POST /submissions/{id}/discard", permission.DiscardSubmission, s.discardSubmission,
			httpapi.Doc{Summary: "Say that nothing comes of a quarantined submission · 丢弃被隔离的提交", Body: DiscardSubmission{},
				Answer: Submission{}, Versioned: true}),
	}
}

// ListSubmissions is the query of the list of submissions. Those that no rule could read are what somebody has to
// look at.
type ListSubmissions struct {
	Outcome string `json:"outcome" validate:"oneof=created attached quarantined discarded" default:"quarantined"`
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

// Submission is a submission as the API shows it: with why it was quarantined in words, and what the reader may do
// with it.
type Submission struct {
	form.Submission
	Why     string                 `json:"why,omitempty"`
	Actions []permission.Permitted `json:"actions"`
}

// shownSubmission renders what a commit returns, which is always a submission.
func shownSubmission(r *http.Request) func(any) httpapi.Answer {
	return func(result any) httpapi.Answer {
		out := Submission{Submission: result.(form.Submission)}
		if out.Difficulty != "" {
			out.Why = out.Submission.Why().In(httpapi.Lang(r))
		}
		out.Actions = worded(r, form.SubmissionActions(httpapi.Actor(r), out.Submission))
		return httpapi.OK(out)
	}
}

// submission reads the submission in the path, in the version that the caller has seen where he names one.
func (s *Server) submission(r *http.Request) (form.Submission, error) {
	missing := fault.Missing("提交记录", "submission")
	id, err := recordID(r, missing)
	if err != nil {
		return form.Submission{}, err
	}
	sub, err := s.Store.Submission(r.Context(), id)
	if err != nil {
		return sub, err
	}
	if !httpapi.Actor(r).Sees(sub.Branch) {
		return form.Submission{}, missing
	}
	return sub, current(r, sub.Version, sub)
}

func (s *Server) readSubmission(r *http.Request) (httpapi.Answer, error) {
	sub, err := s.submission(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return shownSubmission(r)(sub), nil
}

// ReleaseSubmission takes nothing but the submission in the path.
type ReleaseSubmission struct{}

func (s *Server) releaseSubmission(r *http.Request) (httpapi.Answer, error) {
	if _, err := httpapi.Decode[ReleaseSubmission](r); err != nil {
		return httpapi.Answer{}, err
	}
	sub, err := s.submission(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	by := httpapi.Actor(r)
	if sub, err = sub.Release(by, s.Now()); err != nil {
		return httpapi.Answer{}, err
	}
	f, shop, err := s.Store.Form(r.Context(), sub.Form)
	if err != nil {
		return httpapi.Answer{}, err
	}
	in, err := posted.Read(sub)
	if err != nil {
		return httpapi.Answer{}, err
	}
	capture, err := frontdesk.CaptureOf(sub, in, f, shop, by)
	if err != nil {
		return httpapi.Answer{}, err
	}
	if _, err := s.Store.Capture(httpapi.Answering(r, shownSubmission(r)), capture, &sub); err != nil {
		return httpapi.Answer{}, err
	}
	return shownSubmission(r)(sub), nil
}

// DiscardSubmission says why nothing comes of the submission.
type DiscardSubmission struct {
	Reason string `json:"reason" validate:"required,oneof=spam test duplicate unreadable not-for-us"`
}

func (s *Server) discardSubmission(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[DiscardSubmission](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	sub, err := s.submission(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	next, event, err := sub.Discard(httpapi.Actor(r), in.Reason, s.Now())
	if err != nil {
		return httpapi.Answer{}, err
	}
	if err := s.Store.SaveSubmission(httpapi.Answering(r, shownSubmission(r)), next, event); err != nil {
		return httpapi.Answer{}, err
	}
	return shownSubmission(r)(next), nil
}

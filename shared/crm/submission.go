package crm

import (
	"slices"
	"time"
)

// Outcomes of a submission. attached and created speak of the person: an attached enquiry makes a lead as well.
const (
	OutcomeCreated     = "created"     // a new person
	OutcomeAttached    = "attached"    // a person whom the shop knew
	OutcomeQuarantined = "quarantined" // accepted, but no rule could read it or it looks like a program's; somebody looks at it
	OutcomeDiscarded   = "discarded"   // somebody looked: it is nothing
)

// SubmissionOutcomes lists the outcomes.
var SubmissionOutcomes = []string{OutcomeCreated, OutcomeAttached, OutcomeQuarantined, OutcomeDiscarded}

// Submission is what came through a form, as it came. It is stored with its outcome before anybody is answered.
type Submission struct {
	ID          string    `json:"id"`
	Version     int64     `json:"version"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`
	Form        string    `json:"form"`
	Branch      string    `json:"branch"`
	Lang        Lang      `json:"lang"`
	Outcome     string    `json:"outcome"`
	Type        string    `json:"content_type"`
	Body        string    `json:"body"`          // the raw bytes that were posted
	Via         string    `json:"via,omitempty"` // by which hook it came, and under which key
	ConsentText string    `json:"consent_text,omitempty"`
	Lead        string    `json:"lead,omitempty"`
	Customer    string    `json:"customer,omitempty"`
	Difficulty  string    `json:"difficulty,omitempty"` // why it was quarantined, for the person who looks at it
	Decision    *Decision `json:"decision,omitempty"`   // of the person who looked
}

// Decision is what somebody decided about a quarantined submission.
type Decision struct {
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Reason string    `json:"reason,omitempty"`
}

// ETagVersion is the version that an If-Match names.
func (s Submission) ETagVersion() int64 { return s.Version }

// Quarantine keeps a submission that did not become a lead.
func (s Submission) Quarantine(difficulty string) Submission {
	s.Outcome, s.Lead, s.Customer = OutcomeQuarantined, "", ""
	s.Difficulty = difficulty
	return s
}

// submissionMoves says in which outcomes each command may be given. What was discarded by mistake can still be released.
var submissionMoves = map[Action][]string{
	ReleaseSubmission: {OutcomeQuarantined, OutcomeDiscarded},
	DiscardSubmission: {OutcomeQuarantined},
}

// SubmissionCommands lists the commands of a submission in the order in which they are offered.
var SubmissionCommands = []Action{ReleaseSubmission, DiscardSubmission}

// SubmissionActions lists what the actor may do with the submission now, and why not the rest.
func SubmissionActions(by Actor, s Submission) []Permitted {
	var out []Permitted
	for _, command := range SubmissionCommands {
		if Permit(by, command) != nil {
			continue
		}
		p := Permitted{Name: string(command), Allowed: true}
		if err := s.may(by, command); err != nil {
			p.Allowed, p.Text = false, err.Text
		}
		out = append(out, p)
	}
	return out
}

func (s Submission) may(by Actor, command Action) *Error {
	if !by.Sees(s.Branch) {
		return Missing("提交记录", "submission")
	}
	if slices.Contains(submissionMoves[command], s.Outcome) {
		return nil
	}
	e := Fail(Refused, "这份提交已经处理过了。请刷新后查看结果。", "This submission was dealt with already. Reload it and look at its outcome.")
	e.State, e.Record = s.Outcome, s
	for _, c := range SubmissionCommands {
		if slices.Contains(submissionMoves[c], s.Outcome) {
			e.Allowed = append(e.Allowed, string(c))
		}
	}
	return e
}

// decide is the next version of the submission after somebody decided about it.
func (s Submission) decide(by Actor, command Action, reason string, now time.Time) (Submission, error) {
	if err := s.may(by, command); err != nil {
		return s, err
	}
	s.Version, s.UpdatedAt = s.Version+1, now
	s.Decision = &Decision{By: by.ID, At: now, Reason: reason}
	return s, nil
}

// Release lets the submission become a lead; it does when its enquiry is captured.
func (s Submission) Release(by Actor, now time.Time) (Submission, error) {
	return s.decide(by, ReleaseSubmission, "", now)
}

// Discard says that nothing comes of the submission, and why.
func (s Submission) Discard(by Actor, reason string, now time.Time) (Submission, Event, error) {
	next, err := s.decide(by, DiscardSubmission, reason, now)
	if err != nil {
		return s, Event{}, err
	}
	next.Outcome = OutcomeDiscarded
	return next, next.event(SubmissionDropped, s.ID, map[string]string{"reason": reason}), nil
}

// Became is the submission whose enquiry made the lead. Where a person released it, told is the event of that, in the customer's log.
func (s Submission) Became(l Lead) (next Submission, told *Event) {
	s.Lead, s.Customer, s.Outcome = l.ID, l.Customer, OutcomeCreated
	if l.Attached {
		s.Outcome = OutcomeAttached
	}
	if s.Decision == nil {
		return s, nil
	}
	event := s.event(SubmissionFreed, l.Customer, map[string]string{"lead": l.ID, "was": s.Difficulty})
	return s, &event
}

// event tells of a decision in a log: the customer's, or the submission's own where nobody is known.
func (s Submission) event(kind EventType, log string, data map[string]string) Event {
	return news(kind, Actor{ID: s.Decision.By}, log, s.ID, s.Version, s.Branch, s.UpdatedAt, data)
}

// SubmissionCard is what a list shows of a submission.
type SubmissionCard struct {
	ID         string    `json:"id"`
	Form       string    `json:"form"`
	Branch     string    `json:"branch"`
	Outcome    string    `json:"outcome"`
	Difficulty string    `json:"difficulty,omitempty"`
	Lead       string    `json:"lead,omitempty"`
	CreatedAt  time.Time `json:"created_at"`
}

// Card is the submission in a list.
func (s Submission) Card() SubmissionCard {
	return SubmissionCard{ID: s.ID, Form: s.Form, Branch: s.Branch, Outcome: s.Outcome, Difficulty: s.Difficulty, Lead: s.Lead, CreatedAt: s.CreatedAt}
}

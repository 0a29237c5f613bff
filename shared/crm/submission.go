package crm

import "time"

// Outcomes of a submission. attached and created speak of the person: an attached enquiry makes a lead as well.
const (
	OutcomeCreated     = "created"     // a new person
	OutcomeAttached    = "attached"    // a person whom the shop knew
	OutcomeQuarantined = "quarantined" // accepted, but no rule could read it; somebody looks at it
)

// Submission is what came through a form, as it came. It is stored with its outcome before anybody is answered.
type Submission struct {
	ID         string    `json:"id"`
	Version    int64     `json:"version"`
	CreatedAt  time.Time `json:"created_at"`
	UpdatedAt  time.Time `json:"updated_at"`
	Form       string    `json:"form"`
	Branch     string    `json:"branch"`
	Outcome    string    `json:"outcome"`
	Type       string    `json:"content_type"`
	Body       string    `json:"body"`          // the raw bytes that were posted
	Via        string    `json:"via,omitempty"` // by which hook it came, and under which key
	Lead       string    `json:"lead,omitempty"`
	Customer   string    `json:"customer,omitempty"`
	Difficulty string    `json:"difficulty,omitempty"` // quarantined: what went wrong, for the person who looks at it
}

// Quarantine keeps a submission that no rule could turn into a lead.
func (s Submission) Quarantine(difficulty string) Submission {
	s.Outcome, s.Lead, s.Customer = OutcomeQuarantined, "", ""
	s.Difficulty = difficulty
	return s
}

// SubmissionCard is what a list shows of a submission.
type SubmissionCard struct {
	ID        string    `json:"id"`
	Form      string    `json:"form"`
	Branch    string    `json:"branch"`
	Outcome   string    `json:"outcome"`
	Lead      string    `json:"lead,omitempty"`
	CreatedAt time.Time `json:"created_at"`
}

// Card is the submission in a list.
func (s Submission) Card() SubmissionCard {
	return SubmissionCard{ID: s.ID, Form: s.Form, Branch: s.Branch, Outcome: s.Outcome, Lead: s.Lead, CreatedAt: s.CreatedAt}
}

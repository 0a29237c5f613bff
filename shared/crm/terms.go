package crm

import "github.com/samber/lo"

// Shop is what the company has set up: who works where, when, and by which rules. It is read as a whole and kept for at
// most 30 seconds, so a request costs no read for it.
type Shop struct {
	Roster
	Name       Text
	Policies   []Policy
	Forms      []Form
	Categories []Category
}

// Form finds a form by id.
func (s Shop) Form(id string) (Form, bool) {
	return lo.Find(s.Forms, func(f Form) bool { return f.ID == id })
}

// Terms are the rules that hold for the records of one branch at one moment. Each area is handed its own part.
type Terms struct {
	FirmTerms
	Policy Policy
}

// Terms finds the calendar and policy of a branch. A branch that lacks one is a fault of the set-up, not of the request.
func (s Shop) Terms(branch string) (Terms, error) {
	b, ok := s.Branch(branch)
	if !ok {
		return Terms{}, Missing("网点", "branch")
	}
	cal, okCal := s.Calendar(b.Calendar)
	pol, okPol := lo.Find(s.Policies, func(p Policy) bool { return p.ID == b.Policy })
	if !okCal || !okPol {
		return Terms{}, Fail(Internal, "网点设置不完整。请联系管理员。",
			"The branch lacks a calendar or a policy. Ask whoever runs the system.")
	}
	pol.Life = pol.Life.Among(s.Categories)
	return Terms{FirmTerms: FirmTerms{Branch: b, Calendar: cal, Ref: pol.Ref()}, Policy: pol}, nil
}

// Lead is the part of the terms that leads obey.
func (t Terms) Lead() LeadTerms { return LeadTerms{t.FirmTerms, t.Policy.Lead} }

// Task is the part of the terms that tasks obey.
func (t Terms) Task() TaskTerms { return TaskTerms{t.FirmTerms, t.Policy.Task} }

// Hold is the part of the terms that questions during production obey.
func (t Terms) Hold() HoldTerms { return HoldTerms{t.FirmTerms, t.Policy.Hold} }

// Complaint is the part of the terms that complaints obey.
func (t Terms) Complaint() ComplaintTerms { return ComplaintTerms{t.FirmTerms, t.Policy.Complaint} }

// Customer is the part of the terms that customers obey.
func (t Terms) Customer() CustomerTerms { return CustomerTerms{t.FirmTerms, t.Policy.Life} }

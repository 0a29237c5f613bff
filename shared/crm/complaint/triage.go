package complaint

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"time"

	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// Triage is what the first look at a complaint settles, and what a later look corrects.
type Triage struct {
	Severity int           `json:"severity" validate:"min=1,max=4"`
	Defects  []defect.Kind `json:"defects" validate:"max=10,unique"` // empty: as the customer said
	Job      Job           `json:"job"`                              // what is filled in replaces what was known
	Affected *int64        `json:"affected"`

	ReportedAt time.Time `json:"reported_at"` // zero: as it was
}

// Triage settles severity, owner and the job's figures, and corrects them until something was offered.
// Deadlines follow the severity.
func (c Complaint) Triage(by staff.Actor, in Triage, to staff.Staff, terms Terms,
	now time.Time) (Complaint, event.Event, error) {
	data := map[string]string{"severity": fmt.Sprint(in.Severity), "owner": to.ID}
	return c.change(by, permission.TriageComplaint, event.ComplaintTriaged, terms, now, data,
		func(next *Complaint) (string, error) {
			faults := checker.Faults(in)
			for i, kind := range in.Defects {
				if _, known := defect.Of(kind); !known {
					faults = append(faults, fault.Field{Pointer: fmt.Sprintf("/defects/%d", i),
						Text: words.Text{Zh: "缺陷种类不在目录中，请从目录中选择。",
							En: "The catalogue does not have this defect; choose one that it has."}})
				}
			}
			next.Job = c.Job.with(in.Job)
			if len(in.Defects) > 0 {
				next.Defects = slices.Clone(in.Defects)
			}
			if in.Affected != nil {
				next.Affected = *in.Affected
			}
			if faults = append(faults, reportedFaults(in.ReportedAt, c.CreatedAt)...); !in.ReportedAt.IsZero() {
				next.ReportedAt = in.ReportedAt
			}
			if faults = append(faults, next.Job.faults("/job", next.Affected, next.Defects, now)...); len(faults) > 0 {
				return "", fault.Faulty(faults...)
			}
			if err := c.suits(to, now); err != nil {
				return "", err
			}
			next.Severity = in.Severity
			next.take(by, to.ID, now)
			if c.State == StateNew {
				return StateTriaged, nil
			}
			return c.corrected(next, by, now), nil
		})
}

// corrected is the state after a correction of what is known. Where the verdict's case has changed, it is
// investigated again. Where only the basis of the remedies has changed, they are proposed again.
func (c Complaint) corrected(next *Complaint, by staff.Actor, now time.Time) string {
	judged := c.State == StateJudged || c.State == StateProposed
	switch {
	case judged && (!reflect.DeepEqual(c.caseOf(Facts{}), next.caseOf(Facts{})) ||
		!slices.Contains(next.Defects, c.Case.Defect)):
		next.void(by, now)
		next.unpropose()
		next.Case, next.Verdict = nil, nil
		return StateInvestigating
	case c.State == StateProposed &&
		(next.Severity != c.Severity || !next.NeededBy.Equal(c.NeededBy) || !reflect.DeepEqual(c.Job.Value, next.Job.Value)):
		next.void(by, now)
		next.unpropose()
		return StateJudged
	}
	return c.State
}

func (c *Complaint) unpropose() {
	c.Proposals, c.ProposedFrom, c.Remedies, c.ProposedBy = nil, nil, nil, ""
}

// with is the job with known values replaced by those filled in.
func (j Job) with(in Job) Job {
	if in.Ref != "" {
		j.Ref = in.Ref
	}
	if in.Lead != "" {
		j.Lead = in.Lead
	}
	if in.Class != "" {
		j.Class = in.Class
	}
	j.Press, j.Operator, j.Paper = cmp.Or(in.Press, j.Press), cmp.Or(in.Operator, j.Operator), cmp.Or(in.Paper, j.Paper)
	pick(&j.Value, in.Value)
	pick(&j.Ordered, in.Ordered)
	pick(&j.Delivered, in.Delivered)
	pick(&j.PromisedAt, in.PromisedAt)
	pick(&j.DeliveredAt, in.DeliveredAt)
	pick(&j.Tolerance, in.Tolerance)
	return j
}

func pick[T any](known **T, given *T) {
	if given != nil {
		*known = given
	}
}

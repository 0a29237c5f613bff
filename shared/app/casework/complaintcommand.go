package casework

import (
	"cmp"
	"context"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/permission"
)

// AssignComplaint names who gets the complaint: a colleague of service, sales or management of its branch who is there.
type AssignComplaint struct {
	Owner string `json:"owner" validate:"required,id=stf"`
}

// AssignComplaint gives a complaint to a colleague.
func (d Desk) AssignComplaint(ctx context.Context, by app.Caller, at app.Record,
	in AssignComplaint) (Complaint, error) {
	return d.change(ctx, by, permission.AssignComplaint, at,
		func(c complaint.Complaint, on ground) (complaint.Complaint, event.Event, error) {
			return c.Assign(by.Actor, on.person(in.Owner), on.terms, d.Now())
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

func (in TriageComplaint) triage() (complaint.Triage, error) {
	job, err := in.Job.job()
	return complaint.Triage{Severity: in.Severity, Defects: kinds[defect.Kind](in.Defects), Job: job,
		Affected: in.Affected, ReportedAt: moment(in.ReportedAt)}, err
}

// TriageComplaint settles severity, owner and the job's figures, or corrects them. The complaint goes to the named
// owner, else it stays with the one that it has, else the caller takes it.
func (d Desk) TriageComplaint(ctx context.Context, by app.Caller, at app.Record,
	in TriageComplaint) (Complaint, error) {
	return d.act(ctx, by, permission.TriageComplaint,
		func(ctx context.Context, shop setup.Shop) (complaint.Complaint, error) {
			said, err := in.triage()
			if err == nil {
				err = d.itsLead(ctx, by, at, in.Job.Lead)
			}
			if err != nil {
				return complaint.Complaint{}, err
			}
			return d.give(ctx, by, at, shop,
				func(c complaint.Complaint, on ground) (complaint.Complaint, event.Event, error) {
					owner := on.person(cmp.Or(in.Owner, c.Owner, by.ID))
					return c.Triage(by.Actor, said, owner, on.terms, d.Now())
				})
		})
}

// itsLead refuses a lead of another customer than the complaint's.
func (d Desk) itsLead(ctx context.Context, by app.Caller, at app.Record, lead string) error {
	if lead == "" {
		return nil
	}
	c, err := d.seen(ctx, by, permission.TriageComplaint, at)
	if err != nil {
		return err
	}
	return d.leadOf(ctx, by, lead, c.Customer)
}

// RequestEvidence says what the customer is asked for.
type RequestEvidence struct {
	Evidence []string `json:"evidence" validate:"required,min=1,max=14,unique,dive,required,max=32,oneline" description:"Kinds of GET /defects · 取自 GET /defects"`
}

// RequestEvidence asks the customer for evidence.
func (d Desk) RequestEvidence(ctx context.Context, by app.Caller, at app.Record,
	in RequestEvidence) (Complaint, error) {
	return d.change(ctx, by, permission.RequestEvidence, at,
		func(c complaint.Complaint, on ground) (complaint.Complaint, event.Event, error) {
			return c.RequestEvidence(by.Actor, kinds[defect.Evidence](in.Evidence), on.terms, d.Now())
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

// MeasureComplaint records a measurement of the pieces.
func (d Desk) MeasureComplaint(ctx context.Context, by app.Caller, at app.Record,
	in MeasureComplaint) (Complaint, error) {
	m := defect.Measurement{Measure: defect.Measure(in.Measure), Value: in.Value, Unit: in.Unit, Samples: in.Samples,
		Device: in.Device}
	return d.change(ctx, by, permission.MeasureComplaint, at,
		func(c complaint.Complaint, on ground) (complaint.Complaint, event.Event, error) {
			return c.Measure(by.Actor, m, on.terms, d.Now())
		})
}

// PauseComplaint says why the clock stands still.
type PauseComplaint struct {
	Reason string `json:"reason" validate:"required,one=pause-reason"`
}

// PauseComplaint stops the clock of a complaint.
func (d Desk) PauseComplaint(ctx context.Context, by app.Caller, at app.Record, in PauseComplaint) (Complaint, error) {
	return d.change(ctx, by, permission.PauseComplaint, at,
		func(c complaint.Complaint, on ground) (complaint.Complaint, event.Event, error) {
			return c.PauseClock(by.Actor, in.Reason, on.terms, d.Now())
		})
}

// ResumeComplaint takes nothing but the complaint in the path.
type ResumeComplaint struct{}

// ResumeComplaint lets the clock go on.
func (d Desk) ResumeComplaint(ctx context.Context, by app.Caller, at app.Record, _ ResumeComplaint) (Complaint, error) {
	return d.change(ctx, by, permission.ResumeComplaint, at,
		func(c complaint.Complaint, on ground) (complaint.Complaint, event.Event, error) {
			return c.Resume(by.Actor, on.terms, d.Now())
		})
}

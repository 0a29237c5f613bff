package complaint

import (
	"fmt"
	"slices"
	"time"

	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// Facts is what was found out for the verdict. Quantities, times and measurements are in the complaint.
type Facts struct {
	Defect       defect.Kind `json:"defect"` // one of the complaint's
	Zone         string      `json:"-"`
	ContractDays int         `json:"contract_days"`
	Seen         string      `json:"seen"`
	KnownToUs    bool        `json:"known_to_us"`
	Sample       string      `json:"sample"`
	Proof        string      `json:"proof"`
	File         string      `json:"file"`
	Cause        string      `json:"cause"`
	Warned       bool        `json:"warned"`
	Note         string      `json:"note"`
	Counted      bool        `json:"counted"`
}

func (c Complaint) caseOf(f Facts) verdict.Case {
	out := verdict.Case{Defect: f.Defect, Class: c.Job.Class, Affected: c.Affected, ReportedAt: c.reported(),
		Zone: f.Zone, ContractDays: f.ContractDays,
		Seen: f.Seen, KnownToUs: f.KnownToUs, Measurements: slices.Clone(c.Measurements), Sample: f.Sample, Proof: f.Proof,
		File: f.File, Cause: f.Cause,
		Warned: f.Warned, Note: f.Note, Counted: f.Counted}
	if c.Job.Ordered != nil {
		out.Ordered = c.Job.Ordered.Value
	}
	if c.Job.Delivered != nil {
		out.Delivered = c.Job.Delivered.Value
	}
	if c.Job.PromisedAt != nil {
		out.PromisedAt = c.Job.PromisedAt.Value
	}
	if c.Job.DeliveredAt != nil {
		out.DeliveredAt = c.Job.DeliveredAt.Value
	}
	if c.Job.Tolerance != nil {
		out.Contract = c.Job.Tolerance.Value
	}
	for _, j := range c.Joined { // the younger complaint's evidence is about the same pieces
		out.Measurements = append(out.Measurements, j.Measurements...)
	}
	return out
}

func (c Complaint) reported() time.Time {
	if c.ReportedAt.IsZero() {
		return c.CreatedAt
	}
	return c.ReportedAt
}

// Decide lets the rule judge. A case that cannot be judged yet changes nothing; the fault says what is missing.
func (c Complaint) Decide(by staff.Actor, f Facts, terms Terms, now time.Time) (Complaint, event.Event, error) {
	f.Zone = terms.Calendar.Zone
	data := map[string]string{"rule": verdict.Rule}
	return c.change(by, permission.DecideComplaint, event.ComplaintJudged, terms, now, data,
		func(next *Complaint) (string, error) {
			if !slices.Contains(c.Defects, f.Defect) {
				return "", fault.Faulty(fault.Field{Pointer: "/defect",
					Text: words.Text{Zh: "请从本投诉的缺陷中选择。", En: "Choose one of the complaint's defects."}})
			}
			in := c.caseOf(f)
			v := verdict.Judge(in, terms.Policy.OrStandard().Verdict)
			if v.Liability == verdict.Unclear {
				return "", Unclear(v)
			}
			next.unpropose()
			next.Case, next.Verdict = &in, &v
			data["liability"], data["our_share"] = string(v.Liability), fmt.Sprint(v.OurShare)
			return StateJudged, nil
		})
}

// Unclear returns fault.Invalid with what the verdict still needs, and why.
func Unclear(v verdict.Verdict) *fault.Error {
	e := fault.Fail(fault.Invalid, "尚不能判定，请补充以下内容。", "It cannot be judged yet; add what follows.")
	why := v.Reasons[len(v.Reasons)-1].Text
	for _, m := range v.Missing {
		e.Fields = append(e.Fields,
			fault.Field{Pointer: "/" + string(m.Evidence),
				Text: words.Text{Zh: why.Zh + m.Text.Zh, En: why.En + " " + m.Text.En}})
	}
	if len(e.Fields) == 0 {
		e.Fields = []fault.Field{{Pointer: "", Text: why}}
	}
	return e
}

// Overrule asks for a verdict other than the rule's, or for one where the rule cannot judge. It stands once
// another person approves it, and falls if that does not happen in time. f counts only while nothing was
// judged. Until the decision another overruling or a verdict may replace it.
func (c Complaint) Overrule(by staff.Actor, f Facts, o verdict.Overrule, terms Terms,
	now time.Time) (Complaint, event.Event, error) {
	o.By, o.At, o.Expires, o.ApprovedBy, o.ApprovedAt = by.ID, now, time.Time{}, "", time.Time{}
	data := map[string]string{"liability": string(o.Liability), "our_share": fmt.Sprint(o.OurShare)}
	return c.change(by, permission.OverruleComplaint, event.ComplaintOverruled, terms, now, data,
		func(next *Complaint) (string, error) {
			if faults := o.Check(); len(faults) > 0 {
				return "", fault.Faulty(faults...)
			}
			next.Approvals++
			if c.State == StateInvestigating {
				if !slices.Contains(c.Defects, f.Defect) {
					return "", fault.Faulty(fault.Field{Pointer: "/defect",
						Text: words.Text{Zh: "请从本投诉的缺陷中选择。", En: "Choose one of the complaint's defects."}})
				}
				f.Zone = terms.Calendar.Zone
				in := c.caseOf(f)
				v := verdict.Judge(in, terms.Policy.OrStandard().Verdict)
				v.Overruled = &o
				next.unpropose()
				next.Case, next.Verdict = &in, &v
				return StateJudged, nil
			}
			v := *c.Verdict
			if v.Overruled != nil && v.Overruled.ApprovedBy != "" {
				v.Stood = v.Overruled
			}
			v.Overruled = &o
			next.Verdict = &v
			return c.State, nil
		})
}

package crm

import (
	"fmt"
	"slices"
	"time"
)

// Assign gives the complaint to a person who works here now. What is due stays due: a new owner gets no new time.
func (c Complaint) Assign(by Actor, to Staff, terms ComplaintTerms, now time.Time) (Complaint, Event, error) {
	return c.change(by, AssignComplaint, ComplaintAssignedEvent, terms, now, map[string]string{"owner": to.ID}, func(next *Complaint) (string, error) {
		if err := c.suits(to, now); err != nil {
			return "", err
		}
		next.take(by, to.ID, now)
		return c.State, nil
	})
}

func (c Complaint) suits(to Staff, now time.Time) error {
	here := to.WorksIn(c.Branch) || to.Has(Owner) && ActorOf(to).Sees(c.Branch) // who answers for a branch without a manager
	if here && to.Present(now) && (to.Has(Service) || to.Has(Sales) || to.Has(Manager) || to.Has(Owner)) {
		return nil
	}
	return Faulty(Field{Pointer: "/owner", Text: Text{
		Zh: "此人不能接收该网点的投诉。请选择在岗的客服、销售或经理。", En: "This person can't take complaints of the branch. Choose somebody of service, sales or management who is present."}})
}

func (c *Complaint) take(by Actor, owner string, now time.Time) {
	if owner == c.Owner {
		return
	}
	c.Owner, c.Owners, c.OwnerAt = owner, append(slices.Clone(c.Owners), owner), now
	if by.ID == owner {
		c.OwnerAt = time.Time{} // nobody needs to tell him
	}
}

// RequestEvidence asks the customer for what proves or refutes the defect. The clock goes on until somebody pauses it.
func (c Complaint) RequestEvidence(by Actor, wanted []Evidence, terms ComplaintTerms, now time.Time) (Complaint, Event, error) {
	return c.change(by, RequestEvidence, ComplaintAskedEvent, terms, now, nil, func(next *Complaint) (string, error) {
		for i, e := range wanted {
			if EvidenceWords[e].Zh == "" {
				return "", Faulty(Field{fmt.Sprintf("/evidence/%d", i), Text{"没有这种证据，请从列表中选择。", "There is no such evidence; choose from the list."}})
			}
		}
		if len(wanted) == 0 {
			return "", Faulty(Field{"/evidence", Text{"请至少选择一种证据。", "Choose at least one kind of evidence."}})
		}
		next.Requests, next.AskedAt = c.Requests+1, now
		next.Asked = slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(c.Asked), wanted...))))
		return ComplaintInvestigating, nil
	})
}

// Measure records a measurement of the pieces.
func (c Complaint) Measure(by Actor, m Measurement, terms ComplaintTerms, now time.Time) (Complaint, Event, error) {
	return c.change(by, MeasureComplaint, ComplaintMeasuredEvent, terms, now, map[string]string{"measure": string(m.Measure)}, func(next *Complaint) (string, error) {
		entry, known := Measures[m.Measure]
		size := max(m.Value, -m.Value)
		switch {
		case !known || entry.Computed:
			return "", Faulty(Field{"/measure", Text{"没有这种测量项目，请从列表中选择。", "There is no such measure; choose one from the list."}})
		case m.Unit != entry.Unit:
			return "", Faulty(Field{"/unit", Text{"单位应为 " + entry.Unit + "。", "The unit must be " + entry.Unit + "."}})
		case size < 0 || size > maxFigure || entry.AtLeast && m.Value < 0:
			return "", Faulty(Field{"/value", Text{"数值大得不合理或为负，请核对。", "The figure is impossibly large, or negative; check it."}})
		case m.Samples < 1 || m.Samples > 100_000:
			return "", Faulty(Field{"/samples", Text{"请填写测量了多少件。", "Enter how many pieces were measured."}})
		case len(c.Measurements) >= maxMeasurements:
			return "", Faulty(Field{"/measure", Text{"测量记录已满，请写入备注。", "There are as many measurements as one complaint takes; write a note."}})
		}
		next.Measurements = append(slices.Clone(c.Measurements), m)
		return ComplaintInvestigating, nil
	})
}

// ComplaintFacts is what was found out for the verdict; quantities, times and measurements stand in the complaint.
type ComplaintFacts struct {
	Defect       DefectKind `json:"defect"` // one of the complaint's
	Zone         string     `json:"-"`
	ContractDays int        `json:"contract_days"`
	Seen         string     `json:"seen"`
	KnownToUs    bool       `json:"known_to_us"`
	Sample       string     `json:"sample"`
	Proof        string     `json:"proof"`
	File         string     `json:"file"`
	Cause        string     `json:"cause"`
	Warned       bool       `json:"warned"`
	Note         string     `json:"note"`
	Counted      bool       `json:"counted"`
}

// caseOf is the case that the verdict decides.
func (c Complaint) caseOf(f ComplaintFacts) VerdictCase {
	out := VerdictCase{Defect: f.Defect, Class: c.Job.Class, Affected: c.Affected, ReportedAt: c.reported(), Zone: f.Zone, ContractDays: f.ContractDays,
		Seen: f.Seen, KnownToUs: f.KnownToUs, Measurements: slices.Clone(c.Measurements), Sample: f.Sample, Proof: f.Proof, File: f.File, Cause: f.Cause,
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

// reported is when the customer told us.
func (c Complaint) reported() time.Time {
	if c.ReportedAt.IsZero() {
		return c.CreatedAt
	}
	return c.ReportedAt
}

// Decide lets the rule judge. A case that cannot be judged yet changes nothing and says what is missing.
func (c Complaint) Decide(by Actor, f ComplaintFacts, terms ComplaintTerms, now time.Time) (Complaint, Event, error) {
	f.Zone = terms.Calendar.Zone
	data := map[string]string{"rule": VerdictRule}
	return c.change(by, DecideComplaint, ComplaintJudgedEvent, terms, now, data, func(next *Complaint) (string, error) {
		if !slices.Contains(c.Defects, f.Defect) {
			return "", Faulty(Field{"/defect", Text{"请从本投诉的缺陷中选择。", "Choose one of the complaint's defects."}})
		}
		in := c.caseOf(f)
		v := Judge(in, terms.Policy.orStandard().Verdict)
		if v.Liability == Unclear {
			return "", unclear(v)
		}
		next.unpropose()
		next.Case, next.Verdict = &in, &v
		data["liability"], data["our_share"] = string(v.Liability), fmt.Sprint(v.OurShare)
		return ComplaintJudged, nil
	})
}

// unclear names what a verdict still needs, and why.
func unclear(v Verdict) *Error {
	e := Fail(Invalid, "尚不能判定，请补充以下内容。", "It cannot be judged yet; add what follows.")
	why := v.Reasons[len(v.Reasons)-1].Text
	for _, m := range v.Missing {
		e.Fields = append(e.Fields, Field{"/" + string(m.Evidence), Text{why.Zh + m.Text.Zh, why.En + " " + m.Text.En}})
	}
	if len(e.Fields) == 0 {
		e.Fields = []Field{{"", why}}
	}
	return e
}

// Overrule asks for another verdict than the rule's, or for one where the rule cannot judge by the facts that there are. It stands once another person has
// approved it, and falls where nobody does in time. The facts count only while nothing was judged. Until it is decided another one, or a verdict, takes its place.
func (c Complaint) Overrule(by Actor, f ComplaintFacts, o Overrule, terms ComplaintTerms, now time.Time) (Complaint, Event, error) {
	o.By, o.At, o.Expires, o.ApprovedBy, o.ApprovedAt = by.ID, now, time.Time{}, "", time.Time{}
	data := map[string]string{"liability": string(o.Liability), "our_share": fmt.Sprint(o.OurShare)}
	return c.change(by, OverruleComplaint, ComplaintOverruledEvent, terms, now, data, func(next *Complaint) (string, error) {
		if faults := o.Check(); len(faults) > 0 {
			return "", Faulty(faults...)
		}
		next.Approvals++
		if c.State == ComplaintInvestigating {
			if !slices.Contains(c.Defects, f.Defect) {
				return "", Faulty(Field{"/defect", Text{"请从本投诉的缺陷中选择。", "Choose one of the complaint's defects."}})
			}
			f.Zone = terms.Calendar.Zone
			in := c.caseOf(f)
			v := Judge(in, terms.Policy.orStandard().Verdict)
			v.Overruled = &o
			next.unpropose()
			next.Case, next.Verdict = &in, &v
			return ComplaintJudged, nil
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

// ComplaintReply is a word to the customer, ComplaintNote one among staff. They are kept beside the complaint, each in its own list, and never changed.
type (
	ComplaintReply struct {
		ID        string     `json:"id"` // cmt_…
		Complaint string     `json:"complaint"`
		By        string     `json:"by"`
		At        time.Time  `json:"at"`
		Text      PublicText `json:"public_text" validate:"required,max=4000,shown,text"`
	}
	ComplaintNote struct {
		ID        string       `json:"id"` // cmt_…
		Complaint string       `json:"complaint"`
		By        string       `json:"by"`
		At        time.Time    `json:"at"`
		Text      InternalText `json:"internal_text" validate:"required,max=4000,shown,text"`
	}
)

// Reply writes to the customer, or takes in what the customer wrote. The customer's own word ends a pause in which he or his sample was waited for.
func (c Complaint) Reply(by Actor, id string, text PublicText, terms ComplaintTerms, now time.Time) (Complaint, ComplaintReply, Event, error) {
	r := ComplaintReply{ID: id, Complaint: c.ID, By: by.ID, At: now, Text: text}
	next, event, err := c.comment(by, ComplaintRepliedEvent, Validate(r), id, terms, now)
	return next, r, event, err
}

// filesTogether is how long files of the customer are waited for, so that those which he adds together are told together.
const filesTogether = 2 * time.Minute

// Show takes in that the customer added the file: it counts as a word of his. One that comes while others wait to be told is told with them, and changes nothing.
func (c Complaint) Show(file string, terms ComplaintTerms, now time.Time) (Complaint, Event, error) {
	if err := c.may(Visitor, CommentComplaint, now); err != nil {
		return c, Event{}, err
	}
	if c.RepliedFiles && now.Before(c.RepliedAt.Add(filesTogether)) && !c.waits() {
		return c, Event{}, nil
	}
	next, err := c.word(true, terms, now)
	if err != nil {
		return c, Event{}, err
	}
	return next, c.tell(ComplaintRepliedEvent, Visitor, next, now, map[string]string{"artwork": file}), nil
}

// waits reports whether the clock stands still until the customer or what he sends is there.
func (c Complaint) waits() bool { return c.Pause != nil && c.Pause.Reason != PauseSupplier }

// word counts a word of the customer, written or files, and lets the clock go on that stood still for him.
func (c Complaint) word(files bool, terms ComplaintTerms, now time.Time) (Complaint, error) {
	next := c
	next.Version, next.UpdatedAt, next.Replies, next.RepliedAt, next.RepliedFiles = c.Version+1, now, c.Replies+1, now, files
	if c.waits() {
		next.resume(now)
	}
	return next.heard(terms)
}

// Note writes down something for staff alone. The customer cannot.
func (c Complaint) Note(by Actor, id string, text InternalText, terms ComplaintTerms, now time.Time) (Complaint, ComplaintNote, Event, error) {
	n := ComplaintNote{ID: id, Complaint: c.ID, By: by.ID, At: now, Text: text}
	if by.ID == Visitor.ID {
		return c, n, Event{}, Fail(Forbidden, "此操作须由员工完成。请联系本厂。", "A member of staff has to do this. Ask the shop.")
	}
	next, event, err := c.comment(by, ComplaintNotedEvent, Validate(n), id, terms, now)
	return next, n, event, err
}

// saidLife is how long a word of staff waits to reach the customer, while the mail server is away; mostSaid is how many may wait.
const (
	saidLife = 72 * time.Hour
	mostSaid = 20
)

// waiting are the words of staff that may not have reached the customer yet.
func (c Complaint) waiting(now time.Time) []ComplaintSaid {
	var out []ComplaintSaid
	for _, s := range c.Said {
		if now.Before(s.At.Add(saidLife)) {
			out = append(out, s)
		}
	}
	return out[max(0, len(out)-mostSaid+1):]
}

// comment leaves state and clock alone, but for a pause that the customer's word ends. Whoever it is for hears of it, also after the end.
func (c Complaint) comment(by Actor, kind EventType, faults []Field, id string, terms ComplaintTerms, now time.Time) (Complaint, Event, error) {
	if err := c.may(by, CommentComplaint, now); err != nil {
		return c, Event{}, err
	}
	if len(faults) > 0 {
		return c, Event{}, Faulty(faults...)
	}
	next := c
	next.Version, next.UpdatedAt = c.Version+1, now
	var err error
	switch {
	case kind == ComplaintRepliedEvent && by.ID == Visitor.ID:
		next, err = c.word(false, terms, now)
	case kind == ComplaintRepliedEvent:
		next.Said = append(c.waiting(now), ComplaintSaid{Reply: id, Round: c.Round, At: now})
		next, err = next.heard(terms)
	}
	if err != nil {
		return c, Event{}, err
	}
	return next, c.tell(kind, by, next, now, map[string]string{"comment": id}), nil
}

// heard plans anew after a word. The process of a round that has ended is over, so a word after it has a run of its own.
func (c Complaint) heard(terms ComplaintTerms) (Complaint, error) {
	if !c.Closed() {
		return c.plan(terms)
	}
	c.Run++
	c.Rungs = c.lastRungs()
	return c, nil
}

package crm

import (
	"slices"
	"strings"
	"time"
)

// complaintNoMoney reports whether the actor sees no amounts of a complaint: who reads no customers makes the goods, and what they are sold for is not his business.
func complaintNoMoney(by Actor) bool { return Permit(by, ReadCustomers) != nil }

// For is the complaint as the actor may see it. Who reads no contacts is not told whom to speak with, who reads no customers neither whose it is nor any amount.
func (c Complaint) For(by Actor) Complaint {
	if Permit(by, ReadContacts) != nil {
		c.Contact = ""
	}
	if !complaintNoMoney(by) {
		return c
	}
	c.Customer, c.Account, c.Cost, c.Proposals, c.ProposedFrom = "", "", nil, nil, nil
	c.Job.Value = nil
	c.Remedies = unpriced(c.Remedies)
	if c.Approval != nil {
		a := *c.Approval
		a.Amount, a.Before = Money{}, Granted{}
		c.Approval = &a
	}
	c.Refused = slices.Clone(c.Refused)
	for i := range c.Refused {
		c.Refused[i].Amount = nil
	}
	c.Earlier = slices.Clone(c.Earlier)
	for i := range c.Earlier {
		c.Earlier[i].Remedies = unpriced(c.Earlier[i].Remedies)
	}
	return c
}

// unpriced are the remedies without what they cost and are worth.
func unpriced(remedies []Remedy) []Remedy {
	out := slices.Clone(remedies)
	for i := range out {
		out[i].Amount, out[i].Value, out[i].CustomerPays = Money{}, Money{}, Money{}
	}
	return out
}

// For is the line as the actor may see it.
func (e RemedyEntry) For(by Actor) RemedyEntry {
	if complaintNoMoney(by) {
		e.Customer, e.Remedy = "", unpriced([]Remedy{e.Remedy})[0]
	}
	return e
}

// For is the card as the actor may see it.
func (c ComplaintCard) For(by Actor) ComplaintCard {
	if complaintNoMoney(by) {
		c.Customer = ""
	}
	return c
}

// ComplaintTitle is how a complaint is called in a list: what is wrong and of which job, as far as that is known.
func ComplaintTitle(defects []DefectKind, job, id string) Text {
	var zh, en []string
	for _, kind := range defects {
		if d, known := DefectOf(kind); known {
			zh, en = append(zh, d.Name.Zh), append(en, d.Name.En)
		}
	}
	what := Text{strings.Join(zh, "、"), strings.Join(en, ", ")}
	if len(zh) == 0 {
		what = Text{Reference(id), Reference(id)}
	}
	if job != "" {
		what.Zh, what.En = what.Zh+"（"+job+"）", what.En+" ("+job+")"
	}
	return Text{"投诉：" + what.Zh, "Complaint: " + what.En}
}

// ComplaintDeadline is one deadline of a complaint and the way to it.
type ComplaintDeadline struct {
	Kind    string    `json:"kind"` // acknowledge, state, pause, resolve, promise, approval, correction, effect
	Name    string    `json:"name"` // in the reader's language
	Due     time.Time `json:"due_at"`
	Overdue bool      `json:"overdue,omitempty"`
	From    time.Time `json:"from,omitzero"`
	Working int64     `json:"working_s,omitempty"` // working time that it gives, in seconds
	Stopped int64     `json:"stopped_s,omitempty"` // working time added because the clock stood still, in seconds
	Steps   []string  `json:"steps,omitempty"`     // from From to Due, in the reader's language
}

var complaintDeadlineNames = map[string]Text{
	"acknowledge": {"首次答复客户", "our first answer to the customer"}, "state": {"本状态", "what the present state asks for"},
	"pause": {"暂停最晚结束", "the end of the pause"}, "resolve": {"客户确认解决", "settled, and confirmed by the customer"},
	"promise": {"答应客户的下次答复", "the customer was promised to hear of us"}, "approval": {"审批", "the approval"},
	"correction": {"纠正措施", "the corrective action"}, "effect": {"检查纠正效果", "the look at the correction's effect"},
}

// Deadlines lists what is due when, with the way from each beginning to its end by the branch's calendar. Nothing is due once it is closed.
func (c Complaint) Deadlines(terms ComplaintTerms, lang Lang, now time.Time) []ComplaintDeadline {
	out := []ComplaintDeadline{}
	if c.Closed() {
		return out
	}
	add := func(kind string, from, due time.Time, stops []ComplaintStop) {
		out = append(out, complaintDeadline(kind, from, due, stops, terms.Calendar, lang, now))
	}
	if c.ResolvedAt.IsZero() {
		add("acknowledge", c.RoundAt, c.AckDue, nil)
	}
	switch {
	case c.Pause != nil:
		add("pause", c.Pause.Since, c.Due, nil)
	case c.correctionRuns():
		add("state", c.Correction.CheckAt, c.Due, c.Stops)
	default:
		add("state", c.ClockFrom, c.Due, c.Stops)
	}
	if c.ResolvedAt.IsZero() {
		add("resolve", c.RoundAt, c.ResolveDue, c.Stops)
	}
	if !c.Promised.IsZero() {
		add("promise", time.Time{}, c.Promised, nil)
	}
	if c.overruling() && now.Before(c.Verdict.Overruled.Expires) {
		add("approval", c.Verdict.Overruled.At, c.Verdict.Overruled.Expires, nil)
	}
	if c.State == ComplaintAwaiting && c.Approval.open(now) {
		add("approval", c.Approval.RequestedAt, c.Approval.Expires, nil)
	}
	if c.correctionRuns() {
		add("correction", time.Time{}, c.Correction.Due, nil)
		add("effect", time.Time{}, c.Correction.CheckAt, nil)
	}
	return out
}

func complaintDeadline(kind string, from, due time.Time, stops []ComplaintStop, cal Calendar, lang Lang, now time.Time) ComplaintDeadline {
	out := ComplaintDeadline{Kind: kind, Name: complaintDeadlineNames[kind].In(lang), Due: due, Overdue: due.Before(now), From: from}
	if from.IsZero() || !from.Before(due) {
		return out
	}
	whole := cal.Between(from, due)
	var stood time.Duration
	for _, s := range stops {
		if !s.From.Before(from) && s.From.Before(due) {
			stood += cal.Between(s.From, s.To)
		}
	}
	out.Working, out.Stopped = int64((whole-stood)/time.Second), int64(stood/time.Second)
	if steps, err := cal.Explain(from, whole, lang); err == nil { // a calendar that was changed since may not reach so far
		out.Steps = steps.Steps
	}
	return out
}

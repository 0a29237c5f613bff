package why

import (
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/words"
)

// Deadline is one deadline of a complaint, with how it came about.
type Deadline struct {
	Kind    string    `json:"kind"` // acknowledge, state, pause, resolve, promise, approval, correction, effect
	Name    string    `json:"name"` // in the reader's language
	Due     time.Time `json:"due_at"`
	Overdue bool      `json:"overdue,omitempty"`
	From    time.Time `json:"from,omitzero"`
	Working int64     `json:"working_s,omitempty"` // working time that it gives, in seconds
	Stopped int64     `json:"stopped_s,omitempty"` // working time added by stops, in seconds
	Steps   []string  `json:"steps,omitempty"`     // from From to Due, in the reader's language
}

var deadlineNames = map[string]words.Text{
	"acknowledge": {Zh: "首次答复客户", En: "our first answer to the customer"},
	"state":       {Zh: "本状态", En: "what the present state asks for"},
	"pause":       {Zh: "暂停最晚结束", En: "the end of the pause"},
	"resolve":     {Zh: "客户确认解决", En: "settled, and confirmed by the customer"},
	"promise":     {Zh: "答应客户的下次答复", En: "the next reply promised to the customer"},
	"approval":    {Zh: "审批", En: "the approval"},
	"correction":  {Zh: "纠正措施", En: "the corrective action"},
	"effect":      {Zh: "检查纠正效果", En: "the check of the correction's effect"},
}

// Deadlines lists what is due when, with the steps by the branch's calendar. A closed complaint has none.
func Deadlines(c complaint.Complaint, terms complaint.Terms, lang words.Lang, now time.Time) []Deadline {
	out := []Deadline{}
	if c.Closed() {
		return out
	}
	add := func(kind string, from, due time.Time, stops []complaint.Stop) {
		out = append(out, deadline(kind, from, due, stops, terms.Calendar, lang, now))
	}
	if c.ResolvedAt.IsZero() {
		add("acknowledge", c.RoundAt, c.AckDue, nil)
	}
	switch {
	case c.Pause != nil:
		add("pause", c.Pause.Since, c.Due, nil)
	case c.CorrectionRuns():
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
	if c.Overruling() && now.Before(c.Verdict.Overruled.Expires) {
		add("approval", c.Verdict.Overruled.At, c.Verdict.Overruled.Expires, nil)
	}
	if c.State == complaint.StateAwaiting && c.Approval.Open(now) {
		add("approval", c.Approval.RequestedAt, c.Approval.Expires, nil)
	}
	if c.CorrectionRuns() {
		add("correction", time.Time{}, c.Correction.Due, nil)
		add("effect", time.Time{}, c.Correction.CheckAt, nil)
	}
	return out
}

func deadline(kind string, from, due time.Time, stops []complaint.Stop, cal calendar.Calendar, lang words.Lang,
	now time.Time) Deadline {
	out := Deadline{Kind: kind, Name: deadlineNames[kind].In(lang), Due: due, Overdue: due.Before(now), From: from}
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
	// a calendar that was changed since may not reach so far
	if steps, err := cal.Explain(from, whole, lang); err == nil {
		out.Steps = steps.Steps
	}
	return out
}

package complaint

import (
	"slices"
	"strings"
	"time"

	"afterpress/shared/crm/complaint/approval"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// NoMoney reports whether the actor sees no amounts: without permission.ReadCustomers they only make the goods.
func NoMoney(by staff.Actor) bool { return permission.Permit(by, permission.ReadCustomers) != nil }

// For is the complaint as the actor may see it. Without permission.ReadContacts it has no contact. Without
// permission.ReadCustomers it has neither customer nor amounts.
func (c Complaint) For(by staff.Actor) Complaint {
	if permission.Permit(by, permission.ReadContacts) != nil {
		c.Contact = ""
	}
	if !NoMoney(by) {
		return c
	}
	c.Customer, c.Account, c.Cost, c.Proposals, c.ProposedFrom = "", "", nil, nil, nil
	c.Job.Value = nil
	c.Remedies = unpriced(c.Remedies)
	if c.Approval != nil {
		a := *c.Approval
		a.Amount, a.Before = money.Money{}, approval.Granted{}
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

func unpriced(remedies []remedy.Remedy) []remedy.Remedy {
	out := slices.Clone(remedies)
	for i := range out {
		out[i].Amount, out[i].Value, out[i].CustomerPays = money.Money{}, money.Money{}, money.Money{}
	}
	return out
}

// For is the line as the actor may see it.
func (e RemedyEntry) For(by staff.Actor) RemedyEntry {
	if NoMoney(by) {
		e.Customer, e.Remedy = "", unpriced([]remedy.Remedy{e.Remedy})[0]
	}
	return e
}

// For is the card as the actor may see it.
func (c Card) For(by staff.Actor) Card {
	if NoMoney(by) {
		c.Customer = ""
	}
	return c
}

// Title is a complaint's title in lists: its defects, else its reference, and its job where that is known.
func Title(defects []defect.Kind, job, id string) words.Text {
	var zh, en []string
	for _, kind := range defects {
		if d, known := defect.Of(kind); known {
			zh, en = append(zh, d.Name.Zh), append(en, d.Name.En)
		}
	}
	what := words.Text{Zh: strings.Join(zh, "、"), En: strings.Join(en, ", ")}
	if len(zh) == 0 {
		what = words.Text{Zh: words.Reference(id), En: words.Reference(id)}
	}
	if job != "" {
		what.Zh, what.En = what.Zh+"（"+job+"）", what.En+" ("+job+")"
	}
	return words.Text{Zh: "投诉：" + what.Zh, En: "Complaint: " + what.En}
}

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
	"promise":     {Zh: "答应客户的下次答复", En: "the customer was promised to hear of us"},
	"approval":    {Zh: "审批", En: "the approval"},
	"correction":  {Zh: "纠正措施", En: "the corrective action"},
	"effect":      {Zh: "检查纠正效果", En: "the look at the correction's effect"},
}

// Deadlines lists what is due when, with the steps by the branch's calendar. A closed complaint has none.
func (c Complaint) Deadlines(terms Terms, lang words.Lang, now time.Time) []Deadline {
	out := []Deadline{}
	if c.Closed() {
		return out
	}
	add := func(kind string, from, due time.Time, stops []Stop) {
		out = append(out, deadline(kind, from, due, stops, terms.Calendar, lang, now))
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
	if c.Overruling() && now.Before(c.Verdict.Overruled.Expires) {
		add("approval", c.Verdict.Overruled.At, c.Verdict.Overruled.Expires, nil)
	}
	if c.State == StateAwaiting && c.Approval.Open(now) {
		add("approval", c.Approval.RequestedAt, c.Approval.Expires, nil)
	}
	if c.correctionRuns() {
		add("correction", time.Time{}, c.Correction.Due, nil)
		add("effect", time.Time{}, c.Correction.CheckAt, nil)
	}
	return out
}

func deadline(kind string, from, due time.Time, stops []Stop, cal calendar.Calendar, lang words.Lang,
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

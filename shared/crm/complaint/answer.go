package complaint

import (
	"slices"
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/valid"
	"afterpress/shared/kernel/words"
)

// What a customer says at his link by a button.
const (
	SayAgree     = "agree"
	SayDecline   = "decline"
	SaySettled   = "settled"
	SayUnsettled = "unsettled"
	SayReopen    = "reopen"
	SayWithdraw  = "withdraw"
)

// Answer is what a customer says at his link. Turn is that of the complaint as he saw it: what he says holds for
// that stay and for no later one.
type Answer struct {
	Say  string `json:"say" validate:"required,oneof=agree decline settled unsettled reopen withdraw"`
	Turn int    `json:"turn"`
}

// chooses notes what the customer decided himself, so that the owner hears of it.
func (c *Complaint) chooses(by staff.Actor, say string, now time.Time) {
	if by.ID != staff.Visitor.ID {
		return
	}
	no := 1
	if c.Decision != nil {
		no = c.Decision.No + 1
	}
	c.Decision = &Decision{Say: say, No: no, At: now}
}

// decisions put what the customer decided to staff.
var decisions = map[string]words.Text{
	SayAgree:     {Zh: "客户接受方案", En: "the customer accepts the offer"},
	SayDecline:   {Zh: "客户不接受方案", En: "the customer declines the offer"},
	SaySettled:   {Zh: "客户确认已解决", En: "the customer says that it is settled"},
	SayUnsettled: {Zh: "客户反映仍未解决", En: "the customer says that it is not settled"},
	SayReopen:    {Zh: "客户重新打开了投诉", En: "the customer reopened it"},
	SayWithdraw:  {Zh: "客户撤回了投诉", En: "the customer withdrew it"},
}

// Words are the decision as staff read it, within a sentence.
func (d Decision) Words(lang words.Lang) string { return decisions[d.Say].In(lang) }

// answers say what each answer asks for, and the state in which it leaves the complaint.
var answers = map[string]struct {
	command permission.Action
	state   string
}{
	SayAgree:     {permission.AgreeComplaint, StateAgreed},
	SayDecline:   {permission.DeclineComplaint, StateJudged},
	SaySettled:   {permission.VerifyComplaint, StateCorrecting},
	SayUnsettled: {permission.VerifyComplaint, StateInvestigating},
	SayReopen:    {permission.ReopenComplaint, StateNew},
	SayWithdraw:  {permission.WithdrawComplaint, StateWithdrawn},
}

// Answer takes in what the customer says at his link. One that was given to an earlier stay is Refused, whatever it
// says.
func (c Complaint) Answer(a Answer, terms Terms, now time.Time) (Complaint, event.Event, error) {
	if faults := valid.Validate(a); len(faults) > 0 {
		return c, event.Event{}, fault.Faulty(faults...)
	}
	if a.Turn != c.Turn {
		return c, event.Event{}, c.refuse("投诉在您打开页面之后有了变化。请重新查看后再答复。",
			"The complaint has changed since you opened the page. Read it again and answer then.")
	}
	switch a.Say {
	case SayAgree:
		return c.Agree(staff.Visitor, a.Turn, terms, now)
	case SayDecline:
		return c.Decline(staff.Visitor, terms, now)
	case SayReopen:
		return c.Reopen(staff.Visitor, terms, now)
	case SayWithdraw:
		return c.Withdraw(staff.Visitor, "", terms, now)
	}
	return c.Verify(staff.Visitor, a.Say == SaySettled, terms, now)
}

// Answered reports whether the complaint stands where this very answer took it, as after a second click.
func (c Complaint) Answered(a Answer) bool {
	return c.Turn == a.Turn+1 && c.State == answers[a.Say].state
}

// StandsAs reports whether the complaint still is where an answer of that kind leaves it.
func (c Complaint) StandsAs(say string) bool {
	after, known := answers[say]
	return known && c.State == after.state
}

// CustomerMay lists what the customer may say at his link now. Reopening is among it for as long as the policy allows.
func (c Complaint) CustomerMay(terms Terms, now time.Time) []permission.Action {
	var out []permission.Action
	for _, a := range Actions(staff.Visitor, c, now) {
		if a.Allowed {
			out = append(out, permission.Action(a.Name))
		}
	}
	if c.Closed() && now.After(c.ClosedAt.AddDate(0, 0, terms.Policy.OrStandard().ReopenDays)) {
		out = slices.DeleteFunc(out, func(a permission.Action) bool { return a == permission.ReopenComplaint })
	}
	return out
}

// AnswerDue is by when the customer is waited for: for his answer, or for what a pause waits for. ok is false while
// he is not.
func (c Complaint) AnswerDue() (at time.Time, ok bool) {
	switch {
	case c.Pause != nil:
		return c.Pause.Until, c.Pause.Reason != PauseSupplier
	case c.Theirs():
		return c.Due, true
	}
	return time.Time{}, false
}

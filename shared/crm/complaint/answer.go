package complaint

import (
	"slices"
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// Answers that customers give with a button at their link.
const (
	SayAgree     = "agree"
	SayDecline   = "decline"
	SaySettled   = "settled"
	SayUnsettled = "unsettled"
	SayReopen    = "reopen"
	SayWithdraw  = "withdraw"
)

// Answer is what a customer says at the link. Turn is the one that the customer saw: it holds for that stay alone.
type Answer struct {
	Say  string `json:"say" validate:"required,one=customer-answer"`
	Turn int    `json:"turn"`
	Text string `json:"text"` // of SayReopen: what is still wrong
}

// chooses notes the customer's own decision, so that the owner hears of it.
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

var decisions = map[string]words.Text{
	SayAgree:     {Zh: "客户接受方案", En: "the customer accepts the offer"},
	SayDecline:   {Zh: "客户不接受方案", En: "the customer declines the offer"},
	SaySettled:   {Zh: "客户确认已解决", En: "the customer says that it is settled"},
	SayUnsettled: {Zh: "客户反映仍未解决", En: "the customer says that it is not settled"},
	SayReopen:    {Zh: "客户重新打开了投诉", En: "the customer reopened it"},
	SayWithdraw:  {Zh: "客户撤回了投诉", En: "the customer withdrew it"},
}

// Words are the decision for staff, within a sentence.
func (d Decision) Words(lang words.Lang) string { return decisions[d.Say].In(lang) }

// DecisionReason is why the customer decided so, in their own words; empty where they gave none.
func (c Complaint) DecisionReason() string {
	if c.Decision != nil && c.Decision.Say == SayReopen && c.Reopened != nil {
		return string(c.Reopened.Words)
	}
	return ""
}

// answers has, for each answer, its command and the state in which it leaves the complaint.
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

// Answer applies what the customer says at the link. An answer to an earlier stay is fault.Refused.
func (c Complaint) Answer(a Answer, terms Terms, now time.Time) (Complaint, event.Event, error) {
	if faults := checker.Faults(a); len(faults) > 0 {
		return c, event.Event{}, fault.Faulty(faults...)
	}
	if a.Turn != c.Turn {
		return c, event.Event{}, c.refuse("投诉在您打开页面之后有了变化。请重新查看后再答复。",
			"The complaint has changed since you opened the page. Read it again, then answer.")
	}
	switch a.Say {
	case SayAgree:
		return c.Agree(staff.Visitor, a.Turn, terms, now)
	case SayDecline:
		return c.Decline(staff.Visitor, terms, now)
	case SayReopen:
		return c.Reopen(staff.Visitor, a.Text, terms, now)
	case SayWithdraw:
		return c.Withdraw(staff.Visitor, "", terms, now)
	}
	return c.Verify(staff.Visitor, a.Say == SaySettled, terms, now)
}

// Answered reports whether the complaint stands where this same answer took it, as after a second click.
func (c Complaint) Answered(a Answer) bool {
	return c.Turn == a.Turn+1 && c.State == answers[a.Say].state
}

// StandsAs reports whether the complaint still is in the state that such an answer leads to.
func (c Complaint) StandsAs(say string) bool {
	after, known := answers[say]
	return known && c.State == after.state
}

// CustomerMay lists what the customer may do at the link now. From its end on the complaint is only read there, but for
// reopening, as long as the policy allows it.
func (c Complaint) CustomerMay(terms Terms, now time.Time) (out []permission.Action) {
	final := now.After(c.ReopenUntil(terms))
	for _, a := range Actions(staff.Visitor, c, now) {
		action := permission.Action(a.Name)
		if a.Allowed && (!c.Closed() || action == permission.ReopenComplaint && !final) {
			out = append(out, action)
		}
	}
	return out
}

// MaySay reports whether the customer may give the answer now.
func (c Complaint) MaySay(say string, terms Terms, now time.Time) bool {
	return slices.Contains(c.CustomerMay(terms, now), answers[say].command)
}

package crm

import (
	"slices"
	"time"
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

// ComplaintAnswer is what a customer says at his link. Turn is that of the complaint as he saw it: what he says holds for that stay and for no later one.
type ComplaintAnswer struct {
	Say  string `json:"say" validate:"required,oneof=agree decline settled unsettled reopen withdraw"`
	Turn int    `json:"turn"`
}

// chooses notes what the customer decided himself, so that the owner hears of it.
func (c *Complaint) chooses(by Actor, say string, now time.Time) {
	if by.ID != Visitor.ID {
		return
	}
	no := 1
	if c.Decision != nil {
		no = c.Decision.No + 1
	}
	c.Decision = &ComplaintDecision{Say: say, No: no, At: now}
}

// complaintDecisions put what the customer decided to staff.
var complaintDecisions = map[string]Text{
	SayAgree: {"客户接受方案", "the customer accepts the offer"}, SayDecline: {"客户不接受方案", "the customer declines the offer"},
	SaySettled: {"客户确认已解决", "the customer says that it is settled"}, SayUnsettled: {"客户反映仍未解决", "the customer says that it is not settled"},
	SayReopen: {"客户重新打开了投诉", "the customer reopened it"}, SayWithdraw: {"客户撤回了投诉", "the customer withdrew it"},
}

// Words are the decision as staff read it, within a sentence.
func (d ComplaintDecision) Words(lang Lang) string { return complaintDecisions[d.Say].In(lang) }

// complaintAnswers say what each answer asks for, and the state in which it leaves the complaint.
var complaintAnswers = map[string]struct {
	command Action
	state   string
}{
	SayAgree:     {AgreeComplaint, ComplaintAgreed},
	SayDecline:   {DeclineComplaint, ComplaintJudged},
	SaySettled:   {VerifyComplaint, ComplaintCorrecting},
	SayUnsettled: {VerifyComplaint, ComplaintInvestigating},
	SayReopen:    {ReopenComplaint, ComplaintNew},
	SayWithdraw:  {WithdrawComplaint, ComplaintWithdrawn},
}

// Answer takes in what the customer says at his link. One that was given to an earlier stay is Refused, whatever it says.
func (c Complaint) Answer(a ComplaintAnswer, terms ComplaintTerms, now time.Time) (Complaint, Event, error) {
	if faults := Validate(a); len(faults) > 0 {
		return c, Event{}, Faulty(faults...)
	}
	if a.Turn != c.Turn {
		return c, Event{}, c.refuse("投诉在您打开页面之后有了变化。请重新查看后再答复。", "The complaint has changed since you opened the page. Read it again and answer then.")
	}
	switch a.Say {
	case SayAgree:
		return c.Agree(Visitor, a.Turn, terms, now)
	case SayDecline:
		return c.Decline(Visitor, terms, now)
	case SayReopen:
		return c.Reopen(Visitor, terms, now)
	case SayWithdraw:
		return c.Withdraw(Visitor, "", terms, now)
	}
	return c.Verify(Visitor, a.Say == SaySettled, terms, now)
}

// Answered reports whether the complaint stands where this very answer took it, as after a second click.
func (c Complaint) Answered(a ComplaintAnswer) bool {
	return c.Turn == a.Turn+1 && c.State == complaintAnswers[a.Say].state
}

// StandsAs reports whether the complaint still is where an answer of that kind leaves it.
func (c Complaint) StandsAs(say string) bool {
	after, known := complaintAnswers[say]
	return known && c.State == after.state
}

// CustomerMay lists what the customer may say at his link now. Reopening is among it for as long as the policy allows.
func (c Complaint) CustomerMay(terms ComplaintTerms, now time.Time) []Action {
	var out []Action
	for _, a := range ComplaintActions(Visitor, c, now) {
		if a.Allowed {
			out = append(out, Action(a.Name))
		}
	}
	if c.Closed() && now.After(c.ClosedAt.AddDate(0, 0, terms.Policy.orStandard().ReopenDays)) {
		out = slices.DeleteFunc(out, func(a Action) bool { return a == ReopenComplaint })
	}
	return out
}

// AnswerDue is by when the customer is waited for: for his answer, or for what a pause waits for. ok is false while he is not.
func (c Complaint) AnswerDue() (at time.Time, ok bool) {
	switch {
	case c.Pause != nil:
		return c.Pause.Until, c.Pause.Reason != PauseSupplier
	case c.theirs():
		return c.Due, true
	}
	return time.Time{}, false
}

// Said reports whether the customer's answer at his link was this very one, as after a second click.
func (h Hold) Said(a HoldAnswer) bool {
	return h.Answer != nil && h.Answer.By == Visitor.ID && h.Answer.Choice == a.Choice && h.Answer.Text == a.Text
}

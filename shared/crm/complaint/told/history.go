package told

import (
	"slices"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/kernel/words"
)

// Step is something that happened with a complaint, as its customer reads it.
type Step struct {
	At   time.Time
	Text words.Text
}

// History lists what happened with the complaint, oldest first: told, asked, offered, agreed, done, and how each round
// ended. What staff do among themselves is not in it.
func History(c complaint.Complaint) []Step {
	var out []Step
	add := func(at time.Time, zh, en string) {
		if !at.IsZero() {
			out = append(out, Step{at, words.Text{Zh: zh, En: en}})
		}
	}
	add(c.CreatedAt, "您提出了投诉", "You reported the problem")
	for _, e := range c.Earlier {
		if e.Reopened != nil {
			add(e.Reopened.At, reopened.Zh, reopened.En)
		}
		out = append(out, ended(e.Outcome, e.ResolvedAt, e.ClosedAt)...)
	}
	if c.Reopened != nil {
		add(c.Reopened.At, reopened.Zh, reopened.En)
	}
	add(c.AskedAt, "我们请您补充资料", "We asked you for more information")
	add(c.OfferedAt, "我们向您提出了方案", "We made you an offer")
	if d := c.Decision; d != nil && d.Say == complaint.SayDecline {
		add(d.At, "您没有接受方案", "You declined the offer")
	}
	if c.Agreement != nil {
		add(c.Agreement.At, "您接受了方案", "You accepted the offer")
	}
	if c.CarryOut != nil {
		add(c.CarryOut.Since, "我们开始按方案处理", "We started on the agreed solution")
		add(c.CarryOut.DoneAt, "约定的事项已完成", "We completed what was agreed")
	}
	if v := c.Verification; v != nil && !v.Satisfied {
		add(v.At, "您告诉我们还有问题", "You told us that something was still wrong")
	}
	out = append(out, ended(c.Outcome, c.ResolvedAt, c.ClosedAt)...)
	slices.SortStableFunc(out, func(a, b Step) int { return a.At.Compare(b.At) })
	return out
}

var reopened = words.Text{Zh: "投诉重新打开", En: "The complaint was reopened"}

// ended is how a round ended. What was settled ends for the customer when they say so.
func ended(outcome string, resolved, closed time.Time) []Step {
	if !resolved.IsZero() {
		return []Step{{resolved, words.Text{Zh: "您确认已解决", En: "You confirmed that it is settled"}}}
	}
	text, known := ends[outcome]
	if !known || closed.IsZero() {
		return nil
	}
	return []Step{{closed, text}}
}

var ends = map[string]words.Text{
	complaint.StateWithdrawn:  {Zh: "投诉已撤回", En: "It was withdrawn"},
	complaint.StateUnanswered: {Zh: "没有收到您的答复，投诉已关闭", En: "We had no answer from you and closed it"},
	complaint.StateJoined:     {Zh: "投诉已并入另一起", En: "It was joined with another complaint"},
}

// Package told has what customers read of their complaint. It has no text that staff wrote for staff.
package told

import (
	"fmt"
	"strings"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/words"
)

// Remedy is a remedy as the customer sees it, without our cost.
type Remedy struct {
	Name         words.Text
	Quantity     int64
	Value        money.Money
	CustomerPays money.Money
	PromisedAt   time.Time
}

// Offer lists what is offered to the customer, and later what was agreed. What was agreed stays readable after the end,
// also where the customer did not say whether it helped.
func Offer(c complaint.Complaint) (out []Remedy) {
	if c.State == complaint.StateUnanswered && c.Agreement == nil {
		return nil
	}
	switch c.State {
	case complaint.StateOffered, complaint.StateAgreed, complaint.StateCarryingOut, complaint.StateVerifying,
		complaint.StateCorrecting, complaint.StateClosed, complaint.StateUnanswered:
		for _, r := range c.Remedies {
			out = append(out, Remedy{remedy.Words[r.Kind], r.Quantity, r.Value, r.CustomerPays, r.PromisedAt})
		}
	}
	return out
}

// Stage is the state in the customer's words.
func Stage(c complaint.Complaint, lang words.Lang) string { return stages[c.State].In(lang) }

var stages = map[string]words.Text{
	complaint.StateNew:           {Zh: "已收到，正在受理", En: "Received; a colleague is looking at it"},
	complaint.StateTriaged:       {Zh: "已受理", En: "In hand"},
	complaint.StateInvestigating: {Zh: "正在调查", En: "Being investigated"},
	complaint.StateJudged:        {Zh: "正在准备方案", En: "A solution is being prepared"},
	complaint.StateProposed:      {Zh: "正在准备方案", En: "A solution is being prepared"},
	complaint.StateAwaiting:      {Zh: "正在准备方案", En: "A solution is being prepared"},
	complaint.StateOffered:       {Zh: "等待您的答复", En: "Waiting for your answer"},
	complaint.StateAgreed:        {Zh: "方案已确认", En: "The solution is agreed"},
	complaint.StateCarryingOut:   {Zh: "正在处理", En: "We are putting it right"},
	complaint.StateVerifying:     {Zh: "请确认是否已解决", En: "Please tell us whether it is settled"},
	complaint.StateCorrecting:    {Zh: "已解决", En: "Settled"},
	complaint.StateClosed:        {Zh: "已解决", En: "Settled"},
	complaint.StateWithdrawn:     {Zh: "已撤回", En: "Withdrawn"},
	complaint.StateUnanswered:    {Zh: "未收到答复，已关闭", En: "Closed because we had no answer"},
	complaint.StateJoined:        {Zh: "已并入另一起投诉", En: "Handled together with another complaint"},
}

// OfferWords are the chosen remedies for a letter, one per line.
func OfferWords(c complaint.Complaint, cal calendar.Calendar, now time.Time, lang words.Lang) string {
	var lines []string
	for _, r := range c.Remedies {
		line := remedy.Words[r.Kind].In(lang)
		if r.Quantity > 0 {
			line += fmt.Sprintf(words.Text{Zh: "，%d 件", En: ", %d pieces"}.In(lang), r.Quantity)
		}
		if !r.Kind.Makes() && r.Value.Minor > 0 {
			line += words.Text{Zh: "，", En: ", "}.In(lang) + r.Value.Words(lang)
		}
		if r.CustomerPays.Minor > 0 {
			line += fmt.Sprintf(words.Text{Zh: "，您承担 %s", En: "; your share is %s"}.In(lang), r.CustomerPays.Words(lang))
		}
		if r.PromisedAt.After(now) {
			line += fmt.Sprintf(words.Text{Zh: "，%s之前交付", En: "; delivery by %s"}.In(lang),
				cal.Moment(r.PromisedAt, now, lang))
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// AnswerBy is when the customer's answer is due, and what happens without it. A paused complaint goes on without what
// was asked for. An offer of goods loses its delivery day first. Any other complaint is closed, unless the customer
// wrote.
func AnswerBy(c complaint.Complaint) (at time.Time, wanted, after words.Text) {
	ends := words.Text{Zh: "届时仍未收到答复，我们将关闭该投诉；之后您仍可在上述链接重新打开。",
		En: "Without an answer by then, we will close the complaint. You can still reopen it at the link above."}
	if c.Wrote() {
		ends = words.Text{Zh: "您的来信我们已收到，投诉会继续保留。", En: "We have what you wrote, and the complaint stays open."}
	}
	goesOn := words.Text{Zh: "届时我们将按已有资料继续处理。", En: "After that we will continue with what we have."}
	switch {
	case c.Pause != nil && c.Pause.Reason == complaint.PauseSample:
		return c.Pause.Until, words.Text{Zh: "您寄回的样品", En: "the samples that you are sending back"}, goesOn
	case c.Pause != nil:
		return c.Pause.Until, words.Text{Zh: "您的答复", En: "your answer"}, goesOn
	case c.State == complaint.StateVerifying:
		return c.Due, words.Text{Zh: "您对处理结果的确认", En: "your confirmation that it is settled"}, ends
	case c.ProductionWaits():
		ends = LosesDay
	}
	return c.Due, words.Text{Zh: "您对方案的答复", En: "your answer to our offer"}, ends
}

// AnswerDue is when the customer's answer, or what a pause waits for, is due. ok is false while neither is awaited.
func AnswerDue(c complaint.Complaint) (at time.Time, ok bool) {
	switch {
	case c.Pause != nil:
		return c.Pause.Until, c.Pause.Reason != complaint.PauseSupplier
	case c.Theirs():
		return c.Due, true
	}
	return time.Time{}, false
}

// LosesDay says what happens where production does not hear from the customer in time.
var LosesDay = words.Text{Zh: "之后答复同样有效，但我们要另定交货时间。",
	En: "You can still answer later, but then we have to set a new delivery day."}

// CallWords tell staff what to say or ask by phone where a message has not reached the customer. do is the
// message's rung, or ladder.DoCloseUnanswered at the end of the customer's time.
func CallWords(c complaint.Complaint, do string, lang words.Lang) string {
	text, known := calls[do]
	if !known {
		text = words.Text{Zh: "告知方案并登记客户的答复", En: "tell them what we offer, and enter their answer"}
		if c.State == complaint.StateVerifying {
			text = words.Text{Zh: "询问是否已解决并登记客户的答复", En: "ask them whether it is settled, and enter their answer"}
		}
	}
	if do == ladder.DoCloseUnanswered {
		over := words.Text{Zh: "；答复期限已过，但我们没有问到客户，投诉因此没有关闭",
			En: "; their time is over, but nothing has reached them, so the complaint was not closed"}
		text = words.Text{Zh: text.Zh + over.Zh, En: text.En + over.En}
	}
	return text.In(lang)
}

// calls are the words by phone in place of a message, where the state does not matter.
var calls = map[string]words.Text{
	ladder.DoAcknowledge: {Zh: "告知我们已收到投诉，以及何时答复",
		En: "tell them that we have the complaint, and by when they hear from us"},
	ladder.DoAskEvidence: {Zh: "告知需要客户提供哪些证据", En: "tell them which evidence we need"},
	ladder.DoTellSaid:    {Zh: "转达我们写给客户的内容", En: "tell them what we wrote"},

	ladder.DoTellProgress: {Zh: "告知我们正在补救，以及何时完成", En: "tell them what is being done, and by when"},
	ladder.DoTellPromise:  {Zh: "告知新的答复时间", En: "tell them the later time by which they hear from us"},
	ladder.DoTellJoined: {Zh: "告知这起投诉将与客户的另一起一并处理",
		En: "tell them that this complaint is handled with another one of theirs"},
	ladder.DoTellUnanswered: {Zh: "告知投诉因没有收到答复已关闭，仍可要求重新打开",
		En: "tell them that it was closed because we had no answer, and that it can be reopened"},
}

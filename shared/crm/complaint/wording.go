package complaint

import (
	"fmt"
	"strings"
	"time"

	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/words"
)

// next has the words for staff of what each state waits for.
var next = map[string]words.Text{
	StateNew:           {Zh: "请受理：定级并确定负责人", En: "triage it: settle severity and owner"},
	StateTriaged:       {Zh: "请开始调查：索取证据或测量", En: "begin the investigation: ask for evidence, or measure"},
	StateInvestigating: {Zh: "请完成调查并判定责任", En: "end the investigation and judge it"},
	StateJudged:        {Zh: "请选择补救方案", En: "choose what is offered"},
	StateProposed:      {Zh: "请确定补救方案并报给客户或送审", En: "settle the offer"},
	StateAwaiting:      {Zh: "等待审批", En: "it waits for approval"},
	StateOffered:       {Zh: "等待客户答复", En: "it waits for the customer's answer"},
	StateAgreed:        {Zh: "请开始补救，并告知客户时间", En: "begin the remedy and give the customer a day"},
	StateCarryingOut:   {Zh: "请完成补救", En: "finish the remedy"},
	StateVerifying:     {Zh: "等待客户确认", En: "it waits for the customer's word that it is settled"},
	StateCorrecting:    {Zh: "请查明原因、落实纠正措施后关闭", En: "find the cause, correct it, and close"},
}

// NextStep is what staff do next, as part of a sentence.
func (c Complaint) NextStep(lang words.Lang) string {
	if c.Closed() {
		return words.Text{Zh: "无需再处理", En: "nothing is left to do"}.In(lang)
	}
	if c.Overruling() {
		return words.Text{Zh: "等待改判审批", En: "it waits for approval of the other verdict"}.In(lang)
	}
	return next[c.State].In(lang)
}

// Stage is the state in the customer's words.
func (c Complaint) Stage(lang words.Lang) string { return stages[c.State].In(lang) }

// DefectWords are the names of the defects, by the catalogue.
func (c Complaint) DefectWords(lang words.Lang) string {
	var out []string
	for _, kind := range c.Defects {
		if d, known := defect.Of(kind); known {
			out = append(out, d.Name.In(lang))
		}
	}
	return strings.Join(out, words.Text{Zh: "、", En: ", "}.In(lang))
}

// OfferWords are the chosen remedies for the customer, one per line, without our cost.
func (c Complaint) OfferWords(cal calendar.Calendar, now time.Time, lang words.Lang) string {
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
			line += fmt.Sprintf(words.Text{Zh: "，您承担 %s", En: "; your part is %s"}.In(lang), r.CustomerPays.Words(lang))
		}
		if r.PromisedAt.After(now) {
			line += fmt.Sprintf(words.Text{Zh: "，%s之前交付", En: "; delivered by %s"}.In(lang),
				cal.Moment(r.PromisedAt, now, lang))
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// evidenceOfHis has the words for customers where the catalogue's are for staff.
var evidenceOfHis = map[defect.Evidence]words.Text{defect.EvidenceFile: {Zh: "请发来您提供给我们的原文件。",
	En: "Send us the file that you gave us."}}

// AskedWords are what the customer was asked for, one per line.
func (c Complaint) AskedWords(lang words.Lang) string {
	var lines []string
	for _, e := range c.Asked {
		text, his := evidenceOfHis[e]
		if !his {
			text = defect.EvidenceWords[e]
		}
		lines = append(lines, text.In(lang))
	}
	return strings.Join(lines, "\n")
}

// Question is what an approver decides: an amount, or another verdict.
func (c Complaint) Question(lang words.Lang) string {
	switch {
	case c.State == StateAwaiting && c.Approval != nil:
		return remediesWords(c.Approval.Amount, lang)
	case c.Verdict != nil && c.Verdict.Overruled != nil:
		return c.Verdict.Overruled.Words(lang)
	}
	return ""
}

// Question is what was refused, in the words of the question.
func (r Refusal) Question(lang words.Lang) string {
	if r.Overrule != nil {
		return r.Overrule.Words(lang)
	}
	return remediesWords(*r.Amount, lang)
}

func remediesWords(amount money.Money, lang words.Lang) string {
	return fmt.Sprintf(words.Text{Zh: "补救成本 %s", En: "remedies that cost us %s"}.In(lang), amount.Words(lang))
}

// AskedBy is the asker of the open question to an approver, and until when it stands. Both are zero without one.
func (c Complaint) AskedBy() (staff string, until time.Time) {
	switch {
	case c.State == StateAwaiting && c.Approval != nil:
		return c.Approval.RequestedBy, c.Approval.Expires
	case c.Overruling():
		return c.Verdict.Overruled.By, c.Verdict.Overruled.Expires
	}
	return "", time.Time{}
}

// AnswerBy is when the customer's answer is due, and what happens without it. A paused complaint goes on
// without what was asked for. Any other is closed, unless the customer wrote.
func (c Complaint) AnswerBy() (at time.Time, wanted, after words.Text) {
	ends := words.Text{Zh: "届时仍未收到答复，我们将关闭该投诉；之后您仍可在上述链接重新打开。",
		En: "Without an answer by then we close the complaint; you may still reopen it at the link above."}
	goesOn := words.Text{Zh: "届时我们将按已有资料继续处理。", En: "After that we go on with what we have."}
	if c.wrote() {
		ends = words.Text{Zh: "您的来信我们已收到，投诉会继续保留。", En: "We have what you wrote, and the complaint stays open."}
	}
	switch {
	case c.Pause != nil && c.Pause.Reason == PauseSample:
		return c.Pause.Until, words.Text{Zh: "您寄回的样品", En: "the samples that you send back"}, goesOn
	case c.Pause != nil:
		return c.Pause.Until, words.Text{Zh: "您的答复", En: "your answer"}, goesOn
	case c.State == StateVerifying:
		return c.Due, words.Text{Zh: "您对处理结果的确认", En: "your word whether it is settled"}, ends
	}
	return c.Due, words.Text{Zh: "您对方案的答复", En: "your answer to our offer"}, ends
}

// CallWords tell staff what to say or ask by phone where a message has not reached the customer. do is the
// message's rung, or ladder.DoCloseUnanswered at the end of the customer's time.
func (c Complaint) CallWords(do string, lang words.Lang) string {
	text, known := calls[do]
	if !known {
		text = words.Text{Zh: "告知方案并登记他的答复", En: "tell him what we offer, and enter his answer"}
		if c.State == StateVerifying {
			text = words.Text{Zh: "询问是否已解决并登记他的答复", En: "ask him whether it is settled, and enter his answer"}
		}
	}
	if do == ladder.DoCloseUnanswered {
		over := words.Text{Zh: "；答复期限已过，但我们没有问到他，投诉因此没有关闭",
			En: "; his time is over, but since nothing has reached him the complaint was not closed"}
		text = words.Text{Zh: text.Zh + over.Zh, En: text.En + over.En}
	}
	return text.In(lang)
}

// calls are the words by phone in place of a message, where the state does not matter.
var calls = map[string]words.Text{
	ladder.DoAcknowledge: {Zh: "告知我们已收到他的投诉，以及何时答复他",
		En: "tell him that we have his complaint, and by when he hears of us"},
	ladder.DoAskEvidence: {Zh: "告知需要他提供哪些证据", En: "tell him which evidence we need"},
	ladder.DoTellSaid:    {Zh: "转达我们写给他的内容", En: "tell him what we wrote to him"},

	ladder.DoTellProgress: {Zh: "告知我们正在补救，以及何时完成", En: "tell him what is being done, and by when"},
	ladder.DoTellPromise:  {Zh: "告知新的答复时间", En: "tell him the later time by which he hears of us"},
	ladder.DoTellJoined: {Zh: "告知他的投诉将与他的另一起一并处理",
		En: "tell him that his complaint is handled with another one of his"},
	ladder.DoTellUnanswered: {Zh: "告知投诉因没有收到答复已关闭，他仍可要求重新打开",
		En: "tell him that it was closed for want of his answer, and that he may have it reopened"},
}

// ReopenUntil is until when the customer may reopen an ended complaint.
func (c Complaint) ReopenUntil(terms Terms) time.Time {
	return c.ClosedAt.AddDate(0, 0, terms.Policy.OrStandard().ReopenDays)
}

// RoundOf is the round of a message, to which its delivery belongs in any later round too.
func (c Complaint) RoundOf(s Said) ladder.Progress {
	return ladder.Progress{Kind: "complaint", ID: c.ID, Round: s.Round}
}

// SeverityWords are the severity for staff.
func (c Complaint) SeverityWords(lang words.Lang) string {
	return fmt.Sprintf(words.Text{Zh: "%d 级", En: "severity %d"}.In(lang), c.Severity)
}

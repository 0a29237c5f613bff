package complaint

import (
	"fmt"
	"strings"
	"time"

	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/words"
)

// next has the words for staff of what each state waits for.
var next = map[string]words.Text{
	StateNew: {Zh: "请受理：定级并确定负责人", En: "triage it: settle severity and owner"},
	StateTriaged: {Zh: "请判定责任；事实不全时先索取证据或测量",
		En: "judge it, or first ask for evidence or measure what is missing"},
	StateInvestigating: {Zh: "请完成调查并判定责任", En: "end the investigation and judge it"},
	StateJudged:        {Zh: "请选择补救方案", En: "choose what is offered"},
	StateProposed:      {Zh: "请确定补救方案并报给客户或送审", En: "settle the offer and put it to the customer or an approver"},
	StateAwaiting:      {Zh: "等待审批", En: "it waits for approval"},
	StateOffered:       {Zh: "等待客户答复", En: "it waits for the customer's answer"},
	StateAgreed:        {Zh: "请开始补救，并告知客户时间", En: "begin the remedy and tell the customer when"},
	StateCarryingOut:   {Zh: "请完成补救", En: "finish the remedy"},
	StateVerifying:     {Zh: "等待客户确认", En: "it waits for the customer to confirm that it is settled"},
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

package crm

import (
	"fmt"
	"strings"
	"time"
)

// complaintNext says to staff what a complaint waits for in each state.
var complaintNext = map[string]Text{
	ComplaintNew:           {"请受理：定级并确定负责人", "triage it: settle severity and owner"},
	ComplaintTriaged:       {"请开始调查：索取证据或测量", "begin the investigation: ask for evidence, or measure"},
	ComplaintInvestigating: {"请完成调查并判定责任", "end the investigation and judge it"},
	ComplaintJudged:        {"请选择补救方案", "choose what is offered"},
	ComplaintProposed:      {"请确定补救方案并报给客户或送审", "settle the offer"},
	ComplaintAwaiting:      {"等待审批", "it waits for approval"},
	ComplaintOffered:       {"等待客户答复", "it waits for the customer's answer"},
	ComplaintAgreed:        {"请开始补救，并告知客户时间", "begin the remedy and give the customer a day"},
	ComplaintCarryingOut:   {"请完成补救", "finish the remedy"},
	ComplaintVerifying:     {"等待客户确认", "it waits for the customer's word that it is settled"},
	ComplaintCorrecting:    {"请查明原因、落实纠正措施后关闭", "find the cause, correct it, and close"},
}

// NextStep is what staff do next, as part of a sentence.
func (c Complaint) NextStep(lang Lang) string {
	if c.Closed() {
		return Text{"无需再处理", "nothing is left to do"}.In(lang)
	}
	if c.overruling() {
		return Text{"等待改判审批", "it waits for approval of the other verdict"}.In(lang)
	}
	return complaintNext[c.State].In(lang)
}

// Stage is how the customer reads where his complaint stands.
func (c Complaint) Stage(lang Lang) string { return complaintStages[c.State].In(lang) }

// DefectWords name what is wrong, by the catalogue.
func (c Complaint) DefectWords(lang Lang) string {
	var out []string
	for _, kind := range c.Defects {
		if d, known := DefectOf(kind); known {
			out = append(out, d.Name.In(lang))
		}
	}
	return strings.Join(out, Text{"、", ", "}.In(lang))
}

// OfferWords are the chosen remedies as the customer reads them, one on each line. What they cost us is not said.
func (c Complaint) OfferWords(cal Calendar, now time.Time, lang Lang) string {
	var lines []string
	for _, r := range c.Remedies {
		line := RemedyWords[r.Kind].In(lang)
		if r.Quantity > 0 {
			line += fmt.Sprintf(Text{"，%d 件", ", %d pieces"}.In(lang), r.Quantity)
		}
		if !r.Kind.makes() && r.Value.Minor > 0 {
			line += Text{"，", ", "}.In(lang) + r.Value.Words(lang)
		}
		if r.CustomerPays.Minor > 0 {
			line += fmt.Sprintf(Text{"，您承担 %s", "; your part is %s"}.In(lang), r.CustomerPays.Words(lang))
		}
		if r.PromisedAt.After(now) {
			line += fmt.Sprintf(Text{"，%s之前交付", "; delivered by %s"}.In(lang), cal.Moment(r.PromisedAt, now, lang))
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// evidenceOfHis are the words to a customer where those of the catalogue are for staff.
var evidenceOfHis = map[Evidence]Text{EvidenceFile: {"请发来您提供给我们的原文件。", "Send us the file that you gave us."}}

// AskedWords are what the customer was asked for, one on each line.
func (c Complaint) AskedWords(lang Lang) string {
	var lines []string
	for _, e := range c.Asked {
		words, his := evidenceOfHis[e]
		if !his {
			words = EvidenceWords[e]
		}
		lines = append(lines, words.In(lang))
	}
	return strings.Join(lines, "\n")
}

// Question puts to an approver what he decides: an amount, or another verdict.
func (c Complaint) Question(lang Lang) string {
	switch {
	case c.State == ComplaintAwaiting && c.Approval != nil:
		return remediesWords(c.Approval.Amount, lang)
	case c.Verdict != nil && c.Verdict.Overruled != nil:
		return c.Verdict.Overruled.words(lang)
	}
	return ""
}

// Question is what was refused, in the words in which it was asked.
func (r Refusal) Question(lang Lang) string {
	if r.Overrule != nil {
		return r.Overrule.words(lang)
	}
	return remediesWords(*r.Amount, lang)
}

func remediesWords(amount Money, lang Lang) string {
	return fmt.Sprintf(Text{"给客户 %s 的补救", "remedies of %s for the customer"}.In(lang), amount.Words(lang))
}

func (o Overrule) words(lang Lang) string {
	verdict := Liabilities[o.Liability].In(lang)
	if o.Liability == LiableShared {
		verdict += fmt.Sprintf(Text{"，我方 %d%%", ", %d %% ours"}.In(lang), o.OurShare)
	}
	return fmt.Sprintf(Text{"改判为“%s”", "to judge “%s” instead of the rule's verdict"}.In(lang), verdict)
}

// AskedBy is who put the question to an approver, and until when it stands; zero where nothing waits for one.
func (c Complaint) AskedBy() (staff string, until time.Time) {
	switch {
	case c.State == ComplaintAwaiting && c.Approval != nil:
		return c.Approval.RequestedBy, c.Approval.Expires
	case c.overruling():
		return c.Verdict.Overruled.By, c.Verdict.Overruled.Expires
	}
	return "", time.Time{}
}

// AnswerBy is by when the customer answers, and what becomes of it without his answer; while the clock stands still for him it goes on without what he was asked
// for, else the complaint is closed, unless he wrote.
func (c Complaint) AnswerBy() (at time.Time, wanted, after Text) {
	ends := Text{"届时仍未收到答复，我们将关闭该投诉；之后您仍可在上述链接重新打开。", "Without an answer by then we close the complaint; you may still reopen it at the link above."}
	goesOn := Text{"届时我们将按已有资料继续处理。", "After that we go on with what we have."}
	if c.wrote() {
		ends = Text{"您的来信我们已收到，投诉会继续保留。", "We have what you wrote, and the complaint stays open."}
	}
	switch {
	case c.Pause != nil && c.Pause.Reason == PauseSample:
		return c.Pause.Until, Text{"您寄回的样品", "the samples that you send back"}, goesOn
	case c.Pause != nil:
		return c.Pause.Until, Text{"您的答复", "your answer"}, goesOn
	case c.State == ComplaintVerifying:
		return c.Due, Text{"您对处理结果的确认", "your word whether it is settled"}, ends
	}
	return c.Due, Text{"您对方案的答复", "your answer to our offer"}, ends
}

// CallWords say to staff what they tell or ask a customer by phone whom a letter did not reach; do is the letter's rung, or the end of his time.
func (c Complaint) CallWords(do string, lang Lang) string {
	words, known := complaintCalls[do]
	if !known {
		words = Text{"告知方案并登记他的答复", "tell him what we offer, and enter his answer"}
		if c.State == ComplaintVerifying {
			words = Text{"询问是否已解决并登记他的答复", "ask him whether it is settled, and enter his answer"}
		}
	}
	if do == DoCloseSilent {
		over := Text{"；答复期限已过，但我们没有问到他，投诉因此没有关闭", "; his time is over, but since nothing has reached him the complaint was not closed"}
		words = Text{words.Zh + over.Zh, words.En + over.En}
	}
	return words.In(lang)
}

// complaintCalls are what is told by phone in place of a letter, where that does not depend on the state.
var complaintCalls = map[string]Text{
	DoAcknowledge: {"告知我们已收到他的投诉，以及何时答复他", "tell him that we have his complaint, and by when he hears of us"},
	DoAskEvidence: {"告知需要他提供哪些证据", "tell him which evidence we need"},
	DoTellSaid:    {"转达我们写给他的内容", "tell him what we wrote to him"},

	DoTellProgress:   {"告知我们正在补救，以及何时完成", "tell him what is being done, and by when"},
	DoTellPromise:    {"告知新的答复时间", "tell him the later time by which he hears of us"},
	DoTellJoined:     {"告知他的投诉将与他的另一起一并处理", "tell him that his complaint is handled with another one of his"},
	DoTellUnanswered: {"告知投诉因没有收到答复已关闭，他仍可要求重新打开", "tell him that it was closed for want of his answer, and that he may have it reopened"},
}

// Promise is by when we say now that the customer hears of us: what he was promised, or where that is over the time of the state from now.
func (c Complaint) Promise(terms ComplaintTerms, now time.Time) (time.Time, error) {
	if c.Promised.After(now) {
		return c.Promised, nil
	}
	return terms.Calendar.Add(now, max(seconds(terms.Policy.orStandard().time(c.State, c.Severity)), time.Hour))
}

// ReopenUntil is until when the customer may reopen a complaint that has ended.
func (c Complaint) ReopenUntil(terms ComplaintTerms) time.Time {
	return c.ClosedAt.AddDate(0, 0, terms.Policy.orStandard().ReopenDays)
}

// RoundOf is the round in which a word was said: its message is that round's, whichever one brings it.
func (c Complaint) RoundOf(s ComplaintSaid) Progress {
	return Progress{Kind: "complaint", ID: c.ID, Round: s.Round}
}

// SeverityWords are the severity as staff read it.
func (c Complaint) SeverityWords(lang Lang) string {
	return fmt.Sprintf(Text{"%d 级", "severity %d"}.In(lang), c.Severity)
}

package crm

import (
	"slices"
	"strings"
	"time"
)

// CannedReply is a reply to the customer, filled for one complaint, in both languages. A person reads it, changes it where it does not fit, and sends it.
type CannedReply struct {
	Situation string     `json:"situation"`
	Name      string     `json:"name"` // in the reader's language
	Suits     bool       `json:"suits"`
	Zh        PublicText `json:"zh"`
	En        PublicText `json:"en"`
}

// Situations of canned replies.
const (
	ReplyReceived  = "received"
	ReplyEvidence  = "evidence-wanted"
	ReplyTolerance = "within-tolerance"
	ReplyOurs      = "our-fault"
	ReplyReprint   = "reprint-on-its-way"
	ReplyCredit    = "credit-issued"
	ReplyLate      = "late"
	ReplyApology   = "apology"
)

// cannedReply is a text with placeholders. One of which the complaint does not know something is not offered.
type cannedReply struct {
	situation string
	name      Text
	suits     func(Complaint, time.Time) bool
	text      Text
}

// cannedReplies are the shop's words. Each says what is, what comes next and by when, and promises nothing that the record does not hold.
var cannedReplies = []cannedReply{
	{ReplyReceived, Text{"已收到投诉", "Complaint received"}, cannedIn(ComplaintNew, ComplaintTriaged), Text{
		"您好，我们已收到您{about}的投诉，编号 {reference}，由{who}负责。我们最晚 {promised} 答复您。如有照片或样品，请回复本消息或交给我们。",
		"Hello, we have your complaint{about}. Its number is {reference}, and {who} is looking after it. You hear from us by {promised}. If you have photos or samples, reply to this message or hand them to us."}},
	{ReplyEvidence, Text{"请客户提供证据", "Evidence wanted"}, cannedIn(ComplaintTriaged, ComplaintInvestigating), Text{
		"您好，为查清您{about}的投诉（编号 {reference}），请您提供：\n{evidence}\n收到后我们马上检查，并告诉您结果。",
		"Hello, to find out what went wrong with your complaint{about} (number {reference}) we ask you for this:\n{evidence}\nWe look at it as soon as it is here and tell you what we find."}},
	{ReplyTolerance, Text{"测量结果在允许误差内", "Measured, and within tolerance"}, judgedAs(WithinTolerance), Text{
		"您好，您{about}投诉的产品（编号 {reference}）我们已检查。{reason}因此本次不作补救。如合同另有约定，或您有别的样张，请发给我们，我们再核对一次。",
		"Hello, we have checked the goods of your complaint{about} (number {reference}). {reason} So we offer no remedy this time. If your contract says otherwise, or you have other pieces, send them to us and we check once more."}},
	{ReplyOurs, Text{"是我们的责任，接下来怎么办", "Our fault, and what happens now"}, judgedAs(LiableUs, LiableSupplier), Text{
		"您好，您{about}的投诉（编号 {reference}）已查清，责任在我们，很抱歉。{reason}我们正在准备补救办法，最晚 {promised} 告诉您。",
		"Hello, we have looked into your complaint{about} (number {reference}). The fault is ours, and we are sorry. {reason} We are preparing what we offer you, and you hear of it by {promised}."}},
	{ReplyReprint, Text{"重印或返工进行中", "Reprint or rework on its way"}, cannedIn(ComplaintCarryingOut), Text{
		"您好，您{about}的投诉（编号 {reference}）已在处理：{remedies}。预计 {goods} 前送达。",
		"Hello, your complaint{about} (number {reference}) is being put right: {remedies}. The goods are with you by {goods}."}},
	{ReplyCredit, Text{"退款或贷记已开出", "Credit issued"}, cannedIn(ComplaintCarryingOut, ComplaintVerifying), Text{
		"您好，您{about}的投诉（编号 {reference}）已处理：{remedies}，金额 {amount}，凭证号 {credit}。如未收到，请告诉我们。",
		"Hello, your complaint{about} (number {reference}) is dealt with: {remedies}, {amount}, document number {credit}. If it has not reached you, tell us."}},
	{ReplyLate, Text{"我们晚了", "We are late"}, cannedOverdue, Text{
		"您好，您{about}的投诉（编号 {reference}）我们还没有处理完，没有按时答复您，很抱歉。{who}正在处理，最晚 {promised} 答复您。",
		"Hello, we are not yet done with your complaint{about} (number {reference}) and should have told you earlier; we are sorry. It is with {who}, and you hear from us by {promised}."}},
	{ReplyApology, Text{"道歉", "Apology"}, cannedAlways, Text{
		"您好，您{about}的投诉（编号 {reference}）给您添了麻烦，我们向您道歉。我们会查明原因，防止再次发生。",
		"Hello, we are sorry for the trouble that led to your complaint{about} (number {reference}). We will find out why it happened, so that it does not happen again."}},
}

func cannedIn(states ...string) func(Complaint, time.Time) bool {
	return func(c Complaint, _ time.Time) bool { return slices.Contains(states, c.State) }
}

func judgedAs(kinds ...Liability) func(Complaint, time.Time) bool {
	before := cannedIn(ComplaintJudged, ComplaintProposed, ComplaintAwaiting, ComplaintOffered)
	return func(c Complaint, now time.Time) bool {
		if c.Verdict == nil || c.overruling() {
			return false
		}
		stands, _ := c.Verdict.Stands()
		return before(c, now) && slices.Contains(kinds, stands)
	}
}

func cannedOverdue(c Complaint, now time.Time) bool {
	return !c.Closed() && c.ResolvedAt.IsZero() && !c.theirs() && c.Due.Before(now)
}

func cannedAlways(Complaint, time.Time) bool { return true }

// cannedFacts are what placeholders stand for. An empty one is not known.
type cannedFacts map[string]Text

// CannedReplies lists the replies that can be filled for the complaint, those that suit its state first. lang is the reader's, for their names.
func (c Complaint) CannedReplies(shop Roster, terms ComplaintTerms, lang Lang, now time.Time) []CannedReply {
	facts := c.cannedFacts(shop, terms, now)
	out := []CannedReply{}
	for _, r := range cannedReplies {
		if zh, en, ok := facts.fill(r, r.suits(c, now)); ok {
			out = append(out, CannedReply{r.situation, r.name.In(lang), r.suits(c, now), PublicText(zh), PublicText(en)})
		}
	}
	slices.SortStableFunc(out, func(a, b CannedReply) int {
		switch {
		case a.Suits == b.Suits:
			return 0
		case a.Suits:
			return -1
		}
		return 1
	})
	return out
}

// fill puts the facts into a reply. ok is false where one of them is not known, or where it would say of the verdict what does not hold.
func (f cannedFacts) fill(r cannedReply, suits bool) (zh, en string, ok bool) {
	if (r.situation == ReplyTolerance || r.situation == ReplyOurs) && !suits {
		return "", "", false
	}
	var zhPairs, enPairs []string
	for name, fact := range f {
		mark := "{" + name + "}"
		if strings.Contains(r.text.Zh, mark) && fact.Zh == "" && name != "about" {
			return "", "", false
		}
		zhPairs, enPairs = append(zhPairs, mark, fact.Zh), append(enPairs, mark, fact.En)
	}
	// One pass each: what a customer wrote as his order's number may itself look like a placeholder.
	return strings.NewReplacer(zhPairs...).Replace(r.text.Zh), strings.NewReplacer(enPairs...).Replace(r.text.En), true
}

func (c Complaint) cannedFacts(shop Roster, terms ComplaintTerms, now time.Time) cannedFacts {
	moment := func(at time.Time) Text {
		if at.IsZero() || !at.After(now) { // what is over is nothing to promise
			return Text{}
		}
		return Text{terms.Calendar.Moment(at, now, Zh), terms.Calendar.Moment(at, now, En)}
	}
	same := func(s string) Text { return Text{s, s} }
	facts := cannedFacts{"reference": same(Reference(c.ID)), "promised": moment(c.Promised), "who": {"我们的同事", "a colleague"}}
	facts["about"] = Text{}
	if c.Job.Ref != "" {
		facts["about"] = Text{"关于订单 " + c.Job.Ref + " ", " about job " + c.Job.Ref}
	}
	if p, found := shop.Person(c.Owner); found {
		facts["who"] = same(p.Name)
	}
	facts["evidence"], facts["reason"] = c.cannedEvidence(), c.cannedReason()
	facts["remedies"], facts["amount"] = c.cannedRemedies(), c.cannedCredit()
	facts["goods"], facts["credit"] = Text{}, Text{}
	if c.CarryOut != nil {
		facts["goods"], facts["credit"] = moment(c.CarryOut.PromisedAt), same(c.CarryOut.CreditNumber)
	}
	return facts
}

// cannedEvidence asks for what was asked, and else for what the catalogue asks of the customer for these defects.
func (c Complaint) cannedEvidence() Text {
	wanted := c.Asked
	for _, kind := range c.Defects {
		if d, known := DefectOf(kind); known && len(c.Asked) == 0 {
			wanted = append(wanted, d.Evidence...)
		}
	}
	var zh, en []string
	for _, e := range []Evidence{EvidencePhoto, EvidenceSamples, EvidenceCount, EvidenceLabel, EvidenceDeliveryNote, EvidenceUse} { // the rest is ours to find
		if slices.Contains(wanted, e) {
			zh, en = append(zh, "· "+EvidenceWords[e].Zh), append(en, "· "+EvidenceWords[e].En)
		}
	}
	return Text{strings.Join(zh, "\n"), strings.Join(en, "\n")}
}

// cannedReason is what decided the verdict: each limit, where several were kept. An overruling was reasoned by staff for staff.
func (c Complaint) cannedReason() Text {
	if c.Verdict == nil || c.Verdict.Overruled != nil || len(c.Verdict.Reasons) == 0 {
		return Text{}
	}
	var zh, en []string
	for _, r := range c.Verdict.Reasons {
		if r.Code == c.Verdict.Reasons[len(c.Verdict.Reasons)-1].Code {
			zh, en = append(zh, r.Text.Zh), append(en, r.Text.En)
		}
	}
	return Text{strings.Join(zh, ""), strings.Join(en, " ")}
}

func (c Complaint) cannedRemedies() Text {
	var zh, en []string
	for _, r := range c.Remedies {
		zh, en = append(zh, RemedyWords[r.Kind].Zh), append(en, RemedyWords[r.Kind].En)
	}
	return Text{strings.Join(zh, "、"), strings.Join(en, ", ")}
}

// cannedCredit is the money that the customer gets back.
func (c Complaint) cannedCredit() Text {
	var sum Money
	for _, r := range c.Remedies {
		if r.Kind != RemedyCreditNote && r.Kind != RemedyPriceCut && r.Kind != RemedyRefund || r.Value.Currency == "" {
			continue
		}
		if sum.Currency == "" {
			sum.Currency = r.Value.Currency
		}
		var err error
		if sum, err = sum.Add(r.Value); err != nil {
			return Text{}
		}
	}
	if sum.Minor == 0 {
		return Text{}
	}
	return Text{sum.Words(Zh), sum.Words(En)}
}

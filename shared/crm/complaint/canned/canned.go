// Package canned drafts replies to a complaint from its facts.
package canned

import (
	"slices"
	"strings"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/complaint/told"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/crm/firm"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/words"
)

// Reply is a reply to the customer, filled for one complaint, in both languages. A member of staff reads it,
// changes it where it does not fit, and sends it.
type Reply struct {
	Situation string           `json:"situation"`
	Name      string           `json:"name"` // in the reader's language
	Suits     bool             `json:"suits"`
	Zh        words.PublicText `json:"zh"`
	En        words.PublicText `json:"en"`
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

// reply is a text with placeholders. It is not offered when the complaint lacks the fact for one of them.
type reply struct {
	situation string
	name      words.Text
	suits     func(complaint.Complaint, time.Time) bool
	text      words.Text
}

// replies has the shop's words. Each says what the state is, what comes next and by when. None promises
// anything that the record does not hold.
var replies = []reply{
	{ReplyReceived, words.Text{Zh: "已收到投诉", En: "Complaint received"}, in(complaint.StateNew, complaint.StateTriaged),
		words.Text{
			Zh: "您好，给您添麻烦了，非常抱歉。我们已收到您{about}的投诉，编号{reference}，由{who}负责。我们最迟{promised}答复您。如有照片或样品，请回复本消息或交给我们。",
			En: "Hello, we are sorry for the trouble. We have your complaint{about}. Its number is {reference}, and {who} is looking after it. You will hear from us by {promised}. If you have photos or samples, reply to this message or hand them to us."}},
	{ReplyEvidence, words.Text{Zh: "请客户提供证据", En: "Evidence wanted"},
		in(complaint.StateTriaged, complaint.StateInvestigating), words.Text{
			Zh: "您好，为查清您{about}的投诉（编号{reference}），请您提供：\n{evidence}\n收到后我们马上检查，并告诉您结果。",
			En: "Hello, to look into your complaint{about} (number {reference}), we need this from you:\n{evidence}\nWe will look at it as soon as we have it and tell you what we find."}},
	{ReplyTolerance, words.Text{Zh: "测量结果在允许误差内", En: "Measured, and within tolerance"},
		judgedAs(verdict.WithinTolerance), words.Text{
			Zh: "您好，您{about}投诉的产品（编号{reference}）我们已检查。{reason}因此本次不作补救。如合同另有约定，或您有别的样张，请发给我们，我们再核对一次。",
			En: "Hello, we have checked the goods of your complaint{about} (number {reference}). {reason} We therefore cannot offer a remedy. If your contract says otherwise, or you have other pieces, send them to us and we check once more."}},
	{ReplyOurs, words.Text{Zh: "是我们的责任，接下来怎么办", En: "Our fault, and what happens now"},
		judgedAs(verdict.LiableUs, verdict.LiableSupplier), words.Text{
			Zh: "您好，您{about}的投诉（编号{reference}）已查清，责任在我们，很抱歉。{reason}我们正在准备补救办法，最迟{promised}告诉您。",
			En: "Hello, we have looked into your complaint{about} (number {reference}). The fault is ours, and we are sorry. {reason} We are preparing what we offer you, and you will hear from us by {promised}."}},
	{ReplyReprint, words.Text{Zh: "重印或返工进行中", En: "Reprint or rework on its way"}, in(complaint.StateCarryingOut),
		words.Text{
			Zh: "您好，您{about}的投诉（编号{reference}）已在处理：{remedies}。预计{goods}前送达。",
			En: "Hello, your complaint{about} (number {reference}) is being put right: {remedies}. The goods will be with you by {goods}."}},
	{ReplyCredit, words.Text{Zh: "退款或抵扣已办理", En: "Credit issued"},
		in(complaint.StateCarryingOut, complaint.StateVerifying), words.Text{
			Zh: "您好，您{about}的投诉（编号{reference}）已处理：{remedies}，金额 {amount}，凭证号{credit}。如未收到，请告诉我们。",
			En: "Hello, your complaint{about} (number {reference}) has been dealt with: {remedies}, {amount}, document number {credit}. If it has not reached you, please tell us."}},
	{ReplyLate, words.Text{Zh: "答复晚了", En: "We are late"}, overdue, words.Text{
		Zh: "您好，您{about}的投诉（编号{reference}）我们还没有处理完，没有按时答复您，很抱歉。{who}正在处理，最迟{promised}答复您。",
		En: "Hello, we are not yet done with your complaint{about} (number {reference}) and should have told you earlier. We are sorry. It is with {who}, and you will hear from us by {promised}."}},
	{ReplyApology, words.Text{Zh: "道歉", En: "Apology"}, always, words.Text{
		Zh: "您好，您{about}的投诉（编号{reference}）给您添了麻烦，我们向您道歉。我们会查明原因，防止再次发生。",
		En: "Hello, we are sorry for the trouble that led to your complaint{about} (number {reference}). We will find out why it happened, so that it does not happen again."}},
}

func in(states ...string) func(complaint.Complaint, time.Time) bool {
	return func(c complaint.Complaint, _ time.Time) bool { return slices.Contains(states, c.State) }
}

func judgedAs(kinds ...verdict.Liability) func(complaint.Complaint, time.Time) bool {
	before := in(complaint.StateJudged, complaint.StateProposed, complaint.StateAwaiting, complaint.StateOffered)
	return func(c complaint.Complaint, now time.Time) bool {
		if c.Verdict == nil || c.Overruling() {
			return false
		}
		stands, _ := c.Verdict.Stands()
		return before(c, now) && slices.Contains(kinds, stands)
	}
}

func overdue(c complaint.Complaint, now time.Time) bool {
	return !c.Closed() && c.ResolvedAt.IsZero() && !c.Theirs() && c.Due.Before(now)
}

func always(complaint.Complaint, time.Time) bool { return true }

// facts has the text for each placeholder. An empty text means that the fact is not known.
type facts map[string]words.Text

// Replies lists the replies that can be filled for the complaint. Replies that suit its state come first.
// lang is the reader's language, for the names of the replies.
func Replies(c complaint.Complaint, shop firm.Roster, terms complaint.Terms, lang words.Lang, now time.Time) []Reply {
	facts := gather(c, shop, terms, now)
	out := []Reply{}
	for _, r := range replies {
		if zh, en, ok := facts.fill(r, r.suits(c, now)); ok {
			out = append(out, Reply{r.situation, r.name.In(lang), r.suits(c, now), words.PublicText(zh), words.PublicText(en)})
		}
	}
	slices.SortStableFunc(out, func(a, b Reply) int {
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

// fill puts the facts into a reply. ok is false where a fact is not known. It is also false where the reply
// would contradict the verdict.
func (f facts) fill(r reply, suits bool) (zh, en string, ok bool) {
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
	// One pass each: an order number from the customer may itself look like a placeholder.
	return strings.NewReplacer(zhPairs...).Replace(r.text.Zh), strings.NewReplacer(enPairs...).Replace(r.text.En), true
}

func gather(c complaint.Complaint, shop firm.Roster, terms complaint.Terms, now time.Time) facts {
	moment := func(at time.Time) words.Text {
		if at.IsZero() || !at.After(now) { // a time in the past is no promise
			return words.Text{}
		}
		return words.Text{Zh: terms.Calendar.Moment(at, now, words.Zh), En: terms.Calendar.Moment(at, now, words.En)}
	}
	same := func(s string) words.Text { return words.Text{Zh: s, En: s} }
	facts := facts{"reference": same(words.Reference(c.ID)), "promised": moment(c.Promised),
		"who": {Zh: "我们的同事", En: "a colleague"}}
	facts["about"] = words.Text{}
	if c.Job.Ref != "" {
		facts["about"] = words.Text{Zh: "关于订单" + c.Job.Ref, En: " about job " + c.Job.Ref}
	}
	if p, found := shop.Person(c.Owner); found {
		facts["who"] = same(p.Name)
	}
	facts["evidence"], facts["reason"] = evidence(c), reason(c)
	facts["remedies"], facts["amount"] = remedies(c), credit(c)
	facts["goods"], facts["credit"] = words.Text{}, words.Text{}
	if c.CarryOut != nil {
		facts["goods"], facts["credit"] = moment(c.CarryOut.PromisedAt), same(c.CarryOut.CreditNumber)
	}
	return facts
}

// evidence asks for the evidence already requested, else for the catalogue's for these defects. Both are in words that
// need no knowledge of print.
func evidence(c complaint.Complaint) words.Text {
	wanted := told.Asked(c)
	if len(wanted) == 0 {
		wanted = told.ToAsk(c)
	}
	var zh, en []string
	for _, text := range wanted {
		zh, en = append(zh, "· "+text.Zh), append(en, "· "+text.En)
	}
	return words.Text{Zh: strings.Join(zh, "\n"), En: strings.Join(en, "\n")}
}

// reason is the text that decided the verdict. Where several limits were kept it has each of them. An
// overruling has none here, since staff wrote its reason for staff.
func reason(c complaint.Complaint) words.Text {
	if c.Verdict == nil || c.Verdict.Overruled != nil || len(c.Verdict.Reasons) == 0 {
		return words.Text{}
	}
	var zh, en []string
	for _, r := range c.Verdict.Reasons {
		if r.Code == c.Verdict.Reasons[len(c.Verdict.Reasons)-1].Code {
			zh, en = append(zh, r.Text.Zh), append(en, r.Text.En)
		}
	}
	return words.Text{Zh: strings.Join(zh, ""), En: strings.Join(en, " ")}
}

func remedies(c complaint.Complaint) words.Text {
	var zh, en []string
	for _, r := range c.Remedies {
		zh, en = append(zh, remedy.Words[r.Kind].Zh), append(en, remedy.Words[r.Kind].En)
	}
	return words.Text{Zh: strings.Join(zh, "、"), En: strings.Join(en, ", ")}
}

// credit is the money that the customer gets back.
func credit(c complaint.Complaint) words.Text {
	var sum money.Money
	for _, r := range c.Remedies {
		if r.Kind != remedy.CreditNote && r.Kind != remedy.PriceCut && r.Kind != remedy.Refund || r.Value.Currency == "" {
			continue
		}
		if sum.Currency == "" {
			sum.Currency = r.Value.Currency
		}
		var err error
		if sum, err = sum.Add(r.Value); err != nil {
			return words.Text{}
		}
	}
	if sum.Minor == 0 {
		return words.Text{}
	}
	return words.Text{Zh: sum.Words(words.Zh), En: sum.Words(words.En)}
}

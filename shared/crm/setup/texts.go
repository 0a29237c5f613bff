package setup

import (
	"fmt"
	"net/url"
	"strings"

	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/valid"
	"afterpress/shared/kernel/words"

	"golang.org/x/text/unicode/norm"
)

// PolicyTexts are the shop's own words in its e-mails to customers, and the privacy notice under its pages. They are
// plain text, at most 500 characters and 6 lines in each language, trimmed and in Unicode's normal form C. Text that
// looks like markup, a placeholder or a link stays plain text. A slot that is nil adds nothing to an e-mail. An SMS has
// none of these texts, because its words are registered with the carrier.
type PolicyTexts struct {
	Signature            *PolicyText `json:"signature,omitempty" description:"Below every mail to a customer: name, hours, phone · 每封客户邮件末尾的落款：店名、营业时间、电话"`
	LeadAcknowledge      *PolicyText `json:"lead_acknowledge,omitempty" description:"In the reply to an enquiry: what happens next · 询价回执中：接下来怎么办"`
	ComplaintAcknowledge *PolicyText `json:"complaint_acknowledge,omitempty" description:"In the reply to a complaint: what to do until you answer · 投诉回执中：答复之前请客户怎么做"`
	ComplaintEvidence    *PolicyText `json:"complaint_evidence,omitempty" description:"Where evidence is asked for: where samples go, and how · 索取证据时：样品寄到哪里、怎样寄"`
	Privacy              *PolicyText `json:"privacy,omitempty" description:"Notice or its https address · 隐私说明或其网址"`
	HoldAsk              *PolicyText `json:"hold_ask,omitempty" description:"In a question about a running job, and its reminder: what waiting means · 生产中询问及提醒时：等待答复的影响"`
}

// PolicyText is one such text in both languages.
type PolicyText struct {
	Zh string `json:"zh" validate:"required,shown,text,max=500" description:"Up to 500 characters and 6 lines, kept without space around them; not in SMS · 最多 500 个字符、6 行，首尾空白会去掉；不用于短信"`
	En string `json:"en" validate:"required,shown,text,max=500" description:"Up to 500 characters and 6 lines, kept without space around them; not in SMS · 最多 500 个字符、6 行，首尾空白会去掉；不用于短信"`
}

// maxTextLines keeps a shop's words short beside the rest of an e-mail.
const maxTextLines = 6

// textSlot is a slot with its JSON name, which is also the placeholder's name in an e-mail.
type textSlot struct {
	name string
	text **PolicyText
}

func (t *PolicyTexts) slots() []textSlot {
	return []textSlot{
		{"signature", &t.Signature}, {"lead_acknowledge", &t.LeadAcknowledge},
		{"complaint_acknowledge", &t.ComplaintAcknowledge},
		{"complaint_evidence", &t.ComplaintEvidence}, {privacySlot, &t.Privacy},
		{"hold_ask", &t.HoldAsk},
	}
}

// In gives the texts in lang by the names of their slots; any language but Zh gives English. Slots without a
// text are left out.
func (t PolicyTexts) In(lang words.Lang) map[string]string {
	out := map[string]string{}
	for _, slot := range t.slots() {
		if text := *slot.text; text != nil {
			out[slot.name] = words.Text(*text).In(lang)
		}
	}
	if notice, stands := out[privacySlot]; stands && IsAddress(notice) {
		out[privacySlot] = privacyWords.In(lang) + notice
	}
	return out
}

const privacySlot = "privacy"

// privacyWords stand before a notice that is an address, in a mail.
var privacyWords = words.Text{Zh: "隐私说明：", En: "Privacy notice: "}

// IsAddress reports whether a privacy notice is nothing but the https address of one.
func IsAddress(notice string) bool {
	u, err := url.Parse(notice)
	return err == nil && u.Scheme == "https" && u.Host != "" && !strings.ContainsAny(notice, " \n\t")
}

// PrivacyAt is the privacy notice of a branch and the version of the policy that has it, such as standard@3. Both are
// empty where the branch has none. For a branch that is not there it is that of the head office.
func (s Shop) PrivacyAt(branch string) (notice words.Text, version string) {
	b, found := s.Branch(branch)
	if !found {
		b, _ = s.HeadOffice()
	}
	for _, p := range s.Policies {
		if p.ID == b.Policy && p.Texts.Privacy != nil {
			return words.Text(*p.Texts.Privacy), p.Ref()
		}
	}
	return words.Text{}, ""
}

// tidied are the texts as they are stored: trimmed, and with each character encoded in one way.
func (t PolicyTexts) tidied() PolicyTexts {
	tidy := func(s string) string { return strings.TrimSpace(norm.NFC.String(s)) }
	for _, slot := range t.slots() {
		if text := *slot.text; text != nil {
			*slot.text = &PolicyText{Zh: tidy(text.Zh), En: tidy(text.En)}
		}
	}
	return t
}

func (t PolicyTexts) check(f *fault.List) {
	for _, slot := range t.slots() {
		text := *slot.text
		if text == nil {
			continue
		}
		for _, flt := range valid.Validate(text) {
			f.Add("/texts/"+slot.name+flt.Pointer, flt.Text.Zh, flt.Text.En)
		}
		for _, lang := range []words.Lang{words.Zh, words.En} {
			if strings.Count(words.Text(*text).In(lang), "\n") >= maxTextLines {
				f.Add(fmt.Sprintf("/texts/%s/%s", slot.name, lang), fmt.Sprintf("最多 %d 行。请缩短。", maxTextLines),
					fmt.Sprintf("At most %d lines. Shorten it.", maxTextLines))
			}
		}
	}
}

package form

import (
	"cmp"
	"strings"

	"afterpress/shared/crm/artwork"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/words"
)

// Forged is the reason for quarantining a letter whose sender may be forged.
const Forged = "forged"

// oversize is the reason for quarantining a letter of which only the beginning was read.
const oversize = "oversize"

// Oversize is the reason for quarantining a letter about a record of which only the beginning was read, since it is too
// large. record is empty where it is about none.
func Oversize(record string) string { return strings.TrimSpace(oversize + " " + record) }

// whyOversize says what to do about a letter that is too large.
func whyOversize(record string) words.Text {
	about, then := words.Text{}, thenRelease
	if record != "" {
		ref := words.Reference(record)
		about = words.Text{Zh: "关于 " + ref + " 的", En: " about " + ref}
		then = words.Text{Zh: "请在该记录上登记其内容，再将此条丢弃。",
			En: "Enter what it says with that record, and discard this."}
	}
	return words.Text{
		Zh: "这封" + about.Zh + "来信超过 25 MB，只读取了开头，附件未取出；原信完整保留，可在此下载。" +
			"请查看原信，并请对方今后用上传链接发送大文件。" + then.Zh,
		En: "This letter" + about.En + " is larger than 25 MB: only its beginning was read, and its files were not taken " +
			"out. The letter is kept whole and can be downloaded here. Read it, and ask its sender to send large files " +
			"by an upload link. " + then.En}
}

// Letter is what a mail says that is kept as a submission, as a colleague reads it.
type Letter struct {
	From    string `json:"from"`           // the sender's address, as it stands in the letter
	Name    string `json:"name,omitempty"` // as the sender calls themself
	Subject string `json:"subject,omitempty"`
	Text    string `json:"text"`             // plain; below it stand the names of files that were not kept
	Forged  bool   `json:"forged,omitempty"` // its sender may be forged
	Raw     string `json:"raw,omitempty"`    // id of the letter as it came
}

// Enquiry is the letter as an enquiry of its sender. The error says that it has no address that can be answered.
func (l Letter) Enquiry(lang words.Lang) (Enquiry, error) {
	email, err := identity.Email(l.From)
	if err == nil && identity.NoReply(email) {
		err = identity.ErrNotAddress
	}
	text := l.Text
	if l.Subject != "" {
		text = l.Subject + "\n\n" + text
	}
	return Enquiry{Name: l.Name, Email: email, Message: text, Lang: lang}, err
}

// LetterPlace is where the files of a submission stand that came as a letter. ok is false for any other.
func (s Submission) LetterPlace() (p artwork.Place, ok bool) {
	return artwork.Place{Of: s.ID, Branch: s.Branch, Lead: s.Lead, Log: cmp.Or(s.Customer, s.ID),
		Policy: artwork.StandardPolicy()}, s.Letter != nil
}

// thenRelease says what to do about a letter that may be an enquiry.
var thenRelease = words.Text{Zh: "如是询价，请放行（成为线索）；否则请登记其内容或丢弃。",
	En: "If it is an enquiry, release it as a lead; else enter what follows from it, or discard it."}

// whyLetter says why a letter lies in quarantine, and what to do about it.
func (s Submission) whyLetter() words.Text {
	kind, record, _ := strings.Cut(s.Difficulty, " ")
	switch {
	case kind == oversize:
		return whyOversize(record)
	case strings.HasPrefix(s.Difficulty, pace):
		return QuarantineWords(s.Difficulty)
	case s.Difficulty == Forged:
		return words.Text{Zh: "这封来信的发件人可能被冒用；内容没有丢失。请先致电客户核实。" + thenRelease.Zh,
			En: "The sender of this letter may be forged; nothing is lost. Call the customer first. " + thenRelease.En}
	case s.releasable() == nil:
		return words.Text{Zh: "这封来信的发件人不是已知客户，或无法判断来信所谈何事；内容没有丢失。" + thenRelease.Zh,
			En: "This letter's sender is no known customer, or it is not known what it is about; nothing is lost. " +
				thenRelease.En}
	}
	return QuarantineWords(s.Difficulty)
}

// unanswerable refuses to make a lead of a letter that has no address to answer to.
func (s Submission) unanswerable() *fault.Error {
	if s.Letter != nil {
		if _, err := s.Letter.Enquiry(s.Lang); err == nil {
			return nil
		}
	}
	return fault.Fail(fault.Refused, "这封邮件没有可以回复的发件地址，不能放行为线索。请自行登记其内容，再将此条丢弃。",
		"This letter has no sender's address that can be answered, and makes no lead: enter what follows from it, "+
			"then discard this.")
}

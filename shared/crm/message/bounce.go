package message

import (
	"regexp"
	"strings"

	"afterpress/shared/kernel/words"
)

// Cause says what stands between a message and its reader.
type Cause string

// Causes for which a message comes back.
const (
	CauseAddress Cause = "address" // nobody is there: no such person or domain, or moved, or closed for good
	CauseMailbox Cause = "mailbox" // somebody is there, and the mailbox does not take it: full, or behind a filter
	CauseMessage Cause = "message" // too large, or of a form that the other side does not take
	CauseRoad    Cause = "road"    // the way there: no connection, a loop, out of time, a fault of the other server
	CausePolicy  Cause = "policy"  // what the other side thinks of us: reputation, authentication, rate, relaying
	CauseUnknown Cause = "unknown" // nobody says
)

// Failure is what a report says of one recipient. Each field is empty where the report does not have it.
type Failure struct {
	Action     string // of RFC 3464: failed, delayed, delivered, relayed, expanded
	Status     string // the field: "5.1.1", perhaps with a comment behind it
	Diagnostic string // what the other server answered, as the report quotes it
	Text       string // what the report says to people, perhaps with a copy of the message below it
}

// warned is how reports without fields say that the message is still on its way.
var warned = regexp.MustCompile(`warning message only|warning only|temporary failure report|has been delayed|` +
	`will be retried|not yet been delivered|尚未送达|稍后.{0,6}重试`)

// mostText is how many bytes of a report are read. What it is about stands at its beginning.
const mostText = 16 << 10

// Cause tells what the message failed at. The enhanced status decides (RFC 3463 and IANA's registry): first the one
// that the other server gave, then the report's own. Words decide where no status stands, where it is a generic one,
// and where they plainly contradict it. In doubt the address is alive.
func (f Failure) Cause() Cause {
	r := f.reading()
	switch {
	case f.Action == "" && warned.MatchString(r.own):
		return CauseRoad
	case r.status.subject == 1 && r.status.saysAddress():
		return r.addressed()
	case !r.status.specific():
		return r.worded()
	case r.nobody():
		return CauseAddress
	}
	return r.status.cause()
}

// reading is a failure in lower case, with runs of space made one.
type reading struct {
	status  status
	comment string // behind the status of the report
	reply   string // what decides: the other server's answer, or the report's text where none is quoted
	own     string // the report's text, without the copy of the message
}

var (
	replyType = regexp.MustCompile(`^[a-z0-9-]+; ?`)
	quoting   = regexp.MustCompile(`(?m)^(?:> ?)+`)
	// what stands above the copy of a message that came back
	copied = regexp.MustCompile(`(?m)^[-\s=*|]*(?:this is a copy of|below (?:this line )?is a copy|original message|` +
		`message headers? follow|the header of the original|unsent message follows|returned message\b|` +
		`(?:included|enclosed) is a copy|original mail\b|------ )`)
)

func (f Failure) reading() reading {
	text := quoting.ReplaceAllString(strings.ReplaceAll(lowered(f.Text), "\r\n", "\n"), "")
	if at := copied.FindStringIndex(text); at != nil && at[0] > 0 {
		text = text[:at[0]]
	}
	field, comment, _ := strings.Cut(strings.TrimSpace(lowered(f.Status)), " ")
	answer := replyType.ReplaceAllString(squeezed(lowered(f.Diagnostic)), "")
	r := reading{comment: comment, own: squeezed(text), reply: answer}
	if r.reply == "" {
		r.reply = strings.TrimSpace(comment + " " + r.own)
	}
	given := statuses(answer)
	if own := bareStatus.FindStringSubmatch(field); own != nil {
		given = append(given, statusOf(own[1]))
	}
	r.status = mostSpecific(append(given, statuses(text)...))
	return r
}

// lowered is a text in lower case, as far as it is read.
func lowered(text string) string {
	if len(text) > mostText {
		text = text[:mostText]
	}
	return strings.ToLower(strings.ToValidUTF8(text, " "))
}

func squeezed(text string) string { return strings.Join(strings.Fields(text), " ") }

// addressed is the cause where the status says that the address does not work. A full mailbox, a limit or a list says
// otherwise: servers put them behind x.1.1. One that may pass (4.1.1) needs words as well.
func (r reading) addressed() Cause {
	said := sayings(r.reply)
	if said.kind.contradicts() {
		return said.kind.cause()
	}
	if sayings(r.own).kind == saysFull { // what a report tells people may say more than the answer that it quotes
		return CauseMailbox
	}
	if r.status.class == 4 && !r.gone(said) || r.status.takesNoMail() && said.kind == saysNothing {
		return CauseRoad
	}
	return CauseAddress
}

// worded is the cause by words alone.
func (r reading) worded() Cause {
	said := sayings(r.reply)
	switch {
	case r.status.class == 4 && (said.kind == saysNothing || said.kind.aboutAddress()):
		return CauseRoad
	case r.gone(said):
		return CauseAddress
	case said.kind.aboutAddress() && r.stage(said) == stageSender:
		return CausePolicy
	case said.kind == saysNothing && r.status.subject > 1 && r.status.subject != 5:
		return r.status.cause()
	}
	return said.kind.cause()
}

// nobody reports whether words say that the address does not work, under a status that leaves it open: a disabled
// mailbox, which may be one for a day, and what servers say as a refusal of any kind.
func (r reading) nobody() bool {
	if r.status.class == 4 {
		return false
	}
	said := sayings(r.reply)
	switch r.status {
	case status{5, 2, 1}:
		disabled := strings.Contains(r.comment, "disabled")
		return said.kind == saysNobody || said.kind == saysUnknown && (disabled || r.gone(said))
	case status{5, 4, 4}: // no way to its domain
		return !said.kind.contradicts() && !said.passing
	case status{5, 7, 13}, status{5, 7, 17}, status{5, 7, 18}: // disabled; another owner of the mailbox or the domain
		return true
	case status{5, 7, 1}, status{5, 4, 1}:
		return said.kind == saysNobody && r.gone(said)
	}
	return false
}

// gone reports whether the words mean that the address does not work. A server that says so only after it had the
// letter is a filter of the reader's. One that says so of no address, or at nobody knows which step, may be one.
func (r reading) gone(said saying) bool {
	at := r.stage(said)
	switch {
	case at == stageSender || said.passing:
		return false
	case said.kind == saysNobody || said.kind == saysNoHost:
		return true
	case said.kind != saysUnknown || at == stageContent:
		return false
	}
	remote := answered.MatchString(r.reply[max(0, said.from-answeredWithin):said.from])
	return at == stageRecipient || !remote
}

// answered is a server's reply code before its words; those without one are the reporting system's own.
var answered = regexp.MustCompile(`\b5[0-9]{2}\b`)

const answeredWithin = 90 // bytes

// stage is a step of the conversation in which a server refused.
type stage int

const (
	stageUnknown stage = iota
	stageSender        // greeting, sender
	stageRecipient
	stageContent
)

var steps = regexp.MustCompile(`rcpt|end of data|\bdata\b|mail from|text command|i sent the message|` +
	`initial connection|refused to talk|my name was rejected|\bhelo\b|\behlo\b`)

// How far before and behind an answer a report names the step, in bytes.
const stepBefore, stepBehind = 220, 260

// stage is the step at which the words were said, as far as the report tells.
func (r reading) stage(said saying) stage {
	text, from, to := r.own, strings.Index(r.own, said.words), 0
	if from < 0 || said.words == "" {
		text, from = r.reply, said.from
	}
	to = from + len(said.words)
	step := ""
	if before := steps.FindAllString(text[max(0, from-stepBefore):from], -1); len(before) > 0 {
		step = before[len(before)-1]
	} else {
		step = steps.FindString(text[to:min(len(text), to+stepBehind)])
	}
	switch step {
	case "":
		return stageUnknown
	case "rcpt":
		return stageRecipient
	case "end of data", "data", "text command", "i sent the message":
		return stageContent
	}
	return stageSender
}

// mailboxes in a text; a provider's words go to operations without them.
var mailboxes = regexp.MustCompile(`[^\s<>"(),:;=]+@[^\s<>"(),:;]+`)

// longestWords is how many characters of a provider's words are kept.
const longestWords = 240

// Words is what the other side said, in one line, without anybody's address.
func (f Failure) Words() string {
	said := f.Diagnostic
	if strings.TrimSpace(said) == "" {
		said = f.Status + " " + f.Text
	}
	said, _ = words.Plain(mailboxes.ReplaceAllString(squeezed(said[:min(len(said), mostText)]), "…@…"), longestWords)
	return strings.ToValidUTF8(said, "")
}

// Code is the enhanced status that decides, or empty.
func (f Failure) Code() string {
	r := f.reading()
	if r.status == (status{}) {
		return ""
	}
	return r.status.String()
}

// Final reports whether the message came back for good: the report says so, or a server refused it for good.
func (f Failure) Final() bool {
	switch strings.ToLower(strings.TrimSpace(f.Action)) {
	case "failed":
		return true
	case "":
		r := f.reading()
		if warned.MatchString(r.own) {
			return false
		}
		said := answered.MatchString(r.own) || sayings(r.own).kind != saysNothing
		return r.status.class == 5 || r.status.class == 0 && said
	}
	return false
}

package notify

import (
	"html"
	"mime"
	netmail "net/mail"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/words"

	"github.com/wneessen/go-mail"
)

const (
	headerKey           = "X-Afterpress-Key"
	headerAutoSubmitted = "Auto-Submitted" // RFC 3834

	longestAddress = 254 // bytes, RFC 5321 with its erratum 1690
	longestLine    = 400 // characters of a name or subject; keeps each header line under the 998 bytes of RFC 5322
)

// email is m as an e-mail with its Message-ID, without the angle brackets. The same key and sender give the same
// Message-ID. What cannot be a safe e-mail is Rejected with the field's name as code.
func email(m Message) (*mail.Msg, string, error) {
	if field := faulty(m); field != "" {
		return nil, "", &Error{Kind: Rejected, Code: field}
	}
	key := message.TagOf(m.Key)
	id := key + "@" + domain(m.From.Email)

	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	msg.FromMailAddress(mailbox(m.From))
	msg.ToMailAddress(mailbox(m.To))
	if m.ReplyTo != "" {
		msg.ReplyToMailAddress(&netmail.Address{Address: m.ReplyTo})
	}
	msg.Subject(singleSpaced(m.Subject))
	msg.SetMessageIDWithValue(id)
	msg.SetGenHeader(headerKey, key)
	msg.SetGenHeader(headerAutoSubmitted, autoSubmitted(m.Answers))
	msg.SetGenHeader(mail.HeaderContentLang, languageTag(m.Lang))
	if m.Unsubscribe != "" {
		msg.SetGenHeader(mail.HeaderListUnsubscribe, "<"+m.Unsubscribe+">")
		msg.SetGenHeader(mail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	text, page := m.footed()
	msg.SetBodyString(mail.TypeTextPlain, lines.Replace(text))
	if page != "" {
		msg.AddAlternativeString(mail.TypeTextHTML, lines.Replace(page))
	}
	return msg, id, nil
}

// footed is the message's text and HTML, each with a last line that leads to the person's choices where there are any.
func (m Message) footed() (text, page string) {
	if m.Unsubscribe == "" {
		return m.Text, m.HTML
	}
	said := words.Text{Zh: "退订或更改接收的信息", En: "Unsubscribe or change what we send you"}.In(m.Lang)
	text = strings.TrimRight(m.Text, "\n") + "\n\n" + said + "\n" + m.Unsubscribe + "\n"
	if m.HTML != "" {
		page = m.HTML + `<p><a href="` + html.EscapeString(m.Unsubscribe) + `">` + said + "</a></p>\n"
	}
	return text, page
}

// lines ends every line alike: the encoder loses the line's end that follows a lone CR.
var lines = strings.NewReplacer("\r\n", "\n", "\r", "\n")

func autoSubmitted(answers bool) string {
	if answers {
		return "auto-replied"
	}
	return "auto-generated"
}

// languageTag is the BCP 47 tag of lang; what we write in Chinese is simplified.
func languageTag(lang words.Lang) string {
	if lang == words.Zh {
		return "zh-Hans"
	}
	return "en"
}

func mailbox(a Address) *netmail.Address {
	return &netmail.Address{Name: displayName(a.Name), Address: a.Email}
}

// displayName is a name as it stands in a header. net/mail leaves a backslash as it is inside an encoded word,
// which readers then refuse.
func displayName(s string) string { return singleSpaced(strings.ReplaceAll(s, `\`, "")) }

func domain(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }

// singleSpaced turns runs of spaces into one: a header folded inside a run would hold a blank line, which some
// servers read as its end.
func singleSpaced(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' }), " ")
}

// faulty names the first field of m that cannot stand in an e-mail, or is empty.
func faulty(m Message) string {
	switch {
	case m.Key == "":
		return "key"
	case !plainAddress(m.To.Email) || !oneLine(m.To.Name):
		return "to"
	case !plainAddress(m.From.Email) || !oneLine(m.From.Name):
		return "from"
	case m.ReplyTo != "" && !plainAddress(m.ReplyTo):
		return "reply-to"
	case singleSpaced(m.Subject) == "" || !oneLine(m.Subject):
		return "subject"
	case m.Text == "" || !utf8.ValidString(m.Text):
		return "text"
	case !utf8.ValidString(m.HTML):
		return "html"
	case (m.Marketing || m.Unsubscribe != "") && !webAddress(m.Unsubscribe):
		return "unsubscribe"
	}
	return ""
}

// plainAddress reports whether s is local@domain in ASCII and nothing else. net/mail alone is no guard: it reads
// quoted local parts, comments and names, and from "a@b.c\r\nBcc: x@y.z" it writes another recipient.
func plainAddress(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	if len(s) > longestAddress || strings.ContainsAny(s, `"(),:;<>[\]`) {
		return false
	}
	parsed, err := netmail.ParseAddress(s)
	return err == nil && parsed.Address == s && parsed.Name == ""
}

// webAddress reports whether s is a plain https address that fits a header's line: RFC 8058 takes no other, and "<"
// or "," would end it there.
func webAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme == "https" && u.Host != "" && len(s) <= longestLine &&
		!strings.ContainsFunc(s, func(r rune) bool {
			return r <= ' ' || r > '~' || strings.ContainsRune(`<>,"\`, r)
		})
}

// oneLine reports whether s may stand in a header: valid text without control characters and of bearable length. It is
// no encoded word, which a reader would decode into something that was not checked here.
func oneLine(s string) bool {
	if !utf8.ValidString(s) || utf8.RuneCountInString(s) > longestLine || strings.ContainsFunc(s, breaksLine) {
		return false
	}
	decoded, err := new(mime.WordDecoder).DecodeHeader(s)
	return err == nil && decoded == s
}

// breaksLine reports control characters and the two separators of Unicode that some readers take for a line's end.
func breaksLine(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }

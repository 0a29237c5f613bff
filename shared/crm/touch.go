package crm

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Touch is one thing that a person, or his mail system, said to us by himself. It stands under its lead. Subject and Text are plain text as somebody
// else wrote it: whoever shows them escapes them.
type Touch struct {
	ID        string    `json:"id"` // tch_…
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	Lead      string    `json:"lead"`
	Customer  string    `json:"customer"`
	Branch    string    `json:"branch"`
	Channel   string    `json:"channel"`
	Kind      MailKind  `json:"kind"` // person or automatic
	From      string    `json:"from"`
	Subject   string    `json:"subject,omitempty"`
	Text      string    `json:"text,omitempty"`
	Shortened bool      `json:"shortened,omitempty"` // there was more than TouchText
	Via       string    `json:"via"`                 // by which hook it came, and under which key
}

// TouchText is how much of a text is kept, in characters.
const TouchText = 20_000

// Plain is text as it may stand in a record: valid, in lines, without what can move the text around it, and at most limit characters long.
// shortened says that some of it was left out.
func Plain(text string, limit int) (plain string, shortened bool) {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\r\n", "\n")
	text = strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) || r == '\r':
			return '\n'
		case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, text))
	if utf8.RuneCountInString(text) <= limit {
		return text, false
	}
	return string([]rune(text)[:limit]), true
}

// Reply takes in that the person wrote back. The clock of the first contact goes on; the process tells the owner. Where the process had ended, a new
// round begins for it.
func (l Lead) Reply(by Actor, touch string, now time.Time) (Lead, Event, error) {
	next := l
	next.Version, next.UpdatedAt = l.Version+1, now
	next.Replies, next.Unanswered = l.Replies+1, l.Unanswered+1
	if l.Closed() || l.Progress().Closed {
		next.Round, next.Rungs = l.Round+1, nil
	}
	told := Rung{Name: "reply-" + strconv.Itoa(next.Replies), Do: DoTellReply, At: now}
	next.Rungs = append(append([]Rung(nil), next.Rungs...), told)
	return next, tell(LeadReplied, by, l.Progress(), next.Progress(), l.Customer, l.Branch, now, map[string]string{"touch": touch}), nil
}

package app

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/words"
)

// Call is what another system handed over. Its signature proved from which system it comes.
type Call struct {
	Source string // which system, such as form.HookMail
	Via    string // the source, and the name of the key that signed
	ID     string // a repeat has the same one
	Type   string // media type of the body
	Body   string // as it came
}

// Submission is the call as it is kept for a person to look at, where no record follows from it by itself. Without a
// branch it is kept in the head office, without a language in English.
func (c Call) Submission(id, branch string, lang words.Lang, shop setup.Shop, now time.Time) form.Submission {
	if branch == "" {
		home, _ := shop.HeadOffice()
		branch = home.ID
	}
	return form.Submission{ID: id, Version: 1, CreatedAt: now, UpdatedAt: now, Form: c.Source, Branch: branch,
		Lang: cmp.Or(lang, words.En), Type: c.Type, Body: strings.ToValidUTF8(c.Body, "\uFFFD"), Via: c.Via}
}

// Letter is a mail that another system handed over, as far as a door reads it.
type Letter struct {
	Call
	message.Mail
	To    []string // every address that it was sent to, on any leg of its way
	Name  string   // as the sender calls themself; empty where they do not
	Text  string   // what the person wrote, plain
	Tags  []string // what may be tags of our messages
	Files []string // names of what came with it and is not kept; of all that came, until KeepSent has kept some
	Raw   string   // id under which the letter is kept as it came; empty until KeepRaw
	// Attached are the same files with their content, in the same order, until KeepSent has kept some.
	Attached []SentFile
	// Forged reports that its header names several senders, or that a receiving host of ours found that another domain
	// sent it.
	Forged bool
	// Object and Mark name a letter that came through the bucket, and its content. Its Body is empty.
	Object, Mark string
	Cut          bool // only its beginning was read: it is larger than letter.Largest
}

// SentFile is a file that came with a letter.
type SentFile struct {
	Name    string // as its sender called it; may be empty
	Type    string // media type as the letter says; nothing follows from it
	Content []byte
}

const (
	longFileName  = 120 // characters of a file's name, where there is room
	shortFileName = 8   // where there is little
)

// fileNames are the names of a letter's files, a line each, in about limit characters. All are named: where there are
// many, each is cut in its middle.
func fileNames(names []string, limit int) string {
	long := min(longFileName, max(shortFileName, limit/max(1, len(names))-1))
	var out strings.Builder
	for _, name := range names {
		name, _ = words.Plain(name, len(name))
		if shown := []rune(strings.ReplaceAll(name, "\n", " ")); len(shown) > long {
			end := (long - 1) / 2
			name = string(shown[:long-1-end]) + "…" + string(shown[len(shown)-end:])
		} else {
			name = string(shown)
		}
		out.WriteString("\n" + name)
	}
	return out.String()
}

// Said is the letter as people read it: plain text of at most limit characters. What is too much is cut where the
// letter quotes. Below it stand the names of all its files, behind asking, which says what to do about them. They take
// a third of the room at most.
func (l Letter) Said(limit int, asking words.Text) (text string, shortened bool) {
	text, _ = words.Plain(l.Text, len(l.Text))
	if len(l.Files) == 0 {
		return message.Shorten(text, limit)
	}
	n := strconv.Itoa(len(l.Files))
	files := "\n\n[" + n + " 个附件未保存，" + asking.Zh + " · " + n + " attached, not kept: " + asking.En + "]"
	files += fileNames(l.Files, limit/3)
	text, shortened = message.Shorten(text, limit-utf8.RuneCountInString(files))
	return strings.TrimSpace(text + files), shortened
}

// keptText is how many characters of a letter are kept for a person to look at, where it is kept as it reads.
const keptText = 50_000

// Kept is the letter as it is kept for a person to look at: as it came, or as it reads. The second holds where it is
// no UTF-8, of which only question marks would stay. It also holds where it came through the bucket, which lacks the
// bound of a record.
func (l Letter) Kept() string {
	if l.Object == "" && utf8.ValidString(l.Body) {
		return l.Body
	}
	text, _ := l.Said(keptText, askAgain)
	t := l.Touch()
	return "From: " + t.From + "\r\nSubject: " + t.Subject + "\r\n\r\n" + text
}

// Brings reports whether a file came with the letter that some record takes.
func (l Letter) Brings() bool {
	return slices.ContainsFunc(l.Attached, func(f SentFile) bool {
		_, known := artwork.KindOf(f.Content[:min(len(f.Content), artwork.Head)], int64(len(f.Content)))
		return known
	})
}

// Read is the letter as a colleague reads it who decides about it. Its sender is who gets the answer.
func (l Letter) Read() *form.Letter {
	t := l.Touch()
	name, _ := words.Plain(l.Name, 100)
	from, _ := words.Plain(l.Writer(), 254)
	return &form.Letter{From: from, Name: strings.ReplaceAll(name, "\n", " "), Subject: t.Subject, Text: t.Text,
		Forged: l.Forged, Raw: l.Raw}
}

// Lang is the language of the letter's writer, as far as its signs tell: Chinese where it has Chinese ones.
func (l Letter) Lang() words.Lang {
	if strings.ContainsFunc(l.Subject+l.Text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return words.Zh
	}
	return words.En
}

// askAgain says what staff do about files that came with a letter.
var askAgain = words.Text{Zh: "请向对方索取", En: "please ask for them"}

// Touch is the letter as it stands under a customer: plain text, cut to what a touch takes. Whose it is and what it is
// about is left open.
func (l Letter) Touch() customer.Touch {
	subject, _ := words.Plain(l.Subject, 200)
	from, _ := words.Plain(l.From, 254)
	t := customer.Touch{Channel: customer.TouchMail, Kind: l.Kind(), From: from,
		Subject: strings.ReplaceAll(subject, "\n", " "), Via: l.Via, Letter: l.Raw}
	t.Text, t.Shortened = l.Said(customer.TouchText, askAgain)
	if l.Forged {
		t.Sender = customer.SenderFailed
	}
	return t
}

package hook

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	netmail "net/mail"
	"net/textproto"
	"regexp"
	"slices"
	"strings"

	"afterpress/functions/intake/letter"
	"afterpress/shared/app"
	"afterpress/shared/crm/message"
)

const (
	mostParts = 64 // of a report, and addresses in a field
	mostTags  = 5
)

var (
	addresses   = regexp.MustCompile(`[^\s<>"(),:;]+@[^\s<>"(),:;]+`)
	brackets    = regexp.MustCompile(`<[^<>]*>`)
	tagForm     = regexp.MustCompile(`\b[0-9a-f]{32}\b`)
	headEnd     = regexp.MustCompile(`\r?\n\r?\n`)
	reportField = regexp.MustCompile(`(?im)^(action|status|diagnostic-code|feedback-type)[ \t]*:(.*(?:\r?\n[ \t]+.*)*)`)
	wayFields   = []string{"to", "cc", "delivered-to", "x-original-to", "x-forwarded-to", "envelope-to", "resent-to"}
)

// reader gathers what a letter says.
type reader struct {
	app.Letter
	other string // what stands in returned headers
}

// readLetter reads a mail, also one that was cut off behind its beginning. The error says that it is not a mail at
// all.
func readLetter(raw []byte) (app.Letter, error) {
	read, ok := letter.Read(raw)
	if !ok {
		return app.Letter{}, errors.New("no mail: no field that mails have")
	}
	var r reader
	r.head(read)
	r.Text = read.Text
	for _, f := range read.Files {
		r.Files = append(r.Files, f.Shown())
		r.Attached = append(r.Attached, app.SentFile{Name: f.Name, Type: f.Kind, Content: f.Content})
	}
	for _, part := range read.Reports {
		switch part.Kind {
		case "message/delivery-status", "message/global-delivery-status", "message/feedback-report":
			r.status(part.Body)
		default:
			r.returned(part.Body)
		}
	}
	named := r.Header["in-reply-to"] + " " + r.Header["references"] + " " + r.other
	if strings.EqualFold(r.Report, "delivery-status") && r.Status == "" {
		r.status(raw) // its parts are not well formed
	}
	if r.Notice = r.Text; strings.TrimSpace(r.Notice) == "" {
		if head := headEnd.FindIndex(raw); head != nil {
			r.Notice = string(raw[head[1]:])
		}
	}
	if r.Kind() != message.MailPerson {
		named += " " + r.Notice
	}
	r.Tags = slices.Compact(tagForm.FindAllString(named, mostTags))
	return r.Letter, nil
}

func (r *reader) head(l letter.Letter) {
	r.Header, r.Report, r.Subject = map[string]string{}, l.Report, letter.Words(l.Header.Get("Subject"))
	for name, values := range l.Header {
		r.Header[strings.ToLower(name)] = values[0]
	}
	for _, name := range wayFields {
		for _, value := range l.Header[textproto.CanonicalMIMEHeaderKey(name)] {
			r.To = append(r.To, addresses.FindAllString(value, mostParts)...)
		}
	}
	r.From, r.Forged = sender(l.Header["From"])
	r.ReplyTo, _ = sender(l.Header["Reply-To"])
	r.Name = senderName(letter.Words(l.Header.Get("From")))
}

// senderName is what a sender calls themself: what stands before the last address in angle brackets. It is empty where
// that is nothing, or an address.
func senderName(field string) string {
	at := strings.LastIndex(field, "<")
	if at < 0 {
		return ""
	}
	name := strings.Trim(strings.TrimSpace(field[:at]), `"' `)
	if strings.Contains(name, "@") {
		return ""
	}
	return name
}

// sender is the address in a letter's From fields. It is doubtful where they name several, of which a receiving host
// may have checked another one: two fields, or a field that names more than one address. The last address in angle
// brackets counts, since what stands before them is a name that the sender chose.
func sender(fields []string) (address string, doubtful bool) {
	if len(fields) == 0 {
		return "", false
	}
	if one, err := netmail.ParseAddress(fields[0]); err == nil {
		return strings.ToLower(one.Address), len(fields) > 1
	}
	field := strings.ToLower(fields[0])
	named := addresses.FindAllString(field, -1)
	if len(named) == 0 {
		return "", len(fields) > 1
	}
	address = named[0]
	for _, in := range brackets.FindAllString(field, -1) {
		address = cmp.Or(addresses.FindString(in), address)
	}
	return address, len(fields) > 1 || slices.ContainsFunc(named, func(other string) bool { return other != address })
}

// status reads the fields of a delivery or feedback report; of several recipients the first counts, since we write
// to one.
func (r *reader) status(body []byte) {
	fields := map[string]*string{"action": &r.Action, "status": &r.Status, "diagnostic-code": &r.Diagnostic,
		"feedback-type": &r.About}
	for _, m := range reportField.FindAllSubmatch(body, mostParts) {
		if to := fields[strings.ToLower(string(m[1]))]; *to == "" {
			*to = strings.TrimSpace(string(m[2]))
			if to == &r.Action || to == &r.About { // one word, perhaps with a comment behind it
				*to, _, _ = strings.Cut(*to, " ")
			}
		}
	}
}

// returned reads the header of the mail that a report is about.
func (r *reader) returned(body []byte) {
	lines := textproto.NewReader(bufio.NewReader(bytes.NewReader(append(body, "\r\n\r\n"...))))
	h, _ := lines.ReadMIMEHeader()
	r.other += " " + h.Get("Message-Id") + " " + h.Get("X-Afterpress-Key")
}

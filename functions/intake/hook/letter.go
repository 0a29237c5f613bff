package hook

import (
	"bufio"
	"bytes"
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
	r.Text, r.Files = read.Text, read.Files
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
	r.From = strings.ToLower(addresses.FindString(r.Header["from"]))
	if one, err := netmail.ParseAddress(r.Header["from"]); err == nil {
		r.From = strings.ToLower(one.Address)
	}
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

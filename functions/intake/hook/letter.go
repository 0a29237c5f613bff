package hook

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	netmail "net/mail"
	"regexp"
	"slices"
	"strings"

	"afterpress/shared/app"
	"afterpress/shared/crm/message"

	gomessage "github.com/emersion/go-message"
	"github.com/emersion/go-message/textproto"
	"golang.org/x/net/html"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

const (
	deepestPart = 8
	mostParts   = 64
	mostTags    = 5
)

var (
	addresses  = regexp.MustCompile(`[^\s<>"(),:;]+@[^\s<>"(),:;]+`)
	tagForm    = regexp.MustCompile(`\b[0-9a-f]{32}\b`)
	smtpStatus = regexp.MustCompile(`\b[45]\.[0-9]{1,3}\.[0-9]{1,3}\b|\b(?:45|55)[0-9]\b`)
	wayFields  = []string{"to", "cc", "delivered-to", "x-original-to", "x-forwarded-to", "envelope-to", "resent-to"}
)

// charsets are those in which our customers' mail comes beside UTF-8; each stands for its subsets. All that there
// are would take 0.5 MB of the door.
var charsets = map[string]encoding.Encoding{
	"gb18030": simplifiedchinese.GB18030, "gbk": simplifiedchinese.GB18030, "gb2312": simplifiedchinese.GB18030,
	"cp936":      simplifiedchinese.GB18030,
	"big5":       traditionalchinese.Big5,
	"iso-8859-1": charmap.Windows1252, "windows-1252": charmap.Windows1252, "iso-8859-15": charmap.ISO8859_15,
}

func init() {
	gomessage.CharsetReader = func(name string, in io.Reader) (io.Reader, error) {
		if known := charsets[strings.ToLower(name)]; known != nil {
			return known.NewDecoder().Reader(in), nil
		}
		return nil, errors.New("no such charset here") // the text is read as it is, and mended where it is not UTF-8
	}
}

// reader gathers what a letter says while its parts are walked.
type reader struct {
	app.Letter
	page  string // of HTML, for a mail that has no plain text
	other string // what stands in returned headers
	parts int
}

// readLetter reads a mail, also one that was cut off behind its beginning. The error says that it is not a mail at
// all.
func readLetter(raw []byte) (app.Letter, error) {
	entity, err := gomessage.Read(bytes.NewReader(raw))
	if entity == nil || err != nil && !gomessage.IsUnknownCharset(err) && !gomessage.IsUnknownEncoding(err) {
		return app.Letter{}, errors.New("no header of a mail") // the reader's own error would quote it
	}
	if entity.Header.Get("From") == "" && entity.Header.Get("Received") == "" && entity.Header.Get("Return-Path") == "" {
		return app.Letter{}, errors.New("no mail: neither From nor Received")
	}
	var r reader
	r.head(entity.Header)
	r.walk(entity, 0)
	if r.Text == "" {
		r.Text = textOf(r.page)
	}
	named := r.Header["in-reply-to"] + " " + r.Header["references"] + " " + r.other
	if r.Kind() != message.MailPerson {
		named += " " + r.Text
	}
	if r.Status == "" {
		r.Status = smtpStatus.FindString(r.Text)
	}
	r.Tags = slices.Compact(tagForm.FindAllString(named, mostTags))
	return r.Letter, nil
}

func (r *reader) head(h gomessage.Header) {
	r.Header = map[string]string{}
	for fields := h.Fields(); fields.Next(); {
		name := strings.ToLower(fields.Key())
		if _, there := r.Header[name]; !there {
			r.Header[name] = fields.Value()
		}
		if slices.Contains(wayFields, name) {
			r.To = append(r.To, addresses.FindAllString(fields.Value(), mostParts)...)
		}
	}
	r.Subject, _ = h.Text("Subject") // what cannot be decoded stands there as it is
	r.From = strings.ToLower(addresses.FindString(r.Header["from"]))
	if one, err := netmail.ParseAddress(r.Header["from"]); err == nil {
		r.From = strings.ToLower(one.Address)
	}
	if kind, params, err := h.ContentType(); err == nil && kind == "multipart/report" {
		r.Report = params["report-type"]
	}
}

// walk reads the parts. A part that breaks off is read as far as it goes.
func (r *reader) walk(e *gomessage.Entity, depth int) {
	r.parts++
	if depth > deepestPart || r.parts > mostParts {
		return
	}
	if parts := e.MultipartReader(); parts != nil {
		for {
			part, err := parts.NextPart()
			if part == nil || err != nil && !gomessage.IsUnknownCharset(err) && !gomessage.IsUnknownEncoding(err) {
				return
			}
			r.walk(part, depth+1)
		}
	}
	kind, _, _ := e.Header.ContentType()
	body, _ := io.ReadAll(e.Body)
	switch kind {
	case "message/delivery-status", "message/feedback-report":
		r.status(body)
	case "message/rfc822", "text/rfc822-headers", "message/global-headers", "message/global":
		r.returned(body)
	default:
		r.words(e, kind, body)
	}
}

func (r *reader) words(e *gomessage.Entity, kind string, body []byte) {
	placed, _, _ := e.Header.ContentDisposition()
	switch {
	case placed == "attachment", strings.HasPrefix(kind, "image/"):
		r.Files++
	case kind == "text/html" && r.page == "":
		r.page = string(body)
	case (kind == "text/plain" || kind == "") && r.Text == "":
		r.Text = string(body)
	}
}

// status reads the fields of a delivery or feedback report; of several recipients the first counts, since we write
// to one.
func (r *reader) status(body []byte) {
	lines := bufio.NewReader(bytes.NewReader(body))
	for range mostParts {
		h, err := textproto.ReadHeader(lines)
		set := func(to *string, name string) {
			if *to == "" {
				*to, _, _ = strings.Cut(strings.TrimSpace(h.Get(name)), " ")
			}
		}
		set(&r.Action, "Action")
		set(&r.Status, "Status")
		set(&r.About, "Feedback-Type")
		if err != nil {
			return
		}
	}
}

// returned reads the header of the mail that a report is about.
func (r *reader) returned(body []byte) {
	h, _ := textproto.ReadHeader(bufio.NewReader(bytes.NewReader(append(body, "\r\n\r\n"...))))
	r.other += " " + h.Get("Message-Id") + " " + h.Get("X-Afterpress-Key")
}

// textOf is what a reader of the page would read.
func textOf(page string) string {
	var out strings.Builder
	hidden := 0
	for z := html.NewTokenizer(strings.NewReader(page)); ; {
		token := z.Next()
		name, _ := z.TagName()
		unread := slices.Contains([]string{"script", "style", "head", "title"}, string(name))
		switch {
		case token == html.ErrorToken:
			return out.String()
		case token == html.TextToken && hidden == 0:
			out.WriteString(html.UnescapeString(string(z.Text())))
		case token == html.StartTagToken && unread:
			hidden++
		case token == html.EndTagToken && unread:
			hidden = max(0, hidden-1)
		case slices.Contains([]string{"br", "p", "div", "tr", "li", "blockquote"}, string(name)):
			if !strings.HasSuffix(out.String(), "\n") {
				out.WriteByte('\n')
			}
		}
	}
}

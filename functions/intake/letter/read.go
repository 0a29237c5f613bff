// Package letter reads letters as people's programs write them. What is not well formed costs the part or the header
// field that it is, and never the letter.
package letter

import (
	"bytes"
	"cmp"
	"math"
	"net/textproto"
	"strings"

	"github.com/jhillyerd/enmime/v2"
)

// Limits against letters that are made to be large. What comes beyond them is read as text of the part before it.
const (
	mostBoundaries = 64      // multiparts in a letter
	mostParts      = 200     // parts of all multiparts together
	deepestPart    = 7       // multiparts in multiparts
	deepestLetter  = 4       // letters within letters
	longestValue   = 4 << 10 // bytes of a Content-Type or Content-Disposition
)

// Letter is what a letter says.
type Letter struct {
	Header  textproto.MIMEHeader // the values are as they came: Words decodes one for people
	Kind    string               // media type of the whole, lower case; empty where none can be read
	Report  string               // multipart/report: its report-type
	Text    string               // all that its parts say, in their order
	Files   []File               // what came and is no text
	Reports []Report
}

// File is what came with a letter. Name may be empty, and Content is what stood in the part.
type File struct {
	Name, Kind string
	Content    []byte
}

// Shown is the file's name, or its kind where it has none.
func (f File) Shown() string {
	if f.Name == "" {
		return "(" + f.Kind + ")"
	}
	return f.Name
}

// Report is a part that a mail server writes about a letter of ours, or that letter itself.
type Report struct {
	Kind string // media type
	Body []byte
}

// Read reads a letter. ok is false for what has no field that letters have.
func Read(raw []byte) (l Letter, ok bool) {
	return read(raw, 0)
}

func read(raw []byte, depth int) (Letter, bool) {
	raw = headed(raw)
	r := reading{depth: depth}
	r.boundaries, r.found = boundariesOf(raw)
	bounded := r.bounded(raw)
	root, err := enmime.NewParser(
		enmime.SkipMalformedParts(true),
		enmime.MultipartWOBoundaryAsSinglePart(true),
		enmime.SetReadPartErrorPolicy(func(*enmime.Part, error) bool { return true }), // as far as it goes
		enmime.SetCustomParseMediaType(r.media),
		enmime.DisableCharacterDetection(true), // charset.go decides: the reader would overrule what the letter says
		enmime.MinCharsetDetectRunes(math.MaxInt),
		enmime.MaxStoredPartErrors(1),
	).ReadParts(bytes.NewReader(bounded))
	if err != nil { // nothing of it can be told apart: all of it is text
		header, body, _ := bytes.Cut(raw, []byte("\n\n"))
		root = &enmime.Part{Header: loose(header), Content: body}
	}
	if !headerOfLetter(root.Header) {
		return Letter{}, false
	}
	r.Header = root.Header
	kind, params := media(root.Header.Get("Content-Type"))
	r.Kind = kind
	if kind == "multipart/report" {
		r.Report = cmp.Or(params["report-type"], "delivery-status") // which some leave out
	}
	r.Text = r.text(root)
	return r.Letter, true
}

// headerOfLetter reports whether the fields are those of a letter.
func headerOfLetter(h textproto.MIMEHeader) bool {
	for _, name := range []string{"From", "To", "Subject", "Received", "Return-Path", "Message-Id", "Date"} {
		if h.Get(name) != "" {
			return true
		}
	}
	return false
}

// reading is a letter while its parts are read.
type reading struct {
	Letter
	depth      int
	boundaries []string // that stand in the letter
	found      string   // a boundary that stands in it, for a multipart that names none
	open       []string // boundaries of the multiparts around the line that is looked at
	refused    []string // boundaries that stand too deep
}

// text is what the part says, in the order in which a reader sees it. Its files and reports are noted.
func (r *reading) text(p *enmime.Part) string {
	if p.FirstChild == nil {
		return r.leaf(p)
	}
	var texts []string
	for child := p.FirstChild; child != nil; child = child.NextSibling {
		texts = append(texts, r.text(child))
	}
	text := joined(texts)
	if p.ContentType == "multipart/alternative" {
		text = alternatives(texts)
	}
	if after := toUTF8(p.Epilogue, ""); isText(p.Epilogue) {
		text = joined([]string{text, after})
	}
	return text
}

// leaf is what a part without parts says.
func (r *reading) leaf(p *enmime.Part) string {
	kind, params := media(p.Header.Get("Content-Type"))
	name := fileName(p.Header)
	p.Content = withoutZeros(p.Content, kind, params["charset"])
	switch kind {
	case "message/delivery-status", "message/feedback-report", "text/rfc822-headers", "message/global-headers",
		"message/global-delivery-status":
		r.Reports = append(r.Reports, Report{kind, p.Content})
		if !r.reported() {
			r.note(name, kind, p.Content)
		}
		return ""
	case "message/rfc822", "message/global":
		r.Reports = append(r.Reports, Report{kind, p.Content})
		if r.reported() {
			return "" // it is ours
		}
		return r.enclosed(p, name, kind)
	}
	if !isWords(p, kind, name, params["charset"]) {
		r.note(name, kind, p.Content)
		return ""
	}
	if name != "" {
		r.note(name, kind, p.Content)
	}
	if kind == "text/html" || kind == "text/x-amp-html" || looksLikePage(kind, p.Content) {
		return pageText(toUTF8(p.Content, charsetOfPage(p.Content, params["charset"])))
	}
	text := toUTF8(p.Content, params["charset"])
	if strings.EqualFold(params["format"], "flowed") {
		return unflowed(text, strings.EqualFold(params["delsp"], "yes"))
	}
	return text
}

// reported reports whether the letter is a mail server's report. One that somebody forwarded comes from a person.
func (r *reading) reported() bool { return r.Kind == "multipart/report" && r.depth == 0 }

// enclosed is what a letter says that somebody forwarded as a whole. It is a file as well: its words alone are kept.
func (r *reading) enclosed(p *enmime.Part, name, kind string) string {
	r.note(name, kind, p.Content)
	inner, ok := Letter{}, false
	if r.depth < deepestLetter {
		inner, ok = read(p.Content, r.depth+1)
	}
	if !ok {
		return ""
	}
	r.Files = append(r.Files, inner.Files...)
	var head []string
	for _, field := range []string{"From", "Date", "Subject"} {
		if value := Words(inner.Header.Get(field)); value != "" {
			head = append(head, field+": "+value)
		}
	}
	return joined([]string{strings.Join(head, "\n"), inner.Text})
}

// note remembers a file.
func (r *reading) note(name, kind string, content []byte) {
	r.Files = append(r.Files, File{name, kind, content})
}

// noWords are kinds of text that only programs read.
var noWords = map[string]bool{"text/calendar": true, "text/vcard": true, "text/x-vcard": true, "text/directory": true,
	"text/rtf": true, "text/css": true, "text/javascript": true}

// isWords reports whether a person reads the part in the letter. What is attached under a name is a file. What does
// not say what it is, is text where it looks like text.
func isWords(p *enmime.Part, kind, name, charset string) bool {
	top, _, whole := strings.Cut(kind, "/")
	vague := top == "multipart" || !whole || kind == "application/octet-stream"
	switch {
	case top != "text" && !vague, noWords[kind], name != "" && strings.EqualFold(p.Disposition, "attachment"):
		return false
	case len(bytes.TrimSpace(p.Content)) == 0:
		return name == ""
	case !isText(p.Content) && !isWideName(charset):
		return false
	}
	return top == "text" || name == ""
}

// withoutZeros is the content of a part that calls itself text, without the few zero bytes that a program left in it.
// Many of them are a file, or wide characters.
func withoutZeros(content []byte, kind, charset string) []byte {
	zeros := bytes.Count(content, []byte{0})
	wide := isWide(content) || isWideName(charset)
	if zeros == 0 || zeros*4 > len(content) || !strings.HasPrefix(kind, "text/") || wide {
		return content
	}
	return bytes.ReplaceAll(content, []byte{0}, nil)
}

// isWideName reports whether the charset has zero bytes in plain letters.
func isWideName(charset string) bool { return strings.HasPrefix(strings.ToLower(charset), "utf-16") }

// isText reports whether the content may be text: no bytes that no text has, or a mark of UTF-16.
func isText(content []byte) bool {
	return bytes.IndexByte(content, 0) < 0 && !bytes.HasPrefix(content, []byte("%PDF-")) || isWide(content)
}

// isWide reports whether the content begins with the mark of UTF-16.
func isWide(content []byte) bool {
	return bytes.HasPrefix(content, []byte("\xff\xfe")) || bytes.HasPrefix(content, []byte("\xfe\xff"))
}

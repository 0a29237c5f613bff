package letter

import (
	"bytes"
	"net/textproto"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// blank reports whether nobody sees anything in the text.
func blank(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool {
		return unicode.IsGraphic(r) && !unicode.IsSpace(r) && !strings.ContainsRune("\u2800\u3164\u115f\u1160\uffa0\ufffc", r)
	})
}

// joined is one text of all that say something, with an empty line between them.
func joined(texts []string) string {
	var out []string
	for _, text := range texts {
		if !blank(text) {
			out = append(out, strings.Trim(text, "\r\n"))
		}
	}
	return strings.Join(out, "\n\n")
}

// mostMissing is how many lines of another version are looked for before all that is left of it counts as missing.
const mostMissing = 50

// alternatives is what versions of one text say: the first that says something, and behind it the lines of the others
// that it lacks. Programs write a first version that only points to the second.
func alternatives(texts []string) string {
	var said []string
	var known string
	for _, text := range texts {
		if blank(text) {
			continue
		}
		if len(said) == 0 {
			said, known = []string{text}, squashed(text)
			continue
		}
		var missing []string
		for line := range strings.Lines(text) {
			words := squashed(line)
			if words != "" && (len(missing) >= mostMissing || !strings.Contains(known, words)) {
				missing = append(missing, strings.TrimRight(line, "\r\n"))
			}
		}
		said = append(said, strings.Join(missing, "\n"))
	}
	return joined(said)
}

// squashed is the text without what differs between versions of it: spaces, line ends, marks.
func squashed(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}

// unflowed joins the lines that a program broke (RFC 3676). With delsp the space before the break goes as well.
func unflowed(text string, delsp bool) string {
	var out strings.Builder
	flows, depth := false, 0
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		said := strings.TrimLeft(line, ">")
		quoted := len(line) - len(said)
		said = strings.TrimPrefix(said, " ")
		if !flows || quoted != depth {
			if out.Len() > 0 {
				out.WriteByte('\n')
			}
			if quoted > 0 {
				said = line[:quoted] + " " + said
			}
		}
		flows, depth = strings.HasSuffix(said, " ") && said != "-- ", quoted
		if flows && delsp {
			said = strings.TrimSuffix(said, " ")
		}
		out.WriteString(said)
	}
	return out.String()
}

var pageStart = regexp.MustCompile(`(?i)^\s*(<!doctype html|<html|<body|<div|<p[ >]|<table|<meta)`)

// looksLikePage reports whether a part that does not say what it is is HTML.
func looksLikePage(kind string, content []byte) bool {
	return kind != "text/plain" && !strings.HasPrefix(kind, "text/") && pageStart.Match(content)
}

var (
	unseen = map[atom.Atom]bool{atom.Script: true, atom.Style: true, atom.Title: true, atom.Template: true}
	blocks = map[atom.Atom]bool{atom.P: true, atom.Div: true, atom.Br: true, atom.Tr: true, atom.Li: true, atom.Ul: true,
		atom.Ol: true, atom.Blockquote: true, atom.Table: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true,
		atom.H5: true, atom.H6: true, atom.Hr: true, atom.Pre: true, atom.Dl: true, atom.Dt: true, atom.Dd: true,
		atom.Section: true, atom.Article: true, atom.Header: true, atom.Footer: true, atom.Address: true, atom.Center: true,
		atom.Option: true, atom.Textarea: true, atom.Form: true, atom.Fieldset: true, atom.Caption: true}
)

// pageText is what a reader of the page would read. Quotes are marked as in plain text.
func pageText(page string) string {
	var p pageWriter
	if root, err := html.Parse(strings.NewReader(page)); err == nil { // it errs where elements stand too deep
		p.node(root)
	}
	if text := p.out.String(); !blank(text) {
		return text
	}
	return tagless(page)
}

// tagless is all text of a page that has no structure to go by.
func tagless(page string) string {
	var out strings.Builder
	inside := ""
	for z := html.NewTokenizer(strings.NewReader(page)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return out.String()
		case html.TextToken:
			if inside != "script" && inside != "style" {
				out.Write(z.Text())
			}
		case html.StartTagToken:
			name, _ := z.TagName()
			inside = string(name)
			if inside == "br" || blocks[atom.Lookup(name)] {
				out.WriteByte('\n')
			}
		case html.EndTagToken:
			inside = ""
		}
	}
}

// pageWriter writes the text of a page in lines.
type pageWriter struct {
	out    strings.Builder
	quotes int
	line   bool // something stands in the line
	space  bool // a space stands before what follows
}

func (p *pageWriter) node(n *html.Node) {
	switch {
	case n.Type == html.TextNode:
		p.text(n.Data, n.Parent != nil && (n.Parent.DataAtom == atom.Pre || n.Parent.DataAtom == atom.Textarea))
		return
	case n.Type == html.ElementNode && unseen[n.DataAtom]:
		return
	}
	block := n.Type == html.ElementNode && blocks[n.DataAtom]
	quote := n.DataAtom == atom.Blockquote
	if block {
		p.end()
	}
	if quote {
		p.quotes++
	}
	p.space = p.space || n.DataAtom == atom.Td || n.DataAtom == atom.Th
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		p.node(child)
	}
	if block {
		p.end()
	}
	if quote {
		p.quotes--
	}
}

// end ends the line if something stands in it.
func (p *pageWriter) end() {
	if p.line {
		p.out.WriteByte('\n')
	}
	p.line, p.space = false, false
}

// text writes what stands between tags. Outside of pre a line's end is a space.
func (p *pageWriter) text(text string, kept bool) {
	for i, line := range strings.Split(text, "\n") {
		if i > 0 && kept {
			p.end()
		} else if i > 0 {
			p.space = true
		}
		for rest := line; rest != ""; {
			at := strings.IndexFunc(rest, breaks)
			if at == 0 {
				p.space, rest = true, strings.TrimLeftFunc(rest, breaks)
				continue
			}
			if at < 0 {
				at = len(rest)
			}
			p.word(rest[:at])
			rest = rest[at:]
		}
	}
}

// breaks reports whether the sign is space that a page shows as one; a space that does not break is a sign like others.
func breaks(r rune) bool { return r != '\u00a0' && unicode.IsSpace(r) }

func (p *pageWriter) word(word string) {
	switch {
	case !p.line && p.quotes > 0:
		p.out.WriteString(strings.Repeat(">", min(p.quotes, 9)) + " ")
	case p.line && p.space:
		p.out.WriteByte(' ')
	}
	p.out.WriteString(word)
	p.line, p.space = true, false
}

var nameParam = regexp.MustCompile(`(?i)(?:^|[;\s])(?:file)?name(\*\d*\*?|)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))`)

// fileName is the name that a part gives itself, empty for none. It stands in one of five ways: plain, in encoded
// words, in bytes of any charset, with percent signs, and in pieces (RFC 2231).
func fileName(h textproto.MIMEHeader) string {
	for _, field := range []string{"Content-Disposition", "Content-Type"} {
		if name := nameIn(h.Get(field)); !blank(name) {
			return name
		}
	}
	return ""
}

func nameIn(value string) string {
	var plain, extended []byte
	charset := ""
	for _, m := range nameParam.FindAllStringSubmatch(value, -1) {
		text := strings.TrimSpace(m[2] + m[3])
		if m[2] != "" {
			text = strings.ReplaceAll(strings.ReplaceAll(m[2], `\"`, `"`), `\\`, `\`)
		}
		if m[1] == "" {
			plain = []byte(text)
			continue
		}
		if strings.HasSuffix(m[1], "*") {
			if named, rest, ok := strings.Cut(text, "'"); ok && len(extended) == 0 {
				_, rest, _ = strings.Cut(rest, "'")
				charset, text = named, rest
			}
			text = unpercented(text)
		}
		extended = append(extended, text...)
	}
	if len(extended) > 0 {
		return toUTF8(extended, charset)
	}
	if bytes.Contains(plain, []byte("=?")) {
		return Words(string(plain))
	}
	return toUTF8(plain, "")
}

func unpercented(text string) string {
	var out []byte
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && i+2 < len(text) && isHex(text[i+1:i+3]) {
			out = append(out, unquoted("="+text[i+1:i+3])...)
			i += 2
			continue
		}
		out = append(out, text[i])
	}
	return string(out)
}

package letter

import (
	"bytes"
	"net/textproto"
	"regexp"
	"slices"
	"strings"

	"github.com/jhillyerd/enmime/v2/mediatype"
)

var (
	fieldLine = regexp.MustCompile(`^[!-9;-~]+[ \t]*:`)
	// fields that tell a header's line from a text's: "Note: print it" stands in letters as well
	knownField = regexp.MustCompile(`(?i)^(content-[a-z-]+|mime-version|subject|to|from|cc|date|message-id|received|` +
		`reply-to|in-reply-to|references|return-path|sender|delivered-to|auto-submitted|list-[a-z-]+|precedence|` +
		`(x|arc|dkim|authentication|resent|ui)-[a-z0-9-]+|importance|thread-[a-z]+)[ \t]*:`)
	boundaryParam = regexp.MustCompile(`(?i)boundary\s*=\s*(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))`)
	partBegins    = regexp.MustCompile(`(?m)^--([^\r\n]{1,70}?)[ \t]*\r?\n(?i:content-[a-z-]+|mime-version)[ \t]*:`)
)

// headed is the letter with a header of nothing but fields and an empty line behind it. Lines of a mailbox file go,
// and so do lines that are no field; what continues the subject stays with it.
func headed(raw []byte) []byte {
	raw = bytes.TrimLeft(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")), "\r\n")
	if !bytes.Contains(raw, []byte("\n")) {
		raw = bytes.ReplaceAll(raw, []byte("\r"), []byte("\n"))
	}
	for bytes.HasPrefix(raw, []byte("From ")) || bytes.HasPrefix(raw, []byte(">From ")) {
		_, raw, _ = bytes.Cut(raw, []byte("\n"))
	}
	lines, body := headLines(raw, func([]byte) bool { return false })
	return slices.Concat(mended(lines), body)
}

// mended is a header of nothing but fields, with the empty line that ends it. Lines that are no field go; what
// continues the subject stays with it. Where the text begins without an empty line before it, that line is put there,
// and the rest of the lines is text.
func mended(lines [][]byte) []byte {
	last := -1
	for i, line := range lines {
		if knownField.Match(line) {
			last = i
		}
	}
	var out bytes.Buffer
	subject, fields := false, 0
	if last < 0 { // no header at all
		lines = slices.Insert(lines, 0, nil)
		return append(bytes.Join(lines, []byte("\n")), "\n\n"...)
	}
	for i, line := range lines {
		continued := line[0] == ' ' || line[0] == '\t'
		switch {
		case fieldLine.Match(line):
			subject = len(line) > 8 && bytes.EqualFold(line[:8], []byte("subject:"))
			fields++
		case i > last && (!continued || fields == 0):
			out.WriteByte('\n')
			out.Write(bytes.Join(lines[i:], []byte("\n")))
			return append(out.Bytes(), "\n\n"...)
		case !continued && !subject, fields == 0:
			continue
		case !continued:
			out.WriteByte(' ')
		}
		out.Write(line)
		out.WriteByte('\n')
	}
	return append(out.Bytes(), '\n')
}

// headLines are the lines before the first empty one, without their ends; rest is what follows it. A line that stops
// them stands in the rest.
func headLines(raw []byte, stops func(line []byte) bool) (lines [][]byte, rest []byte) {
	for len(raw) > 0 {
		line, rest := cutLine(raw)
		line = bytes.TrimRight(line, "\r\n \t")
		switch {
		case len(line) == 0:
			return lines, rest
		case stops(line):
			return lines, raw
		}
		lines, raw = append(lines, line), rest
	}
	return lines, nil
}

func cutLine(raw []byte) (line, rest []byte) {
	n := bytes.IndexByte(raw, '\n') + 1
	if n == 0 {
		n = len(raw)
	}
	return raw[:n], raw[n:]
}

// loose are the fields of a header that cannot be read otherwise; a field that goes on in a second line is cut.
func loose(header []byte) textproto.MIMEHeader {
	out := textproto.MIMEHeader{}
	for line := range bytes.Lines(header) {
		if name, value, ok := strings.Cut(string(line), ":"); ok && fieldLine.Match(line) {
			out.Add(strings.TrimSpace(name), strings.TrimSpace(value))
		}
	}
	return out
}

// boundariesOf are the boundaries that the letter names and that stand in it. found stands in it like one, where none
// may be named.
func boundariesOf(raw []byte) (named []string, found string) {
	add := func(boundary string) {
		if boundary != "" && len(named) < mostBoundaries && !slices.Contains(named, boundary) &&
			bytes.Contains(raw, []byte("\n--"+boundary)) {
			named = append(named, boundary)
		}
	}
	for _, m := range boundaryParam.FindAllSubmatch(raw, 4*mostBoundaries) {
		add(string(m[1]) + string(m[2]))
	}
	if m := partBegins.FindSubmatch(raw); m != nil {
		found = string(m[1])
		add(found)
	}
	return named, found
}

// bounded is the letter with at most so many parts, each with a header that can be read. A boundary beyond them is
// made a line of text. Boundaries of parts that stand too deep are none.
func (r *reading) bounded(raw []byte) []byte {
	parts := 0
	var out bytes.Buffer
	out.Grow(len(raw))
	head, raw := headLines(raw, func([]byte) bool { return false })
	r.enter(head)
	out.Write(append(bytes.Join(head, []byte("\n")), "\n\n"...))
	for len(raw) > 0 {
		var line []byte
		line, raw = cutLine(raw)
		begins := r.isBoundary(line)
		if begins {
			if parts++; parts > mostParts {
				out.WriteString("- ")
				line, begins = line[1:], false
			}
		}
		out.Write(line)
		if begins && r.leave(string(bytes.TrimRight(line, " \t\r\n")[2:])) {
			lines, rest := headLines(raw, r.isBoundary)
			mend := mended(lines)
			lines, _ = headLines(mend, func([]byte) bool { return false })
			r.enter(lines)
			out.Write(mend)
			raw = rest
		}
	}
	return out.Bytes()
}

// enter notes that a part with this header begins. The boundary of one that stands too deep is refused, wherever it
// stands: the reader's work grows threefold with each level.
func (r *reading) enter(head [][]byte) {
	boundary := boundaryIn(contentType(head))
	switch {
	case boundary == "" && len(r.open) == 0: // one that is not named may be found
		r.open = append(r.open, r.found)
	case boundary != "" && len(r.open) < deepestPart:
		r.open = append(r.open, boundary)
	case boundary != "":
		r.refused = append(r.refused, boundary)
	}
}

// leave notes the line of a boundary. It reports whether a part begins there.
func (r *reading) leave(boundary string) (begins bool) {
	at := slices.Index(r.open, boundary)
	if at < 0 {
		if at = slices.Index(r.open, strings.TrimSuffix(boundary, "--")); at > 0 {
			r.open = r.open[:at]
		}
		return false
	}
	r.open = r.open[:at+1]
	return true
}

// contentType is the value of the first such field, joined as the reader of parts joins it and cut alike.
func contentType(head [][]byte) string {
	var value strings.Builder
	found := false
	for _, line := range head {
		name, rest, _ := bytes.Cut(line, []byte(":"))
		switch {
		case found && (line[0] == ' ' || line[0] == '\t') && value.Len() < longestValue:
			value.WriteByte(' ')
			value.Write(bytes.TrimLeft(line, " \t\r"))
		case found:
			return cut(value.String())
		case strings.EqualFold(strings.TrimSpace(string(name)), "content-type"):
			value.Write(bytes.TrimLeft(rest, " \t"))
			found = true
		}
	}
	return cut(value.String())
}

// cut is as much of a field's value as is parsed: the parsers' work grows with the square of its length.
func cut(value string) string { return value[:min(len(value), longestValue)] }

func boundaryIn(value string) string {
	if m := boundaryParam.FindStringSubmatch(value); m != nil {
		return m[1] + m[2]
	}
	return ""
}

// isBoundary reports whether the line may begin or end a part.
func (r *reading) isBoundary(line []byte) bool {
	return bytes.HasPrefix(line, []byte("--")) && slices.ContainsFunc(r.boundaries,
		func(b string) bool { return bytes.HasPrefix(line[2:], []byte(b)) })
}

// media reads a Content-Type or Content-Disposition for the reader of parts. It never fails. Boundaries are those that
// stand in the letter, and not too deep. The charset is kept from the reader, which would lose what it cannot decode.
func (r *reading) media(value string) (kind string, params map[string]string, invalid []string, err error) {
	value = cut(value)
	kind, params = media(value)
	boundary := boundaryIn(value)
	if boundary == "" {
		boundary = r.found
	}
	delete(params, "boundary")
	if strings.HasPrefix(kind, "multipart/") && slices.Contains(r.boundaries, boundary) &&
		!slices.Contains(r.refused, boundary) {
		params["boundary"] = boundary
	}
	params["charset"] = "utf-8"
	return kind, params, nil, nil
}

var (
	kindAlone  = regexp.MustCompile(`^[ \t]*([A-Za-z]+/[A-Za-z0-9.+-]+)`)
	paramAlone = regexp.MustCompile(`(?i)\b(charset|format|delsp|report-type)\s*=\s*(?:"([^"]*)"|([^\s;"]+))`)
)

// media is the kind of a part, in lower case, and its parameters, as far as they can be read.
func media(value string) (kind string, params map[string]string) {
	value = cut(value)
	kind, params, _, err := mediatype.Parse(value)
	if err != nil || params == nil {
		params = map[string]string{}
	}
	if m := kindAlone.FindStringSubmatch(value); err != nil && m != nil {
		kind = m[1]
	}
	for _, m := range paramAlone.FindAllStringSubmatch(value, -1) {
		params[strings.ToLower(m[1])] = m[2] + m[3]
	}
	return strings.ToLower(kind), params
}

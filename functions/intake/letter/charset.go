package letter

import (
	"bytes"
	"encoding/base64"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// beside are names that letters use and that the list of the WHATWG does not have.
var beside = map[string]encoding.Encoding{
	"cp936": simplifiedchinese.GB18030, "gb_2312": simplifiedchinese.GB18030, "hz-gb-2312": simplifiedchinese.HZGB2312,
	"euc-cn": simplifiedchinese.GB18030, "cp950": traditionalchinese.Big5, "ms950": traditionalchinese.Big5,
	"cp932": japanese.ShiftJIS, "ms932": japanese.ShiftJIS, "cp949": korean.EUCKR, "ms949": korean.EUCKR,
	"uhc": korean.EUCKR, "euckr": korean.EUCKR, "eucjp": japanese.EUCJP, "iso-2022-jp-1": japanese.ISO2022JP,
	"iso-2022-jp-2": japanese.ISO2022JP, "jis": japanese.ISO2022JP, "cp850": charmap.CodePage850,
	"cp437": charmap.CodePage437, "utf-16": unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
	"utf16": unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
}

// unsure are charsets that programs name without meaning them. "" is none.
var unsure = map[string]bool{"": true, "utf-8": true, "us-ascii": true, "ascii": true, "iso-8859-1": true,
	"windows-1252": true, "default": true, "default_charset": true, "unknown-8bit": true, "x-unknown": true}

// charsetNamed is the encoding of a name, or nil for one that nobody knows. Each Chinese one stands for all its
// subsets, since letters name the smaller one and write the larger.
func charsetNamed(name string) encoding.Encoding {
	if known := beside[name]; known != nil {
		return known
	}
	e, err := htmlindex.Get(name)
	if err != nil || e == encoding.Replacement {
		return nil
	}
	if e == simplifiedchinese.GBK {
		return simplifiedchinese.GB18030
	}
	return e
}

// toUTF8 is the content in UTF-8. A name that cannot be true is passed over: what is UTF-8 stays so, and else the
// bytes tell.
func toUTF8(content []byte, name string) string {
	name = strings.ToLower(strings.Trim(name, " \t\"'"))
	name = strings.TrimPrefix(name, "charset=")
	if text, ok := bytes.CutPrefix(content, []byte("\xef\xbb\xbf")); ok && utf8.Valid(text) {
		return string(text)
	}
	if isWide(content) {
		return decoded(content, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM))
	}
	known := charsetNamed(name)
	if unsure[name] || known == nil {
		switch {
		case bytes.Contains(content, []byte("\x1b$")) || bytes.Contains(content, []byte("\x1b(J")):
			return decoded(content, japanese.ISO2022JP)
		case !strings.HasPrefix(name, "utf") && isJumble(content):
			return decoded(content, simplifiedchinese.GB18030)
		case mostlyUTF8(content):
			return strings.ToValidUTF8(string(content), "\uFFFD")
		}
		if strings.HasSuffix(name, "ascii") { // no byte of it is ASCII, so that it names nothing
			known = nil
		}
		return decoded(content, guess(content, known))
	}
	text := decoded(content, known)
	if strings.ContainsRune(text, utf8.RuneError) && utf8.Valid(content) {
		return string(content)
	}
	return text
}

func decoded(content []byte, e encoding.Encoding) string {
	text, err := e.NewDecoder().Bytes(content)
	if err != nil {
		return strings.ToValidUTF8(string(content), "\uFFFD")
	}
	return string(text)
}

// mostlyUTF8 reports whether the content is UTF-8, with a few broken bytes at most, as where a line was cut within a
// sign.
func mostlyUTF8(content []byte) bool {
	good, bad := 0, 0
	for rest := content; len(rest) > 0; {
		r, n := utf8.DecodeRune(rest)
		if rest = rest[n:]; r == utf8.RuneError && n == 1 {
			bad++
		} else if n > 1 {
			good++
		}
	}
	return bad == 0 || good > 4*bad
}

// charsetOfPage is the charset that a page names itself, where its part names none.
func charsetOfPage(page []byte, named string) string {
	if named != "" || utf8.Valid(page) {
		return named
	}
	_, name, _ := charset.DetermineEncoding(page, "text/html")
	if name == "windows-1252" { // what it says where the page says nothing
		return ""
	}
	return name
}

var encodedWord = regexp.MustCompile(`=\?([^?\s*]+)(?:\*[^?\s]*)?\?([bBqQ])\?([^?]*)\?=`)

// Words is the value of a header's field as people read it. Neighbouring encoded words of one charset are decoded
// together, since programs split them inside a sign.
func Words(value string) string {
	var out strings.Builder
	var run []byte
	var of, carried string // the run's charset, and base64 that its words have begun
	flush := func() {
		out.WriteString(toUTF8(append(run, unbase64(carried)...), of))
		run, carried = nil, ""
	}
	end := 0
	for _, m := range encodedWord.FindAllStringSubmatchIndex(value, -1) {
		name, gap := strings.ToLower(value[m[2]:m[3]]), value[end:m[0]]
		apart := strings.TrimSpace(gap) != "" || end == 0
		if apart || name != of {
			flush()
			if apart {
				out.WriteString(toUTF8([]byte(gap), ""))
			}
		}
		of, end = name, m[1]
		text := value[m[6]:m[7]]
		if value[m[4]] == 'q' || value[m[4]] == 'Q' {
			run = append(append(run, unbase64(carried)...), unquoted(text)...)
			carried = ""
			continue
		}
		carried += strings.TrimRight(strings.ReplaceAll(text, " ", ""), "=")
		if len(carried)%4 == 0 || strings.HasSuffix(text, "=") {
			run, carried = append(run, unbase64(carried)...), ""
		}
	}
	flush()
	out.WriteString(toUTF8([]byte(value[end:]), ""))
	return strings.TrimSpace(out.String())
}

// unbase64 is what the text stands for, as far as it can be read.
func unbase64(text string) []byte {
	if len(text)%4 == 1 {
		text = text[:len(text)-1]
	}
	out, _ := base64.RawStdEncoding.DecodeString(text)
	return out
}

// unquoted is what the Q encoding of RFC 2047 stands for.
func unquoted(text string) []byte {
	var out []byte
	for i := 0; i < len(text); i++ {
		switch b := text[i]; {
		case b == '_':
			out = append(out, ' ')
		case b == '=' && i+2 < len(text) && isHex(text[i+1:i+3]):
			n, _ := strconv.ParseUint(text[i+1:i+3], 16, 8)
			out = append(out, byte(n))
			i += 2
		default:
			out = append(out, b)
		}
	}
	return out
}

func isHex(two string) bool {
	_, err := strconv.ParseUint(two, 16, 8)
	return err == nil && len(two) == 2
}

package hook_test

import (
	"bytes"
	"encoding/base64"
	"flag"
	"fmt"
	"html"
	"math/rand/v2"
	"mime/quotedprintable"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode"

	"afterpress/functions/intake/hook"

	"golang.org/x/text/encoding/htmlindex"
)

var (
	letterCount = flag.Int("letters", 300, "how many generated letters are read")
	letterSeed  = flag.Uint64("letterseed", 1, "the first letter's seed; each letter has one more")
)

// Whatever programs make of a letter, each of its words stands in what staff see, and each of its files is named.
func TestLettersLoseNoWord(t *testing.T) {
	b := besiege(t)
	lost := 0
	for i := range *letterCount {
		seed := *letterSeed + uint64(i)
		w := &writer{Rand: rand.New(rand.NewPCG(seed, 0))}
		raw := w.letter()
		b.memory.touches = nil
		taken(t, b.called(t, hook.SourceMail, fmt.Sprint("letter_", seed), string(raw)))
		b.log.Reset()
		if len(b.memory.touches) != 1 {
			t.Fatalf("letter %d: %d touches", seed, len(b.memory.touches))
		}
		seen := squeezed(b.memory.touches[0].Subject + " " + b.memory.touches[0].Text)
		for _, word := range slices.Concat(w.words, w.files) {
			if !strings.Contains(seen, squeezed(word)) {
				t.Errorf("letter %d: %q is lost:\n%s\nread as\n%s", seed, word, raw, b.memory.touches[0].Text)
				break
			}
		}
		lost += len(w.words)
	}
	t.Logf("%d letters with %d words", *letterCount, lost)
}

// squeezed is the text without spaces and marks of quotes, which programs add and take away.
func squeezed(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '>' {
			return -1
		}
		return r
	}, text)
}

// script is a charset as letters name it, with signs that it has.
type script struct{ name, encoding, signs string }

const (
	han    = "颜色偏红请重印名片样本数量装订封面烫金纸张交货日期工厂客户报价可以不要改成黑白双面覆膜模切对裱"
	trad   = "顏色偏紅請重印名片樣本數量裝訂封面燙金紙張交貨日期工廠客戶報價"
	kana   = "色が違いますので刷り直しをお願いします納期はいつですか"
	hangul = "색상이다릅니다다시인쇄해주세요명함수량견적"
	latin  = "éabcdefghijklüabcdefghijklmnöabcdefghijñabcdefghijk"
	russ   = "цветнетотперепечатайтепожалуйстатираж"
)

var scripts = []script{{"utf-8", "utf-8", han}, {"UTF-8", "utf-8", kana + hangul + russ}, {"utf8", "utf-8", han + "👍🖨"},
	{"gbk", "gb18030", han}, {"GB2312", "gb18030", han}, {"x-gbk", "gb18030", han}, {"gb18030", "gb18030", han + "👍"},
	{"cp936", "gb18030", han}, {"big5", "big5", trad}, {"big5-hkscs", "big5", trad}, {"Shift_JIS", "shift_jis", kana},
	{"iso-2022-jp", "iso-2022-jp", kana}, {"euc-jp", "euc-jp", kana}, {"euc-kr", "euc-kr", hangul},
	{"ks_c_5601-1987", "euc-kr", hangul}, {"iso-8859-1", "windows-1252", latin}, {"windows-1252", "windows-1252", latin},
	{"iso-8859-15", "iso-8859-15", latin}, {"koi8-r", "koi8-r", russ}, {"windows-1251", "windows-1251", russ},
	{"utf-16le", "utf-16le", han}, {"", "gb18030", han}, {"", "utf-8", han + latin}, {"us-ascii", "gb18030", han}}

func (s script) encode(text string) []byte {
	e, err := htmlindex.Get(s.encoding)
	if err == nil {
		text, err = e.NewEncoder().String(text)
	}
	if err != nil {
		panic(err)
	}
	return []byte(text)
}

// wide reports whether the script's bytes may be any, so that only base64 carries them.
func (s script) wide() bool { return strings.HasPrefix(s.encoding, "utf-16") }

// writer writes letters, and remembers what it wrote.
type writer struct {
	*rand.Rand
	words, files []string
	boundaries   int
}

func (w *writer) often(one int) bool { return w.IntN(one) == 0 }

// one is a random one of them.
func one[T any](w *writer, of ...T) T { return of[w.IntN(len(of))] }

// word is a new word in the script, which the letter must not lose.
func (w *writer) word(s script) string {
	signs := []rune(s.signs)
	word := make([]rune, 3+w.IntN(4))
	for i := range word {
		word[i] = signs[w.IntN(len(signs))]
	}
	if w.often(4) {
		word = []rune(fmt.Sprintf("W%dx", w.IntN(100000)))
	}
	w.words = append(w.words, string(word))
	return string(word)
}

// lines are some lines of words, some of them quoted.
func (w *writer) lines(s script) []string {
	out := make([]string, 1+w.IntN(5))
	for i := range out {
		said := make([]string, 2+w.IntN(6))
		for k := range said {
			said[k] = w.word(s)
		}
		out[i] = strings.Join(said, " ")
		if w.often(5) {
			out[i] = "> " + out[i]
		}
	}
	return out
}

// part is a part as it stands in a letter.
func part(body []byte, head ...string) []byte {
	return slices.Concat([]byte(strings.Join(head, "\r\n")+"\r\n\r\n"), body)
}

// text is a text part in the script, in one of the ways that carry it.
func (w *writer) text(kind string, s script, text string, more ...string) []byte {
	if s.name != "" {
		kind += one(w, "; charset=", ";charset=", ";\r\n\tcharset=") + one(w, s.name, `"`+s.name+`"`)
	}
	head := append([]string{"Content-Type: " + kind + strings.Join(more, "")}, one(w, nil, []string{"X-Part: 1"},
		[]string{"Content-Disposition: inline"})...)
	if w.often(12) {
		head = append(head, "this line is no field")
	}
	if w.often(2) {
		w.Shuffle(len(head)-1, func(i, k int) { head[i], head[k] = head[k], head[i] })
	}
	body := s.encode(strings.ReplaceAll(text, "\n", "\r\n"))
	return w.carried(body, head, s.wide())
}

func (w *writer) carried(body []byte, head []string, wide bool) []byte {
	way := w.IntN(3)
	switch {
	case wide || way == 0:
		encoded := base64.StdEncoding.EncodeToString(body)
		var lines []string
		for ; len(encoded) > 76; encoded = encoded[76:] {
			lines = append(lines, encoded[:76])
		}
		return part([]byte(strings.Join(append(lines, encoded), "\r\n")), append(head,
			"Content-Transfer-Encoding: "+one(w, "base64", "BASE64", "Base64"))...)
	case way == 1:
		var out bytes.Buffer
		q := quotedprintable.NewWriter(&out)
		_, _ = q.Write(body)
		_ = q.Close()
		if w.often(4) {
			out.WriteString("\r\n\x01\x0c=ZZ=\r\n")
		}
		return part(out.Bytes(), append(head, "Content-Transfer-Encoding: quoted-printable")...)
	}
	return part(body, append(head, one(w, nil, []string{"Content-Transfer-Encoding: 8bit"},
		[]string{"Content-Transfer-Encoding: binary"})...)...)
}

// page is HTML that says the lines, with a head that ends or does not.
func (w *writer) page(lines []string) string {
	var out strings.Builder
	out.WriteString(one(w, "", "<html><head><title>T</title></head><body>", "<html><head><title>T</title><body>",
		"<!doctype html><style>p{color:red}</style>", "<html><head><meta name=x><script>var a='b';</script>"))
	for _, line := range lines {
		line, quoted := strings.CutPrefix(line, "> ")
		said := html.EscapeString(line)
		switch w.IntN(4) {
		case 0:
			said = strings.Join(strings.Fields(said), "</td>\n<td>")
			said = "<table><tr><td>" + said + "</td></tr></table>"
		case 1:
			at := []rune(said)
			said = "<p>" + string(at[:1]) + "<b>" + string(at[1:]) + "</b></p>"
		case 2:
			said = "<div style='x'>" + said + "<br></div>"
		}
		if quoted {
			said = "<blockquote>" + said + "</blockquote>"
		}
		out.WriteString(said + one(w, "", "<br>", "\n") + "<br/>")
	}
	return out.String() + one(w, "", "</body></html>")
}

// said is a part that says something: text, a page, both, or one of them beside nothing.
func (w *writer) said() []byte {
	s := one(w, scripts...)
	lines := w.lines(s)
	switch w.IntN(8) {
	case 0:
		return w.text("text/html", s, w.page(lines))
	case 1:
		return w.many("alternative", w.text("text/plain", s, strings.Join(lines, "\n")), w.text("text/html", s,
			w.page(lines)))
	case 2:
		return w.many("alternative", part([]byte(one(w, "", " \r\n", "\u200b\u00a0")),
			"Content-Type: text/plain; charset=utf-8"),
			w.text("text/html", s, w.page(lines)))
	case 3:
		return w.many("alternative", w.text("text/plain", s, w.word(s)+" "+w.word(s)), w.many("related",
			w.text("text/html", s, w.page(lines)), w.file()))
	case 4:
		if s.encoding == "utf-8" {
			return w.text("text/plain", s, flowed(lines), "; format=flowed; delsp=yes")
		}
	}
	return w.text("text/plain", s, strings.Join(lines, "\n"))
}

// flowed breaks each line inside its words, as RFC 3676 allows with delsp.
func flowed(lines []string) string {
	var out []string
	for _, line := range lines {
		line, quoted := strings.CutPrefix(line, "> ")
		at := []rune(line)
		half := len(at) / 2
		mark := map[bool]string{true: "> "}[quoted]
		stuffed := map[bool]string{true: " "}[!quoted && at[half] == ' ']
		out = append(out, mark+string(at[:half])+" ", mark+stuffed+string(at[half:]))
	}
	return strings.Join(out, "\n")
}

// file is a part that is no text, under a name in one of the ways that programs write it.
func (w *writer) file() []byte {
	kind := one(w, "image/png", "application/pdf", "application/octet-stream", "application/postscript", "video/mp4",
		"application/vnd.ms-excel", "image/heic", "text/calendar")
	placed := one(w, "attachment", "inline", "attachment", "x-other")
	s := one(w, scripts[0], scripts[3])
	stem := string([]rune(han)[w.IntN(20):][:3])
	name := stem + fmt.Sprint(w.IntN(1000)) + one(w, ".pdf", ".png", ".ai", ".txt")
	if s.encoding == "gb18030" && w.often(2) {
		name = fmt.Sprintf("artwork %d.eps", w.IntN(1000))
	}
	w.files = append(w.files, name)
	encoded := "=?" + s.name + "?B?" + base64.StdEncoding.EncodeToString(s.encode(name)) + "?="
	percent := strings.ReplaceAll(url.QueryEscape(string(s.encode(name))), "+", "%20")
	half := strings.Index(percent[1:], "%") + 1
	head := []string{"Content-Type: " + kind, "Content-Disposition: " + placed + one(w,
		`; filename="`+string(s.encode(name))+`"`, `; filename="`+encoded+`"`, "; filename="+encoded,
		"; filename*="+s.name+"''"+percent,
		"; filename*0*="+s.name+"''"+percent[:half]+";\r\n filename*1*="+percent[half:])}
	if w.often(4) {
		head = []string{"Content-Type: " + kind + `; name="` + encoded + `"`}
	}
	return part([]byte(base64.StdEncoding.EncodeToString([]byte("\x89PNG\x00\x01"+name))), append(head,
		"Content-Transfer-Encoding: base64")...)
}

// many is a multipart of the parts.
func (w *writer) many(kind string, parts ...[]byte) []byte {
	w.boundaries++
	b := one(w, fmt.Sprint("b", w.boundaries, "e"), fmt.Sprintf("----=_Part_%d.%d", w.boundaries, w.IntN(1000)),
		fmt.Sprintf("_%03d_NextPart_=:%d", w.boundaries, w.IntN(1000)))
	var out bytes.Buffer
	out.WriteString(one(w, "", "This is a multi-part message in MIME format.\r\n"))
	for _, p := range parts {
		out.WriteString("\r\n--" + b + "\r\n")
		out.Write(p)
	}
	out.WriteString(one(w, "\r\n--"+b+"--\r\n", "\r\n--"+b+"--", "\r\n--"+b+"--\r\n\r\n", "\r\n"))
	head := []string{"Content-Type: multipart/" + kind + `; boundary="` + b + `"` + one(w, "", "; x=y", ";")}
	return part(out.Bytes(), head...)
}

// tree is a part, or parts in parts.
func (w *writer) tree(depth int) []byte {
	if depth == 0 || w.often(2) {
		return w.said()
	}
	parts := make([][]byte, 1+w.IntN(3))
	for i := range parts {
		switch w.IntN(6) {
		case 0:
			parts[i] = w.file()
		case 1:
			parts[i] = part([]byte(one(w, "", "\r\n \r\n")), one(w, "Content-Type: text/plain", "X-Empty: 1"))
		case 2:
			parts[i] = part(slices.Concat([]byte("From: z@example.com\r\nTo: y@example.com\r\nSubject: inner\r\n"), w.tree(0)),
				"Content-Type: message/rfc822")
		default:
			parts[i] = w.tree(depth - 1)
		}
	}
	return w.many(one(w, "mixed", "related", "mixed", "x-unheard-of"), parts...)
}

// subject is a subject in the script, in encoded words or as its bytes.
func (w *writer) subject(s script) string {
	text := w.word(s) + " " + w.word(s)
	raw := s.encode(text)
	switch way := w.IntN(3); {
	case s.name == "" || way == 0 && !s.wide() && slices.Contains([]string{"utf-8", "gb18030"}, s.encoding):
		return string(raw)
	case s.encoding == "iso-2022-jp" || way == 1:
		return "=?" + s.name + "?B?" + base64.StdEncoding.EncodeToString(raw) + "?="
	}
	var out []string // split wherever it comes, also inside a sign
	for len(raw) > 0 {
		n := min(len(raw), 1+w.IntN(12))
		if w.often(2) {
			out = append(out, "=?"+s.name+"?B?"+base64.StdEncoding.EncodeToString(raw[:n])+"?=")
		} else {
			q := ""
			for _, b := range raw[:n] {
				q += fmt.Sprintf("=%02X", b)
			}
			out = append(out, "=?"+s.name+"?q?"+q+"?=")
		}
		raw = raw[n:]
	}
	return strings.Join(out, "\r\n ")
}

// letter is an answer to our message, with some of the faults that letters have.
func (w *writer) letter() []byte {
	body := w.tree(1 + w.IntN(3))
	head := []string{"From: Lina <lina@example.com>", "To: hello@shop.example", "Subject: " + w.subject(one(w,
		scripts...)),
		"In-Reply-To: <" + ourTag + "@shop.example>", "MIME-Version: 1.0"}
	if w.often(8) {
		head = append(head, "X-Broken", "Date: yesterday")
	}
	if w.often(8) {
		head = slices.Insert(head, 0, "From lina@example.com Mon Nov 30 09:00:00 2026")
	}
	raw := slices.Concat([]byte(strings.Join(head, "\r\n")+"\r\n"), body)
	if w.often(6) {
		raw = bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))
	}
	return raw
}

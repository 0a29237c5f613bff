package message

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	quoteCut = "> […]"
	wordsCut = "\n[…]\n"
)

// Shorten is a letter's text in at most limit characters. What it quotes is cut first, the longest quote before the
// others, since the reader has it already. Of its own words the middle is cut last. shortened reports that something
// was left out. limit is at least 100.
func Shorten(text string, limit int) (short string, shortened bool) {
	over := utf8.RuneCountInString(text) - limit
	if over <= 0 {
		return text, false
	}
	lines := strings.Split(text, "\n")
	for _, q := range quotes(lines) {
		if over <= 0 {
			break
		}
		over += utf8.RuneCountInString(quoteCut) + 1
		from := q.end
		for ; from > q.begin && over > 0; from-- {
			over -= utf8.RuneCountInString(lines[from-1]) + 1
		}
		for i := from; i < q.end; i++ {
			lines[i] = cut
		}
		lines[from] = quoteCut
	}
	kept := []rune(strings.Join(slices.DeleteFunc(lines, func(line string) bool { return line == cut }), "\n"))
	if len(kept) <= limit {
		return string(kept), true
	}
	room := limit - utf8.RuneCountInString(wordsCut)
	return string(kept[:room*2/3]) + wordsCut + string(kept[len(kept)-room/3:]), true
}

// cut stands in place of a line that is left out; no line holds its own end.
const cut = "\n"

// quote is a run of quoted lines.
type quote struct{ begin, end, size int }

// quotes are the runs of quoted lines that are longer than their mark, the longest first.
func quotes(lines []string) []quote {
	var out []quote
	for i := 0; i < len(lines); i++ {
		q := quote{begin: i}
		for ; i < len(lines) && strings.HasPrefix(strings.TrimLeft(lines[i], " \t"), ">"); i++ {
			q.size += utf8.RuneCountInString(lines[i]) + 1
		}
		if q.end = i; q.size > 2*utf8.RuneCountInString(quoteCut) {
			out = append(out, q)
		}
	}
	slices.SortStableFunc(out, func(a, b quote) int { return cmp.Compare(b.size, a.size) })
	return out
}

var answerSubject = regexp.MustCompile(
	`(?i)^\s*(re|aw|sv|vs|antw|fwd?|wg|回复|答复|回覆|答覆|回信|转发|轉寄|返信)\s*(\[\d+\])?\s*[:：]`)

// Answers reports whether a subject is that of the letter before, with a mark that a program put in front of it.
func Answers(subject string) bool { return answerSubject.MatchString(subject) }

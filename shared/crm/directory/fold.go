package directory

import (
	_ "embed"
	"sort"
	"strings"
	"unicode"

	"afterpress/shared/kernel/words"

	"golang.org/x/text/unicode/norm"
)

// hanTable says of each sign which one stands for it. Its comments name the sources.
//
//go:embed han.txt
var hanTable string

// signs are pairs of a sign and the one that stands for it, sorted by the first.
type signs []rune

// radicals stand for signs that look like them, traditional signs for simplified ones.
var radicals, traditional = readHan(hanTable)

func readHan(table string) (radicals, traditional signs) {
	var tables []signs
	for block := range strings.SplitSeq(table, "\n\n") {
		if !strings.HasPrefix(block, "#") {
			tables = append(tables, signs(strings.ReplaceAll(block, "\n", "")))
		}
	}
	return tables[0], tables[1]
}

const firstHan = 0x2e80

// counterpart is the sign that stands for r. For most signs it is r itself.
func (s signs) counterpart(r rune) rune {
	if r < firstHan {
		return r
	}
	at := 2 * sort.Search(len(s)/2, func(i int) bool { return s[2*i] >= r })
	if at < len(s) && s[at] == r {
		return s[at+1]
	}
	return r
}

// strokes are letters that Unicode does not take apart, and what people type for them.
var strokes = strings.NewReplacer("ø", "o", "ł", "l", "đ", "d", "ð", "d", "ħ", "h", "ŧ", "t", "ı", "i", "ŋ", "n",
	"ƀ", "b",
	"ɨ", "i", "ʉ", "u", "ƶ", "z", "ǥ", "g", "ɍ", "r", "ɏ", "y", "ɇ", "e", "ɉ", "j", "ⱥ", "a", "ȼ", "c", "þ", "th",
	"ß", "ss", "æ", "ae", "œ", "oe")

// FoldTerm is the form in which names, numbers and questions are compared. It keeps at most 40 letters and
// digits: in lower case, in plain width, without accents and strokes, Chinese signs as they are simplified.
func FoldTerm(s string) string { return cut(foldWhole(s)) }

func foldWhole(s string) string {
	// composed once more: marks that now stand together get their order
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if !wordly(r) {
			return -1
		}
		return traditional.counterpart(r)
	}, folded(s)))
}

// folded is FoldTerm with what stands between the words, with traditional signs, and without the limit.
func folded(s string) string {
	bare := strings.Map(func(r rune) rune {
		// only accents on letters go; the marks of other scripts carry sounds
		if accent(r) {
			return -1
		}
		return radicals.counterpart(r)
	}, norm.NFKD.String(strings.ToLower(words.Unmarked(s))))
	return norm.NFC.String(strokes.Replace(strings.ToLower(bare)))
}

func accent(r rune) bool { return r >= 0x300 && r <= 0x36f }

func wordly(r rune) bool { return unicode.In(r, unicode.L, unicode.N, unicode.M) }

func cut(s string) string {
	n := 0
	for i := range s {
		if n == longestTerm {
			return s[:i]
		}
		n++
	}
	return s
}

// Question is the text that a reader typed, in the form in which it is looked for. Zeros before a number are
// cut, because they stand before an area code only inside a country. ok is false for fewer than two letters
// or digits.
func Question(typed string) (question string, ok bool) {
	question = FoldTerm(typed)
	if trimmed := strings.TrimLeft(question, "0"); allDigits(question) && len(trimmed) >= shortestPhone {
		question = trimmed
	}
	return question, len([]rune(question)) >= shortestTerm
}

// roundedU are the ways in which ü is written in pinyin, and the one in which terms have it.
var roundedU = strings.NewReplacer("lyu", "lv", "nyu", "nv", "lue", "lve", "nue", "nve")

// Others are further texts by which a customer may be found whom the Question finds, or should find. Rows that were
// written before make reindex have the name as foldBefore has it. Pinyin has lü as lv, and people write lyu as well.
func Others(typed string) []string {
	question, _ := Question(typed)
	umlaut := strings.NewReplacer("lu\u0308", "lv", "nu\u0308", "nv").Replace(norm.NFD.String(strings.ToLower(typed)))
	var out []string
	for _, other := range []string{foldBefore(typed), cut(roundedU.Replace(FoldTerm(umlaut)))} {
		if other != question && !allDigits(other) && len([]rune(other)) >= shortestTerm {
			out = append(out, other)
		}
	}
	return out
}

// Parts are the parts of a question in Chinese that goes on after a space or in other letters: 长城 印务, 龙华abc. A term
// that begins with the first and has the others finds the customer as well. It gives none for a question of one part,
// or with a part of one sign.
func Parts(typed string) []string {
	var out []string
	before := false // the last part is Chinese
	open := false
	for _, r := range folded(typed) {
		chinese := unicode.Is(unicode.Han, r)
		switch {
		case !wordly(r):
			open = false
			continue
		case open && chinese == before:
			out[len(out)-1] += string(r)
		default:
			out = append(out, string(r))
		}
		open, before = true, chinese
	}
	for i, part := range out {
		out[i] = FoldTerm(part)
		if len([]rune(out[i])) < shortestTerm {
			return nil
		}
	}
	if len(out) < 2 || !unicode.Is(unicode.Han, []rune(out[0])[0]) {
		return nil
	}
	return out
}

// foldBefore is FoldTerm as it was while it kept traditional signs, radicals, strokes and selectors.
func foldBefore(s string) string {
	bare := strings.Map(func(r rune) rune {
		if accent(r) {
			return -1
		}
		return r
	}, norm.NFKD.String(strings.ToLower(s)))
	return cut(norm.NFC.String(strings.Map(func(r rune) rune {
		if !wordly(r) {
			return -1
		}
		return r
	}, norm.NFC.String(strings.ToLower(bare)))))
}

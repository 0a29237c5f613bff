package crm

import (
	"slices"
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/text/unicode/norm"
)

// Limits of what a customer is found by. With the four lists in which he stands and the note of his rows, mostTerms fills one transaction of 100 writes.
const (
	mostTerms     = 95
	longestTerm   = 40 // runes
	shortestTerm  = 2  // runes
	shortestPhone = 4  // digits from which the end of a phone number finds
)

// Reading says how a Chinese character is read: syllables in small letters without tones, the likeliest first. It says nothing of other characters.
type Reading func(r rune) []string

// Term is one text that finds a customer by its beginning. Common is how many runes it begins with like the term before it: a question of that length or
// less has found the customer by that one already.
type Term struct {
	Text   string
	Common int
}

// FoldTerm is how names, numbers and questions are compared: letters and digits alone, small, in plain width, without accents, at most 40 of them.
func FoldTerm(s string) string {
	return cut(norm.NFC.String(strings.Map(func(r rune) rune { // once more: marks that now stand together have an order
		if !wordly(r) {
			return -1
		}
		return r
	}, folded(s))))
}

// folded is FoldTerm with what stands between the words.
func folded(s string) string {
	bare := strings.Map(func(r rune) rune {
		if r >= 0x300 && r <= 0x36f { // accents on letters; the marks of other scripts carry sounds
			return -1
		}
		return r
	}, norm.NFKD.String(strings.ToLower(s)))
	return norm.NFC.String(strings.ToLower(bare))
}

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

// DirectoryQuestion is what somebody typed, as it is looked for. Zeros before a number are cut, since they stand before an area code only inside a country.
// ok is false for less than two letters or digits.
func DirectoryQuestion(typed string) (question string, ok bool) {
	question = FoldTerm(typed)
	digits := strings.Trim(question, "0123456789") == ""
	if trimmed := strings.TrimLeft(question, "0"); digits && len(trimmed) >= shortestPhone {
		question = trimmed
	}
	return question, len([]rune(question)) >= shortestTerm
}

// DirectoryTerms lists what finds the customer, sorted: any part of his Chinese name, his Latin name from each word on, the pinyin of the Chinese name and
// its initials from each syllable on; the same of the people who are still there, and their e-mail addresses and phone numbers. Tax numbers are not among
// them: terms are everybody's, and not everybody sees those. Where there are too many, those at the end of this list give way.
func DirectoryTerms(c Customer, people []Contact, read Reading) []Term {
	var t termList
	t.name(c.Name, read)
	t.name(c.LatinName, read)
	for _, p := range people {
		if p.LeftAt != nil {
			continue
		}
		t.name(p.Name, read)
		t.name(p.LatinName, read)
		for _, e := range p.Emails {
			t.add(FoldTerm(e.Value))
			_, domain, _ := strings.Cut(e.Value, "@")
			t.add(FoldTerm(domain))
		}
		for _, n := range p.Phones {
			t.phone(n.Value)
		}
	}
	return t.sorted()
}

// termList collects terms in the order of their worth, without those that a longer one of them finds as well.
type termList struct{ terms []string }

func (t *termList) add(term string) {
	term = cut(term)
	if len([]rune(term)) < shortestTerm || slices.ContainsFunc(t.terms, func(known string) bool { return strings.HasPrefix(known, term) }) {
		return
	}
	t.terms = slices.DeleteFunc(t.terms, func(known string) bool { return strings.HasPrefix(term, known) })
	if len(t.terms) < mostTerms {
		t.terms = append(t.terms, term)
	}
}

// phone adds a number in E.164 and its national digits from each place on: people remember the last four.
func (t *termList) phone(e164 string) {
	t.add(FoldTerm(e164))
	number, err := phonenumbers.Parse(e164, "")
	if err != nil {
		return
	}
	for digits := phonenumbers.GetNationalSignificantNumber(number); len(digits) >= shortestPhone; digits = digits[1:] {
		t.add(digits)
	}
}

// piece is a part of a name: a Chinese character with its readings, another character of a script without spaces, or a word.
type piece struct {
	text     string
	readings []string
}

// pieces cuts a name into what may be found by itself.
func pieces(name string, read Reading) []piece {
	var out []piece
	open := false // the last piece is a word that goes on
	for _, r := range folded(name) {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul):
			p := piece{text: string(r)}
			if unicode.Is(unicode.Han, r) {
				p.readings = read(r)
			}
			out, open = append(out, p), false
		case !wordly(r):
			open = false
		case open:
			out[len(out)-1].text += string(r)
		default:
			out, open = append(out, piece{text: string(r)}), true
		}
	}
	return out
}

// companyForms end the names of companies. Nobody is looked for by how they are spelt, so spellings begin before them.
var companyForms = []string{"股份有限公司", "有限责任公司", "有限責任公司", "有限公司", "公司"}

// name adds a name from each piece on, and how it is spelt.
func (t *termList) name(name string, read Reading) {
	parts := pieces(name, read)
	whole := ""
	for _, p := range parts {
		whole += p.text
	}
	body := len(parts)
	for _, form := range companyForms {
		if strings.HasSuffix(whole, form) && whole != form {
			body -= len([]rune(form))
			break
		}
	}
	for i := range parts {
		var text strings.Builder
		for _, p := range parts[i:] {
			text.WriteString(p.text)
		}
		t.add(text.String())
	}
	for i := range parts[:body] {
		if slices.ContainsFunc(parts[i:], func(p piece) bool { return len(p.readings) > 0 }) {
			t.spelling(parts[i:])
		}
	}
}

// spelling adds the pinyin and the initials of pieces. The first two characters that are read in two ways give up to four spellings; later ones are read in the
// likeliest way, since spellings begin at them as well.
func (t *termList) spelling(parts []piece) {
	full, initials := []string{""}, []string{""}
	twice := 0
	for _, p := range parts {
		ways := p.readings[:min(len(p.readings), 2)]
		switch {
		case len(ways) == 0:
			full, initials = spread(full, []string{p.text}), spread(initials, []string{p.text})
			continue
		case len(ways) == 2 && twice == 2:
			ways = ways[:1]
		case len(ways) == 2:
			twice++
		}
		var first []string
		for _, w := range ways {
			first = append(first, w[:1])
		}
		full, initials = spread(full, ways), spread(initials, slices.Compact(first))
	}
	for _, s := range append(full, initials...) {
		t.add(s)
	}
}

// spread is each beginning with each ending.
func spread(beginnings, endings []string) []string {
	var out []string
	for _, b := range beginnings {
		for _, e := range endings {
			out = append(out, b+e)
		}
	}
	return out
}

// sorted is the list in the order of the table.
func (t *termList) sorted() []Term {
	var out []Term
	for i, term := range slices.Sorted(slices.Values(t.terms)) {
		out = append(out, Term{Text: term})
		if i > 0 {
			out[i].Common = common(out[i-1].Text, term)
		}
	}
	return out
}

// common is how many runes the two begin with alike.
func common(a, b string) int {
	n, other := 0, []rune(b)
	for _, r := range a {
		if n == len(other) || other[n] != r {
			return n
		}
		n++
	}
	return n
}

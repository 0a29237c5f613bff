// Package directory decides under which terms a customer is found.
package directory

import (
	"slices"
	"strings"
	"unicode"

	"afterpress/shared/crm/customer"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/text/unicode/norm"
)

// Limits of what a customer is found by. Each term is a row of the directory, which costs a write when it comes and
// when it goes.
const (
	mostTerms     = 95 // of a customer with one contact; each further contact adds mostOfPerson
	mostOfName    = 40 // of the customer's own name as it is written
	mostOfPerson  = 8  // that stand for a contact whatever the others have
	longestTerm   = 40 // runes
	shortestTerm  = 2  // runes
	shortestPhone = 4  // digits from which the end of a phone number finds; fewer are said of too many
)

// Reading says how a Chinese character is read: syllables in small letters without tones, the likeliest first. It
// says nothing of other characters.
type Reading func(r rune) []string

// Term is one text that finds a customer by its beginning. Common is how many runes it begins with like the term
// before it: a question of that length or less has found the customer by that one already.
type Term struct {
	Text   string
	Common int
	End    bool  // Text is a phone number from its last digit to its first; questions are put to it by EndQuestion
	Known  []int // of an End: how long the questions are that have found the customer by the beginning of another term
}

// FoldTerm is how names, numbers and questions are compared: letters and digits alone, small, in plain width,
// without accents, at most 40 of them.
func FoldTerm(s string) string { return cut(foldWhole(s)) }

func foldWhole(s string) string {
	return norm.NFC.String(strings.Map(func(r rune) rune { // once more: marks that now stand together have an order
		if !wordly(r) {
			return -1
		}
		return r
	}, folded(s)))
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

// Question is what somebody typed, as it is looked for. Zeros before a number are cut, since they stand before an
// area code only inside a country. ok is false for less than two letters or digits.
func Question(typed string) (question string, ok bool) {
	question = FoldTerm(typed)
	if trimmed := strings.TrimLeft(question, "0"); allDigits(question) && len(trimmed) >= shortestPhone {
		question = trimmed
	}
	return question, len([]rune(question)) >= shortestTerm
}

// EndQuestion is a question of digits as it is put to the ends of phone numbers; ok is false for any other and for
// less than four of them.
func EndQuestion(question string) (end string, ok bool) {
	return reversed(question), len(question) >= shortestPhone && allDigits(question)
}

// AsksForForm reports whether a question is nothing but a part of a company's form, such as 有限公司. Most customers
// answer it, so no terms are kept for it: it is asked of the names in a list, by NameHas.
func AsksForForm(question string) bool {
	return len([]rune(question)) >= shortestTerm &&
		slices.ContainsFunc(companyForms, func(form string) bool { return strings.Contains(form, question) })
}

// NameHas reports whether the question is a part of the name.
func NameHas(name, question string) bool { return strings.Contains(foldWhole(name), question) }

// MayNameHave is NameHas of a name of which FoldTerm alone is known: true where the rest is cut off.
func MayNameHave(folded, question string) bool {
	return strings.Contains(folded, question) || len([]rune(folded)) == longestTerm
}

// Terms lists what finds the customer, sorted: any part of his Chinese name, his Latin name from each word on, the
// pinyin of the Chinese name and its initials from each syllable on; the same of the people who are still there,
// and their e-mail addresses and phone numbers. Tax numbers are not among them: terms are everybody's, and not
// everybody sees those. Where there are too many, those of less worth give way: no contact's name as it is written,
// his pinyin, his initials and the end of his number give way to anything of another contact; other spellings and
// the rest of addresses and numbers do.
func Terms(c customer.Customer, people []customer.Contact, read Reading) []Term {
	people = slices.DeleteFunc(slices.Clone(people), func(p customer.Contact) bool { return p.LeftAt != nil })
	t := termList{most: mostTerms + mostOfPerson*max(len(people)-1, 0)}
	names := slices.Concat(written(c.Name, read), written(c.LatinName, read))
	t.addAll(names[:min(len(names), mostOfName)])
	for _, p := range people {
		t.person(p, read)
	}
	t.addAll(names)
	t.addAll(spelt(c.Name, read))
	t.addAll(spelt(c.LatinName, read))
	for _, p := range people {
		t.addresses(p)
	}
	for _, p := range people {
		t.addAll(slices.Concat(written(p.Name, read), written(p.LatinName, read), spelt(p.Name, read),
			spelt(p.LatinName, read)))
	}
	return t.sorted()
}

// termList collects terms in the order of their worth, without those that a longer one of them finds as well.
type termList struct {
	most        int
	terms, ends []string
}

func (t *termList) add(term string) { t.terms = t.with(t.terms, term) }

func (t *termList) addAll(terms []string) {
	for _, term := range terms {
		t.add(term)
	}
}

// with is a list with one more term.
func (t *termList) with(list []string, term string) []string {
	term = cut(term)
	if len([]rune(term)) < shortestTerm ||
		slices.ContainsFunc(list, func(known string) bool { return strings.HasPrefix(known, term) }) {
		return list
	}
	rest := slices.DeleteFunc(list, func(known string) bool { return strings.HasPrefix(term, known) })
	if len(t.terms)+len(t.ends) < t.most || len(rest) < len(list) {
		rest = append(rest, term)
	}
	return rest
}

// person adds what a contact is looked for by most, at most mostOfPerson terms: his name as it is written, the ends
// of his numbers, the likeliest pinyin of his name and its initials.
func (t *termList) person(p customer.Contact, read Reading) {
	var spellings []string
	for _, name := range []string{p.Name, p.LatinName} {
		if all := spelt(name, read); len(all) > 0 {
			spellings = append(spellings, all[0], initialsOf(name, read))
		}
	}
	name, latin := written(p.Name, read), written(p.LatinName, read)
	first := slices.Concat(name[:min(len(name), 2)], latin[:min(len(latin), 1)])
	for _, n := range p.Phones[:min(len(p.Phones), 2)] {
		t.ends = t.with(t.ends, numberEnd(n.Value))
	}
	rest := slices.Concat(spellings, latin[min(len(latin), 1):], name[min(len(name), 2):])
	t.addAll(first)
	t.addAll(rest[:min(len(rest), mostOfPerson-len(first)-min(len(p.Phones), 2))])
}

// addresses adds a contact's e-mail addresses and numbers, from their beginnings on, and the ends of the numbers.
func (t *termList) addresses(p customer.Contact) {
	for _, e := range p.Emails {
		t.add(FoldTerm(e.Value))
	}
	for _, n := range p.Phones {
		t.phone(n.Value)
	}
	for _, e := range p.Emails {
		_, domain, _ := strings.Cut(e.Value, "@")
		t.add(FoldTerm(domain))
	}
}

// phone adds a number as it begins for those abroad, in the country and in the town, and once from its end: people
// remember the last four. Digits from its middle alone find nothing: a row for each place on would make eight of a
// number, and nobody reads a number to another from there.
func (t *termList) phone(e164 string) {
	number, err := phonenumbers.Parse(e164, "")
	if err != nil {
		t.add(FoldTerm(e164))
		return
	}
	national := phonenumbers.GetNationalSignificantNumber(number)
	t.add(national)
	if area := phonenumbers.GetLengthOfGeographicalAreaCode(number); area > 0 {
		t.add(national[area:])
	}
	t.ends = t.with(t.ends, numberEnd(e164))
	t.add(FoldTerm(e164))
}

// numberEnd is a number from its last digit to its first, without the country; empty of one that is too short to be
// found so.
func numberEnd(e164 string) string {
	number, err := phonenumbers.Parse(e164, "")
	if err != nil {
		return ""
	}
	national := phonenumbers.GetNationalSignificantNumber(number)
	if len(national) < shortestPhone {
		return ""
	}
	return reversed(national)
}

// piece is a part of a name: a Chinese character with its readings, another character of a script without spaces,
// or a word.
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

// companyForms end the names of companies. Nobody is looked for by them alone, nor by how they are spelt, so terms
// begin before them.
var companyForms = []string{"股份有限公司", "有限责任公司", "有限責任公司", "有限公司", "公司"}

// body is how many pieces of a name stand before a company's form.
func body(parts []piece) int {
	whole := ""
	for _, p := range parts {
		whole += p.text
	}
	for _, form := range companyForms {
		if strings.HasSuffix(whole, form) && whole != form {
			return len(parts) - len([]rune(form))
		}
	}
	return len(parts)
}

// written is a name from each piece on.
func written(name string, read Reading) []string {
	var out []string
	parts := pieces(name, read)
	for i := range parts[:body(parts)] {
		var text strings.Builder
		for _, p := range parts[i:] {
			text.WriteString(p.text)
		}
		out = append(out, text.String())
	}
	return out
}

// spelt is how a name is spelt from each piece on, the likeliest spelling of the whole first; nothing of a name
// without Chinese characters.
func spelt(name string, read Reading) []string {
	var out []string
	parts := pieces(name, read)
	last := body(parts)
	for i := range parts[:last] {
		if slices.ContainsFunc(parts[i:last], func(p piece) bool { return len(p.readings) > 0 }) {
			out = append(out, spelling(parts[i:], last-i)...)
		}
	}
	return out
}

// initialsOf is the likeliest initials of a whole name.
func initialsOf(name string, read Reading) string {
	parts := pieces(name, read)
	if body(parts) < 2 {
		return "" // one initial finds nobody
	}
	out := ""
	for _, p := range parts {
		if len(p.readings) > 0 {
			out += p.readings[0][:1]
		} else {
			out += p.text
		}
	}
	return out
}

// spelling is the pinyin and the initials of pieces, of which the first so many are the body of the name; one
// initial of it finds nobody. The first two characters that are read in two ways give up to four spellings; later
// ones are read in the likeliest way, since spellings begin at them as well.
func spelling(parts []piece, body int) []string {
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
	if body > 1 {
		return append(full, initials...)
	}
	return full
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

// sorted is the list in the order of the table, the ends of numbers after the rest.
func (t *termList) sorted() []Term {
	out := ranked(t.terms)
	for _, end := range ranked(t.ends) {
		end.End = true
		number := reversed(end.Text)
		for n := shortestPhone; n <= len(number); n++ {
			if slices.ContainsFunc(t.terms, func(term string) bool { return strings.HasPrefix(term, number[len(number)-n:]) }) {
				end.Known = append(end.Known, n)
			}
		}
		out = append(out, end)
	}
	return out
}

func ranked(terms []string) []Term {
	var out []Term
	for i, term := range slices.Sorted(slices.Values(terms)) {
		out = append(out, Term{Text: term})
		if i > 0 {
			out[i].Common = common(out[i-1].Text, term)
		}
	}
	return out
}

func allDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// reversed is a text of digits from its end on.
func reversed(digits string) string {
	out := []byte(digits)
	slices.Reverse(out)
	return string(out)
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

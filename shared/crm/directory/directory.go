// Package directory decides by which terms a customer is found.
package directory

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"afterpress/shared/crm/customer"

	"github.com/nyaruka/phonenumbers"
)

// Limits of the terms of a customer. Each term is a row of the directory, and costs a write when it comes and
// when it goes.
const (
	// terms of a customer with one contact; each further contact adds mostOfPerson
	mostTerms    = 95
	mostOfName   = 40 // terms of the customer's own name as written
	mostOfPerson = 8  // terms that each contact has, whatever the others have
	longestTerm  = 40 // runes
	shortestTerm = 2  // runes
	// digits from which the end of a phone number is a term; fewer would match too many
	shortestPhone = 4
)

// Reading gives the readings of a Chinese character: syllables in small letters without tones, the likeliest
// first. It gives none for any other character.
type Reading func(r rune) []string

// Term is one text that finds a customer by its beginning. Common is how many runes it has in common with the
// beginning of the term before it. A question of that length or less has found the customer by the term
// before.
type Term struct {
	Text   string
	Common int
	// End says that Text is a phone number from its last digit to its first. EndQuestion gives the questions
	// for such terms.
	End bool
	// Known is for an End: lengths of the questions that found the customer by another term already.
	Known []int
}

// EndQuestion is a question of digits, reversed as for the ends of phone numbers. ok is false for any other
// question, and for fewer than four digits.
func EndQuestion(question string) (end string, ok bool) {
	return reversed(question), len(question) >= shortestPhone && allDigits(question)
}

// AsksForForm reports whether a question is only a part of a company's legal form, such as 有限公司. Most
// customers would match, so no terms are kept for it. NameHas asks it of the names in a list instead.
func AsksForForm(question string) bool {
	return len([]rune(question)) >= shortestTerm &&
		slices.ContainsFunc(companyForms, func(form string) bool { return strings.Contains(form, question) })
}

// NameHas reports whether the question is a part of the name. The question must be folded, as Question gives
// it.
func NameHas(name, question string) bool { return strings.Contains(foldWhole(name), question) }

// MayNameHave is NameHas for a name of which only FoldTerm is known, today's or an earlier one. It is true where the
// rest of the name is cut off.
func MayNameHave(folded, question string) bool {
	return NameHas(folded, question) || len([]rune(folded)) == longestTerm
}

// TermsOf lists the terms that find the customer, sorted. The Chinese name is found from any character on, the
// Latin name from each word on. Pinyin and initials of the Chinese name are found from each syllable on that
// people begin with: not from its last one, nor within what a company trades in. The same holds for the contacts who
// have not left, and their e-mail addresses and phone numbers are terms too.
// Tax numbers are no terms, because every reader may search by terms and not every role sees tax numbers.
// Where there are too many terms, those of less worth are left out. A contact's written name, pinyin,
// initials and number ends never give way to another contact's terms. Other spellings and the rest of
// addresses and numbers do.
func TermsOf(c customer.Customer, people []customer.Contact, read Reading) []Term {
	people = slices.DeleteFunc(slices.Clone(people), func(p customer.Contact) bool { return p.LeftAt != nil })
	t := termList{most: mostTerms + mostOfPerson*max(len(people)-1, 0)}
	names := slices.Concat(written(c.Name, read), written(c.LatinName, read))
	t.addAll(names[:min(len(names), mostOfName)])
	for _, p := range people {
		t.person(p, read)
	}
	t.addAll(names)
	trade := c.Kind == customer.Company
	t.addAll(spelt(c.Name, trade, read))
	t.addAll(spelt(c.LatinName, trade, read))
	for _, p := range people {
		t.addresses(p)
	}
	for _, p := range people {
		t.addAll(slices.Concat(written(p.Name, read), written(p.LatinName, read), spelt(p.Name, false, read),
			spelt(p.LatinName, false, read)))
	}
	return t.sorted()
}

// Hides reports whether search and lists leave the customer out: a person of whom every contact is gone, and one of
// them because they are to be erased. A company stays, since it is no person.
func Hides(c customer.Customer, people []customer.Contact) bool {
	there := func(p customer.Contact) bool { return p.LeftAt == nil }
	erasing := func(p customer.Contact) bool { return p.Erasing != nil }
	return c.Kind == customer.Person && !slices.ContainsFunc(people, there) && slices.ContainsFunc(people, erasing)
}

// termList collects terms in the order of their worth. A term that is the beginning of a longer one is left
// out.
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

// with is a list with one more term, if there is room.
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

// person adds what a contact is most often looked for by, at most mostOfPerson terms. These are the written
// name, the ends of the numbers, and the likeliest pinyin of the name and its initials.
func (t *termList) person(p customer.Contact, read Reading) {
	var spellings []string
	for _, name := range []string{p.Name, p.LatinName} {
		if all := spelt(name, false, read); len(all) > 0 {
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

// addresses adds a contact's e-mail addresses and numbers from their beginnings, and the ends of the numbers.
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

// phone adds a number as it begins abroad, in the country and in the town, and once from its end. People
// remember the last four digits. An extension stands behind the number, where a whole question has it. Digits from the
// middle find nothing. A row for each place in the number would make eight of one number, and people do not read a
// number out from the middle.
func (t *termList) phone(e164 string) {
	number, err := phonenumbers.Parse(e164, "")
	if err != nil {
		t.add(FoldTerm(e164))
		return
	}
	national, ext := phonenumbers.GetNationalSignificantNumber(number), number.GetExtension()
	t.add(national + ext)
	if area := phonenumbers.GetLengthOfGeographicalAreaCode(number); area > 0 {
		t.add(national[area:] + ext)
	}
	t.ends = t.with(t.ends, numberEnd(e164))
	t.add(fmt.Sprint(number.GetCountryCode(), national, ext))
}

// numberEnd is a number from its last digit to its first, without the country code and the extension. It is empty for
// a number with fewer than shortestPhone digits.
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

// piece is a part of a name. It is a Chinese character with its readings, another character of a script
// without spaces, or a word.
type piece struct {
	text     string
	readings []string
}

// surnames of two signs are read otherwise than each sign by itself, at the beginning of a name.
var surnames = map[string][2][]string{
	"单于": {{"chan", "shan"}, {"yu"}}, "万俟": {{"mo"}, {"qi"}}, "尉迟": {{"yu", "wei"}, {"chi"}},
	"长孙": {{"zhang", "chang"}, {"sun"}},
	"澹台": {{"tan", "dan"}, {"tai"}}, "宰父": {{"zai"}, {"fu"}}, "皇甫": {{"huang"}, {"fu"}}, "令狐": {{"ling"}, {"hu"}},
	"亓官": {{"qi"}, {"guan"}}, "鲜于": {{"xian"}, {"yu"}}, "濮阳": {{"pu"}, {"yang"}}, "中行": {{"zhong"}, {"hang"}},
}

// pieces cuts a name into the parts from which it may be found.
func pieces(name string, read Reading) []piece {
	var out []piece
	open := false // the last piece is a word that may go on
	for _, r := range folded(name) {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul):
			p := piece{text: string(traditional.counterpart(r))}
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
	if len(out) > 1 {
		if readings, found := surnames[out[0].text+out[1].text]; found {
			out[0].readings, out[1].readings = readings[0], readings[1]
		}
	}
	return out
}

// companyForms end the names of companies, in the form of FoldTerm. They are too common to search by, as written or as
// spelt, so every term begins before them.
var companyForms = []string{"股份有限公司", "有限责任公司", "有限公司", "公司"}

// latinForms end the names of companies in Latin letters. Nobody looks for a customer by one of them alone.
var latinForms = []string{"co", "company", "corp", "corporation", "inc", "incorporated", "limited", "llc", "ltd", "plc",
	"pte", "gmbh", "kg", "ag"}

// trades stand before the legal form and say what a company does. Nobody looks for a customer by the pinyin of
// one, since it finds all who do the same. As written they are terms, like any part of a name.
var trades = []string{"印务", "印刷", "彩印", "印业", "包装", "纸业", "纸品", "制品", "广告", "传媒",
	"文化", "传播", "科技", "技术", "网络", "信息", "电子", "贸易", "商贸", "实业", "工业", "设计", "食品", "茶业", "酒业",
	"服饰", "服装", "家居", "医药", "教育", "咨询", "物流", "机械", "建材", "化工"}

// body is how many pieces of a name stand before a company's legal form.
func body(parts []piece) int {
	n := before(parts, len(parts), companyForms)
	for n > 1 && slices.Contains(latinForms, parts[n-1].text) {
		n--
	}
	return n
}

// core is how many pieces of a company's name stand before what it trades in.
func core(parts []piece) int {
	n := body(parts)
	for m := before(parts, n, trades); m < n; m = before(parts, n, trades) {
		n = m
	}
	return n
}

// before is how many of the first n pieces stand before one of the endings, if the pieces end with it.
func before(parts []piece, n int, endings []string) int {
	whole := ""
	for _, p := range parts[:n] {
		whole += p.text
	}
	for _, ending := range endings {
		if strings.HasSuffix(whole, ending) && whole != ending {
			return n - len([]rune(ending))
		}
	}
	return n
}

// written is a name as it is written, from each piece on.
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

// spelt is a name as it is spelt, the likeliest spelling of the whole name first. It begins at each piece up to
// the last but one: a single syllable finds too many. trade says that the name is a company's, whose beginnings
// end before what it trades in. A name without Chinese characters has no spelling.
func spelt(name string, trade bool, read Reading) []string {
	var out []string
	parts := pieces(name, read)
	last := body(parts)
	begins := last
	if trade {
		begins = core(parts)
	}
	for i := range parts[:max(begins-1, min(last, 1))] {
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
		return "" // one initial would match too many
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

// spelling is the pinyin and the initials of the pieces. body is how many of them are the body of the name;
// the initials of a body of one piece are left out. A first character with two readings gives two spellings.
// Later ones are read in the likeliest way, because other terms begin at them as well.
func spelling(parts []piece, body int) []string {
	full, initials := "", ""
	for _, p := range parts[1:] {
		if len(p.readings) == 0 {
			full, initials = full+p.text, initials+p.text
			continue
		}
		full, initials = full+p.readings[0], initials+p.readings[0][:1]
	}
	ways := parts[0].readings[:min(len(parts[0].readings), 2)]
	if len(ways) == 0 {
		ways = []string{parts[0].text}
	}
	var out, short []string
	for _, w := range ways {
		begin := w
		if len(parts[0].readings) > 0 {
			begin = w[:1]
		}
		out, short = append(out, w+full), append(short, begin+initials)
	}
	if body > 1 {
		return append(out, slices.Compact(short)...)
	}
	return out
}

// sorted is the list in the order of the table, with the ends of numbers after the rest.
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

// reversed is a text of digits from its last to its first.
func reversed(digits string) string {
	out := []byte(digits)
	slices.Reverse(out)
	return string(out)
}

// common is how many runes two texts have in common at the beginning.
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

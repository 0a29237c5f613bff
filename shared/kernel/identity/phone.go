package identity

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"afterpress/shared/kernel/words"

	"github.com/nyaruka/phonenumbers"
)

var (
	// ErrDoubtful is returned for a number without a country code that may be one of another country.
	ErrDoubtful = errors.New("identity: a number of which country?")
	// ErrSeveral is returned for text that holds more than one number.
	ErrSeveral = errors.New("identity: several numbers")
)

// Place is where a number without a country code was written.
type Place struct {
	Region string // ISO 3166, "CN"; empty: only numbers with a country code are read
	Area   string // area code without the zero before it, "21"; numbers of the town are read by it
	// Lang is the language of the writer; empty where it says nothing about where they are from.
	Lang words.Lang
}

// PhoneWords say what to do about a number that Phone or First refused with err.
func PhoneWords(err error) words.Text {
	switch {
	case errors.Is(err, ErrDoubtful):
		return words.Text{Zh: "这个号码也可能属于别的国家或地区。请加上国家代码，例如 +86 21 5080 1188 或 +44 20 7946 0958。",
			En: "This may be a number of another country. Write it with its country code, such as +86 21 5080 1188 or " +
				"+44 20 7946 0958."}
	case errors.Is(err, ErrSeveral):
		return words.Text{Zh: "这里有不止一个号码。请为每个号码单独填写一项。",
			En: "There is more than one number here. Give each number an entry of its own."}
	}
	return words.Text{Zh: "请检查电话号码；外地号码请带区号或国家代码，例如 +86 138 0013 8000。",
		En: "Check the phone number; from abroad add the country code, such as +86 138 0013 8000."}
}

// PhoneWritten is a number (E.164) as readers of the language write it. Chinese readers see a number of China as they
// dial it: "021-5080 1188", "138 0013 8000". Any other is written with its country code: "+86 21 5080 1188". A number
// that cannot be read stays as it is.
func PhoneWritten(phone string, lang words.Lang) string {
	number, err := phonenumbers.Parse(phone, "")
	if err != nil {
		return phone
	}
	if lang != words.Zh || phonenumbers.GetRegionCodeForNumber(number) != "CN" {
		return phonenumbers.Format(number, phonenumbers.INTERNATIONAL)
	}
	written := phonenumbers.Format(number, phonenumbers.NATIONAL)
	if strings.HasPrefix(written, "0") {
		written = strings.Replace(written, " ", "-", 1) // between the area and the number
	}
	return written
}

// Phone is Place.Phone for a place without a town.
func Phone(raw, region string) (string, error) { return Place{Region: region}.Phone(raw) }

// Phone normalises a typed number to E.164 ("+8613800138000"). An extension stays, in the form of RFC 3966
// ("+8657188886666;ext=8001"): two extensions are two people. It returns ErrNotAddress for a number that cannot be
// dialled, ErrDoubtful for one that may be another country's, and ErrSeveral for more than one.
func (p Place) Phone(raw string) (string, error) {
	first, more, err := p.First(raw)
	if err == nil && more {
		return "", ErrSeveral
	}
	return first, err
}

// First is Phone for text in which several numbers may stand. It gives the first one that can be read. more reports
// that the text holds more than that number.
func (p Place) First(raw string) (number string, more bool, err error) {
	text := phoneText(raw)
	if len(text) > longestPhone {
		return "", false, ErrNotAddress
	}
	parts := numbersIn(text)
	if len(parts) < 2 {
		number, err = p.read(strings.Join(parts, ""))
		return number, false, err
	}
	for _, part := range parts {
		one, wrong := p.read(part)
		if wrong == nil {
			return one, true, nil
		}
		if err == nil || errors.Is(wrong, ErrDoubtful) {
			err = wrong
		}
	}
	if errors.Is(err, ErrDoubtful) {
		return "", true, err
	}
	number, err = p.read(text) // a stroke may stand behind the area code
	return number, false, err
}

const (
	longestPhone     = 250 // bytes; phonenumbers reads no longer text
	longestExtension = 8   // digits behind a label; without one there are at most six
)

// chinaExtension is how China writes an extension, beside the ways that phonenumbers knows ("ext. 8", "x8", "#8").
var chinaExtension = regexp.MustCompile(
	`[\s,;:(\[-]*(?:总机|總機|前台)?(?:转接|转|轉接|轉|分机号?|分機號?|内线|內線)(?:号|號)?[\s:.\-]*([0-9]{1,8})[\s)\]]*($|[/、|,;&\r\n或和及])`)

// aside is what people say of a number behind it, without a figure: (微信同号), (Mr Wang), 同微信.
var aside = regexp.MustCompile(`\s*(?:[(\[][^()\[\]0-9]*[\p{L}][^()\[\]0-9]*[)\]]|\(?(?:同微信|微信同号|微信同號)\)?)\s*$`)

// dashes writes every dash alike.
var dashes = strings.NewReplacer("–", "-", "—", "-", "−", "-", "‐", "-", "‑", "-")

// phoneText is what was typed in plain width, without marks that cannot be seen. It has one kind of digit, of dash and
// of label before an extension.
func phoneText(raw string) string {
	text := strings.Map(plainDigit, dashes.Replace(words.Unmarked(foldWidth(raw))))
	if plainly(text) {
		return text // spares the search
	}
	return chinaExtension.ReplaceAllString(aside.ReplaceAllString(text, ""), " ext $1$2")
}

// plainly reports whether text holds nothing but digits and what stands between those of one number. So most people
// write theirs.
func plainly(text string) bool { return strings.Trim(text, "+0123456789 ().-") == "" }

// plainDigit is 0 to 9 for a digit of another script. The ten of a script stand in a row that begins with its zero.
func plainDigit(r rune) rune {
	if r < utf8.RuneSelf || !unicode.IsDigit(r) {
		return r
	}
	value := rune(0)
	for unicode.IsDigit(r - value - 1) {
		value++
	}
	return '0' + value%10
}

var (
	between   = regexp.MustCompile(`(?i)[/、|,;&\r\n]+|或者?|和|及|\bor\b|\band\b`)
	extension = regexp.MustCompile(`(?i)^(?:ext(?:ension)?[.:= ]*([0-9]{1,8})|([0-9]{1,6}))$`)
)

// numbersIn cuts text at what stands between two numbers. A few digits behind a comma or a semicolon are an extension.
func numbersIn(text string) []string {
	if one := strings.TrimSpace(text); one != "" && plainly(one) {
		return []string{one}
	}
	var out []string
	from, mark := 0, ""
	for _, at := range append(between.FindAllStringIndex(text, -1), []int{len(text), len(text)}) {
		part := strings.TrimSpace(text[from:at[0]])
		found := extension.FindStringSubmatch(part)
		switch {
		case part == "":
		case len(out) > 0 && found != nil && strings.Trim(mark, ",;") == "":
			out[len(out)-1] += " ext " + found[1] + found[2]
		default:
			out = append(out, part)
		}
		from, mark = at[1], text[at[0]:at[1]]
	}
	return out
}

// dashed is a number with a dash before its last digits, which may be an extension.
var dashed = regexp.MustCompile(`^(.*[0-9][^0-9]*)-\s*([0-9]{1,6})$`)

// read reads text that holds one number.
func (p Place) read(text string) (string, error) {
	head, ext := text, ""
	if strings.Contains(text, "-") {
		if cut := dashed.FindStringSubmatch(text); cut != nil {
			head, ext = strings.TrimSpace(cut[1]), cut[2]
		}
	}
	if number, err := p.whole(head); ext != "" && err == nil && chinese(number, head) {
		return number + ";ext=" + ext, nil
	}
	number, err := p.whole(text)
	if !errors.Is(err, ErrNotAddress) || ext == "" {
		return number, err
	}
	if number, err = p.whole(head); err != nil || strings.Contains(number, ";") {
		return "", err
	}
	return number + ";ext=" + ext, nil
}

// lastGroup is the last digits of a number as it was written.
var lastGroup = regexp.MustCompile(`[0-9]+\D*$`)

// chinese reports whether a number of China was written to its end, in a group of four digits or more. Digits behind
// another dash are an extension then, even where they would make a longer number.
func chinese(number, written string) bool {
	group := strings.TrimRight(lastGroup.FindString(written), ")- ")
	return strings.HasPrefix(number, "+86") && !strings.Contains(number, ";") && len(group) >= 4
}

// whole reads a number whose extension has a label, if it has one. A number of the town is read by the area code.
func (p Place) whole(text string) (string, error) {
	n, err := phonenumbers.ParseAndKeepRawInput(text, p.Region)
	if err != nil || len(n.GetExtension()) > longestExtension {
		return "", ErrNotAddress
	}
	if phonenumbers.IsValidNumber(n) {
		if p.doubts(n, text) {
			return "", ErrDoubtful
		}
		return canonical(n), nil
	}
	local := digitsOf(text)
	if p.Area == "" || len(local) < 6 || local != phonenumbers.GetNationalSignificantNumber(n) ||
		n.GetCountryCodeSource() != phonenumbers.PhoneNumber_FROM_DEFAULT_COUNTRY {
		return "", ErrNotAddress
	}
	full, err := phonenumbers.Parse(fmt.Sprint("+", n.GetCountryCode(), p.Area, local), "")
	if err != nil || !phonenumbers.IsValidNumber(full) {
		return "", ErrNotAddress
	}
	if p.foreign() {
		return "", ErrDoubtful
	}
	full.Extension = n.Extension
	return canonical(full), nil
}

// canonical is the one form in which a number is compared.
func canonical(n *phonenumbers.PhoneNumber) string {
	number := phonenumbers.Format(n, phonenumbers.E164)
	if ext := n.GetExtension(); ext != "" {
		number += ";ext=" + ext
	}
	return number
}

// digitsOf are the digits of a number as it was written, without those of its extension.
func digitsOf(text string) string {
	number, _ := phonenumbers.MaybeSeparateExtensionFromPhone(text)
	return phonenumbers.NormalizeDigitsOnly(number)
}

// writers are the countries whose people write in a language, as far as they ask a printer in China.
var writers = map[words.Lang][]string{
	words.Zh: {"CN", "HK", "MO", "SG", "TW"},
	words.En: {"AU", "CA", "GB", "HK", "IE", "IN", "NZ", "SG", "US", "ZA"},
}

// foreign reports whether the writer's language says that they may be from elsewhere. English says so in China alone.
func (p Place) foreign() bool {
	return p.Lang == words.En && p.Region == "CN" ||
		p.Lang == words.Zh && !slices.Contains(writers[words.Zh], p.Region)
}

// american is how North America groups a number: 212-555-0101, or 1-212-555-0101.
var american = regexp.MustCompile(`^(?:1[-. (]+)?[2-9][0-9]{2}[-. )]+[0-9]{3}[-. ]+[0-9]{4}$`)

// doubts reports whether a number that was written without its country's code may be one of another country. China's
// fixed lines are written with a zero before the area code, and its mobile numbers never in American groups. For a
// writer in a foreign language, it must not be a number of a country where they may be from.
func (p Place) doubts(n *phonenumbers.PhoneNumber, text string) bool {
	const america = 1
	switch source := n.GetCountryCodeSource(); {
	case source == phonenumbers.PhoneNumber_FROM_NUMBER_WITHOUT_PLUS_SIGN && n.GetCountryCode() == america:
		// its country's code is what the country itself dials before each number
	case source != phonenumbers.PhoneNumber_FROM_DEFAULT_COUNTRY:
		return false
	}
	kind := phonenumbers.GetNumberType(n)
	if p.Region == "CN" && (kind == phonenumbers.FIXED_LINE && !strings.HasPrefix(digitsOf(text), "0") ||
		kind == phonenumbers.MOBILE && strings.ContainsAny(text, "-. )") && american.MatchString(text) &&
			readsIn("US", text)) {
		return true
	}
	return p.foreign() && slices.ContainsFunc(writers[p.Lang], func(country string) bool {
		mobile := p.Region == "CN" && kind == phonenumbers.MOBILE && phonenumbers.IsNANPACountry(country)
		return country != p.Region && !mobile && readsIn(country, text)
	})
}

// readsIn reports whether the text is plainly a number of the country.
func readsIn(country, text string) bool {
	_, err := Place{Region: country}.whole(text)
	return err == nil
}

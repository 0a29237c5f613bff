// Package identity brings phone numbers, e-mail addresses and tax numbers to the one form in which they are
// compared.
package identity

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"afterpress/shared/kernel/valid"
	"afterpress/shared/kernel/words"

	// Domains in other scripts, by UTS 46, from the Go team; it is a part of a module that is here already.
	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// ErrNotAddress is returned for text that is no phone number, e-mail address or tax number.
var ErrNotAddress = errors.New("identity: not an address")

// ClaimKind names what a claimed value is. A claimed value has one owner in the whole company.
type ClaimKind string

// Kinds of claims.
const (
	ClaimPhone ClaimKind = "phone"
	ClaimEmail ClaimKind = "email"
	ClaimTax   ClaimKind = "tax"
	// ClaimSubject is the subject by which the identity provider knows a staff member.
	ClaimSubject ClaimKind = "subject"
)

// Claim is one normalised value by which a contact, a customer or a staff member is known.
type Claim struct {
	Kind  ClaimKind
	Value string // E.164 with extension, lower-case address, tax number or subject
}

// KindOf is the kind of a phone or an e-mail as contacts keep it.
func KindOf(value string) ClaimKind {
	if strings.Contains(value, "@") {
		return ClaimEmail
	}
	return ClaimPhone
}

// Email normalises an e-mail address: full-width forms folded, marks that nobody sees, outer space and a "mailto:" cut,
// lower case. A domain in letters of other scripts takes its ASCII form ("xn--..."), under which mail finds it.
// noReply are the names of mailboxes that nobody reads.
var noReply = []string{"noreply", "no-reply", "no_reply", "donotreply", "do-not-reply", "auto-reply", "autoreply",
	"autoresponder"}

// NoReply reports whether an address says itself that nobody reads what is sent to it.
func NoReply(email string) bool {
	local, _, _ := strings.Cut(strings.ToLower(email), "@")
	return slices.Contains(noReply, local)
}

// EmailShown gives the letters back. Dots and +tags stay: two spellings that a provider may treat as different people
// are never joined. It returns ErrNotAddress for anything but one plain address of at most 254 characters.
func Email(raw string) (string, error) {
	folded := strings.ToLower(strings.TrimPrefix(strings.ToLower(foldWidth(words.Unmarked(raw))), "mailto:"))
	if local, domain, _ := strings.Cut(folded, "@"); !valid.Holds(domain, "printascii") {
		domain, err := idna.Lookup.ToASCII(domain)
		if err != nil {
			return "", ErrNotAddress
		}
		folded = local + "@" + domain
	}
	if len(folded) > 254 || !valid.Holds(folded, "required,email,printascii") ||
		strings.ContainsAny(folded, `"<>(),;:\ `) {
		return "", ErrNotAddress
	}
	return folded, nil
}

// EmailShown is a normalised address with its domain as people write it.
func EmailShown(email string) string {
	local, domain, _ := strings.Cut(email, "@")
	if !strings.Contains(domain, "xn--") {
		return email
	}
	shown, err := idna.Display.ToUnicode(domain)
	if again, wrong := Email(local + "@" + shown); err != nil || wrong != nil || again != email {
		return email
	}
	return local + "@" + shown
}

var taxForm = regexp.MustCompile(`^[0-9A-Z]{6,24}$`)

// ErrCreditCode is returned for 18 signs that are no unified social credit code.
var ErrCreditCode = errors.New("identity: not a unified social credit code")

// TaxNumber normalises a tax number: full-width forms folded, marks that nobody sees, spaces and hyphens cut, capital
// letters. It has from 6 to 24 letters and digits; ErrNotAddress is returned for anything else. One of 18 is China's
// unified social credit code. It returns ErrCreditCode with the number where its signs do not check.
func TaxNumber(raw string) (string, error) {
	folded := strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(foldWidth(words.Unmarked(raw))))
	switch {
	case !taxForm.MatchString(folded):
		return "", ErrNotAddress
	case len(folded) == creditLength && !creditCode(folded):
		return folded, ErrCreditCode
	}
	return folded, nil
}

// The unified social credit code of GB 32100-2015: 18 of these signs, among which I, O, S, V and Z are not. The weights
// are powers of 3, and the sum with the check sign is a multiple of 31.
const (
	creditLength = 18
	creditSigns  = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	creditWeight = 3
)

func creditCode(number string) bool {
	sum, weight := 0, 1
	for i, sign := range number {
		value := strings.IndexRune(creditSigns, sign)
		if value < 0 {
			return false
		}
		if i == creditLength-1 {
			weight = 1
		}
		sum += value * weight
		weight = weight * creditWeight % len(creditSigns)
	}
	return sum%len(creditSigns) == 0
}

// foldWidth turns full-width letters, digits and signs, which Chinese keyboards produce, into their plain
// forms.
func foldWidth(raw string) string { return strings.TrimSpace(norm.NFKC.String(raw)) }

// Claims are the values by which a person with this phone and e-mail is known. Both are normalised, and
// either may be empty. The phone comes first: where the two belong to different people, the phone decides.
func Claims(phone, email string) []Claim {
	var out []Claim
	if phone != "" {
		out = append(out, Claim{ClaimPhone, phone})
	}
	if email != "" {
		out = append(out, Claim{ClaimEmail, email})
	}
	return out
}

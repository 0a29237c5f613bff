package message

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
)

// status is an enhanced status code of RFC 3463: 5.1.1 is class 5, subject 1, detail 1.
type status struct{ class, subject, detail int }

func (s status) String() string { return fmt.Sprintf("%d.%d.%d", s.class, s.subject, s.detail) }

const threeNumbers = `([245]\.[0-9]{1,3}\.[0-9]{1,3})`

var (
	// the field of a report, and nothing behind it that could make it an address
	bareStatus = regexp.MustCompile(`^` + threeNumbers + `(?:[^0-9.]|$)`)
	// in a text a status stands behind a reply code, a sign that marks it, or at the beginning of a line. So digits of
	// an address of the network, of a version or of a size are none.
	codedStatus = regexp.MustCompile(`(?m)(?:\b[245][0-9]{2}[ -]+[\['"(]?|#|\[|\bstatus: ?|^\s*)` + threeNumbers +
		`(?:\.?[^0-9.@\pL_]|\.?$)`)
	namedStatus = regexp.MustCompile(`\s` + threeNumbers + ` +[-<]`)
)

// statusOf reads a code that has the form of one.
func statusOf(code string) status {
	var s status
	parts := [3]*int{&s.class, &s.subject, &s.detail}
	for i, digits := range regexp.MustCompile(`[0-9]+`).FindAllString(code, 3) {
		*parts[i], _ = strconv.Atoi(digits)
	}
	return s
}

// statuses are the codes in a text, in its order.
func statuses(text string) []status {
	type place struct {
		at int
		status
	}
	var found []place
	for _, form := range []*regexp.Regexp{codedStatus, namedStatus} {
		for _, m := range form.FindAllStringSubmatchIndex(text, 8) {
			found = append(found, place{m[2], statusOf(text[m[2]:m[3]])})
		}
	}
	slices.SortStableFunc(found, func(a, b place) int { return a.at - b.at })
	out := make([]status, 0, len(found))
	for _, p := range found {
		out = append(out, p.status)
	}
	return out
}

// mostSpecific is the first code that says something, else the first one.
func mostSpecific(given []status) status {
	if at := slices.IndexFunc(given, status.specific); at >= 0 {
		return given[at]
	}
	if len(given) > 0 {
		return given[0]
	}
	return status{}
}

// specific reports whether the code says what went wrong. One of subject 0, of detail 0 or of the protocol (subject 5)
// is given for anything.
func (s status) specific() bool { return s.subject != 0 && s.subject != 5 && s.detail != 0 }

// saysAddress reports whether a code of subject 1 means the reader's address: 5 says that it is right, 7 and 8 mean
// the sender's, and 9 means a mail server on the way.
func (s status) saysAddress() bool { return !slices.Contains([]int{0, 5, 7, 8, 9}, s.detail) }

// takesNoMail reports whether the code is that of a domain that takes no mail (RFC 7505). Microsoft gives it for an
// unknown reader, so words decide.
func (s status) takesNoMail() bool { return s.subject == 1 && s.detail == 10 }

// cause is what a specific code that is not about the reader's address says.
func (s status) cause() Cause {
	switch {
	case s.subject == 2 && s.detail == 3, s.subject == 3 && s.detail == 4, s.subject == 6:
		return CauseMessage
	case s.subject == 2:
		return CauseMailbox
	case s.subject == 1 && s.detail != 9, s.subject == 7:
		return CausePolicy
	}
	return CauseRoad
}

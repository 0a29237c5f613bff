package caselink

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/token"
)

// Right is to whom a link was given, as the link carries it. It is read at each opening. Links of before December 2026
// carry none: they count as given to the record's contact before staff ended any. Links go by SMS too, so contact and
// address are short marks (token.Tokens.Mark).
type Right struct {
	Contact string // mark of the contact's id; empty: the contact of the link's record
	Ends    int64  // how often staff had ended the contact's links by then (customer.Contact.LinkEnds)
	Address string // mark of where it went; empty where a colleague handed it over
}

// GivenTo is the right of a link that goes to an address of the contact. Without an address it goes by a colleague.
func GivenTo(t token.Tokens, c customer.Contact, address string) Right {
	r := Right{Contact: t.Mark(c.ID), Ends: c.LinkEnds}
	if address != "" {
		r.Address = t.Mark(address)
	}
	return r
}

// Over is why a link opens no more.
type Over string

// Reasons why a link opens no more.
const (
	OverLeft    Over = "left"     // the contact has left the customer
	OverMoved   Over = "moved"    // another contact stands in the record
	OverAddress Over = "address"  // it went to an address that the contact no longer has
	OverEnded   Over = "ended"    // staff ended the contact's links
	OverTime    Over = "too-late" // its record ended long ago (Kept)
)

// Error names the reason, for logs.
func (o Over) Error() string { return "caselink: over: " + string(o) }

// Refuse is the NotFound error of a link that opens no more, with the reason as its cause.
func (o Over) Refuse() error { return fault.Missing("链接", "link").Because(o) }

// Over is why the link opens no more for the contact of its record. It is empty while the link opens.
func (r Right) Over(t token.Tokens, of customer.Contact) Over {
	theirs := func(a customer.Reach) bool { return t.Marks(r.Address, a.Value) }
	switch {
	case r.Contact != "" && !t.Marks(r.Contact, of.ID):
		return OverMoved
	case of.LeftAt != nil:
		return OverLeft
	case r.Ends < of.LinkEnds:
		return OverEnded
	case r.Address != "" && !slices.ContainsFunc(slices.Concat(of.Phones, of.Emails), theirs):
		return OverAddress
	}
	return ""
}

// Kept is how long after the end of its record a link still shows it.
const Kept = 90 * 24 * time.Hour

// Lapsed reports whether a link is over by time. ended is when its record ended; zero while the record is open. A link
// by which the record can be opened again does not lapse before that time is over (until).
func Lapsed(ended, until, now time.Time) bool {
	return !ended.IsZero() && now.After(ended.Add(Kept)) && now.After(until)
}

// Text is the right as links carry it; empty for none. ReadRight reads it.
func (r Right) Text() string {
	if r == (Right{}) {
		return ""
	}
	return r.Contact + "/" + strconv.FormatInt(r.Ends, 36) + "/" + r.Address
}

// ReadRight reads what Text wrote. It reports false for anything else; an empty text is no right.
func ReadRight(text string) (r Right, ok bool) {
	if text == "" {
		return r, true
	}
	parts := strings.Split(text, "/")
	if len(parts) != 3 {
		return r, false
	}
	ends, err := strconv.ParseInt(parts[1], 36, 64)
	return Right{parts[0], ends, parts[2]}, err == nil
}

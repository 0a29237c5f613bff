// Package caselink knows the links by which customers reach their case without signing in, and for how long the links
// that customers get are theirs.
package caselink

import (
	"strings"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/token"
	"afterpress/shared/kernel/words"
)

// LatestDefect is how long after delivery a customer may still tell us of a defect: two years (Civil Code 621).
const LatestDefect = 2 * 365 * 24 * time.Hour

// Use is the use of tokens that lead customers to their case.
const Use = "case"

// Link is what a customer's link /c/{token} is about. It names a complaint (cmp_…), a question about a
// running job (hld_…), or a contact (con_…) who may complain through it. Job is the job on which the link is
// printed, if any. The link opens for as long as its right holds, and its seal key stays (token.KeyStays).
type Link struct {
	About string
	Job   string
	Right Right
}

// ComplainsAt is the link at which the contact opens a complaint, about the job if one is named. For a
// contact who has left it returns customer.HasLeft.
func ComplainsAt(c customer.Contact, job string) (Link, error) {
	if c.LeftAt != nil {
		return Link{}, customer.HasLeft()
	}
	return Link{About: c.ID, Job: job, Right: Right{Ends: c.LinkEnds}}, nil
}

// withRight begins the payload of a link with a right. Links without one begin with the id of their record.
const withRight = "r"

// Sign makes the token of a customer's link.
func Sign(t token.Tokens, l Link) string {
	payload := l.About
	if right := l.Right.Text(); right != "" {
		payload = withRight + " " + right + " " + l.About
	}
	if l.Job != "" {
		payload += " " + l.Job
	}
	return t.Sign(Use, payload)
}

// Open reads the token of a customer's link. It reports false for a token that is not valid.
func Open(t token.Tokens, tok string) (l Link, ok bool) {
	payload, ok := t.Open(Use, tok)
	if rest, found := strings.CutPrefix(payload, withRight+" "); found && ok {
		var right string
		right, payload, _ = strings.Cut(rest, " ")
		l.Right, ok = ReadRight(right)
	}
	l.About, l.Job, _ = strings.Cut(payload, " ")
	return l, ok && l.About != ""
}

// PathTo is the Path of the link about a record that goes to an address of the contact.
func PathTo(t token.Tokens, c customer.Contact, address, about string, lang words.Lang) string {
	return Path(t, Link{About: about, Right: GivenTo(t, c, address)}, lang)
}

// DoorPath is the address of the page for people who complain without a link.
func DoorPath(lang words.Lang) string { return "/c/complain?lang=" + string(lang) }

// CodePath is the address of the page on which they enter the code that was sent to them.
func CodePath(ticket string, lang words.Lang) string {
	return "/c/complain/code/" + ticket + "?lang=" + string(lang)
}

// Path is the address of a customer's link below that of the site. The page opens in the language.
func Path(t token.Tokens, l Link, lang words.Lang) string {
	return "/c/" + Sign(t, l) + "?lang=" + string(lang)
}

// Package caselink knows the links by which customers reach their case without signing in.
package caselink

import (
	"strings"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/token"
)

// LatestDefect is how long after delivery a customer may still tell us of a defect: two years (Civil Code 621).
const LatestDefect = 2 * 365 * 24 * time.Hour

// Use is the use of tokens that lead customers to their case.
const Use = "case"

// Link is what a customer's link /c/{token} is about. It names a complaint (cmp_…), a question about a
// running job (hld_…), or a contact (con_…) who may complain through it. Job is the job on which the link is
// printed, if any. The link has no end of its own and opens while its seal key stays (token.KeyStays).
type Link struct {
	About string
	Job   string
}

// ComplainsAt is the link at which the contact opens a complaint, about the job if one is named. For a
// contact who has left it returns customer.HasLeft.
func ComplainsAt(c customer.Contact, job string) (Link, error) {
	if c.LeftAt != nil {
		return Link{}, customer.HasLeft()
	}
	return Link{About: c.ID, Job: job}, nil
}

// Sign makes the token of a customer's link.
func Sign(t token.Tokens, l Link) string {
	if l.Job == "" {
		return t.Sign(Use, l.About)
	}
	return t.Sign(Use, l.About+" "+l.Job)
}

// Open reads the token of a customer's link. It reports false for a token that is not valid.
func Open(t token.Tokens, tok string) (Link, bool) {
	payload, ok := t.Open(Use, tok)
	about, job, _ := strings.Cut(payload, " ")
	return Link{about, job}, ok && about != ""
}

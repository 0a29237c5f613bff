package complaint

import (
	"strings"

	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/token"
)

// UseCase is the use of tokens that lead customers to their case.
const UseCase = "case"

// CaseLink is what a customer's link /c/{token} is about. It names a complaint (cmp_…), a question about a
// running job (hld_…), or a contact (con_…) who may complain through it. Job is the job on which the link is
// printed, if any. The link never expires: a defect may appear after two years (Civil Code 621).
type CaseLink struct {
	About string
	Job   string
}

// ComplainsAt is the link at which the contact opens a complaint, about the job if one is named. For a
// contact who has left it returns customer.HasLeft.
func ComplainsAt(c customer.Contact, job string) (CaseLink, error) {
	if c.LeftAt != nil {
		return CaseLink{}, customer.HasLeft()
	}
	return CaseLink{About: c.ID, Job: job}, nil
}

// SignCase makes the token of a customer's link.
func SignCase(t token.Tokens, l CaseLink) string {
	if l.Job == "" {
		return t.Sign(UseCase, l.About)
	}
	return t.Sign(UseCase, l.About+" "+l.Job)
}

// OpenCase reads the token of a customer's link. It reports false for a token that is not valid.
func OpenCase(t token.Tokens, tok string) (CaseLink, bool) {
	payload, ok := t.Open(UseCase, tok)
	about, job, _ := strings.Cut(payload, " ")
	return CaseLink{about, job}, ok && about != ""
}

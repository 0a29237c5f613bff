package complaint

import (
	"strings"

	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/token"
)

// UseCase is the use of tokens that lead a customer to his case.
const UseCase = "case"

// CaseLink is what a customer's link /c/{token} is about: a complaint (cmp_…), a question about a running job
// (hld_…), or a contact (con_…) who may complain through it, of the job Job where the link stands on one. It has no
// end: a defect may show itself after two years (Civil Code 621).
type CaseLink struct {
	About string
	Job   string
}

// ComplainsAt is the link at which the contact opens a complaint, of the job where one is named; who has left opens
// none.
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

// OpenCase reads the token of a customer's link.
func OpenCase(t token.Tokens, tok string) (CaseLink, bool) {
	payload, ok := t.Open(UseCase, tok)
	about, job, _ := strings.Cut(payload, " ")
	return CaseLink{about, job}, ok && about != ""
}

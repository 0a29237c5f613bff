package stack

import "afterpress/shared/crm/caselink"

// CaseLink is the address at which a customer sees a complaint (cmp_…) or a question from production (hld_…). For a
// contact (con_…) it is where they open a complaint, of a job where one is named.
func CaseLink(dir, about, job string) (string, error) {
	at, err := addressesIn(dir)
	if err != nil {
		return "", err
	}
	tokens, err := Tokens(dir)
	return at.API + "/c/" + caselink.Sign(tokens, caselink.Link{About: about, Job: job}), err
}

package stack

import "afterpress/shared/crm/complaint"

// CaseLink is the address at which a customer sees a complaint (cmp_…) or a question from production (hld_…), or
// opens a complaint (con_…), of a job where one is named.
func CaseLink(dir, about, job string) (string, error) {
	at, err := addressesIn(dir)
	if err != nil {
		return "", err
	}
	tokens, err := Tokens(dir)
	return at.API + "/c/" + complaint.SignCase(tokens, complaint.CaseLink{About: about, Job: job}), err
}

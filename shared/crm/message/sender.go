package message

import (
	"regexp"
	"slices"
	"strings"
)

// SESHost is how Amazon SES names itself in the results of its checks.
const SESHost = "amazonses.com"

var dmarcFailed = regexp.MustCompile(`(?i)(?:^|;)\s*dmarc\s*=\s*fail\b`)

// Failed reports whether one of our receiving hosts found that the sender's domain did not send the mail (RFC 8601,
// DMARC). The topmost field counts, since the last host writes it. What others write says nothing.
func (m Mail) Failed(hosts ...string) bool {
	by, results, _ := strings.Cut(m.Header["authentication-results"], ";")
	name := strings.Fields(strings.ToLower(by))
	return len(name) > 0 && dmarcFailed.MatchString(results) && slices.ContainsFunc(hosts, func(host string) bool {
		return name[0] == host || strings.HasSuffix(name[0], "."+host)
	})
}

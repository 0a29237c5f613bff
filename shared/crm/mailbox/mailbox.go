// Package mailbox says which e-mail addresses reach one mailbox, and which domains belong to public mail providers.
package mailbox

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// habit is how a provider reads what stands before the @ beside the +, which every provider here ignores.
type habit struct {
	domain  string // under which the provider knows the mailbox
	ignores string // signs that change nothing
}

// habits are those of the large providers that the providers themselves describe: Gmail (Help, answer 7436150), Proton
// (Support, "addresses and aliases") and iCloud (Apple Support, HT201771).
var habits = map[string]habit{
	"gmail.com": {"gmail.com", "."}, "googlemail.com": {"gmail.com", "."},
	"proton.me": {"proton.me", ".-_"}, "protonmail.com": {"proton.me", ".-_"},
	"protonmail.ch": {"proton.me", ".-_"}, "pm.me": {"proton.me", ".-_"},
	"icloud.com": {"icloud.com", ""}, "me.com": {"icloud.com", ""}, "mac.com": {"icloud.com", ""},
}

// Of is the one spelling of the mailbox behind an address in lower case. A tag after + is left out, whatever the
// provider is: a mailbox that counts for two people costs one of them an automatic reply at most. An address without a
// mailbox or a domain comes back as it is.
func Of(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at <= 0 || at == len(address)-1 {
		return address
	}
	name, domain := address[:at], address[at+1:]
	if tag := strings.IndexByte(name, '+'); tag > 0 {
		name = name[:tag]
	}
	if h, known := habits[domain]; known {
		// by bytes: what is no UTF-8 stays as it is
		plain := string(slices.DeleteFunc([]byte(name), func(b byte) bool { return strings.IndexByte(h.ignores, b) >= 0 }))
		if domain = h.domain; plain != "" {
			name = plain
		}
	}
	return name + "@" + domain
}

// Domain is the domain of an address; empty where it has none.
func Domain(address string) string {
	_, domain, _ := strings.Cut(address[max(strings.LastIndexByte(address, '@'), 0):], "@")
	return domain
}

//go:embed public.txt
var list string

// ours are public providers of China that the list does not have.
var ours = []string{"wo.cn", "163.net", "263.net"}

var public = sync.OnceValue(func() map[string]bool {
	known := map[string]bool{}
	for _, domain := range ours {
		known[domain] = true
	}
	for line := range strings.Lines(list) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			known[line] = true
		}
	}
	return known
})

// Public reports whether many people who do not know each other have addresses in the domain. A domain below one of a
// provider is the provider's, too.
func Public(domain string) bool {
	for found := domain != ""; found; _, domain, found = strings.Cut(domain, ".") {
		if public()[domain] {
			return true
		}
	}
	return false
}

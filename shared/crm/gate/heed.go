package gate

import (
	"strings"

	"afterpress/shared/crm/message"
)

// Heed closes a channel that does not reach the person, or that he complained about; a complaint is his no to
// marketing as well, and a yes that waits for its confirmation since before is over. changed is false for a report
// that permits and forbids nothing.
func (g Gate) Heed(r message.Report, channel string) (next Gate, changed bool) {
	if r.Fate != message.FateBounced && r.Fate != message.FateComplained {
		return g, false
	}
	next, changed = g.block(channel, r.Fate, r.At)
	if r.Fate != message.FateComplained {
		return next, changed
	}
	choice := Choice{message.PurposeMarketing, channel}
	said, answered := g.Consents[choice.Key()]
	if answered && !said.Yes && !r.At.After(said.At) {
		return next, changed
	}
	at := r.At
	if at.Before(said.At) { // told late; a no never moves back behind what was said since
		at = said.At
	}
	return next.refuse(choice, Consent{At: at, Source: strings.TrimSuffix(r.Source+":"+r.Proof, ":")},
		message.Reporter(r.Source), r.At), true
}

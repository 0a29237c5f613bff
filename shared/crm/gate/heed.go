package gate

import (
	"strings"

	"afterpress/shared/crm/message"
)

// Heed takes in a report about a message. A bounce or a complaint closes the channel. A complaint is also the
// contact's no to marketing, and ends a yes that waits for its confirmation from before. changed is false for
// a report that changes no permission.
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
	// the report came late: a no never moves back behind what was said since
	if at.Before(said.At) {
		at = said.At
	}
	return next.refuse(choice, Consent{At: at, Source: strings.TrimSuffix(r.Source+":"+r.Proof, ":")},
		message.Reporter(r.Source), r.At), true
}

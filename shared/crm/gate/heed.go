package gate

import (
	"maps"
	"strings"
	"time"

	"afterpress/shared/crm/message"
)

// Heed takes in a report about a message. An address that does not work stops marketing, and closes the channel on
// the second day on which that is told. A complaint closes the channel at once. It is also the contact's no to
// marketing, and ends a yes that waits for its confirmation from before. changed is false for a report that changes
// no permission.
func (g Gate) Heed(r message.Report, channel string) (next Gate, changed bool) {
	switch r.Fate {
	case message.FateBounced:
		return g.fail(r, channel)
	case message.FateComplained:
	default:
		return g, false
	}
	next, changed = g.block(channel, r.Fate, r.At)
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

// listed stands for the day where only a provider's own list of dead addresses tells of one. It proves nothing more
// than what the provider was told, perhaps by us.
const listed = "listed"

// fail takes in that a message came back because the address does not work.
func (g Gate) fail(r message.Report, channel string) (next Gate, changed bool) {
	day, before := r.Day, g.Failed[channel]
	if day == "" {
		day = r.At.UTC().Format(time.DateOnly)
	}
	if r.Listed {
		day = listed
	}
	_, blocked := g.Suppressed[channel]
	switch {
	case blocked, before == day, before != "" && r.Listed:
		return g, false
	case before == "" || before == listed:
		return g.mark(channel, day, r.At), true
	}
	return g.block(channel, message.FateBounced, r.At)
}

// mark keeps the day on which an address failed.
func (g Gate) mark(channel, day string, now time.Time) Gate {
	next := g.turn(now)
	next.Failed = maps.Clone(g.Failed)
	if next.Failed == nil {
		next.Failed = map[string]string{}
	}
	next.Failed[channel] = day
	return next
}

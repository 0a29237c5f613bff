package crm

import (
	"strings"
	"time"
)

// What became of a message after the provider took it, by weight: a graver fate replaces a lighter one, whatever the order in which they are told.
const (
	FateAccepted   = "accepted"   // the provider has it; says nothing of the reader
	FateDelivered  = "delivered"  // the reader's server took it
	FateRefused    = "refused"    // the provider did not send it
	FateBounced    = "bounced"    // it cannot be delivered, for good
	FateComplained = "complained" // the reader reported it as unwanted
)

var fateWeights = map[string]int{FateAccepted: 0, FateDelivered: 1, FateRefused: 2, FateBounced: 3, FateComplained: 4}

// Report is what a provider or another mail server tells of one message, some time, perhaps twice and in any order.
type Report struct {
	Fate   string    `json:"fate"`
	Source string    `json:"source"` // who told it: ses or mail
	Proof  string    `json:"proof"`  // the teller's id of what it told
	SentAt time.Time `json:"sent_at,omitzero"`
	At     time.Time `json:"at"`
}

// Weight orders reports of one message: what is told later counts when it weighs more.
func (r Report) Weight() int { return fateWeights[r.Fate] }

// Reporter is a machine that tells what became of messages, or brings what people wrote.
func Reporter(source string) Actor { return Actor{ID: "hook:" + source} }

// Heed takes a report into the ledger row: a message of which nobody knew is sent, a graver fate replaces a lighter one. changed is false where
// the row says as much already. event is nil where nobody needs to hear of it.
func (m Message) Heed(r Report, now time.Time) (next Message, event *Event, changed bool) {
	next = m
	before := m.State
	switch m.State {
	case "", MessageQueued, MessageClaimed, MessageUnknown:
		next.State = MessageSent
		if r.Fate == FateRefused {
			next.State = MessageFailed
		}
	}
	if r.Weight() > fateWeights[m.Fate] {
		next.Fate, next.FateAt = r.Fate, r.At
	}
	if next.State == before && next.Fate == m.Fate {
		return m, nil, false
	}
	next.Version, next.UpdatedAt = m.Version+1, now
	kind := EventType("")
	switch {
	case next.Fate != m.Fate && next.Fate == FateBounced:
		kind = MessageBounce
	case next.Fate != m.Fate && next.Fate == FateComplained:
		kind = MessageSpam
	case before == MessageUnknown:
		kind = MessageClosed
	}
	if kind != "" && m.Customer != "" {
		e := next.event(kind, Reporter(r.Source), now)
		event = &e
	}
	return next, event, true
}

// Heed closes a channel that does not reach the person, or that he complained about; a complaint is his no to marketing as well, and a yes that waits for
// its confirmation since before is over. changed is false for a report that permits and forbids nothing.
func (g Gate) Heed(r Report, channel string) (next Gate, changed bool) {
	if r.Fate != FateBounced && r.Fate != FateComplained {
		return g, false
	}
	next, changed = g.block(channel, r.Fate, r.At)
	if r.Fate != FateComplained {
		return next, changed
	}
	choice := Choice{PurposeMarketing, channel}
	said, answered := g.Consents[choice.Key()]
	if answered && !said.Yes && !r.At.After(said.At) {
		return next, changed
	}
	at := r.At
	if at.Before(said.At) { // told late; a no never moves back behind what was said since
		at = said.At
	}
	return next.refuse(choice, Consent{At: at, Source: strings.TrimSuffix(r.Source+":"+r.Proof, ":")}, Reporter(r.Source), r.At), true
}

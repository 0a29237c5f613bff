package message

import (
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
)

// What became of a message after the provider took it, by weight: a graver fate replaces a lighter one, whatever
// the order in which they are told.
const (
	FateAccepted   = "accepted"   // the provider has it; says nothing of the reader
	FateDelivered  = "delivered"  // the reader's server took it
	FateRefused    = "refused"    // the provider did not send it
	FateBounced    = "bounced"    // it cannot be delivered, for good
	FateComplained = "complained" // the reader reported it as unwanted
)

var FateWeights = map[string]int{FateAccepted: 0, FateDelivered: 1, FateRefused: 2, FateBounced: 3, FateComplained: 4}

// Report is what a provider or another mail server tells of one message, some time, perhaps twice and in any order.
type Report struct {
	Fate   string    `json:"fate"`
	Source string    `json:"source"` // who told it: ses or mail
	Proof  string    `json:"proof"`  // the teller's id of what it told
	SentAt time.Time `json:"sent_at,omitzero"`
	At     time.Time `json:"at"`
}

// Weight orders reports of one message: what is told later counts when it weighs more.
func (r Report) Weight() int { return FateWeights[r.Fate] }

// Reporter is a machine that tells what became of messages, or brings what people wrote.
func Reporter(source string) staff.Actor { return staff.Actor{ID: "hook:" + source} }

// Heed takes a report into the ledger row: a message of which nobody knew is sent, a graver fate replaces a lighter
// one. changed is false where the row says as much already. event is nil where nobody needs to hear of it.
func (m Message) Heed(r Report, now time.Time) (next Message, evt *event.Event, changed bool) {
	next = m
	before := m.State
	switch m.State {
	case "", StateQueued, StateClaimed, StateUnknown:
		next.State = StateSent
		if r.Fate == FateRefused {
			next.State = StateFailed
		}
	}
	if r.Weight() > FateWeights[m.Fate] {
		next.Fate, next.FateAt = r.Fate, r.At
	}
	if next.State == before && next.Fate == m.Fate {
		return m, nil, false
	}
	next.Version, next.UpdatedAt = m.Version+1, now
	kind := event.Type("")
	switch {
	case next.Fate != m.Fate && next.Fate == FateBounced:
		kind = event.MessageBounced
	case next.Fate != m.Fate && next.Fate == FateComplained:
		kind = event.MessageComplained
	case before == StateUnknown:
		kind = event.MessageSettled
	}
	if kind != "" && m.Customer != "" {
		e := next.event(kind, Reporter(r.Source), now)
		evt = &e
	}
	return next, evt, true
}

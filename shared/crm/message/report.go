package message

import (
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
)

// Fates of a message after the provider took it, by weight. A graver fate replaces a lighter one, whatever
// the order in which they are reported.
const (
	FateAccepted   = "accepted"   // the provider has it; says nothing of the reader
	FateDelivered  = "delivered"  // the reader's server took it
	FateRefused    = "refused"    // the provider did not send it
	FateReturned   = "returned"   // it came back, and the address is not to blame
	FateBounced    = "bounced"    // it came back: the address does not work
	FateComplained = "complained" // the reader reported it as unwanted
)

// FateWeights are the weights of the fates; a graver one has more.
var FateWeights = map[string]int{FateAccepted: 0, FateDelivered: 1, FateRefused: 2, FateReturned: 2, FateBounced: 3,
	FateComplained: 4}

// Report is what a provider or another mail server tells of one message. It comes at any time, perhaps twice
// and in any order.
type Report struct {
	Fate   string `json:"fate"`
	Source string `json:"source"`          // the teller: ses or mail
	Proof  string `json:"proof"`           // the teller's id of what it told
	Cause  Cause  `json:"cause,omitempty"` // of a message that came back
	Code   string `json:"code,omitempty"`  // the enhanced status that decided: 5.7.26
	Words  string `json:"words,omitempty"` // what the other side said, without anybody's address
	// Listed says that the provider did not try: the address is on its own list of dead ones.
	Listed bool      `json:"listed,omitempty"`
	Day    string    `json:"day,omitempty"` // of At in the branch that sent the message: 2026-11-30
	SentAt time.Time `json:"sent_at,omitzero"`
	At     time.Time `json:"at"`
}

// Weight orders reports of one message: a later report counts when it weighs more.
func (r Report) Weight() int { return FateWeights[r.Fate] }

// ConcernsUs reports whether people who run the shop must hear of it: a message came back, and neither the address nor
// its mailbox is to blame, or the provider sends nothing more to the address.
func (r Report) ConcernsUs() bool {
	return r.Listed || r.Fate == FateReturned && r.Cause != CauseAddress && r.Cause != CauseMailbox
}

// Reporter is the actor for a machine that reports on messages, or brings what people wrote.
func Reporter(source string) staff.Actor { return staff.Actor{ID: "hook:" + source} }

// Heed takes a report into the row of the ledger. A message whose outcome was not known is sent, or failed
// where the provider refused it. A graver fate replaces a lighter one. changed is false where the row says as
// much already. evt is nil where no event is needed.
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
		if kind == event.MessageBounced {
			e.Data[event.CauseData] = string(CauseAddress)
		}
		evt = &e
	}
	return next, evt, true
}

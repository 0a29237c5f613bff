// Package gate decides whether a person may be written to: consent, suppression, freeze.
package gate

import (
	"maps"
	"slices"
	"time"

	"afterpress/shared/crm/message"
)

// What became of a yes to marketing on a lead.
const (
	ConsentGiven    = "given"
	ConsentAwaiting = "awaiting-confirmation" // he said no before; it counts when he confirms it
)

// Gate is the one item per person that says whether he may be written to now. Whatever changes a permission changes
// it in the same transaction, and every claim of a message holds on to the version that it saw.
type Gate struct {
	Person    string    `json:"person"`   // a contact
	Customer  string    `json:"customer"` // in whose log the changes stand
	Version   int64     `json:"version"`  // 0: there is no item yet
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	// by purpose and channel: "marketing/email"; the newest answer
	Consents   map[string]Consent `json:"consents,omitempty"`
	Suppressed map[string]string  `json:"suppressed,omitempty"` // by channel: why
	LeftAt     *time.Time         `json:"left_at,omitempty"`    // he is no longer with the customer

	said   []ConsentEntry // since the gate was read
	turned bool           // it is another version than the one that was read
}

// Consent is an answer of the person, with the proof of it.
type Consent struct {
	Yes   bool      `json:"yes"`
	At    time.Time `json:"at"`              // when he said it
	Text  string    `json:"text"`            // the very words that he saw
	Place string    `json:"place,omitempty"` // where he said it
	// the submission in which he said it, the page, or the list from which it comes
	Source string `json:"source"`
	Proof  string `json:"proof,omitempty"` // how he confirmed it, or where the paper is
}

// Permits says whether a message of this purpose may take this channel; reason is why not.
func (g Gate) Permits(purpose, channel string) (reason string, ok bool) {
	if g.LeftAt != nil {
		return message.ReasonLeft, false
	}
	if _, blocked := g.Suppressed[channel]; blocked {
		return message.ReasonBlocked, false
	}
	if purpose != message.PurposeService && !g.Consents[Choice{purpose, channel}.Key()].Yes {
		return message.ReasonNoConsent, false
	}
	return "", true
}

// Said lists the answers that the gate took since it was read, oldest first: lines for the log, to be written with
// it. A no that is said again is none of them.
func (g Gate) Said() []ConsentEntry { return slices.Clone(g.said) }

// Kept is the gate as it is read again after it was written.
func (g Gate) Kept() Gate {
	g.said, g.turned = nil, false
	return g
}

// turn is the next version of the gate, before anything in it changed. However much changes between reading and
// writing, it is one version.
func (g Gate) turn(now time.Time) Gate {
	if g.turned {
		return g
	}
	if g.Version == 0 {
		g.CreatedAt = now
	}
	g.Version, g.UpdatedAt, g.turned = g.Version+1, now, true
	return g
}

// Part closes the gate: the person has left the customer.
func (g Gate) Part(now time.Time) Gate {
	next := g.turn(now)
	next.LeftAt = &now
	return next
}

// block closes a channel; the graver reason stays.
func (g Gate) block(channel, why string, now time.Time) (next Gate, changed bool) {
	if earlier, blocked := g.Suppressed[channel]; blocked &&
		(message.FateWeights[earlier] == 0 || message.FateWeights[earlier] >= message.FateWeights[why]) {
		return g, false
	}
	next = g.turn(now)
	next.Suppressed = maps.Clone(g.Suppressed)
	if next.Suppressed == nil {
		next.Suppressed = map[string]string{}
	}
	next.Suppressed[channel] = why
	return next, true
}

// reopen takes away the block of a channel.
func (g Gate) reopen(channel string, now time.Time) Gate {
	next := g.turn(now)
	next.Suppressed = maps.Clone(g.Suppressed)
	delete(next.Suppressed, channel)
	return next
}

// Package gate decides whether a contact may be written to: consent, suppression and freeze.
package gate

import (
	"maps"
	"slices"
	"time"

	"afterpress/shared/crm/message"
)

// Outcomes of a yes to marketing that came with a lead.
const (
	ConsentGiven = "given"
	// the yes counts when the contact confirms it: nobody knows whose the address is, or the contact said no before
	ConsentAwaiting = "awaiting-confirmation"
)

// Gate is the one item per contact that says whether the contact may be written to now. Every change of a
// permission changes the gate in the same transaction, and raises its version. Every claim of a message writes
// the gate that it read, and fails where somebody wrote the gate meanwhile. Row says how the gate is kept.
type Gate struct {
	Person    string    `json:"person"`   // id of the contact
	Customer  string    `json:"customer"` // id of the customer whose log has the changes
	Version   int64     `json:"version"`  // 0: there is no item yet
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	// Consents holds the newest answer by Choice.Key, such as "marketing/email". An answer that was read has its yes
	// or no and its time. Its words and its proof stand in the log of consents.
	Consents   map[string]Consent `json:"consents,omitempty"`
	Suppressed map[string]string  `json:"suppressed,omitempty"` // by channel: why
	// Failed is, by channel, the day on which a message came back because the address does not work. Marketing stops
	// then. Another such day closes the channel.
	Failed map[string]string `json:"failed,omitempty"`
	LeftAt *time.Time        `json:"left_at,omitempty"` // the contact has left the customer
	// Frozen is what the gate was told of the customer's Freeze. nil: nothing, and the Freeze itself is read.
	Frozen *Frozen `json:"frozen,omitempty"`
	Recent []Sent  `json:"recent,omitempty"` // the last messages to the contact, oldest first

	said   []ConsentEntry // answers since the gate was read
	opened string         // the channel that a person opened since then
	turned bool           // the version was raised since the gate was read
}

// Consent is an answer of the contact, with its proof.
type Consent struct {
	Yes   bool      `json:"yes"`
	At    time.Time `json:"at"`              // when the contact said it
	Text  string    `json:"text"`            // the very words that the contact saw
	Place string    `json:"place,omitempty"` // where the contact said it
	// Source is the submission with the answer, the page, or the list from which the answer comes.
	Source string `json:"source"`
	Proof  string `json:"proof,omitempty"` // how the contact confirmed it, or where the paper is
}

// Permits says whether a message of this purpose may take this channel. reason says why not:
// message.ReasonLeft, message.ReasonBlocked, message.ReasonNoConsent or message.ReasonComplaint. A service message
// needs no consent, and no complaint holds it back. Where AsksFreeze, the answer holds after Under alone.
func (g Gate) Permits(purpose, channel string) (reason string, ok bool) {
	if g.LeftAt != nil {
		return message.ReasonLeft, false
	}
	_, blocked := g.Suppressed[channel]
	if blocked || purpose != message.PurposeService && g.Failed[channel] != "" {
		return message.ReasonBlocked, false
	}
	if purpose != message.PurposeService && !g.Consents[Choice{purpose, channel}.Key()].Yes {
		return message.ReasonNoConsent, false
	}
	if purpose != message.PurposeService && g.Frozen != nil && len(g.Frozen.By) > 0 {
		return message.ReasonComplaint, false
	}
	return "", true
}

// Said lists the answers that the gate took since it was read, oldest first. They are lines for the log, to
// be written with the gate. A no that is repeated through Withdraw, Heed or Inherit is not among them.
func (g Gate) Said() []ConsentEntry { return slices.Clone(g.said) }

// Kept is the gate after it was written, as a new reader reads it.
func (g Gate) Kept() Gate {
	g.said, g.opened, g.turned = nil, "", false
	return g
}

// turn is the next version of the gate, before any change in it. However much changes between reading and
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

// Part closes the gate, because the contact has left the customer. It is told of no freeze from then on.
func (g Gate) Part(now time.Time) Gate {
	next := g.turn(now)
	next.LeftAt, next.Frozen = &now, nil
	return next
}

// Readmit opens the gate of a contact who is back. It is to be told of the customer's freeze anew.
func (g Gate) Readmit(now time.Time) Gate {
	next := g.turn(now)
	next.LeftAt, next.Frozen = nil, nil
	return next
}

// block closes a channel. A graver reason that stands already stays.
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
	next.Failed = without(g.Failed, channel)
	return next, true
}

// reopen removes the block of a channel, and what failed there.
func (g Gate) reopen(channel string, now time.Time) Gate {
	next := g.turn(now)
	next.Suppressed, next.Failed = without(g.Suppressed, channel), without(g.Failed, channel)
	return next
}

// without is the map less one key; nil where nothing is left.
func without(m map[string]string, key string) map[string]string {
	if _, there := m[key]; !there {
		return m
	}
	m = maps.Clone(m)
	if delete(m, key); len(m) == 0 {
		return nil
	}
	return m
}

package gate

import (
	"maps"
	"slices"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/staff"
)

// Suppression is what was said and what failed at one address. It is kept under the address's hash and
// outlives every record with that address. A contact who said no is therefore not won back by being entered
// again.
type Suppression struct {
	Noes  map[string]time.Time `json:"noes,omitempty"`  // by purpose: time of the last no
	Block string               `json:"block,omitempty"` // why the address takes nothing: a message fate
	// Failed is the day on which a message to it came back because it does not work, as Gate.Failed has it.
	Failed string `json:"failed,omitempty"`
	// Since is when Block began. What was blocked before December 2026 has none.
	Since time.Time `json:"since,omitzero"`
}

// Empty reports whether nothing is suppressed.
func (s Suppression) Empty() bool { return len(s.Noes) == 0 && s.Block == "" && s.Failed == "" }

// Equal reports whether both suppress the same.
func (s Suppression) Equal(other Suppression) bool {
	return s.Block == other.Block && s.Failed == other.Failed && maps.EqualFunc(s.Noes, other.Noes, time.Time.Equal)
}

// Follow is the suppression of an address after a change of a gate that has the address. The gate's noes and
// its block are taken over. A no goes only by a yes that was said after it, and a block only by a person who opened
// the channel.
func (s Suppression) Follow(g Gate, channel string) Suppression {
	next := Suppression{Noes: map[string]time.Time{}, Block: s.Block, Failed: s.Failed, Since: s.Since}
	maps.Copy(next.Noes, s.Noes)
	for _, purpose := range Purposes {
		answer, answered := g.Consents[Choice{purpose, channel}.Key()]
		no, suppressed := next.Noes[purpose]
		switch {
		case !answered:
		case !answer.Yes && (!suppressed || answer.At.After(no)):
			next.Noes[purpose] = answer.At
		case answer.Yes && suppressed && answer.At.After(no):
			delete(next.Noes, purpose)
		}
	}
	if g.opened == channel && next.Block != message.FateComplained {
		next.Block, next.Failed, next.Since = "", "", time.Time{}
	}
	if why := g.Suppressed[channel]; message.FateWeights[why] > message.FateWeights[next.Block] {
		if next.Block == "" {
			next.Since = g.UpdatedAt
		}
		next.Block, next.Failed = why, ""
	}
	if day := g.Failed[channel]; next.Block == "" && day != "" && (next.Failed == "" || next.Failed == listed) {
		next.Failed = day
	}
	return next
}

// Heed is a gate of the address's own after a report about a message that went to it, for Follow. A message to an
// address that a visitor typed beside a contact's phone says nothing of that contact.
func (s Suppression) Heed(r message.Report, channel string) Gate {
	g := Gate{Failed: map[string]string{channel: s.Failed}}
	if s.Block != "" {
		g.Suppressed = map[string]string{channel: s.Block}
	}
	g, _ = g.Heed(r, channel)
	return g.Kept()
}

// SourceSuppressed is the source of a no that came with an address.
const SourceSuppressed = "suppressed-address"

// Inherit takes over what is suppressed at an address that is new to the contact: its noes and its block. A
// yes by other addresses says nothing about this one, so against such a yes the no counts from now on.
// Otherwise the no keeps the time at which it was said, and only a later yes outweighs it.
func (g Gate) Inherit(channel string, s Suppression, now time.Time) Gate {
	for _, purpose := range Purposes {
		said, suppressed := s.Noes[purpose]
		earlier, answered := g.Consents[Choice{purpose, channel}.Key()]
		if !suppressed || answered && !earlier.Yes && !said.After(earlier.At) {
			continue
		}
		if answered && earlier.Yes {
			said = now
		}
		g = g.refuse(Choice{purpose, channel}, Consent{At: said, Source: SourceSuppressed}, staff.Process("suppression"),
			now)
	}
	if s.Block != "" {
		g, _ = g.block(channel, s.Block, now)
	}
	if _, blocked := g.Suppressed[channel]; s.Failed != "" && !blocked && g.Failed[channel] == "" {
		g = g.mark(channel, s.Failed, now)
	}
	return g
}

// Meet is the gate of a contact whose addresses changed. Each new address brings along what is suppressed at
// it. A channel that was closed by bounces, or narrowed by one, opens again when a former address is gone and no
// present address failed. found holds what is suppressed at each present address.
func (g Gate) Meet(before, after customer.Contact, found map[message.Address]Suppression, now time.Time) Gate {
	had, has := before.Addresses(), after.Addresses()
	for _, channel := range []string{message.ChannelEmail, message.ChannelSMS} {
		of := func(list []message.Address) []message.Address {
			return slices.DeleteFunc(slices.Clone(list), func(a message.Address) bool { return a.Channel != channel })
		}
		old, present := of(had), of(has)
		for _, a := range present {
			if !slices.Contains(old, a) {
				g = g.Inherit(channel, found[a], now)
			}
		}
		gone := slices.ContainsFunc(old, func(a message.Address) bool { return !slices.Contains(present, a) })
		dead := slices.ContainsFunc(present,
			func(a message.Address) bool { return found[a].Block != "" || found[a].Failed != "" })
		why := g.Suppressed[channel]
		if gone && !dead && len(present) > 0 && (why == message.FateBounced || why == "" && g.Failed[channel] != "") {
			g = g.reopen(channel, now)
		}
	}
	return g
}

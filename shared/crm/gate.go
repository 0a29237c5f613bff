package crm

import "time"

// Purposes that a message serves. Service messages answer what the person started; marketing needs his yes.
const (
	PurposeService   = "service"
	PurposeMarketing = "marketing"
)

// What became of a yes to marketing on a lead.
const (
	ConsentGiven    = "given"
	ConsentAwaiting = "awaiting-confirmation" // he said no before; it counts when he confirms it
)

// Gate is the one item per person that says whether he may be written to now. Whatever changes a permission changes it in the same
// transaction, and every claim of a message holds on to the version that it saw.
type Gate struct {
	Person     string             `json:"person"`
	Version    int64              `json:"version"` // 0: there is no item yet
	CreatedAt  time.Time          `json:"created_at"`
	UpdatedAt  time.Time          `json:"updated_at"`
	Consents   map[string]Consent `json:"consents,omitempty"`   // by purpose and channel: "marketing/email"
	Suppressed map[string]string  `json:"suppressed,omitempty"` // by channel: why
}

// Consent is an answer of the person, with the proof of it.
type Consent struct {
	Yes    bool      `json:"yes"`
	At     time.Time `json:"at"`
	Text   string    `json:"text"`   // the very words that he saw
	Source string    `json:"source"` // the submission in which he said it
}

// Permits says whether a message of this purpose may take this channel; reason is why not.
func (g Gate) Permits(purpose, channel string) (reason string, ok bool) {
	if _, blocked := g.Suppressed[channel]; blocked {
		return ReasonBlocked, false
	}
	if purpose != PurposeService && !g.Consents[purpose+"/"+channel].Yes {
		return ReasonNoConsent, false
	}
	return "", true
}

// Offer takes a form's yes to marketing by e-mail. It counts unless the person said no before: then it waits for his confirmation, and
// the gate stays as it is.
func (g Gate) Offer(c Consent) (next Gate, counts bool) {
	const key = PurposeMarketing + "/" + ChannelEmail
	earlier, answered := g.Consents[key]
	if answered {
		return g, earlier.Yes
	}
	next = g
	next.Consents = map[string]Consent{key: c}
	for k, v := range g.Consents {
		next.Consents[k] = v
	}
	if g.Version == 0 {
		next.CreatedAt = c.At
	}
	next.Version, next.UpdatedAt = g.Version+1, c.At
	return next, true
}

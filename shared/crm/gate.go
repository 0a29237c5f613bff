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
	Person     string             `json:"person"`   // a contact
	Customer   string             `json:"customer"` // in whose log the changes stand
	Version    int64              `json:"version"`  // 0: there is no item yet
	CreatedAt  time.Time          `json:"created_at"`
	UpdatedAt  time.Time          `json:"updated_at"`
	Consents   map[string]Consent `json:"consents,omitempty"`   // by purpose and channel: "marketing/email"
	Suppressed map[string]string  `json:"suppressed,omitempty"` // by channel: why
}

// Consent is an answer of the person, with the proof of it.
type Consent struct {
	Yes    bool      `json:"yes"`
	At     time.Time `json:"at"`
	Text   string    `json:"text"`            // the very words that he saw
	Source string    `json:"source"`          // the submission in which he said it
	Proof  string    `json:"proof,omitempty"` // how he confirmed it, where that was needed
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
	if earlier, answered := g.Consents[consentKey]; answered {
		return g, earlier.Yes
	}
	return g.answer(consentKey, c), true
}

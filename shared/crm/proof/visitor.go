package proof

import (
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/staff"
)

// VisitorCode is a code that a visitor asked for, to a phone or an e-mail that they typed. Nobody looked whether a
// contact has the value: the worker does, when it sends the code. Each has an id of its own, which the visitor's page
// carries. So a stranger who asks for another code neither ends this one nor uses up its tries. It never changes. Its
// digits follow from its id (token.Tokens.Passcode).
type VisitorCode struct {
	ID        string             `json:"id"` // cod_…
	Version   int64              `json:"version"`
	CreatedAt time.Time          `json:"created_at"`
	UpdatedAt time.Time          `json:"updated_at"`
	Kind      identity.ClaimKind `json:"kind"`
	Value     string             `json:"value"`
	Network   string             `json:"network,omitempty"` // from which it was asked for; stored as a hash
	Until     time.Time          `json:"until"`
}

// VisitorAsks is the code that a visitor asks for, with its event. The event names the code and nothing of the value.
func VisitorAsks(id, value, network, branch string, now time.Time) (VisitorCode, event.Event) {
	code := VisitorCode{ID: id, Version: 1, CreatedAt: now, UpdatedAt: now, Kind: identity.KindOf(value), Value: value,
		Network: network, Until: now.Add(Life)}
	return code, event.New(event.VisitorCodeAsked, staff.Visitor, VisitorLog(id), id, code.Version, branch, now, nil)
}

// VisitorLog is the log of a visitor's code: it belongs to no customer.
func VisitorLog(id string) string { return "code/" + id }

// Open reports whether the code can be entered now.
func (c VisitorCode) Open(now time.Time) bool { return c.ID != "" && now.Before(c.Until) }

// Claim is the phone or the e-mail as contacts claim it.
func (c VisitorCode) Claim() identity.Claim { return identity.Claim{Kind: c.Kind, Value: c.Value} }

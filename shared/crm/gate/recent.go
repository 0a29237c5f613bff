package gate

import (
	"slices"
	"time"
)

// recentMost is how many of the last messages a gate names.
const recentMost = 16

// Sent is a message that was claimed for the contact.
type Sent struct {
	Message Hash   `json:"message"` // of message.Message.Key
	Hour    uint32 `json:"hour"`    // of the claim, in hours since 1970
}

// Sending is the gate once the message with this key is claimed. A message that is claimed again counts once, from
// now. It changes no permission, so the version stays; a contact without a gate gets one.
func (g Gate) Sending(key string, now time.Time) Gate {
	if g.Version == 0 {
		g.Version, g.CreatedAt, g.UpdatedAt = 1, now, now
	}
	claimed := Sent{HashOf(key), uint32(now.Unix() / int64(time.Hour/time.Second))}
	recent := slices.DeleteFunc(slices.Clone(g.Recent), func(s Sent) bool { return s.Message == claimed.Message })
	recent = append(recent, claimed)
	g.Recent = recent[max(0, len(recent)-recentMost):]
	return g
}

package gate

import (
	"slices"
	"time"

	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
)

// Release lets marketing go out of the tables that it names. A table that a restore made has another name, and carries
// the release of the one that it was copied from. So nothing that needs consent goes out of restored tables, whose
// gates may lack a no, before the operator of the stack releases them.
type Release struct {
	Version   int64     `json:"version"` // 0: there is no item yet
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	By        string    `json:"by"`     // id of the actor
	Tables    []string  `json:"tables"` // names
	Stopped   bool      `json:"stopped,omitempty"`
}

// ReleasePause is how long a message waits before it asks again whether marketing is released.
const ReleasePause = 10 * time.Minute

// Permits reports whether a message of this purpose may go out of the tables now. One that may not waits. A service
// message waits for no release.
func (r Release) Permits(purpose string, tables []string) bool {
	return purpose == message.PurposeService || r.Releases(tables)
}

// Releases reports whether marketing may go out of the tables. Without an item it may not.
func (r Release) Releases(tables []string) bool {
	return r.Version > 0 && !r.Stopped && slices.Equal(r.Tables, tables)
}

// Set is the release after the operator's word on marketing out of the tables, with its event. changed is false where
// that is so already.
func (r Release) Set(released bool, tables []string, by staff.Actor, now time.Time) (next Release, e event.Event,
	changed bool) {
	if r.Version > 0 && r.Stopped == !released && slices.Equal(r.Tables, tables) {
		return r, event.Event{}, false
	}
	next = r
	if next.Version == 0 {
		next.CreatedAt = now
	}
	next.Version, next.UpdatedAt, next.By = r.Version+1, now, by.ID
	next.Tables, next.Stopped = slices.Clone(tables), !released
	kind := event.MarketingStopped
	if released {
		kind = event.MarketingReleased
	}
	return next, event.New(kind, by, "marketing", "marketing", next.Version, "", now, nil), true
}

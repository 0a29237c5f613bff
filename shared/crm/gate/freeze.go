package gate

import (
	"slices"
	"time"

	"afterpress/shared/crm/message"
)

// Freeze says for which open complaints a customer gets no messages but those about what he started. Every claim of
// a message that needs his yes holds on to the version that it saw, like the gate of the contact.
type Freeze struct {
	Customer   string    `json:"customer"`
	Version    int64     `json:"version"`
	CreatedAt  time.Time `json:"created_at"`
	UpdatedAt  time.Time `json:"updated_at"`
	Complaints []string  `json:"complaints"`
}

// Permits says whether a message of this purpose may be sent to the customer; reason is why not.
func (f Freeze) Permits(purpose string) (reason string, ok bool) {
	if purpose != message.PurposeService && len(f.Complaints) > 0 {
		return message.ReasonComplaint, false
	}
	return "", true
}

// Follow is the freeze as a record of the customer leaves it: freezes says whether the record still holds messages
// back. The freeze comes back in its version where that changes nothing.
func (f Freeze) Follow(customer, record string, freezes bool, now time.Time) Freeze {
	there := slices.Contains(f.Complaints, record)
	if there == freezes {
		return f
	}
	if f.Version == 0 {
		f.CreatedAt = now
	}
	f.Customer, f.Version, f.UpdatedAt = customer, f.Version+1, now
	if there {
		f.Complaints = slices.DeleteFunc(slices.Clone(f.Complaints), func(id string) bool { return id == record })
	} else {
		f.Complaints = append(slices.Clone(f.Complaints), record)
	}
	return f
}

package gate

import (
	"slices"
	"time"

	"afterpress/shared/crm/message"
)

// Freeze holds the open complaints for which a customer gets only service messages, which answer what the
// customer started. Every claim of a message that needs consent checks the version that it read, as it does
// for the gate.
type Freeze struct {
	Customer   string    `json:"customer"`
	Version    int64     `json:"version"`
	CreatedAt  time.Time `json:"created_at"`
	UpdatedAt  time.Time `json:"updated_at"`
	Complaints []string  `json:"complaints"`
}

// Permits says whether a message of this purpose may be sent to the customer. reason says why not.
func (f Freeze) Permits(purpose string) (reason string, ok bool) {
	if purpose != message.PurposeService && len(f.Complaints) > 0 {
		return message.ReasonComplaint, false
	}
	return "", true
}

// Follow is the freeze after a change of one of the customer's records. freezes says whether that record
// still holds messages back. Without a change the freeze comes back in the same version.
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

package gate

import (
	"crypto/sha256"
	"slices"
	"time"

	"afterpress/shared/crm/message"
)

// Freeze holds the open complaints for which a customer gets only service messages, which answer what the
// customer started. It is the source. A contact's gate takes it, and is listed in the same transaction. From then on
// each change of the complaints tells the gate in its own transaction. Both raise the version of the freeze, so that
// neither misses the other.
type Freeze struct {
	Customer   string    `json:"customer"`
	Version    int64     `json:"version"`
	CreatedAt  time.Time `json:"created_at"`
	UpdatedAt  time.Time `json:"updated_at"`
	Complaints []string  `json:"complaints"`
	// Contacts are those whose gates are told: contacts who took the freeze and have not left. So they are at most
	// customer.ContactsPerCustomer. A gate that is not listed is judged together with the freeze.
	Contacts []string `json:"contacts,omitempty"`
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
	f = f.turn(customer, now)
	if there {
		f.Complaints = slices.DeleteFunc(slices.Clone(f.Complaints), func(id string) bool { return id == record })
	} else {
		f.Complaints = append(slices.Clone(f.Complaints), record)
	}
	return f
}

// Take is the freeze once the contact's gate took it by Under.
func (f Freeze) Take(customer, contact string, now time.Time) Freeze {
	f = f.turn(customer, now)
	if !slices.Contains(f.Contacts, contact) {
		f.Contacts = append(slices.Clone(f.Contacts), contact)
	}
	return f
}

// Part is the freeze once the contact has left: their gate is told nothing more.
func (f Freeze) Part(contact string, now time.Time) Freeze {
	f = f.turn(f.Customer, now)
	f.Contacts = slices.DeleteFunc(slices.Clone(f.Contacts), func(id string) bool { return id == contact })
	return f
}

// turn is the freeze in its next version, before any change in it.
func (f Freeze) turn(customer string, now time.Time) Freeze {
	if f.Version == 0 {
		f.CreatedAt = now
	}
	f.Customer, f.Version, f.UpdatedAt = customer, f.Version+1, now
	return f
}

// frozenMost is how many complaints a gate names. More than that are rare, and the gate stays small.
const frozenMost = 4

// Hash stands for a longer name in a gate: the first eight bytes of its SHA-256.
type Hash [8]byte

// HashOf is the hash of an id or a key.
func HashOf(name string) Hash {
	sum := sha256.Sum256([]byte(name))
	return Hash(sum[:8])
}

// Frozen is what a gate was told of the customer's Freeze.
type Frozen struct {
	By   []Hash `json:"by,omitempty"`   // at most four complaints, those that freeze the longest
	More bool   `json:"more,omitempty"` // there are others, and the Freeze alone names them
}

// Frozen is what the freeze tells the gates.
func (f Freeze) Frozen() Frozen {
	told := Frozen{More: len(f.Complaints) > frozenMost}
	for _, id := range f.Complaints[:min(len(f.Complaints), frozenMost)] {
		told.By = append(told.By, HashOf(id))
	}
	return told
}

// AsksFreeze reports whether the customer's Freeze must be read before a message of this purpose is judged. The
// gate was not told of it, or names some of its complaints alone.
func (g Gate) AsksFreeze(purpose string) bool {
	return purpose != message.PurposeService && (g.Frozen == nil || g.Frozen.More)
}

// Under is the gate as it stands by the customer's freeze. Where it was told just that, it stays as it is.
func (g Gate) Under(f Freeze, now time.Time) Gate {
	told := f.Frozen()
	if g.Frozen != nil && g.Frozen.More == told.More && slices.Equal(g.Frozen.By, told.By) {
		return g
	}
	next := g.turn(now)
	next.Frozen = &told
	return next
}

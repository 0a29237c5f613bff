package crm

import (
	"slices"
	"time"
)

// Contact is a person with whom the shop speaks at a customer. The gate, consents and messages are his.
type Contact struct {
	ID        string    `json:"id"`
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	Customer  string    `json:"customer"`
	Name      string    `json:"name,omitempty"` // empty where only a phone or an e-mail is known
	LatinName string    `json:"latin_name,omitempty"`
	Title     string    `json:"title,omitempty"`
	Roles     []string  `json:"roles,omitempty"` // of ContactRoles
	Phones    []Reach   `json:"phones,omitempty"`
	Emails    []Reach   `json:"emails,omitempty"`
	Lang      Lang      `json:"lang"`
	Zone      string    `json:"zone,omitempty"` // IANA; empty: that of the branch
	// LeftAt is when the person left the customer; nobody writes to him then.
	LeftAt *time.Time `json:"left_at,omitempty"`
}

// ContactRoles are what a contact does in the customer's buying: decides, buys, approves proofs, receives the goods, pays.
var ContactRoles = []string{"decides", "buys", "proofs", "receives", "pays"}

// Reach is a phone (E.164) or an e-mail address (lower case) of a contact. One that several people share, such as a switchboard, is nobody's claim.
type Reach struct {
	Value  string `json:"value"`
	Shared bool   `json:"shared,omitempty"`
}

// ETagVersion is the version that an If-Match names.
func (c Contact) ETagVersion() int64 { return c.Version }

// Claims are the values that this contact alone has, phones first.
func (c Contact) Claims() []Claim {
	var out []Claim
	for _, p := range c.Phones {
		if !p.Shared {
			out = append(out, Claim{ClaimPhone, p.Value})
		}
	}
	for _, e := range c.Emails {
		if !e.Shared {
			out = append(out, Claim{ClaimEmail, e.Value})
		}
	}
	return out
}

// Has reports whether the contact is reached by the value.
func (c Contact) Has(value string) bool {
	is := func(r Reach) bool { return r.Value == value }
	return slices.ContainsFunc(c.Phones, is) || slices.ContainsFunc(c.Emails, is)
}

// reaches makes the list of one value; none of none.
func reaches(value string, shared bool) []Reach {
	if value == "" {
		return nil
	}
	return []Reach{{value, shared}}
}

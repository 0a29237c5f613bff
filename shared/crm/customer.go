package crm

import "time"

// Customer is a person or company that the shop knows. In this form it holds who he is; the life cycle, contacts and preferences build on it.
type Customer struct {
	ID        string    `json:"id"`
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	Name      string    `json:"name,omitempty"`
	Company   string    `json:"company,omitempty"`
	Phone     string    `json:"phone,omitempty"` // E.164, claimed
	Email     string    `json:"email,omitempty"` // lower case, claimed
	Lang      Lang      `json:"lang"`
	Branch    string    `json:"branch"`
	Owner     string    `json:"owner,omitempty"` // staff id
	Source    string    `json:"source"`
}

// ETagVersion is the version that an If-Match names.
func (c Customer) ETagVersion() int64 { return c.Version }

// Adopt makes whoever reached the customer his own person, who gets his next enquiry first. Somebody who has him already keeps him while he works here;
// changed is false then.
func (c Customer) Adopt(shop Shop, owner string, now time.Time) (next Customer, changed bool) {
	if p, found := shop.Person(c.Owner); owner == "" || found && p.Employed(now) {
		return c, false
	}
	c.Owner, c.Version, c.UpdatedAt = owner, c.Version+1, now
	return c, true
}

// Known is what the claims say of a person: whose phone and whose e-mail it is. Empty means nobody's.
type Known struct{ ByPhone, ByEmail string }

// Attachment says to whom an enquiry belongs. A new person when Customer is empty.
type Attachment struct {
	Customer string
	Hint     string // another customer who has the e-mail: perhaps the same person twice
}

// Attach decides whose enquiry it is: the owner of the phone, else of the e-mail. A phone of one with the e-mail of another goes to the phone's
// owner, with a hint; nothing is merged by a form.
func (k Known) Attach() Attachment {
	switch {
	case k.ByPhone == "":
		return Attachment{Customer: k.ByEmail}
	case k.ByEmail != "" && k.ByEmail != k.ByPhone:
		return Attachment{Customer: k.ByPhone, Hint: k.ByEmail}
	default:
		return Attachment{Customer: k.ByPhone}
	}
}

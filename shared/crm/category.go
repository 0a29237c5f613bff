package crm

import "time"

// Category is a node of the tree by which customers are classed. Customers stand at its leaves.
type Category struct {
	ID        string    `json:"id"`
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	Parent    string    `json:"parent,omitempty"` // empty: a root
	Name      Text      `json:"name"`
	Order     int       `json:"order"`            // among its siblings
	Closed    bool      `json:"closed,omitempty"` // takes no more customers
}

// ETagVersion is the version that an If-Match names.
func (c Category) ETagVersion() int64 { return c.Version }

// Category finds a category by id.
func (s Shop) Category(id string) (Category, bool) {
	return find(s.Categories, func(c Category) bool { return c.ID == id })
}

// Package company keeps the set-up of the shop: staff, branches, calendars, policies, forms and categories. It
// also keeps the limits of forms. A process keeps the set-up in memory. Each request of staff and each step of the
// worker looks at its stamp first, other callers at the latest after 30 seconds.
package company

import (
	"afterpress/shared/store/table"
)

// Company reads and writes the set-up of the shop.
type Company struct {
	table  *table.Table
	shop   shopCache
	places *places
}

// New makes a Company on the table.
func New(t *table.Table) *Company {
	return &Company{table: t, shop: newShopCache(), places: newPlaces()}
}

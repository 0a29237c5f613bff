// Package company keeps the set-up of the shop: staff, branches, calendars, policies, forms and categories. It
// also keeps the limits of forms. A process may use a set-up that it read up to thirty seconds ago.
package company

import (
	"afterpress/shared/store/table"
)

// Company reads and writes the set-up of the shop.
type Company struct {
	table *table.Table
	shop  shopCache
}

// New makes a Company on the table.
func New(t *table.Table) *Company {
	return &Company{table: t, shop: newShopCache()}
}

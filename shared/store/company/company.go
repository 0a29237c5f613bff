// Package company keeps the set-up of the shop: staff, branches, calendars, policies, forms, categories, and the
// limits of forms. A process goes on with the set-up that it read for thirty seconds.
package company

import (
	"afterpress/shared/store/table"
)

// Company reads and writes the set-up of the shop.
type Company struct {
	table *table.Table
	shop  shopCache
}

// New makes a Company on the table and the areas below it.
func New(t *table.Table) *Company {
	return &Company{table: t, shop: newShopCache()}
}

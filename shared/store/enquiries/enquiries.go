// Package enquiries keeps what comes in: submissions of forms, the leads made from them, and the consent that
// comes with them.
package enquiries

import (
	"afterpress/shared/store/centre"
	"afterpress/shared/store/company"
	"afterpress/shared/store/table"
	"afterpress/shared/store/work"
)

// Enquiries reads and writes submissions and leads.
type Enquiries struct {
	table   *table.Table
	company *company.Company
	work    *work.Work
	centre  *centre.Centre
}

// New makes an Enquiries on the table and the areas below it.
func New(t *table.Table, c *company.Company, w *work.Work, m *centre.Centre) *Enquiries {
	return &Enquiries{table: t, company: c, work: w, centre: m}
}

// Package centre keeps customers and what concerns them as people. That is contacts, preferences, conversations, and
// the directory that finds them. It also holds whether they may be written to, and what was
// sent.
package centre

import (
	"afterpress/shared/store/company"
	"afterpress/shared/store/daycap"
	"afterpress/shared/store/table"
	"afterpress/shared/store/work"
)

// Centre reads and writes customers and what belongs to them.
type Centre struct {
	table   *table.Table
	company *company.Company
	work    *work.Work
	sms     *daycap.Slices
	letters *daycap.Letters
}

// New makes a Centre on the table and the areas below it.
func New(t *table.Table, c *company.Company, w *work.Work) *Centre {
	return &Centre{table: t, company: c, work: w, sms: daycap.New(t, "sms"), letters: daycap.NewLetters(t)}
}

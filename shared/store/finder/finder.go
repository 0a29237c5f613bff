// Package finder writes and reads the rows by which customers are found and listed.
package finder

import (
	"afterpress/shared/store/centre"
	"afterpress/shared/store/table"
)

// Finder finds customers. The records themselves are the centre's.
type Finder struct {
	table  *table.Table
	centre *centre.Centre
}

// New makes a Finder on the table and the area below it.
func New(t *table.Table, c *centre.Centre) *Finder { return &Finder{table: t, centre: c} }

// Package work keeps what staff have to do: tasks, what stands on a desk, and how much each person has to do and
// has done.
package work

import (
	"afterpress/shared/store/table"
)

// Work reads and writes tasks, desks and counts of work done.
type Work struct {
	table *table.Table
}

// New makes a Work on the table.
func New(t *table.Table) *Work {
	return &Work{table: t}
}

// Package service keeps what follows an order: complaints with their words, remedies and counters, and
// production questions.
package service

import (
	"afterpress/shared/store/centre"
	"afterpress/shared/store/table"
	"afterpress/shared/store/work"
)

// Service reads and writes complaints and production questions.
type Service struct {
	table  *table.Table
	work   *work.Work
	centre *centre.Centre
}

// New makes a Service on the table and the areas below it.
func New(t *table.Table, w *work.Work, m *centre.Centre) *Service {
	return &Service{table: t, work: w, centre: m}
}

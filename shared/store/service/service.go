// Package service keeps what follows an order: complaints with their words, remedies and counters, and
// production questions.
package service

import (
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/hold"
	"afterpress/shared/store/centre"
	"afterpress/shared/store/table"
	"afterpress/shared/store/work"
)

// BoardStates are the open states of complaints and questions, whose boards are kept by state.
var BoardStates = map[string][]string{"complaint": complaint.OpenStates, "hold": hold.OpenStates}

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

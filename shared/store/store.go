// Package store keeps the facts. Each area of the business has its own package below this one, over one engine
// (package table). A Store holds all the areas together, for the programs and the doors.
package store

import (
	"afterpress/shared/store/centre"
	"afterpress/shared/store/company"
	"afterpress/shared/store/enquiries"
	"afterpress/shared/store/erasure"
	"afterpress/shared/store/files"
	"afterpress/shared/store/finder"
	"afterpress/shared/store/history"
	"afterpress/shared/store/service"
	"afterpress/shared/store/table"
	"afterpress/shared/store/work"
)

// Store is every area on the same tables. An area builds only on the areas listed before it.
type Store struct {
	*company.Company
	*history.History
	*work.Work
	*centre.Centre
	*finder.Finder
	*enquiries.Enquiries
	*service.Service
	*files.Files
	*erasure.Erasure
	table.Outbox
	table.Receipts
	table.Boards
}

// Current is a Store for the steps of processes. Each step begins with the set-up as it is now: whom a colleague made
// an owner a moment ago is told, though the worker read the set-up before that person was there.
type Current struct {
	*Store
	company.Latest
}

// Current is the store for the steps of processes.
func (s *Store) Current() Current { return Current{s, s.Company.Latest()} }

// New checks the configuration and makes a Store. It fails where table.New fails.
func New(c table.Config) (*Store, error) {
	t, err := table.New(c)
	if err != nil {
		return nil, err
	}
	s := Store{Outbox: t.Outbox(), Receipts: t.Receipts(), Boards: t.Boards(enquiries.BoardStates, service.BoardStates)}
	s.Company = company.New(t)
	s.History = history.New(t, s.Company)
	s.Work = work.New(t)
	s.Centre = centre.New(t, s.Company, s.Work)
	s.Finder = finder.New(t, s.Centre)
	s.Enquiries = enquiries.New(t, s.Company, s.Work, s.Centre)
	s.Service = service.New(t, s.Work, s.Centre)
	s.Files = files.New(t, s.Company, s.Enquiries, s.Service)
	s.Erasure = erasure.New(t, s.Work, s.Centre, s.Files)
	return &s, nil
}

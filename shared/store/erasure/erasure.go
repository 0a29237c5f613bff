// Package erasure keeps who is to be erased, and erases what the tables and the bucket hold of them.
package erasure

import (
	"context"
	"slices"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/erase"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/centre"
	"afterpress/shared/store/files"
	"afterpress/shared/store/table"
	"afterpress/shared/store/work"
)

// Erasure reads and writes erasures.
type Erasure struct {
	table  *table.Table
	work   *work.Work
	centre *centre.Centre
	files  *files.Files
}

// New makes an Erasure on the table and the areas below it.
func New(t *table.Table, w *work.Work, c *centre.Centre, f *files.Files) *Erasure {
	return &Erasure{table: t, work: w, centre: c, files: f}
}

// missing is the answer for an erasure that nobody asked for.
var missing = fault.Missing("删除申请", "erasure")

// Rule takes an erasure and gives the next one with its event, or refuses. Of one that nobody asked for it gets none.
type Rule = func(erase.Erase) (erase.Erase, event.Event, error)

// SettleRule takes an erasure with its contact and their customer, and gives both as they are next, or refuses.
type SettleRule = func(erase.Erase, customer.Contact, customer.Customer) (erase.Settled, error)

// Erase reads an erasure by its id. A missing one is NotFound.
func (s *Erasure) Erase(ctx context.Context, id string) (erase.Erase, error) {
	return table.GetRecord[erase.Erase](ctx, s.table, "erase", id, missing)
}

// AskErase stores a new erasure, or one that was taken back and is asked for anew. The rule gets what is stored.
func (s *Erasure) AskErase(ctx context.Context, id string, rule Rule) (erase.Erase, error) {
	read := func() (erase.Erase, error) {
		e, err := s.Erase(ctx, id)
		if fault.KindOf(err) == fault.NotFound {
			return erase.Erase{}, nil
		}
		return e, err
	}
	return s.change(ctx, read, rule)
}

// ChangeErase applies a rule to an erasure, in one transaction with its event. When another writer changed it
// meanwhile, the rule decides again on the erasure as it is now.
func (s *Erasure) ChangeErase(ctx context.Context, id string, rule Rule) (erase.Erase, error) {
	return s.change(ctx, func() (erase.Erase, error) { return s.Erase(ctx, id) }, rule)
}

func (s *Erasure) change(ctx context.Context, read func() (erase.Erase, error), rule Rule) (erase.Erase, error) {
	return table.Change(ctx, table.Few, read, rule, func(was, next erase.Erase, e event.Event) (erase.Erase, error) {
		if next.Version == was.Version {
			return next, nil
		}
		b := table.NewBatch()
		if err := s.put(ctx, b, was, next, e); err != nil {
			return was, err
		}
		return next, s.table.Commit(ctx, b, next)
	})
}

// SettleErase is ChangeErase for a command that parts the contact or brings them back. Their claims, gate and event are
// in the same transaction. A value that another contact owns by now is fault.Taken because of customer.Taken.
func (s *Erasure) SettleErase(ctx context.Context, id string, rule SettleRule) (erase.Erase, error) {
	type known struct {
		erase.Erase
		contact  customer.Contact
		customer customer.Customer
	}
	read := func() (k known, err error) {
		if k.Erase, err = s.Erase(ctx, id); err == nil {
			k.customer, k.contact, err = s.centre.ReadPerson(ctx, k.Customer, k.Contact)
		}
		return k, err
	}
	decide := func(k known) (erase.Erase, erase.Settled, error) {
		out, err := rule(k.Erase, k.contact, k.customer)
		return out.Erase, out, err
	}
	return table.Change(ctx, table.Many, read, decide,
		func(was known, next erase.Erase, out erase.Settled) (erase.Erase, error) {
			b := table.NewBatch()
			if err := s.put(ctx, b, was.Erase, next, out.Event); err != nil {
				return next, err
			}
			if out.Contact.Version != was.contact.Version {
				if _, err := s.centre.PutContact(ctx, b, was.contact, out.Contact, was.customer, out.ContactEvent); err != nil {
					return next, err
				}
			}
			return next, s.table.Commit(ctx, b, next)
		})
}

// put adds an erasure and its event to a transaction. Tasks by which people were asked in the state before are done.
func (s *Erasure) put(ctx context.Context, b *table.Batch, was, next erase.Erase, e event.Event) error {
	it, err := table.Row(next, next.Card(), table.Lists{Kind: "erase", ID: next.ID, Branch: next.Branch,
		Owner: next.Owner(), Customer: next.Customer, Closed: next.Closed(), At: next.Due})
	if err != nil {
		return err
	}
	b.Put(s.table.Records, it, table.Seen(was.Version), func(table.Item) error { return table.ErrChanged })
	for _, id := range was.TaskIDs() {
		if err := s.complete(ctx, b, id); err != nil {
			return err
		}
	}
	return s.table.PutEvent(b, e)
}

// complete adds to a transaction that a task is done, where it was opened.
func (s *Erasure) complete(ctx context.Context, b *table.Batch, id string) error {
	t, err := s.work.Task(ctx, id)
	if fault.KindOf(err) == fault.NotFound || err == nil && t.Closed() {
		return nil
	}
	var next task.Task
	var e event.Event
	if err == nil {
		next, e, err = t.Complete(staff.Process("erase"), true, s.table.Now())
	}
	if err != nil {
		return err
	}
	return s.work.PutTask(b, next, t.Version, e)
}

// others reports whether the customer has a contact who is not erased, beside this one. A person's file is theirs alone
// once nobody else acts for them.
func others(c customer.Customer, people []customer.Contact, contact string) bool {
	return slices.ContainsFunc(people, func(p customer.Contact) bool {
		return p.ID != contact && p.Erased == nil && (c.Kind != customer.Person || p.LeftAt == nil)
	})
}

package workflows

import (
	"context"
	"slices"
	"strings"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/erase"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/stuck"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
)

// ShopWork does what concerns many records at a time, a page of them at each call. It has no state of its own. A
// call that is repeated finds what is done already and leaves it.
type ShopWork struct {
	Records Records
	Runs    Runs
	Now     func() time.Time // UTC
	Pace    time.Duration    // the least time between two records whose runs are looked at
	// Schedules are Temporal's. The worker gives them; nil: nothing is scheduled.
	Schedules client.ScheduleClient
}

// Records is implemented by *store.Store.
type Records interface {
	Obstacles
	// ShopWith is the set-up once it has what the caller knows to be written.
	ShopWith(ctx context.Context, has func(setup.Shop) bool) (setup.Shop, error)
	// OnBoard lists ids on an open board beyond a place, due by a time where it is given; next is "" at the end.
	OnBoard(ctx context.Context, kind, branch, after string, until time.Time, limit int) (ids []string, next string,
		err error)
	Lead(ctx context.Context, id string) (lead.Lead, error)
	Task(ctx context.Context, id string) (task.Task, error)
	Complaint(ctx context.Context, id string) (complaint.Complaint, error)
	Hold(ctx context.Context, id string) (hold.Hold, error)
	Erase(ctx context.Context, id string) (erase.Erase, error)
	ChangeLead(ctx context.Context, id string, rule func(lead.Lead) (lead.Lead, event.Event, error)) (lead.Lead, error)
	ChangeTask(ctx context.Context, id string, rule func(task.Task) (task.Task, event.Event, error)) (task.Task, error)
	ChangeComplaint(ctx context.Context, id string,
		rule func(complaint.Complaint) (complaint.Complaint, event.Event, error)) (complaint.Complaint, error)
	ChangeHold(ctx context.Context, id string, rule func(hold.Hold) (hold.Hold, event.Event, error)) (hold.Hold, error)
	AgeCustomer(ctx context.Context, id string, by staff.Actor,
		rule func(customer.Customer) (customer.Customer, bool)) (customer.Customer, error)
	TendCustomer(ctx context.Context, id string, by staff.Actor,
		rule func(customer.Customer, customer.Dealings) (customer.Tended, error)) (customer.Customer, error)
}

// pageSize is how many records one call looks at. A hundred transactions take some seconds.
const pageSize = 100

// Place is where a page ended: a board, and the last record on it. Zero is the beginning.
type Place struct {
	Kind   string `json:"kind,omitempty"`
	Branch string `json:"branch,omitempty"`
	After  string `json:"after,omitempty"`
}

// Paged is how far a page came. Failed counts the records that were left as they were because their rule cannot be
// applied. Parked counts those of them for which it never can; they are shown to a person.
type Paged struct {
	Next      *Place   `json:"next,omitempty"` // nil: that was the last page
	Changed   int      `json:"changed"`
	Failed    int      `json:"failed,omitempty"`
	Parked    int      `json:"parked,omitempty"`
	FailedIDs []string `json:"failed_ids,omitempty"`
}

// board is an open board with what is done with each record on it.
type board struct {
	kind, branch string
	step         string    // what the walk is called where a record is stuck
	until        time.Time // zero: all that stand on it
	act          func(ctx context.Context, id string) (changed bool, err error)
}

// page goes over boards from a place on. A record that moves beyond the place is met again and left as it is.
func (w *ShopWork) page(ctx context.Context, boards []board, from Place) (Paged, error) {
	var out Paged
	at := max(slices.IndexFunc(boards, func(b board) bool { return b.kind == from.Kind && b.branch == from.Branch }), 0)
	for left := pageSize; at < len(boards); at, from.After = at+1, "" {
		b := boards[at]
		if left == 0 {
			out.Next = &Place{Kind: b.kind, Branch: b.branch}
			return out, nil
		}
		ids, next, err := w.Records.OnBoard(ctx, b.kind, b.branch, from.After, b.until, left)
		if err != nil {
			return out, err
		}
		for _, id := range ids {
			if err := w.take(ctx, &out, b, id); err != nil {
				return out, err
			}
		}
		if left -= len(ids); next != "" {
			out.Next = &Place{Kind: b.kind, Branch: b.branch, After: next}
			return out, nil
		}
	}
	return out, nil
}

// take acts on one record. Only a store that is busy stops the page: one record must not hold up the others. It is left
// as it is, and a person is shown it.
func (w *ShopWork) take(ctx context.Context, p *Paged, b board, id string) error {
	changed, err := b.act(ctx, id)
	kind, at := fault.KindOf(err), stuck.Stuck{What: stuck.KindRecord, Record: id, Step: b.step, Branch: b.branch}
	switch {
	case err == nil:
		if changed {
			p.Changed++
		}
		if err := w.Records.StuckOver(ctx, at); err != nil {
			activity.GetLogger(ctx).Error("what went on is still shown as stuck", "record", id, "cause", err.Error())
		}
	case busy(kind):
		return err
	case kind != fault.NotFound: // gone since the board was read
		activity.GetLogger(ctx).Error("a record was left as it was", "record", id, "kind", string(kind), "cause",
			err.Error())
		if at.Cause = string(kind); noteStuck(ctx, w.Records, at, kind == fault.Impossible) {
			return nil // a person decided to go on without it
		}
		p.Failed++
		p.FailedIDs = append(p.FailedIDs, id)
		if kind == fault.Impossible {
			p.Parked++
		}
	}
	return nil
}

// without counts the branches that cannot be read, once in a walk: their records were left as they were.
func (p *Paged) without(shop setup.Shop, from Place) {
	for _, key := range shop.Unreadable {
		if kind, id, _ := strings.Cut(key, "#"); kind == "BRANCH" && from == (Place{}) {
			p.Failed++
			p.FailedIDs = append(p.FailedIDs, id)
		}
	}
}

// AgePage asks for a page of the customers whose life changes by silence alone, or whose cadence asks for something.
type AgePage struct {
	From Place `json:"from"`
}

// Age takes the customers whose time has come, branch by branch, to the stage that the rule gives them. It opens the
// tasks that their cadence asks for.
func (w *ShopWork) Age(ctx context.Context, in AgePage) (Paged, error) {
	shop, err := w.Records.ShopWith(ctx, func(setup.Shop) bool { return true })
	if err != nil {
		return Paged{}, walked(ctx, err)
	}
	var boards []board
	for _, branch := range shop.Branches {
		boards = append(boards, board{kind: "customer", branch: branch.ID, step: "age", until: w.Now(),
			act: w.tend(shop, staff.Process("age"))})
	}
	out, err := w.page(ctx, boards, in.From)
	out.without(shop, in.From)
	return out, walked(ctx, err)
}

// age is the rule of a customer's life.
func (w *ShopWork) age(shop setup.Shop, by staff.Actor) func(context.Context, string) (bool, error) {
	return func(ctx context.Context, id string) (changed bool, err error) {
		var faulty error
		_, err = w.Records.AgeCustomer(ctx, id, by, func(c customer.Customer) (customer.Customer, bool) {
			var terms setup.Terms
			if terms, faulty = shop.Terms(c.Branch); faulty != nil {
				return c, false
			}
			c, changed = c.Age(terms.Policy.Life, w.Now())
			return c, changed
		})
		if err == nil {
			err = faulty
		}
		return changed, err
	}
}

// tend is the rule of a customer's life with the tasks that silence opens.
func (w *ShopWork) tend(shop setup.Shop, by staff.Actor) func(context.Context, string) (bool, error) {
	return func(ctx context.Context, id string) (changed bool, err error) {
		_, err = w.Records.TendCustomer(ctx, id, by,
			func(c customer.Customer, has customer.Dealings) (customer.Tended, error) {
				terms, err := shop.Terms(c.Branch)
				if err != nil {
					return customer.Tended{Customer: c}, err
				}
				done, err := c.Tend(by, shop.Roster, terms.Customer(), terms.Task(), has, w.Now())
				changed = err == nil && done.Changed
				return done, err
			})
		return changed, err
	}
}

// versioned is a record that a change of the set-up may plan anew.
type versioned interface{ ETagVersion() int64 }

// replanned is the rule of a record whose calendar or policy changed: it is planned on the terms of its branch.
func replanned[R versioned](change func(context.Context, string, func(R) (R, event.Event, error)) (R, error),
	branch func(R) string, shop setup.Shop,
	plan func(R, setup.Terms) (R, event.Event, error)) func(context.Context, string) (bool, error) {
	return func(ctx context.Context, id string) (changed bool, err error) {
		_, err = change(ctx, id, func(r R) (R, event.Event, error) {
			terms, err := shop.Terms(branch(r))
			if err != nil {
				return r, event.Event{}, err
			}
			next, e, err := plan(r, terms)
			changed = err == nil && next.ETagVersion() != r.ETagVersion()
			return next, e, err
		})
		return changed, err
	}
}

func (w *ShopWork) replanLead(shop setup.Shop, _ staff.Actor) func(context.Context, string) (bool, error) {
	return replanned(w.Records.ChangeLead, func(l lead.Lead) string { return l.Branch }, shop,
		func(l lead.Lead, t setup.Terms) (lead.Lead, event.Event, error) { return l.Replan(t.Lead(), w.Now()) })
}

func (w *ShopWork) replanTask(shop setup.Shop, by staff.Actor) func(context.Context, string) (bool, error) {
	return replanned(w.Records.ChangeTask, func(t task.Task) string { return t.Branch }, shop,
		func(tsk task.Task, t setup.Terms) (task.Task, event.Event, error) {
			return tsk.Replan(by, t.Task(), w.Now())
		})
}

func (w *ShopWork) replanComplaint(shop setup.Shop, _ staff.Actor) func(context.Context, string) (bool, error) {
	return replanned(w.Records.ChangeComplaint, func(c complaint.Complaint) string { return c.Branch }, shop,
		func(c complaint.Complaint, t setup.Terms) (complaint.Complaint, event.Event, error) {
			return c.Replan(t.Complaint(), w.Now())
		})
}

func (w *ShopWork) replanHold(shop setup.Shop, _ staff.Actor) func(context.Context, string) (bool, error) {
	return replanned(w.Records.ChangeHold, func(h hold.Hold) string { return h.Branch }, shop,
		func(h hold.Hold, t setup.Terms) (hold.Hold, event.Event, error) { return h.Replan(t.Hold(), w.Now()) })
}

// replanner is a kind of records that a change of the set-up plans anew, with the change to which it is deaf.
type replanner struct {
	kind string
	rule func(*ShopWork, setup.Shop, staff.Actor) func(context.Context, string) (bool, error)
	deaf string
}

// replans are all of them. A further kind is a line here.
var replans = []replanner{
	{"lead", (*ShopWork).replanLead, setup.ReplanCategory},
	{"task", (*ShopWork).replanTask, setup.ReplanCategory},
	{"complaint", (*ShopWork).replanComplaint, setup.ReplanCategory},
	{"hold", (*ShopWork).replanHold, setup.ReplanCategory},
	{"customer", (*ShopWork).age, setup.ReplanCalendar},
}

// ReplanPage asks for a page of the open records that a change concerns.
type ReplanPage struct {
	Change setup.Change `json:"change"`
	From   Place        `json:"from"`
	Left   Left         `json:"left,omitzero"`
	Tries  int          `json:"tries,omitempty"` // walks that left records as they were
}

// Replan plans the open records of the branches that a change concerns anew, by the set-up as it is now. The daily step
// moves with the zone of the first branch.
func (w *ShopWork) Replan(ctx context.Context, in ReplanPage) (Paged, error) {
	shop, err := w.Records.ShopWith(ctx, in.Change.In)
	if err != nil {
		return Paged{}, walked(ctx, err)
	}
	if in.From == (Place{}) && w.Schedules != nil {
		if err := w.schedule(ctx, shop); err != nil {
			return Paged{}, walked(ctx, err)
		}
	}
	var boards []board
	for _, r := range replans {
		if r.deaf == in.Change.What {
			continue
		}
		for _, branch := range in.Change.Branches(shop) {
			boards = append(boards, board{kind: r.kind, branch: branch, step: "replan",
				act: r.rule(w, shop, staff.Process("replan"))})
		}
	}
	out, err := w.page(ctx, boards, in.From)
	out.without(shop, in.From)
	return out, walked(ctx, err)
}

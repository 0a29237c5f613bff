package ending

import (
	"context"
	"time"

	"afterpress/shared/crm/retention"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/stuck"
	"afterpress/shared/kernel/fault"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
)

// Work is what the activity is done with. It has no state of its own.
type Work struct {
	Store Store
	Now   func() time.Time // UTC
}

// Store is implemented by *store.Store.
type Store interface {
	ShopWith(ctx context.Context, has func(setup.Shop) bool) (setup.Shop, error)
	// OnClosed and OnSubmissions list ids beyond a place, the oldest first; next is "" at the end.
	OnClosed(ctx context.Context, kind, branch, state, after string, until time.Time, limit int) (ids []string,
		next string, err error)
	OnSubmissions(ctx context.Context, outcome, branch, after string, until time.Time, limit int) (ids []string,
		next string, err error)
	// EndRecord ends a record whose time is over by the policy. A repeat of one that broke off goes on.
	EndRecord(ctx context.Context, kind, id string, p retention.Policy) (changed bool, err error)
	NoteStuck(ctx context.Context, seen stuck.Stuck, parked bool) (stuck.Stuck, error)
	StuckOver(ctx context.Context, seen stuck.Stuck) error
}

// pageSize is how many records one call looks at. A hundred with all their rows take some seconds.
const pageSize = 100

// list is one list of records that may end: those of a kind in a state, in a branch.
type list struct {
	kind, state, branch string
	until               time.Time
	policy              retention.Policy
}

func (l list) place(after string) *Place {
	return &Place{Kind: l.kind + " " + l.state, Branch: l.branch, After: after}
}

// End ends the records of a page whose time is over, list by list.
func (w *Work) End(ctx context.Context, in Page) (Paged, error) {
	out, err := w.page(ctx, in.From)
	if err == nil {
		return out, nil
	}
	kind := fault.KindOf(err)
	activity.GetLogger(ctx).Warn("a page failed", "kind", string(kind), "cause", err.Error())
	return Paged{}, temporal.NewApplicationError("the page failed", string(kind))
}

func (w *Work) page(ctx context.Context, from Place) (Paged, error) {
	var out Paged
	shop, err := w.Store.ShopWith(ctx, func(setup.Shop) bool { return true })
	if err != nil {
		return out, err
	}
	begun, left := from == Place{}, pageSize
	for _, l := range lists(shop, w.Now()) {
		if here := l.place(from.After); !begun && *here != from {
			continue
		}
		begun = true
		if left == 0 {
			out.Next = l.place("")
			return out, nil
		}
		ids, next, err := w.read(ctx, l, from.After, left)
		if err != nil {
			return out, err
		}
		for _, id := range ids {
			if err := w.take(ctx, &out, l, id); err != nil {
				return out, err
			}
		}
		if left -= len(ids); next != "" {
			out.Next = l.place(next)
			return out, nil
		}
		from.After = ""
	}
	return out, nil
}

// lists are all lists of a shop. Of a branch whose policy cannot be read nothing ends.
func lists(shop setup.Shop, now time.Time) (out []list) {
	for _, branch := range shop.Branches {
		terms, err := shop.Terms(branch.ID)
		if err != nil {
			continue
		}
		policy := terms.Policy.Retention.OrStandard()
		for _, k := range retention.Kinds {
			for _, state := range k.States {
				out = append(out, list{k.Name, state, branch.ID, now.Add(-k.End(policy).First()), policy})
			}
		}
	}
	return out
}

func (w *Work) read(ctx context.Context, l list, after string, limit int) (ids []string, next string, err error) {
	if l.kind == "submission" {
		return w.Store.OnSubmissions(ctx, l.state, l.branch, after, l.until, limit)
	}
	return w.Store.OnClosed(ctx, l.kind, l.branch, l.state, after, l.until, limit)
}

// take looks at one record. Only a store that is busy stops the page. A record that cannot be ended stays, and a person
// is shown it.
func (w *Work) take(ctx context.Context, p *Paged, l list, id string) error {
	changed, err := w.Store.EndRecord(ctx, l.kind, id, l.policy)
	kind, at := fault.KindOf(err), stuck.Stuck{What: stuck.KindRecord, Record: id, Step: "end", Branch: l.branch}
	log := activity.GetLogger(ctx)
	switch {
	case err == nil && changed:
		p.Changed++
		return w.Store.StuckOver(ctx, at)
	case err == nil, kind == fault.NotFound:
		return nil
	case kind == fault.Unavailable || kind == fault.TooMany || kind == fault.Conflict:
		return err
	}
	log.Error("a record could not be ended", "record", id, "kind", string(kind), "cause", err.Error())
	p.Failed++
	at.Cause = string(kind)
	if _, err := w.Store.NoteStuck(ctx, at, kind == fault.Impossible); err != nil {
		log.Error("what is stuck cannot be noted", "record", id, "cause", err.Error())
	}
	return nil
}

package workflows

import (
	"context"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"afterpress/shared/crm"
)

// LeadWork does what the rungs of a lead's ladder say. It has no state of its own and serves any number of attempts at a time.
type LeadWork struct {
	Leads  Leads
	Ledger Ledger
	Mail   Mail
	SMS    bool             // whether Mail can send SMS
	Now    func() time.Time // UTC
	URL    string           // where a lead is looked at, without its id: https://…/leads/
	Site   string           // where customers reach the doors: https://…
	Tokens crm.Tokens       // signs links to customers
}

// Leads is implemented by *store.Store.
type Leads interface {
	// Terms is the shop with the calendar and policy of a branch.
	Terms(ctx context.Context, branch string) (crm.Shop, crm.Terms, error)
	Lead(ctx context.Context, id string) (crm.Lead, error)
	// ChangeLead applies the rule to the lead as it is, again when somebody was faster, and returns the rule's own error as it is.
	ChangeLead(ctx context.Context, id string, rule func(crm.Lead) (crm.Lead, crm.Event, error)) (crm.Lead, error)
	Rotate(ctx context.Context, branch string) (int64, error)
	customers
}

// Climb does one rung. It reads the record first: what is done, moved or out of date is reported, not done. It writes to at
// most one person, by mail and into the chat of the branch.
func (w *LeadWork) Climb(ctx context.Context, c Climb) (Climbed, error) {
	out, err := w.climb(ctx, c)
	return out, verdict(ctx, err)
}

func (w *LeadWork) climb(ctx context.Context, c Climb) (Climbed, error) {
	lead, err := w.Leads.Lead(ctx, c.ID)
	if err != nil && crm.KindOf(err) != crm.NotFound {
		return Climbed{}, err
	}
	p := standing(lead, c.Round)
	if p.Closed {
		return Climbed{Progress: p}, nil
	}
	rung, there := find(p, c.Key)
	if !there {
		return Climbed{Progress: p, Keys: []string{c.Key}}, nil
	}
	if rung.At.After(c.Rung.At) {
		return Climbed{Progress: p}, nil
	}
	f, err := w.open(ctx, lead)
	if err != nil {
		return Climbed{}, err
	}
	if rung.Do == crm.DoAssign || rung.Do == crm.DoReassign {
		return w.handOn(ctx, f, c)
	}
	again, err := w.write(ctx, f, rung)
	p.Closed = lead.Closed() && again == 0 // a reply on a closed lead is told, and nothing more is to be done
	return climbed(p, c.Key, again), err
}

// Look says where the lead stands.
func (w *LeadWork) Look(ctx context.Context, l Look) (crm.Progress, error) {
	lead, err := w.Leads.Lead(ctx, l.ID)
	if err != nil && crm.KindOf(err) != crm.NotFound {
		return crm.Progress{}, verdict(ctx, err)
	}
	return standing(lead, l.Round), nil
}

// standing is where the lead stands for the process of a round. A lead that is gone, or that began another round, has nothing left to do.
func standing(lead crm.Lead, round int) crm.Progress {
	return inRound(lead.Progress(), round)
}

func inRound(p crm.Progress, round int) crm.Progress {
	if p.Round != round {
		p.Closed, p.Rungs = true, nil
	}
	return p
}

func find(p crm.Progress, key string) (crm.Rung, bool) {
	for _, r := range p.Rungs {
		if p.Key(r) == key {
			return r, true
		}
	}
	return crm.Rung{}, false
}

func climbed(p crm.Progress, key string, again time.Duration) Climbed {
	if again > 0 {
		return Climbed{Progress: p, Again: again}
	}
	return Climbed{Progress: p, Keys: []string{key}}
}

// verdict tells Temporal what to do about an error: try again for ever, or give up where no retry cures it. Temporal keeps the kind and nothing else;
// the cause goes to the log.
func verdict(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	kind := crm.KindOf(err)
	activity.GetLogger(ctx).Warn("a step failed", "kind", string(kind), "cause", err.Error())
	switch kind {
	case crm.Unavailable, crm.TooMany, crm.Conflict, crm.Internal:
		return temporal.NewApplicationError("the step failed", string(kind))
	}
	return temporal.NewNonRetryableApplicationError("the step failed", string(kind), nil)
}

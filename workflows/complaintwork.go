package workflows

import (
	"context"
	"errors"
	"time"

	"afterpress/shared/crm"
)

// ComplaintWork does what the rungs of a complaint's ladder say. It has no state of its own and serves any number of attempts at a time.
type ComplaintWork struct {
	Complaints Complaints
	Ledger     Ledger
	Mail       Mail
	SMS        bool             // whether Mail can send SMS
	Now        func() time.Time // UTC
	URL        string           // where a complaint is looked at, without its id: https://…/complaints/
	Site       string           // where customers reach the doors: https://…
	Tokens     crm.Tokens       // signs links to customers
}

// Complaints is implemented by *store.Store.
type Complaints interface {
	// Terms is the shop with the calendar and policy of a branch.
	Terms(ctx context.Context, branch string) (crm.Shop, crm.Terms, error)
	Complaint(ctx context.Context, id string) (crm.Complaint, error)
	// ChangeComplaint applies the rule to the complaint as it is, again when somebody was faster, and returns the rule's own error as it is.
	ChangeComplaint(ctx context.Context, id string, rule func(crm.Complaint) (crm.Complaint, crm.Event, error)) (crm.Complaint, error)
	ComplaintReply(ctx context.Context, complaint, id string) (crm.ComplaintReply, error)
	Contact(ctx context.Context, id string) (crm.Contact, error)
	Rotate(ctx context.Context, branch string) (int64, error)
}

// Climb does one rung. It reads the record first: what is done, moved or out of date is reported, not done. It writes to at most one person: to the customer by
// mail or SMS, to one of our people by mail and into the chat of the branch.
func (w *ComplaintWork) Climb(ctx context.Context, c Climb) (Climbed, error) {
	out, err := w.climb(ctx, c)
	return out, verdict(ctx, err)
}

func (w *ComplaintWork) climb(ctx context.Context, c Climb) (Climbed, error) {
	complaint, err := w.Complaints.Complaint(ctx, c.ID)
	if err != nil && crm.KindOf(err) != crm.NotFound {
		return Climbed{}, err
	}
	p := inRound(complaint.Progress(), c.Round)
	rung, there := find(p, c.Key)
	if !there {
		return Climbed{Progress: p, Keys: []string{c.Key}}, nil
	}
	if rung.At.After(c.Rung.At) {
		return Climbed{Progress: p}, nil
	}
	if early := rung.At.Sub(w.Now()); early > 0 { // the tables' clock is behind Temporal's
		return climbed(p, c.Key, early), nil
	}
	f, err := w.open(ctx, complaint)
	if err != nil {
		return Climbed{}, err
	}
	c.Rung.Do = rung.Do // as the record has it now: who was silent may have written
	if rule := complaintRules[rung.Do]; rule != nil {
		return w.change(ctx, f, c, rule)
	}
	again, err := w.write(ctx, f, rung)
	return climbed(p, c.Key, again), err
}

// Look says where the complaint stands.
func (w *ComplaintWork) Look(ctx context.Context, l Look) (crm.Progress, error) {
	complaint, err := w.Complaints.Complaint(ctx, l.ID)
	if err != nil && crm.KindOf(err) != crm.NotFound {
		return crm.Progress{}, verdict(ctx, err)
	}
	return inRound(complaint.Progress(), l.Round), nil
}

// complaintFile is a complaint with the rules that hold for it.
type complaintFile struct {
	complaint crm.Complaint
	shop      crm.Shop
	terms     crm.Terms
	turn      int64 // of the branch's rotation, where an owner is looked for
}

func (w *ComplaintWork) open(ctx context.Context, c crm.Complaint) (complaintFile, error) {
	shop, terms, err := w.Complaints.Terms(ctx, c.Branch)
	return complaintFile{complaint: c, shop: shop, terms: terms}, err
}

// errNobody says that there is no one who could take the complaint.
var errNobody = errors.New("workflows: nobody is there who takes complaints")

// complaintRules are the rungs that change the record, each with its rule.
var complaintRules = map[string]func(f complaintFile, c crm.Complaint, now time.Time) (crm.Complaint, crm.Event, error){
	crm.DoAssign: func(f complaintFile, c crm.Complaint, now time.Time) (crm.Complaint, crm.Event, error) {
		owner, ok := crm.NextComplaintOwner(f.shop.Roster, f.terms.Complaint(), c, f.turn, now)
		if !ok {
			return c, crm.Event{}, errNobody
		}
		return c.Assign(crm.Process("complaint"), owner, f.terms.Complaint(), now)
	},
	crm.DoExpire: func(f complaintFile, c crm.Complaint, now time.Time) (crm.Complaint, crm.Event, error) {
		return c.Expire(f.terms.Complaint(), now)
	},
	crm.DoCloseSilent: func(f complaintFile, c crm.Complaint, now time.Time) (crm.Complaint, crm.Event, error) {
		return c.FallSilent(f.terms.Complaint(), now)
	},
	crm.DoResume: func(f complaintFile, c crm.Complaint, now time.Time) (crm.Complaint, crm.Event, error) {
		return c.Resume(crm.Process("complaint"), f.terms.Complaint(), now)
	},
	crm.DoCorrectPromise: func(f complaintFile, c crm.Complaint, now time.Time) (crm.Complaint, crm.Event, error) {
		return c.CorrectPromise(f.terms.Complaint(), now)
	},
}

// complaintFollows are the rungs by which somebody hears of a change: by the call that made it, or by a call of their own where that one died.
var complaintFollows = map[string]string{crm.DoAssign: crm.DoTell, crm.DoCorrectPromise: crm.DoTellPromise, crm.DoCloseSilent: crm.DoTellUnanswered,
	crm.DoExpire: crm.DoTellRefused}

// change applies a rung's rule to the record as it is now, and tells whom it concerns.
func (w *ComplaintWork) change(ctx context.Context, f complaintFile, c Climb, rule func(complaintFile, crm.Complaint, time.Time) (crm.Complaint, crm.Event, error)) (Climbed, error) {
	if c.Rung.Do == crm.DoAssign {
		var err error
		if f.turn, err = w.Complaints.Rotate(ctx, f.complaint.Branch); err != nil {
			return Climbed{}, err
		}
	}
	if c.Rung.Do == crm.DoCloseSilent { // nobody is silent who was not asked
		if asked, err := w.asked(ctx, f.complaint); err != nil || !asked {
			return w.leave(ctx, f, c, err)
		}
	}
	now := w.Now()
	next, err := w.Complaints.ChangeComplaint(ctx, c.ID, func(r crm.Complaint) (crm.Complaint, crm.Event, error) {
		if rung, there := find(inRound(r.Progress(), c.Round), c.Key); !there || rung.At.After(now) || rung.Do != c.Rung.Do {
			return r, crm.Event{}, errMoved
		}
		return rule(f, r, now)
	})
	switch {
	case errors.Is(err, errMoved):
		return w.climb(ctx, c) // reads the record and reports
	case errors.Is(err, errNobody):
		return climbed(inRound(f.complaint.Progress(), c.Round), c.Key, 0), nil
	case err != nil:
		return Climbed{}, err
	}
	f.complaint = next
	out := climbed(next.Progress(), c.Key, 0)
	for _, rung := range next.Rungs {
		if rung.Do != complaintFollows[c.Rung.Do] || rung.At.After(now) {
			continue
		}
		if again, err := w.write(ctx, f, rung); err == nil && again == 0 {
			out.Keys = append(out.Keys, out.Progress.Key(rung))
		}
	}
	return out, nil
}

// leave lets the complaint of a customer who was never asked stand, and tells the manager: an answer is taken in by a colleague, or the offer is made anew.
func (w *ComplaintWork) leave(ctx context.Context, f complaintFile, c Climb, err error) (Climbed, error) {
	if err != nil {
		return Climbed{}, err
	}
	again, err := w.write(ctx, f, c.Rung)
	return climbed(inRound(f.complaint.Progress(), c.Round), c.Key, again), err
}

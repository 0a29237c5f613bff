package service

import (
	"context"
	"strings"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/approval"
	"afterpress/shared/crm/complaint/tally"
	"afterpress/shared/crm/gate"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/centre"
	"afterpress/shared/store/naming"
	"afterpress/shared/store/table"
)

// ComplaintRule takes a complaint and gives the next one with its event, or refuses.
type ComplaintRule = func(complaint.Complaint) (complaint.Complaint, event.Event, error)

// GrantRule is a ComplaintRule that also gets what the customer was given before.
type GrantRule = func(complaint.Complaint, approval.Granted) (complaint.Complaint, event.Event, error)

// complaintRow is the item of a complaint with the lists in which it stands. It always stands on its branch's
// board. While it is open, it also stands on a desk and among its customer's open items. The desk is its
// owner's, or its branch's while it has no owner.
func complaintRow(c complaint.Complaint) (table.Item, error) {
	in := table.Lists{Kind: "complaint", ID: c.ID, State: c.State, Branch: c.Branch, Owner: c.Owner, Customer: c.Customer,
		Closed: c.Closed(), At: c.Due}
	if in.Closed {
		in.At = c.ClosedAt
	}
	return table.Row(c, c.Card(), in)
}

// Complaint reads a complaint by its id. A missing complaint is NotFound.
func (s *Service) Complaint(ctx context.Context, id string) (complaint.Complaint, error) {
	c, err := s.StoredComplaint(ctx, id)
	return c.Complaint, err
}

// NewComplaintID makes the id of a complaint.
func (s *Service) NewComplaintID() string { return s.table.NewID("cmp") }

// PutComplaint adds to a transaction how a complaint goes from before to next. That is the record, the event with
// what it counts, what the customer was given, and the freeze of their marketing. For a new complaint, before is
// empty. grants is the ledger that the rule decided by, nil where it asked for none.
func (s *Service) PutComplaint(ctx context.Context, b *table.Batch, before StoredComplaint, next complaint.Complaint,
	grants *Ledger, e event.Event) error {
	return s.putComplaint(ctx, b, before, next, grants, nil, e)
}

// putComplaint is PutComplaint where the customer's freeze may be known; nil has it read.
func (s *Service) putComplaint(ctx context.Context, b *table.Batch, before StoredComplaint, next complaint.Complaint,
	grants *Ledger, freeze *gate.Freeze, e event.Event) error {
	if err := s.putComplaintRow(ctx, b, before, next, grants, e); err != nil {
		return err
	}
	switch {
	case before.Freezes() == next.Freezes():
		return nil
	case freeze != nil:
		return s.centre.FollowFreeze(b, *freeze, next)
	}
	return s.centre.PutFreeze(ctx, b, next)
}

// putComplaintRow is PutComplaint without the freeze, which complaints of one customer share. A transaction may write
// it only once.
func (s *Service) putComplaintRow(ctx context.Context, b *table.Batch, stored StoredComplaint, next complaint.Complaint,
	grants *Ledger, e event.Event) error {
	before := stored.Complaint
	it, err := complaintRow(next)
	if err == nil {
		err = s.putParts(b, stored, next, it)
	}
	if err != nil {
		return err
	}
	b.Put(s.table.Records, it, table.Seen(before.Version), func(table.Item) error { return table.ErrChanged })
	if before.Version > 0 && before.Job.Ref != next.Job.Ref {
		was, err := complaintRow(before)
		if err != nil {
			return err
		}
		naming.Rename(s.table, b, was, it)
	}
	if err := s.putRemedies(b, before, next, e); err != nil {
		return err
	}
	if complaint.Granting(before, next) {
		if err := s.putGrants(ctx, b, before, next, grants); err != nil {
			return err
		}
	}
	// each round is a piece of work: reopening takes none back
	if before.ResolvedAt.IsZero() && !next.ResolvedAt.IsZero() && next.Owner != "" {
		s.work.CountDone(b, "complaint", next.Owner, next.ResolvedAt, next.InTime(), 1)
	}
	return s.table.PutEvent(b, e.Counting(tally.Tallied(before, next).Counts()...))
}

// OpenComplaint stores a new complaint with its event. If the complaint freezes marketing, its customer gets
// none from the same moment.
func (s *Service) OpenComplaint(ctx context.Context, c complaint.Complaint,
	e event.Event) (complaint.Complaint, error) {
	return s.openComplaint(ctx, c, e, nil, func(*table.Batch) {})
}

// OpenComplaintOf is OpenComplaint for a customer who was read.
func (s *Service) OpenComplaintOf(ctx context.Context, who centre.Complainant, c complaint.Complaint,
	e event.Event) (complaint.Complaint, error) {
	return s.openComplaint(ctx, c, e, &who.Freeze, func(*table.Batch) {})
}

// openComplaint reads the customer's freeze where it is not known, or where another writer changed it since.
func (s *Service) openComplaint(ctx context.Context, c complaint.Complaint, e event.Event, freeze *gate.Freeze,
	extra func(*table.Batch)) (complaint.Complaint, error) {
	return table.Retry(ctx, table.Crowd, func(try int) (complaint.Complaint, error) {
		if try > 0 {
			freeze = nil
		}
		b := table.NewBatch()
		if err := s.putComplaint(ctx, b, StoredComplaint{}, c, nil, freeze, e); err != nil {
			return c, err
		}
		extra(b)
		return c, s.table.Commit(ctx, b, c)
	})
}

// ChangeComplaint reads a complaint, applies the rule, and writes what follows in one transaction. The condition
// is that no other writer changed any of it meanwhile. When one did, the rule decides again on the complaint as
// it is now.
func (s *Service) ChangeComplaint(ctx context.Context, id string, rule ComplaintRule) (complaint.Complaint, error) {
	return s.changeComplaint(ctx, id, false,
		func(c complaint.Complaint, _ approval.Granted) (complaint.Complaint, event.Event, error) {
			return rule(c)
		}, nil)
}

// GrantComplaint is ChangeComplaint for steps that may give something to the customer. The rule gets what the
// customer was given before. When the step changes that ledger and another step changed it meanwhile, the rule
// decides again.
func (s *Service) GrantComplaint(ctx context.Context, id string, rule GrantRule) (complaint.Complaint, error) {
	return s.changeComplaint(ctx, id, true, rule, nil)
}

func (s *Service) changeComplaint(ctx context.Context, id string, asks bool, rule GrantRule,
	extra func(*table.Batch, complaint.Complaint) error) (complaint.Complaint, error) {
	var grants *Ledger
	read := func() (StoredComplaint, error) { return s.StoredComplaint(ctx, id) }
	decide := func(c StoredComplaint) (complaint.Complaint, event.Event, error) {
		if !asks {
			return rule(c.Complaint, approval.Granted{})
		}
		known, err := s.ledger(ctx, c.Customer)
		if err != nil {
			return c.Complaint, event.Event{}, err
		}
		grants = &known
		return rule(c.Complaint, known.Given(c.Complaint, s.table.Now()))
	}
	return table.Change(ctx, table.Crowd, read, decide,
		func(c StoredComplaint, next complaint.Complaint, e event.Event) (complaint.Complaint, error) {
			if next.Version == c.Version {
				return next, nil
			}
			b := table.NewBatch()
			if err := s.PutComplaint(ctx, b, c, next, grants, e); err != nil {
				return c.Complaint, err
			}
			if extra != nil {
				if err := extra(b, next); err != nil {
					return c.Complaint, err
				}
			}
			return next, s.table.Commit(ctx, b, next)
		})
}

// JoinComplaints ends the younger complaint in favour of the older one. Both are written in one transaction.
func (s *Service) JoinComplaints(ctx context.Context, younger, older string,
	rule func(younger, older complaint.Complaint) (complaint.Complaint, complaint.Complaint, [2]event.Event,
		error)) (complaint.Complaint, error) {
	return table.Retry(ctx, table.Crowd,
		func(int) (complaint.Complaint, error) { return s.tryJoin(ctx, younger, older, rule) })
}

func (s *Service) tryJoin(ctx context.Context, younger, older string,
	rule func(younger, older complaint.Complaint) (complaint.Complaint, complaint.Complaint, [2]event.Event,
		error)) (complaint.Complaint, error) {
	c, err := s.StoredComplaint(ctx, younger)
	if err != nil {
		return c.Complaint, err
	}
	into, err := s.StoredComplaint(ctx, older)
	if err != nil && fault.KindOf(err) != fault.NotFound { // the rule refuses a missing one
		return c.Complaint, err
	}
	joined, kept, events, err := rule(c.Complaint, into.Complaint)
	if err != nil {
		return c.Complaint, err
	}
	b := table.NewBatch()
	if err := s.putComplaintRow(ctx, b, c, joined, nil, events[0]); err != nil {
		return c.Complaint, err
	}
	if err := s.putComplaintRow(ctx, b, into, kept, nil, events[1]); err != nil {
		return c.Complaint, err
	}
	if c.Freezes() != joined.Freezes() || into.Freezes() != kept.Freezes() {
		if err := s.centre.PutFreeze(ctx, b, joined, kept); err != nil {
			return c.Complaint, err
		}
	}
	return joined, s.table.Commit(ctx, b, joined)
}

// ComplaintQuery asks for complaints by one of their lists, and filters the result by the other fields.
type ComplaintQuery struct {
	Branches []string // the branches that the caller sees
	State    string   // empty: all open states
	Severity int      // 0: any
	Owner    string
	Customer string
	Until    time.Time // due before it; zero: no bound
	Month    string    // closed ones: yyyy-mm in which they closed, UTC
	table.Paging
}

// Complaints lists complaints, most urgent first; closed ones, newest first. Without branches the list is empty.
func (s *Service) Complaints(ctx context.Context, q ComplaintQuery) (table.Page[complaint.Card], error) {
	l := table.List{Index: table.BoardIndex, Kind: "complaint", Until: q.Until,
		Card:    map[string]string{"state": q.State, "owner": q.Owner, "customer": q.Customer},
		Figures: map[string]int64{"severity": int64(q.Severity)}}
	if len(q.Branches) == 0 {
		return table.Page[complaint.Card]{Items: []complaint.Card{}}, nil
	}
	switch {
	case (complaint.Complaint{State: q.State}).Closed():
		l.Newest = true
		for _, b := range q.Branches {
			l.Partitions = append(l.Partitions, table.ClosedBoard("complaint", b, q.Month))
		}
	case q.Owner != "":
		l.Index, l.Branches, l.Partitions = table.DeskIndex, q.Branches, []string{table.DeskOf(q.Owner)}
	case q.Customer != "":
		l.Index, l.Branches, l.Partitions = table.AboutIndex, q.Branches, []string{table.OpenOf(q.Customer)}
	default:
		l.States = BoardStates["complaint"]
		for _, b := range q.Branches {
			l.Partitions = append(l.Partitions, table.OpenBoard("complaint", b))
		}
	}
	return table.Cards[complaint.Card](s.table.Lines(ctx, l, q.Paging))
}

// SimilarComplaints lists the ids of other open complaints of the customer about the same job, in these
// branches, most urgent first. Where the job has no number, there are none. It looks at the hundred most urgent
// complaints of the customer, and decides nothing.
func (s *Service) SimilarComplaints(ctx context.Context, c complaint.Complaint, branches []string) ([]string, error) {
	out := []string{}
	if c.Job.Ref == "" || len(branches) == 0 {
		return out, nil
	}
	page, err := s.Complaints(ctx,
		ComplaintQuery{Branches: branches, Customer: c.Customer, Paging: table.Paging{Limit: 100}})
	for _, card := range page.Items {
		if card.Job == c.Job.Ref && card.ID != c.ID {
			out = append(out, card.ID)
		}
	}
	return out, err
}

// NamedComplaints are the complaints with this reference, or about this job, in any state.
func (s *Service) NamedComplaints(ctx context.Context, n naming.Query) (table.Page[complaint.Card], error) {
	return naming.Cards[complaint.Card](ctx, s.table, "complaint", n)
}

// mostOpenCases is how many open complaints of one contact are read for a letter to them.
const mostOpenCases = 20

// OpenComplaintsOf reads the open complaints of a customer's contact, in no order.
func (s *Service) OpenComplaintsOf(ctx context.Context, cust, contact string) ([]complaint.Complaint, error) {
	keys, err := s.table.OpenKeys(ctx, table.List{Kind: "complaint", Index: table.AboutIndex,
		Partitions: []string{table.OpenOf(cust)}})
	if err != nil {
		return nil, err
	}
	var out []complaint.Complaint
	for _, key := range keys[:min(len(keys), mostOpenCases)] {
		c, err := s.Complaint(ctx, strings.TrimPrefix(table.StringOf(key["pk"]), "COMPLAINT#"))
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return nil, err
		}
		if err == nil && c.Contact == contact && !c.Closed() { // the index may be a moment behind
			out = append(out, c)
		}
	}
	return out, nil
}

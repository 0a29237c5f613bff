package service

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/kernel/event"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Ledger is what a customer was given, with where each line stands.
type Ledger struct {
	complaint.Grants
	old  []complaint.Grant   // lines in the item of the version itself, which releases before December 2026 wrote
	rows map[string]grantRow // the others, by grantPlace
}

// grantRow is how a grant is stored in Messages.
type grantRow struct {
	complaint.Grant
	TTL    int64  `json:"ttl,omitempty"` // 0: an offer that stands
	Commit string `json:"commit"`
}

// grantPlace names a grant: a complaint offers one thing at a time.
func grantPlace(l complaint.Grant) string { return l.Complaint + "#" + table.At(l.At) }

// Grants reads what a customer was given. A customer who was given nothing has an empty ledger of version 0.
func (s *Service) Grants(ctx context.Context, customer string) (complaint.Grants, error) {
	l, err := s.ledger(ctx, customer)
	return l.Grants, err
}

// ledger reads what a customer was given, the version first. A line that is added after that changes the version.
func (s *Service) ledger(ctx context.Context, customer string) (Ledger, error) {
	out := Ledger{Grants: complaint.Grants{Customer: customer}, rows: map[string]grantRow{}}
	it, found, err := s.table.Get(ctx, s.table.Records, table.GrantsKey(customer))
	if err == nil && found {
		out.Grants, err = table.Decode[complaint.Grants](it)
	}
	if err != nil {
		return out, err
	}
	in := s.table.Below(table.GrantKey(customer, ""))
	in.TableName = aws.String(s.table.Messages)
	now := s.table.Now().Unix()
	rows, err := table.CollectSeen(ctx, s.table, in, 0, func(r grantRow) bool { return r.TTL == 0 || r.TTL > now })
	if err != nil {
		return out, err
	}
	for _, r := range rows {
		out.rows[grantPlace(r.Grant)] = r
	}
	out.old = slices.DeleteFunc(out.Lines, func(l complaint.Grant) bool { // was moved while this was read
		_, moved := out.rows[grantPlace(l)]
		return moved
	})
	out.Lines = slices.Clone(out.old)
	for _, r := range rows {
		out.Lines = append(out.Lines, r.Grant)
	}
	slices.SortStableFunc(out.Lines, func(a, b complaint.Grant) int { return a.At.Compare(b.At) })
	return out, nil
}

// mostMoved is how many lines of releases before December 2026 one offer takes out of the item of the version.
const mostMoved = 10

// putGrants adds to a transaction what a change of a complaint gives its customer or takes back. known is the
// ledger that the rule decided by; nil where the rule asked for none. Only what makes more of it changes the version:
// a rule that decides meanwhile by a ledger that has become smaller decides too strictly.
func (s *Service) putGrants(ctx context.Context, b *table.Batch, before, next complaint.Complaint,
	known *Ledger) error {
	if known == nil {
		read, err := s.ledger(ctx, next.Customer)
		if err != nil {
			return err
		}
		known = &read
	}
	after := known.After(before, next, s.table.Now())
	if after.Version == known.Version {
		return nil
	}
	was, is := placesOf(known.Lines), placesOf(after.Lines)
	var faults []error
	more := false
	for place, l := range is {
		if was[place] == l {
			continue
		}
		_, there := was[place]
		more = more || !there
		faults = append(faults, s.putGrant(b, known, l))
	}
	for place, r := range known.rows {
		if _, stays := is[place]; !stays {
			faults = append(faults, s.endGrant(b, known.Customer, r))
		}
	}
	old := slices.DeleteFunc(slices.Clone(known.old), func(l complaint.Grant) bool { return is[grantPlace(l)] != l })
	if more || len(old) < len(known.old) {
		faults = append(faults, s.putVersion(b, known, after, old))
	}
	return errors.Join(faults...)
}

// placesOf are the lines by their places.
func placesOf(lines []complaint.Grant) map[string]complaint.Grant {
	out := map[string]complaint.Grant{}
	for _, l := range lines {
		out[grantPlace(l)] = l
	}
	return out
}

// putGrant writes a line over the row that the ledger has of it, or where none stands.
func (s *Service) putGrant(b *table.Batch, known *Ledger, l complaint.Grant) error {
	cond := table.Lapsed(s.table.Now())
	if r, there := known.rows[grantPlace(l)]; there {
		cond = table.AsRead(table.Item{table.CommitAttr: table.Text(r.Commit)})
	}
	r := grantRow{Grant: l}
	if l.Done {
		r.TTL = l.Ends().Unix()
	}
	return s.putGrantRow(b, known.Customer, r, cond)
}

// endGrant takes a line back: from now on its row counts as absent.
func (s *Service) endGrant(b *table.Batch, customer string, r grantRow) error {
	cond := table.AsRead(table.Item{table.CommitAttr: table.Text(r.Commit)})
	r.TTL = s.table.Now().Unix()
	return s.putGrantRow(b, customer, r, cond)
}

func (s *Service) putGrantRow(b *table.Batch, customer string, r grantRow, cond table.Condition) error {
	it, err := table.Encode(r, table.GrantKey(customer, grantPlace(r.Grant)))
	if err == nil {
		b.Put(s.table.Messages, it, cond, func(table.Item) error { return table.ErrChanged })
	}
	return err
}

// putVersion writes the next version, with old as its lines but for some that become rows.
func (s *Service) putVersion(b *table.Batch, known *Ledger, after complaint.Grants, old []complaint.Grant) error {
	times := map[string]int{}
	for _, l := range old {
		times[grantPlace(l)]++
	}
	var faults []error
	after.Lines = []complaint.Grant{}
	for _, l := range old {
		if times[grantPlace(l)] > 1 || len(faults) == mostMoved { // two lines of one place stay until their end
			after.Lines = append(after.Lines, l)
			continue
		}
		faults = append(faults, s.putGrant(b, known, l))
	}
	it, err := table.Encode(after, table.GrantsKey(after.Customer))
	b.Put(s.table.Records, it, table.Seen(known.Version), func(table.Item) error { return table.ErrChanged })
	return errors.Join(append(faults, err)...)
}

// putRemedies writes a line for each remedy at the moment when all of them are done. Nothing writes a line a
// second time.
func (s *Service) putRemedies(b *table.Batch, before, next complaint.Complaint, e event.Event) error {
	if e.Type != event.ComplaintCompleted {
		return nil
	}
	for i, r := range before.Remedies {
		entry := complaint.RemedyEntry{ID: fmt.Sprintf("%d-%d", before.Turn, i+1), Complaint: next.ID,
			Customer: next.Customer, Branch: next.Branch, Remedy: r,
			CreditNumber: before.CarryOut.CreditNumber, By: e.Cause, At: e.At}
		it, err := table.Encode(entry, table.RemedyKey(next.ID, entry.ID))
		if err != nil {
			return err
		}
		b.Put(s.table.Records, it, table.Absent(), func(table.Item) error { return table.ErrChanged })
	}
	return nil
}

// RemedyEntries lists the remedies of a complaint that were carried out, oldest first.
func (s *Service) RemedyEntries(ctx context.Context, c string) ([]complaint.RemedyEntry, error) {
	return table.Collect[complaint.RemedyEntry](ctx, s.table, s.table.Below(table.RemedyKey(c, "")), 0)
}

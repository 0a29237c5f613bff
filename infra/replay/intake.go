package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"time"

	"afterpress/infra/operator"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/setup"
	"afterpress/shared/httpapi/posted"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store"
	"afterpress/shared/store/table"
)

// Results of reading a submission by the rules of today.
const (
	unchanged = "unchanged"  // it became a lead, and reads today as it did then
	differs   = "differs"    // it became a lead, and would read otherwise today; the lead is left as it is
	becomes   = "becomes"    // it was quarantined, and is a lead today
	held      = "held"       // it was quarantined for how it came, not for how it reads; a person decides
	unread    = "unreadable" // it was quarantined, and cannot be read today either
	discarded = "discarded"  // a person decided
)

// verdicts lists them in the order of the report.
var verdicts = []string{unchanged, differs, becomes, held, unread, discarded}

// replay runs the intake of a period again.
type replay struct {
	store    *store.Store
	now      func() time.Time
	from, to time.Time // [from, to)
	apply    bool
	out      io.Writer
}

// run reads every submission of the period by the rules of today, and says how many there are of each verdict. Only
// with apply do quarantined ones become leads; nothing else is ever written, so a second run finds nothing to do.
func (r replay) run(ctx context.Context) (map[string]int, error) {
	shop, err := r.store.Shop(ctx)
	if err != nil {
		return nil, err
	}
	counts := map[string]int{}
	for _, outcome := range form.SubmissionOutcomes {
		for _, branch := range shop.Branches {
			ids, err := r.period(ctx, outcome, branch.ID)
			if err != nil {
				return counts, err
			}
			for _, id := range ids {
				verdict, err := r.again(ctx, shop, id)
				if err != nil {
					return counts, fmt.Errorf("%s: %w", id, err)
				}
				counts[verdict]++
			}
		}
	}
	return counts, nil
}

// period lists what came within the period and ended this way. It is read to its end first: what becomes a lead
// leaves the list.
func (r replay) period(ctx context.Context, outcome, branch string) ([]string, error) {
	var ids []string
	page := table.Paging{Limit: 100, Caller: operator.Actor.ID}
	for {
		found, err := r.store.Submissions(ctx, outcome, []string{branch}, page)
		if err != nil {
			return nil, err
		}
		for _, card := range found.Items { // newest first
			if card.CreatedAt.Before(r.from) {
				return ids, nil
			}
			if card.CreatedAt.Before(r.to) {
				ids = append(ids, card.ID)
			}
		}
		if found.Next == nil {
			return ids, nil
		}
		page.Cursor = *found.Next
	}
}

// captured is what the submission brings about, read as it would be read now.
func captured(sub form.Submission, f form.Form, shop setup.Shop, by staff.Actor) (lead.Capture, error) {
	if sub.Letter != nil {
		return frontdesk.LetterCapture(sub, shop, by)
	}
	in, err := posted.Read(sub)
	if err != nil {
		return lead.Capture{}, err
	}
	return frontdesk.CaptureOf(sub, in, f, shop, by)
}

// again reads one submission as it would be read if it came in today.
func (r replay) again(ctx context.Context, shop setup.Shop, id string) (string, error) {
	sub, err := r.store.Submission(ctx, id)
	if err != nil {
		return "", err
	}
	f, found := shop.Form(sub.Form)
	if sub.Outcome == form.OutcomeDiscarded {
		return discarded, nil
	}
	capture, err := captured(sub, f, shop, operator.Actor)
	readable := (found || sub.Letter != nil) && err == nil
	if sub.Outcome != form.OutcomeQuarantined {
		return r.compare(ctx, sub, capture, readable)
	}
	switch {
	case form.Suspicious(sub.Difficulty), sub.Letter != nil: // whose letter it is, a colleague finds out
		return held, nil
	case !readable:
		fmt.Fprintf(r.out, "%s cannot be read: %v\n", sub.ID, err)
		return unread, nil
	case !r.apply:
		return becomes, nil
	}
	next, err := sub.Release(operator.Actor, r.now())
	if err != nil {
		return "", err
	}
	var before *fault.Error
	if _, err = r.store.Capture(ctx, capture, &next); errors.As(err, &before) && before.Kind == fault.Conflict {
		return unchanged, nil // somebody released it meanwhile
	}
	return becomes, err
}

// compare holds the lead against what the submission says today.
func (r replay) compare(ctx context.Context, sub form.Submission, capture lead.Capture,
	readable bool) (string, error) {
	l, err := r.store.Lead(ctx, sub.Lead)
	if err != nil {
		return "", err
	}
	e := capture.Enquiry
	same := readable && l.Person == lead.Person{Name: e.Name, Company: e.Company, Phone: e.Phone,
		PhoneTyped: e.PhoneTyped, Email: e.Email, Lang: e.Lang} &&
		l.Product == e.Product && l.Quantity == e.Quantity && l.QuantityTyped == e.QuantityTyped &&
		l.NeededBy == e.NeededBy && l.Message == e.Message &&
		l.HeardFrom == e.HeardFrom && reflect.DeepEqual(l.Answers, e.Answers)
	if !same {
		fmt.Fprintf(r.out, "%s would read otherwise today than lead %s says\n", sub.ID, l.ID)
		return differs, nil
	}
	return unchanged, nil
}

package outage

import (
	"slices"
	"testing"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/crmtest"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"

	"github.com/samber/lo"
)

// A complaint's time begins anew after an outage where it is ours, and where the customer was not asked yet. A promise
// that is over moves, and the customer is told that; one that nobody gave is not told.
func TestAComplaintBeginsAnew(t *testing.T) {
	terms := crmtest.Terms(t)
	back := crmtest.Tuesday.AddDate(0, 0, 20) // beyond every promise
	o := ladder.Outage{From: crmtest.Tuesday.Add(time.Minute), To: back}
	ours := []string{complaint.StateNew, complaint.StateTriaged, complaint.StateInvestigating, complaint.StateJudged,
		"judged, overruling asked", complaint.StateProposed, complaint.StateAwaiting, complaint.StateAgreed,
		complaint.StateCarryingOut, complaint.StateCorrecting}
	tells := func(c complaint.Complaint) int {
		return lo.CountBy(c.Rungs, func(r ladder.Rung) bool { return r.Do == ladder.DoTellPromise })
	}
	for _, row := range crmtest.ComplaintRows(t) {
		c := row.C
		ask := lo.Filter(c.Rungs, func(r ladder.Rung, _ int) bool { return r.Do == ladder.DoAskCustomer })
		for _, late := range [][]ladder.Rung{nil, ask} {
			next, e, err := restart(c, late, o, terms, back)
			if err != nil {
				t.Fatalf("%s: %v", row.Name, err)
			}
			anew := slices.Contains(ours, row.Name) || len(late) > 0
			if moved := next.Version != c.Version; moved != anew || moved != (e.Type == event.ComplaintRestarted) {
				t.Errorf("%s: moved %v, %s", row.Name, moved, e.Type)
			}
			if !anew {
				continue
			}
			due, err := terms.Calendar.Add(back, terms.Calendar.Between(c.ClockFrom, c.Due))
			if err != nil || !next.Due.Equal(due) || next.Turn != c.Turn || e.Wakes || e.Data["cause"] != event.Outage {
				t.Errorf("%s: due %s, want %s, %+v", row.Name, next.Due, due, e)
			}
			if asked, until := next.AskedBy(); asked != "" && !until.After(back) {
				t.Errorf("%s: approvers have until %s", row.Name, until)
			}
			if promised := !c.Promised.IsZero(); promised != (tells(next) == 1) || promised && !next.Promised.After(due) {
				t.Errorf("%s: promised %s, told %d times, due %s", row.Name, next.Promised, tells(next), due)
			}
			if !next.ResolveDue.Equal(c.ResolveDue) && !c.Theirs() || !next.AckDue.Equal(c.AckDue) {
				t.Errorf("%s: what is measured moved", row.Name)
			}
		}
		unthanked := []ladder.Rung{{Do: ladder.DoAcknowledge}}
		if next, _, err := restart(c, unthanked, o, terms, back); err != nil || tells(next) > 0 {
			t.Errorf("%s: told of a promise that nobody gave, %v", row.Name, err)
		}
	}
}

// A date that hangs on more than us stays: the delivery day that the customer was told, and the end of a pause.
// A promise that still stands is not moved.
func TestWhatAnOutageDoesNotMove(t *testing.T) {
	terms, back := crmtest.Terms(t), crmtest.Tuesday.Add(3*time.Hour)
	o := ladder.Outage{From: crmtest.Tuesday.Add(time.Minute), To: back}
	goods := crmtest.ComplaintIn(t, complaint.StateCarryingOut)
	told := *goods.CarryOut
	told.PromisedAt = crmtest.Tuesday.AddDate(0, 0, 9)
	goods.CarryOut = &told
	for name, c := range map[string]complaint.Complaint{
		"a delivery day": goods, "a pause": crmtest.ComplaintIn(t, "investigating, paused"),
	} {
		if next, e, err := restart(c, c.Rungs, o, terms, back); err != nil || next.Version != c.Version ||
			e.Type != "" {
			t.Errorf("%s: %+v, %v", name, e, err)
		}
	}
	c := crmtest.ComplaintIn(t, complaint.StateInvestigating)
	next, _, err := restart(c, nil, o, terms, back)
	if err != nil || !next.Promised.Equal(c.Promised) || next.Promises != c.Promises || next.Due.Equal(c.Due) {
		t.Errorf("promised %s, before %s, %v", next.Promised, c.Promised, err)
	}
	theirs := crmtest.ComplaintIn(t, complaint.StateOffered)
	theirs.RepliedAt = theirs.ClockFrom.Add(time.Minute)
	if next, _, err := restart(theirs, theirs.Rungs, o, terms, back); err != nil ||
		next.Version != theirs.Version {
		t.Errorf("what a customer wrote counts as unasked, %v", err)
	}
}

// Nobody is woken by a letter: whatever an outage ends, the customer is told of it once the branch is open.
func TestAComplaintsPromiseIsToldInOpeningHours(t *testing.T) {
	terms := crmtest.Terms(t)
	night := crmtest.Tuesday.AddDate(0, 0, 19).Truncate(24 * time.Hour).Add(-5 * time.Hour) // a Sunday, 03:00 in Shanghai
	opens, err := terms.Calendar.NextOpen(night)
	if err != nil || terms.Calendar.Open(night) {
		t.Fatal("it is open at ", night, err)
	}
	o := ladder.Outage{From: crmtest.Tuesday.Add(time.Minute), To: night}
	next, _, err := restart(crmtest.ComplaintIn(t, complaint.StateInvestigating), nil, o, terms, night)
	told, there := lo.Find(next.Rungs, func(r ladder.Rung) bool { return r.Do == ladder.DoTellPromise })
	if err != nil || !there || !told.At.Equal(opens) || !next.Promised.After(opens) {
		t.Errorf("told at %s, open from %s, promised %s, %v", told.At, opens, next.Promised, err)
	}
}

package complaint_test

import (
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/crmtest"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"

	"github.com/samber/lo"
)

func TestComplaintCustomerSaysNothing(t *testing.T) {
	terms := crmtest.Terms(t)
	for _, name := range []string{complaint.StateOffered, complaint.StateVerifying} {
		c := crmtest.ComplaintIn(t, name)
		reminders := 0
		for _, r := range c.Rungs {
			if r.Do == ladder.DoRemindCustomer && r.At.Before(c.Due) {
				reminders++
			}
		}
		if reminders != 2 {
			t.Errorf("%s: %d reminders", name, reminders)
		}
		if _, _, err := c.CloseUnanswered(terms.Complaint(), c.Due.Add(-time.Second)); fault.KindOf(err) != fault.Refused {
			t.Errorf("%s: too early: %v", name, err)
		}
		next, event, err := c.CloseUnanswered(terms.Complaint(), c.Due)
		if err != nil || next.State != complaint.StateUnanswered || !event.Progress.Closed {
			t.Errorf("%s: %s %v", name, next.State, err)
		}
	}
}

// Who answers our letter by a letter is not silent: nobody closes the complaint, and the manager hears that the answer
// was not entered. A word from before the question is no answer to it.
func TestComplaintCustomerWrites(t *testing.T) {
	terms := crmtest.Terms(t)
	last := func(c complaint.Complaint) ladder.Rung {
		r, _ := lo.Find(c.Rungs, func(r ladder.Rung) bool { return strings.HasSuffix(r.Name, "-silent") })
		return r
	}
	for _, name := range []string{complaint.StateOffered, complaint.StateVerifying} {
		c := crmtest.ComplaintIn(t, name)
		earlier := c
		earlier.RepliedAt = c.ClockFrom.Add(-time.Second)
		if earlier, err := earlier.Plan(terms.Complaint()); err != nil || last(earlier).Do != ladder.DoCloseUnanswered {
			t.Errorf("%s: of an earlier word: %v %v", name, last(earlier), err)
		}
		wrote, _, _, err := c.Reply(staff.Visitor, "cmt_1", "I accept", terms.Complaint(), c.ClockFrom.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		shown, _, err := c.Show("art_1", terms.Complaint(), c.ClockFrom.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []complaint.Complaint{wrote, shown} {
			if r := last(c); r.Do != ladder.DoTellManager || !r.At.Equal(c.Due) {
				t.Errorf("%s: %+v", name, r)
			}
			if _, _, err := c.CloseUnanswered(terms.Complaint(), c.Due); fault.KindOf(err) != fault.Refused {
				t.Errorf("%s: closed as silent: %v", name, err)
			}
		}
	}
}

package intake_test

import (
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// A customer who comes back by the link on the job finds the complaint that is open, and can still open another one.
func TestTheLinkOnAJobShowsTheOpenCase(t *testing.T) {
	d := open(t)
	c, _ := d.opened(t)
	other, err := d.Contact(t.Context(), c.Contact)
	if err != nil {
		t.Fatal(err)
	}
	for what, row := range map[string]struct {
		link  string
		shown bool
	}{
		"the same job":    {d.caseLink(other.ID, c.Job.Ref), true},
		"another job":     {d.caseLink(other.ID, "J-OTHER"), false},
		"no job":          {d.caseLink(other.ID, ""), false},
		"another contact": {d.caseLink(d.customer(t).ID, c.Job.Ref), false},
	} {
		page := d.page(t, row.link)
		saysNothingPrivate(t, page)
		text := visible(page)
		if strings.Contains(text, words.Reference(c.ID)) != row.shown ||
			strings.Contains(text, "You have told us about this job already") != row.shown {
			t.Errorf("%s: %s", what, text)
		}
		if !strings.Contains(labels(page), "Send complaint") {
			t.Errorf("%s: no other complaint can be opened", what)
		}
		if !row.shown {
			continue
		}
		for _, a := range find(page, byTag("a")) {
			if strings.Contains(visible(a), "The colour is not as agreed") &&
				!strings.Contains(visible(d.page(t, attr(a, "href"))), words.Reference(c.ID)) {
				t.Errorf("%s: the link leads elsewhere", what)
			}
		}
	}
	d.staff(t, c.ID, func(c complaint.Complaint, boss staff.Actor, terms setup.Terms,
		now time.Time) (complaint.Complaint, event.Event, error) {
		return c.Withdraw(boss, "客户来电撤回", terms.Complaint(), now)
	})
	if text := visible(d.page(t, d.caseLink(other.ID, c.Job.Ref))); strings.Contains(text, words.Reference(c.ID)) {
		t.Error("what has ended is shown as open")
	}
}

package complaint_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
)

func TestComplaintStateMachine(t *testing.T) {
	actors := crmtest.Actors()
	var table strings.Builder
	cells, refused := 0, 0
	seen := map[string]bool{}
	for _, row := range crmtest.ComplaintRows(t) {
		seen[row.C.State] = true
		fmt.Fprintf(&table, "%s\n", row.Name)
		for _, command := range complaint.Commands {
			var who []string
			to := "-"
			for _, by := range actors {
				before := row.C
				next, e, err := crmtest.ComplaintDo(t, row.C, command, by, crmtest.Tuesday)
				cells++
				if !reflect.DeepEqual(before, row.C) {
					t.Fatalf("%s %s by %s: the record that was asked changed", row.Name, command, by.ID)
				}
				listed := slices.ContainsFunc(complaint.Actions(by, row.C, crmtest.Tuesday),
					func(p permission.Permitted) bool { return p.Name == string(command) && p.Allowed })
				if err == nil {
					to, who = next.State, append(who, strings.TrimPrefix(by.ID, "stf_"))
					if next.Version != before.Version+1 || e.Seq != next.Version || e.Progress == nil || e.Type == "" || !listed {
						t.Errorf("%s %s by %s: version %d after %d, event %+v, listed %v", row.Name, command, by.ID, next.Version,
							before.Version, e, listed)
					}
					continue
				}
				refused++
				complaintRefused(t, row.Name+" "+string(command)+" by "+by.ID, before, next, e, err, listed)
			}
			if len(who) > 0 {
				fmt.Fprintf(&table, "  %-28s -> %-18s %s\n", command, to, strings.Join(who, " "))
			}
		}
	}
	for _, state := range complaint.States {
		if !seen[state] {
			t.Errorf("no row for %s", state)
		}
	}
	t.Logf("%d cells, %d refused\n%s", cells, refused, table.String())
	kerneltest.Golden(t, "complaint-states.txt", table.String())
}

// complaintRefused checks a refusal: nothing changed, and it says what to do.
func complaintRefused(t *testing.T, cell string, before, next complaint.Complaint, evt event.Event, err error,
	listed bool) {
	t.Helper()
	var e *fault.Error
	if !errors.As(err, &e) {
		t.Fatalf("%s: %v", cell, err)
	}
	if !reflect.DeepEqual(next, before) || !reflect.DeepEqual(evt, event.Event{}) {
		t.Errorf("%s: a refusal changed the complaint or made an event", cell)
	}
	if e.Text.Zh == "" || e.Text.En == "" {
		t.Errorf("%s: no words", cell)
	}
	switch e.Kind {
	case fault.Refused:
		if !strings.HasPrefix(e.State, before.State) || len(e.Allowed) == 0 {
			t.Errorf("%s: refused without state and what is allowed: %q %v", cell, e.State, e.Allowed)
		}
	case fault.Forbidden, fault.NotFound:
		if listed {
			t.Errorf("%s: listed as allowed, and forbidden: %v", cell, err)
		}
	default:
		t.Errorf("%s: %v %+v", cell, err, e.Fields)
	}
}

func TestComplaintLadder(t *testing.T) {
	terms := crmtest.Terms(t)
	zone, err := time.LoadLocation(terms.Calendar.Zone)
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	at := func(m time.Time) string { return m.In(zone).Format("Mon 02 Jan 15:04") }
	for _, row := range crmtest.ComplaintRows(t) {
		c := row.C
		fmt.Fprintf(&table, "%s, severity %d, entered %s; due %s, to be settled by %s", row.Name, c.Severity,
			at(c.ClockFrom), at(c.Due), at(c.ResolveDue))
		if !c.Promised.IsZero() {
			fmt.Fprintf(&table, "; the customer hears by %s", at(c.Promised))
		}
		table.WriteString("\n")
		rungs := slices.Clone(c.Rungs)
		slices.SortStableFunc(rungs, func(a, b ladder.Rung) int { return a.At.Compare(b.At) })
		complaintTimes(t, c, terms)
		keys := map[string]bool{}
		for _, r := range rungs {
			fmt.Fprintf(&table, "  %s  %-18s %s\n", at(r.At), r.Do, r.Name)
			if key := c.Progress().Key(r); keys[key] {
				t.Errorf("%s: two rungs are %s", row.Name, key)
			} else {
				keys[key] = true
			}
		}
	}
	kerneltest.Golden(t, "complaint-ladder.txt", table.String())
}

// complaintTimes checks that a complaint in its state has the policy's time for each severity.
func complaintTimes(t *testing.T, c complaint.Complaint, terms setup.Terms) {
	t.Helper()
	for severity := 1; severity <= 4 && !c.Closed() && c.Pause == nil; severity++ {
		c.Severity = severity
		planned, err := c.Plan(terms.Complaint())
		if err != nil {
			t.Fatal(err)
		}
		want := calendar.Seconds(terms.Policy.Complaint.Time[c.State][severity-1])
		if got := terms.Calendar.Between(c.ClockFrom, planned.Due); got != want {
			t.Errorf("%s, severity %d: %v, not %v", c.State, severity, got, want)
		}
		due := slices.IndexFunc(planned.Rungs,
			func(r ladder.Rung) bool { return r.Do == ladder.DoTellManager || r.Do == ladder.DoCloseUnanswered })
		if due < 0 || !planned.Rungs[due].At.Equal(planned.Due) {
			t.Errorf("%s, severity %d: nobody hears when it is due", c.State, severity)
		}
	}
}

func TestComplaintOpeningIsChecked(t *testing.T) {
	for _, tc := range []struct {
		name, pointer string
		spoil         func(*complaint.Opening)
	}{
		{"a defect that is none", "/defects/0", func(o *complaint.Opening) { o.Defects = []defect.Kind{"ugly"} }},
		{"no defect", "/defects", func(o *complaint.Opening) { o.Defects = nil }},
		{"more bad than delivered", "/affected", func(o *complaint.Opening) { o.Affected = 2001 }},
		{"less than none", "/affected", func(o *complaint.Opening) { o.Affected = -1 }},
		{"a negative value", "/job/value/value/minor", func(o *complaint.Opening) {
			o.Job.Value = &complaint.Sourced[money.Money]{money.Money{Minor: -1, Currency: "CNY"}, "order"}
		}},
		{"a huge value", "/job/value/value/minor", func(o *complaint.Opening) {
			o.Job.Value = &complaint.Sourced[money.Money]{money.Money{Minor: 1 << 60, Currency: "CNY"}, "order"}
		}},
		{"a currency that is none", "/job/value/value/currency", func(o *complaint.Opening) {
			o.Job.Value = &complaint.Sourced[money.Money]{money.Money{Minor: 1, Currency: "RMB"}, "order"}
		}},
		{"a figure without source", "/job/ordered/source",
			func(o *complaint.Opening) { o.Job.Ordered = &complaint.Sourced[int64]{Value: 5} }},
		{"delivered tomorrow", "/job/delivered_at/value",
			func(o *complaint.Opening) { o.Job.DeliveredAt.Value = crmtest.Tuesday.Add(48 * time.Hour) }},
		{"reported tomorrow", "/reported_at",
			func(o *complaint.Opening) { o.ReportedAt = crmtest.Tuesday.Add(time.Minute) }},
		{"reported long ago", "/reported_at",
			func(o *complaint.Opening) { o.ReportedAt = crmtest.Tuesday.AddDate(0, 0, -401) }},
		{"no words", "/words", func(o *complaint.Opening) { o.Words = "  " }},
		{"a channel that is none", "/channel", func(o *complaint.Opening) { o.Channel = "fax" }},
		{"a remedy that is none", "/wanted", func(o *complaint.Opening) { o.Wanted = "everything" }},
		{"a limit in another unit", "/job/tolerance/value", func(o *complaint.Opening) {
			o.Job.Tolerance = &complaint.Sourced[*defect.Tolerance]{&defect.Tolerance{Measure: defect.MeasureRegister,
				Limit: 100, Unit: "cm"}, "contract"}
		}},
	} {
		in := crmtest.ComplaintOpening()
		tc.spoil(&in)
		c, e, err := complaint.Open(in,
			complaint.Opener{ID: "cmp_1", By: staff.Visitor, Terms: crmtest.Terms(t).Complaint()}, crmtest.Tuesday)
		if fault.KindOf(err) != fault.Invalid ||
			!slices.ContainsFunc(kerneltest.FaultsIn(err),
				func(f fault.Field) bool { return f.Pointer == tc.pointer && f.Text.Zh != "" && f.Text.En != "" }) {
			t.Errorf("%s: %v %+v", tc.name, err, kerneltest.FaultsIn(err))
		}
		if c.ID != "" || e.Type != "" {
			t.Errorf("%s: something was made", tc.name)
		}
	}
}

// TestComplaintReportedBeforeItWasEntered: a mail of the seventh day keeps the claim window, whenever somebody
// enters it.
func TestComplaintReportedBeforeItWasEntered(t *testing.T) {
	terms, own := crmtest.Terms(t), staff.ActorOf(crmtest.CaseOwner)
	in := crmtest.ComplaintOpening()
	in.Job.DeliveredAt.Value = crmtest.Tuesday.AddDate(0, 0, -9)
	for _, tc := range []struct {
		reported time.Time
		want     verdict.Liability
	}{{time.Time{}, verdict.OutOfWindow}, {crmtest.Tuesday.AddDate(0, 0, -2), verdict.LiableUs},
		{crmtest.Tuesday.AddDate(0, 0, -1), verdict.OutOfWindow}} {
		in.ReportedAt = tc.reported
		c, _, err := complaint.Open(in,
			complaint.Opener{ID: "cmp_2", Customer: "cus_1", Contact: "con_1", By: staff.Visitor, Terms: terms.Complaint()},
			crmtest.Tuesday)
		if err != nil || !c.ReportedAt.Equal(tc.reported) || !c.CreatedAt.Equal(crmtest.Tuesday) ||
			!c.RoundAt.Equal(crmtest.Tuesday) {
			t.Fatalf("%+v %v", c, err)
		}
		step := func(next complaint.Complaint, _ event.Event, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err, kerneltest.FaultsIn(err))
			}
			c = next
		}
		step(c.Triage(own, complaint.Triage{Severity: 3}, crmtest.CaseOwner, terms.Complaint(), crmtest.Tuesday))
		step(c.Measure(own, crmtest.ComplaintFarOff(defect.ColourDeviation), terms.Complaint(), crmtest.Tuesday))
		step(c.Decide(own, crmtest.ColourFacts, terms.Complaint(), crmtest.Tuesday))
		if c.Verdict.Liability != tc.want {
			t.Errorf("reported at %v: %s", tc.reported, c.Verdict.Liability)
		}
		if _, _, err := c.Triage(own, complaint.Triage{Severity: 3, ReportedAt: crmtest.Tuesday.Add(time.Hour)},
			crmtest.CaseOwner, terms.Complaint(), crmtest.Tuesday.Add(2*time.Hour)); fault.KindOf(err) != fault.Invalid {
			t.Errorf("told us after it was entered: %v", err)
		}
		step(c.Triage(own, complaint.Triage{Severity: 3, ReportedAt: crmtest.Tuesday.AddDate(0, 0, -3)}, crmtest.CaseOwner,
			terms.Complaint(), crmtest.Tuesday))
		if c.State != complaint.StateInvestigating || !c.Reported().Equal(crmtest.Tuesday.AddDate(0, 0, -3)) {
			t.Errorf("corrected: in %s, %v", c.State, c.Reported())
		}
	}
}

func TestComplaintWordsAreForStaffOrForTheCustomer(t *testing.T) {
	terms := crmtest.Terms(t)
	c := crmtest.ComplaintRows(t)[2].C
	if _, _, _, err := c.Note(staff.Visitor, "cmt_1", "x", terms.Complaint(),
		crmtest.Tuesday); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("the customer wrote a note of staff: %v", err)
	}
	if _, _, _, err := c.Reply(staff.ActorOf(crmtest.CaseOwner), "cmt_1", " ", terms.Complaint(),
		crmtest.Tuesday); fault.KindOf(err) != fault.Invalid {
		t.Errorf("an empty reply: %v", err)
	}
	paused, _, err := c.PauseClock(staff.ActorOf(crmtest.CaseOwner), complaint.PauseCustomer, terms.Complaint(),
		crmtest.Tuesday)
	if err != nil {
		t.Fatal(err)
	}
	next, reply, e, err := paused.Reply(staff.Visitor, "cmt_2", "这里是照片", terms.Complaint(),
		crmtest.Tuesday.Add(2*time.Hour))
	if err != nil || next.Pause != nil || reply.Text == "" || e.Type != event.ComplaintReplied {
		t.Fatalf("%+v %+v %v", next.Pause, reply, err)
	}
	if !slices.ContainsFunc(next.Rungs, func(r ladder.Rung) bool { return r.Do == ladder.DoTellReply }) {
		t.Error("the owner does not hear of the customer's word")
	}
	if len(next.Stops) != 1 || next.Due.Sub(c.Due) <= 0 {
		t.Errorf("the pause was not added: %v %v", next.Stops, next.Due.Sub(c.Due))
	}
}

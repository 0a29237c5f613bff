package complaint_test

import (
	"slices"
	"testing"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"

	"pgregory.net/rapid"
)

// complaintLawTerms are the standard rules under a calendar.
func complaintLawTerms(c calendar.Calendar) setup.Terms {
	return setup.Terms{Terms: firm.Terms{Branch: firm.Branch{ID: "shanghai"}, Calendar: c,
		Ref: setup.StandardPolicy().Ref()}, Policy: setup.StandardPolicy()}
}

var (
	complaintLawBoss = staff.Actor{ID: "stf_boss", Roles: []staff.Role{staff.Owner}, Branches: []string{"shanghai"}}
	complaintLawCase = staff.Staff{ID: "stf_case", Roles: []staff.Role{staff.Service}, Branches: []string{"shanghai"}}
)

// complaintLawTriaged opens a complaint at start and triages it at once.
func complaintLawTriaged(t require, terms setup.Terms, severity int,
	start time.Time) (opened, triaged complaint.Complaint) {
	opened, _, err := complaint.Open(complaint.Opening{Channel: "phone", Defects: []defect.Kind{defect.ColourDeviation},
		Words: "off colour"},
		complaint.Opener{ID: "cmp_1", Customer: "cus_1", By: staff.Visitor, Terms: terms.Complaint()}, start)
	if err != nil {
		t.Fatal(err)
	}
	triaged, _, err = opened.Triage(complaintLawBoss, complaint.Triage{Severity: severity}, complaintLawCase,
		terms.Complaint(), start)
	if err != nil {
		t.Fatal(err)
	}
	return opened, triaged
}

// require is what testing.T and rapid.T share.
type require interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// stopwatch walks the minutes from start until so many working ones have passed outside the stops: the definition
// of a deadline, written the slow way.
func stopwatch(t require, c calendar.Calendar, zone *time.Location, start time.Time, minutes int,
	stops [][2]time.Time) time.Time {
	t.Helper()
	at := start
	for end := start.Add(calendar.Reach); minutes > 0; at = at.Add(time.Minute) {
		if !at.Before(end) {
			t.Fatal("no end within the reach of the calendar")
		}
		stopped := slices.ContainsFunc(stops, func(s [2]time.Time) bool { return !at.Before(s[0]) && at.Before(s[1]) })
		if !stopped && kerneltest.Oracle(c, zone, at) {
			minutes--
		}
	}
	return at
}

// complaintLawStarts lie before, on and after holidays and make-up days, in and out of hours.
var complaintLawStarts = []string{
	"2026-02-13 16:50", "2026-02-14 09:10", "2026-02-15 10:00", "2026-02-28 17:20", "2026-04-03 17:29",
	"2026-05-08 13:00", "2026-05-09 08:30", "2026-09-20 11:59",
	"2026-09-24 17:30", "2026-09-30 15:15", "2026-10-07 23:59", "2026-10-10 12:30", "2026-12-31 17:00",
	"2027-02-04 16:00",
}

func TestComplaintDeadlinesAgainstTheOracle(t *testing.T) {
	office := kerneltest.Office()
	zone, err := time.LoadLocation(office.Zone)
	if err != nil {
		t.Fatal(err)
	}
	terms := complaintLawTerms(office)
	policy := terms.Policy.Complaint
	walk := func(start time.Time, seconds int64) time.Time {
		return stopwatch(t, office, zone, start, int(seconds/60), nil)
	}
	cases := 0
	for _, text := range complaintLawStarts {
		start, err := time.ParseInLocation("2006-01-02 15:04", text, zone)
		if err != nil {
			t.Fatal(err)
		}
		start = start.UTC()
		for severity := 1; severity <= 4; severity++ {
			opened, c := complaintLawTriaged(t, terms, severity, start)
			promised := walk(start, policy.Time[complaint.StateTriaged][severity-1]*3/2)
			if opened.Promised.Before(promised) { // what the customer was told when complaining still holds
				promised = opened.Promised
			}
			for _, d := range []struct {
				what      string
				got, want time.Time
			}{
				{"acknowledge", opened.AckDue, walk(start, policy.Acknowledge)},
				{"triaged", c.Due, walk(start, policy.Time[complaint.StateTriaged][severity-1])},
				{"resolve", c.ResolveDue, walk(start, policy.Resolve[severity-1])},
				{"first promise", opened.Promised, walk(start, policy.Time[complaint.StateNew][opened.Severity-1]*3/2)},
				{"promise", c.Promised, promised},
			} {
				if cases++; !d.got.Equal(d.want) {
					t.Errorf("%s, severity %d, %s: %v, oracle %v", text, severity, d.what, d.got.In(zone), d.want.In(zone))
				}
			}
			budget := policy.Time[complaint.StateTriaged][severity-1]
			for _, rule := range policy.Ladder {
				if rule.State != complaint.StateTriaged {
					continue
				}
				i := slices.IndexFunc(c.Rungs, func(r ladder.Rung) bool {
					return r.Name == rule.Name || rule.Do == ladder.DoAcknowledge && r.Do == rule.Do
				})
				if cases++; i < 0 || !c.Rungs[i].At.Equal(walk(start, budget*rule.Percent/100+rule.Plus)) {
					t.Errorf("%s, severity %d: rung %s", text, severity, rule.Name)
				}
			}
		}
	}
	t.Logf("%d deadlines and rungs agree with the oracle", cases)
}

// TestComplaintPausesAddBack: whatever is paused and resumed, by whom, in whatever calendar, the deadline is where a
// stopwatch puts it that stood still meanwhile. Pauses never take more than their budget.
func TestComplaintPausesAddBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		office, zone, start := kerneltest.DrawnCalendar(t)
		if rapid.Bool().Draw(t, "office") {
			office = kerneltest.Office()
			zone, _ = time.LoadLocation(office.Zone)
			start = time.Date(2026, 1, 1, 0, 0, 0, 0,
				time.UTC).Add(time.Duration(rapid.IntRange(0, 360*24*60).Draw(t, "minute")) * time.Minute)
		}
		start = start.Truncate(time.Minute)
		terms := complaintLawTerms(office)
		p := &terms.Policy.Complaint
		p.Pause, p.Resolve = int64(rapid.IntRange(1, 300).Draw(t, "pause"))*60,
			[4]int64{600 * 60, 600 * 60, 600 * 60, 600 * 60}
		p.Time[complaint.StateTriaged] = [4]int64{200 * 60, 200 * 60, 200 * 60, 200 * 60}
		if _, err := office.Add(start, 1700*time.Minute); err != nil {
			return // too little working time within the reach of this calendar
		}
		_, c := complaintLawTriaged(t, terms, 2, start)
		var stops [][2]time.Time
		now := start
		for range rapid.IntRange(1, 4).Draw(t, "pauses") {
			now = now.Add(time.Duration(rapid.IntRange(0, 3000).Draw(t, "work")) * time.Minute)
			paused, _, err := c.PauseClock(complaintLawBoss, rapid.SampledFrom(complaint.Pauses).Draw(t, "reason"),
				terms.Complaint(), now)
			if err != nil {
				if fault.KindOf(err) != fault.Refused || c.PauseUsed(office) < time.Duration(p.Pause)*time.Second-time.Second {
					t.Fatalf("refused with budget left: %v", err)
				}
				break
			}
			until := paused.Pause.Until
			if early := until.Add(-time.Minute); !early.Before(now) {
				if _, _, err := paused.Resume(staff.Process("complaint"), terms.Complaint(), early); err == nil {
					t.Fatal("the process resumed before the budget was used up")
				}
			}
			from := now
			now = now.Add(time.Duration(rapid.IntRange(0, 6000).Draw(t, "pause")) * time.Minute)
			if c, _, err = paused.Resume(complaintLawBoss, terms.Complaint(), now); err != nil {
				t.Fatal(err)
			}
			to := now
			if until.Before(to) {
				to = until
			}
			stops = append(stops, [2]time.Time{from, to})
			if c.PauseUsed(office) > time.Duration(p.Pause)*time.Second {
				t.Fatalf("pauses took %v of %d s", c.PauseUsed(office), p.Pause)
			}
			if want := stopwatch(t, office, zone, start, 600, stops); !c.ResolveDue.Equal(want) {
				t.Fatalf("resolve due %v, stopwatch %v", c.ResolveDue, want)
			}
			// A deadline that passed before a pause stays passed.
			if want := stopwatch(t, office, zone, start, 200, stops); !c.Due.Equal(want) {
				t.Fatalf("due %v, stopwatch %v", c.Due, want)
			}
			if net := office.Between(start, c.Due) - stopped(office, stops, c.Due); net != 200*time.Minute {
				t.Fatalf("%v of working time until it is due, not 200 minutes", net)
			}
		}
		if same, _, err := c.Replan(terms.Complaint(), now); err != nil || same.Version != c.Version {
			t.Fatalf("planning anew by the same rules changed it: %v", err)
		}
	})
}

func stopped(c calendar.Calendar, stops [][2]time.Time, until time.Time) time.Duration {
	var sum time.Duration
	for _, s := range stops {
		if s[0].Before(until) {
			sum += c.Between(s[0], s[1])
		}
	}
	return sum
}

// TestComplaintPauseIsOfItsState: what stood still in one state gives no time to the next one, but to the whole.
func TestComplaintPauseIsOfItsState(t *testing.T) {
	office := kerneltest.Office()
	terms := complaintLawTerms(office)
	start := time.Date(2026, 9, 30, 1, 0, 0, 0, time.UTC)
	_, c := complaintLawTriaged(t, terms, 3, start)
	resolve := c.ResolveDue
	c, _, err := c.PauseClock(complaintLawBoss, complaint.PauseSample, terms.Complaint(), start.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if c, _, err = c.Resume(complaintLawBoss, terms.Complaint(), start.Add(3*time.Hour)); err != nil {
		t.Fatal(err)
	}
	c, _, err = c.RequestEvidence(complaintLawBoss, []defect.Evidence{defect.EvidencePhoto}, terms.Complaint(),
		start.Add(3*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	budget := time.Duration(terms.Policy.Complaint.Time[complaint.StateInvestigating][2]) * time.Second
	if want, _ := office.Add(start.Add(3*time.Hour), budget); !c.Due.Equal(want) {
		t.Errorf("due %v, not %v", c.Due, want)
	}
	if want, _ := office.Add(resolve, 2*time.Hour); !c.ResolveDue.Equal(want) {
		t.Errorf("resolve due %v, not %v", c.ResolveDue, want)
	}
}

// TestComplaintReplan: a day off that is declared later moves what is due, and not what the customer was promised.
func TestComplaintReplan(t *testing.T) {
	office := kerneltest.Office()
	start := time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)
	terms := complaintLawTerms(office)
	_, c := complaintLawTriaged(t, terms, 4, start)
	closed := kerneltest.Office()
	closed.Holidays = append(closed.Holidays,
		calendar.Holiday{From: "2026-11-25", To: "2026-11-25", Name: words.Text{Zh: "停电", En: "Power cut"}})
	next, e, err := c.Replan(complaintLawTerms(closed).Complaint(), start.Add(time.Hour))
	if err != nil || next.Version != c.Version+1 || e.Type != event.ComplaintReplanned || e.Wakes { // later
		t.Fatalf("%+v %v", e, err)
	}
	if !next.ResolveDue.After(c.ResolveDue) || !next.Promised.Equal(c.Promised) || next.Turn != c.Turn {
		t.Errorf("resolve %v after %v, promised %v after %v", next.ResolveDue, c.ResolveDue, next.Promised, c.Promised)
	}
	if again, _, err := next.Replan(complaintLawTerms(closed).Complaint(), start.Add(2*time.Hour)); err != nil ||
		again.Version != next.Version {
		t.Errorf("once more changed it: %v", err)
	}
}

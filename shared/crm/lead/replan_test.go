package lead_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"

	"pgregory.net/rapid"
)

// outline is a ladder as a person reads it, with the clock in Shanghai.
func outline(l lead.Lead) string {
	shanghai := time.FixedZone("CST", 8*3600)
	var out []string
	for _, r := range l.Rungs {
		out = append(out, r.Name+" "+r.At.In(shanghai).Format("15:04"))
	}
	return fmt.Sprintf("due %s: %s", l.Due.In(shanghai).Format("Mon 15:04"), strings.Join(out, ", "))
}

func TestReplan(t *testing.T) {
	slower := func(terms *setup.Terms) { terms.Policy.Lead.FirstContact = 2 * 3600 }
	a, m := crmtest.Actor(t, "stf_a"), crmtest.Actor(t, "stf_m")
	person, _ := crmtest.Shop().Person("stf_a")
	assigned := func(l lead.Lead, terms setup.Terms, now time.Time) (lead.Lead, event.Event, error) {
		return l.Assign(m, person, terms.Lead(), now)
	}
	pooled := func(l lead.Lead, terms setup.Terms, now time.Time) (lead.Lead, event.Event, error) {
		l, _, _ = assigned(l, terms, now)
		return l.Recycle(a, "not-mine", terms.Lead(), now)
	}
	claimed := func(l lead.Lead, terms setup.Terms, now time.Time) (lead.Lead, event.Event, error) {
		l, _, _ = pooled(l, terms, now)
		return l.Claim(a, terms.Lead(), now)
	}
	handedOn := func(l lead.Lead, terms setup.Terms, now time.Time) (lead.Lead, event.Event, error) {
		l, _, _ = assigned(l, terms, now)
		return l.HandOn(crmtest.Shop().Roster, terms.Lead(), 0, now.Add(time.Hour))
	}
	spoken := func(next time.Time) func(lead.Lead, setup.Terms, time.Time) (lead.Lead, event.Event, error) {
		return func(l lead.Lead, terms setup.Terms, now time.Time) (lead.Lead, event.Event, error) {
			return l.Speak(a, lead.Conversation{Outcome: customer.OutcomeQuote}, next, terms.Lead(), now)
		}
	}
	replied := func(l lead.Lead, terms setup.Terms, now time.Time) (lead.Lead, event.Event, error) {
		l, _, _ = assigned(l, terms, now)
		return l.Reply(message.Reporter("mail"), "tch_1", now.Add(time.Minute))
	}
	for _, c := range []struct {
		name string
		make func(lead.Lead, setup.Terms, time.Time) (lead.Lead, event.Event, error)
		with func(*setup.Terms)
		want string // empty: nothing changes
	}{
		{"nothing changed", assigned, func(*setup.Terms) {}, ""},
		{"another version that says the same", assigned,
			func(t *setup.Terms) { t.Policy.Version++; t.Policy.SMS.Countries = []string{"HK"} }, ""},
		{"slower", assigned, slower, "due Tue 12:00: acknowledge 10:00, tell 10:00, half 11:00, due 12:00, overdue 13:30"},
		{"faster", assigned, func(t *setup.Terms) { t.Policy.Lead.FirstContact = 600 },
			"due Tue 10:10: acknowledge 10:00, tell 10:00, half 10:05, due 10:10, overdue 10:40"},
		{"closed today", assigned,
			func(t *setup.Terms) { t.Calendar.Holidays = []calendar.Holiday{{From: "2026-11-24", To: "2026-11-24"}} },
			"due Wed 09:00: acknowledge 10:00, tell 10:00, half 08:45, due 09:00, overdue 09:30"},
		{"a rung more", assigned, func(t *setup.Terms) {
			t.Policy.Lead.Ladder = append(slices.Clone(t.Policy.Lead.Ladder),
				ladder.Rule{State: lead.StateAssigned, Name: "early", Do: ladder.DoRemind, Percent: 10})
		}, "due Tue 10:30: acknowledge 10:00, tell 10:00, half 10:15, due 10:30, overdue 11:00, early 10:03"},
		{"a new lead", nil, slower, "due Tue 12:00: acknowledge 10:00, assign 10:00"},
		{"claimed: nobody tells the owner", claimed, slower,
			"due Tue 13:01: acknowledge 10:01, half 11:01, due 13:01, overdue 13:31"},
		{"handed on: the manager still hears of it", handedOn, slower,
			"due Tue 14:01: acknowledge 11:01, tell 11:01, half 13:01, due 14:01, overdue 14:31, passed-on 11:01"},
		{"a reply waits: the owner still hears of it", replied, slower,
			"due Tue 12:00: acknowledge 10:00, tell 10:00, half 11:00, due 12:00, overdue 13:30, reply-1 10:02"},
		{"pooled: another budget", pooled, func(t *setup.Terms) { t.Policy.Lead.Pool = 3600 },
			"due Tue 11:01: acknowledge 10:01, pooled 10:01, stale 11:01"},
		{"contacted: the next step moves", spoken(time.Time{}), func(t *setup.Terms) { t.Policy.Lead.NextStep = 3600 },
			"due Tue 11:01: step-due 11:01, step-late 10:31, idle 15:31"},
		{"contacted: what was agreed stays", spoken(crmtest.Tuesday.Add(5 * time.Hour)),
			func(t *setup.Terms) { t.Policy.Lead.NextStep = 3600 }, ""},
		{"lost", func(l lead.Lead, terms setup.Terms, now time.Time) (lead.Lead, event.Event, error) {
			return l.Lose(m, lead.Loss{Reason: "price"}, terms.Lead(), now)
		}, slower, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, terms := crmtest.Lead(t), crmtest.Terms(t)
			if c.make != nil {
				var err error
				if l, _, err = c.make(l, terms, crmtest.Tuesday.Add(time.Minute)); err != nil {
					t.Fatal(err)
				}
			}
			c.with(&terms)
			terms.Policy.Version++
			terms.Ref = terms.Policy.Ref()
			now := crmtest.Tuesday.Add(30 * time.Minute)
			next, e, err := l.Replan(terms.Lead(), now)
			if err != nil {
				t.Fatal(err)
			}
			if c.want == "" {
				if next.Version != l.Version || next.Policy != "standard@1" || e.Type != "" {
					t.Errorf("it changed: %s, %+v", outline(next), e)
				}
				return
			}
			if got := outline(next); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if next.Version != l.Version+1 || next.Policy != terms.Policy.Ref() || next.State != l.State ||
				next.Owner != l.Owner || next.Turn != l.Turn || next.Round != l.Round {
				t.Errorf("%+v", next)
			}
			news := ladder.Concerns(l.Progress(), next.Progress(), now)
			if e.Type != event.LeadReplanned || e.Wakes != news ||
				e.Cause != staff.Process("replan").ID || e.Progress.Due != next.Due {
				t.Errorf("event %+v", e)
			}
			if again, _, _ := next.Replan(terms.Lead(), now); again.Version != next.Version {
				t.Error("the second time it changes again")
			}
		})
	}
}

// A calendar without working time says so, and nothing is lost.
func TestReplanByACalendarThatNeverOpens(t *testing.T) {
	l, terms := crmtest.Lead(t), crmtest.Terms(t)
	terms.Calendar.Week = nil
	if next, _, err := l.Replan(terms.Lead(), crmtest.Tuesday); err == nil || next.Version != l.Version {
		t.Errorf("%+v, %v", next, err)
	}
}

// Whatever people and timers did to a lead: by the rules under which it was planned it stays as it is, and by
// others only its times move, once. A promise that stood and comes later has a letter.
func TestReplanMovesTimesOnly(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l, terms, shop, now := crmtest.Lead(t), crmtest.Terms(t), crmtest.Shop(), crmtest.Tuesday
		actors := []staff.Actor{crmtest.Actor(t, "stf_a"), crmtest.Actor(t, "stf_b"), crmtest.Actor(t, "stf_m"),
			staff.Process("lead")}
		for range rapid.IntRange(0, 15).Draw(rt, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(1, 5000).Draw(rt, "seconds")) * time.Second)
			switch rapid.IntRange(0, 3).Draw(rt, "what") {
			case 0:
				l, _, _ = l.HandOn(shop.Roster, terms.Lead(), rapid.Int64Range(0, 5).Draw(rt, "turn"), now)
			case 1:
				l, _, _ = l.Reply(message.Reporter("mail"), "tch_1", now)
			default:
				l, _, _ = command(l, rapid.SampledFrom(lead.Commands).Draw(rt, "command"),
					rapid.SampledFrom(actors).Draw(rt, "actor"), terms, now)
			}
		}
		if same, _, err := l.Replan(terms.Lead(), now); err != nil || same.Version != l.Version {
			rt.Fatalf("by its own rules %s becomes %s, %v", outline(l), outline(same), err)
		}
		terms.Policy.Version++
		terms.Ref = terms.Policy.Ref()
		terms.Policy.Lead.FirstContact = rapid.Int64Range(1, 100_000).Draw(rt, "contact")
		terms.Policy.Lead.Pool = rapid.Int64Range(1, 100_000).Draw(rt, "pool")
		next, _, err := l.Replan(terms.Lead(), now)
		if err != nil || l.Closed() && next.Version != l.Version {
			rt.Fatalf("a lead that is %s: %v", l.State, err)
		}
		names := func(l lead.Lead) (out []string) {
			for _, r := range l.Rungs {
				if r.Do != ladder.DoTellPromise {
					out = append(out, r.Name)
				}
			}
			return out
		}
		later := l.FirstContactDue.After(now) && next.FirstContactDue.After(l.FirstContactDue)
		if told := next.Postponed == l.Postponed+1; told != later {
			rt.Fatalf("the promise of %s moves to %s: told %v", l.FirstContactDue, next.FirstContactDue, told)
		}
		if next.State != l.State || next.Owner != l.Owner || next.Turn != l.Turn || next.Round != l.Round ||
			!slices.Equal(names(next), names(l)) || l.Agreed && !next.Due.Equal(l.Due) {
			rt.Fatalf("more than times moved: %+v", next)
		}
		if again, _, _ := next.Replan(terms.Lead(), now); again.Version != next.Version {
			rt.Fatal("the second time it moves again")
		}
	})
}

func TestChangesOfTheSetUp(t *testing.T) {
	shop := crmtest.Shop()
	shop.Branches = append(shop.Branches, firm.Branch{ID: "hangzhou", Version: 4, Calendar: "week", Policy: "other"},
		firm.Branch{ID: "beijing", Calendar: "north", Policy: "standard"})
	shop.Calendars[0].Version = 3
	shop.Categories = []customer.Category{{ID: "agent", Version: 2}}
	for _, c := range []struct {
		event    event.Event
		id       string
		known    bool
		branches string
	}{
		{event.Event{Type: event.CalendarChanged, Record: "week", Seq: 3}, "replan/calendar/week/3", true,
			"[hangzhou shanghai]"},
		{event.Event{Type: event.CalendarChanged, Record: "week", Seq: 4}, "replan/calendar/week/4", false,
			"[hangzhou shanghai]"},
		{event.Event{Type: event.PolicyChanged, Record: "standard", Seq: 1}, "replan/policy/standard/1", true,
			"[beijing shanghai]"},
		{event.Event{Type: event.BranchChanged, Record: "hangzhou", Seq: 4}, "replan/branch/hangzhou/4", true, "[hangzhou]"},
		{event.Event{Type: event.CategoryChanged, Record: "agent", Seq: 2}, "replan/category/agent/2", true,
			"[beijing hangzhou shanghai]"},
		{event.Event{Type: event.CategoryChanged, Record: "agent", Seq: 3}, "replan/category/agent/3", false,
			"[beijing hangzhou shanghai]"},
		{event.Event{Type: event.BranchChanged, Record: "gone", Seq: 4}, "replan/branch/gone/4", false, "[]"},
	} {
		change, ok := setup.ChangeOf(c.event)
		if got := fmt.Sprint(change.Branches(shop)); !ok || change.WorkflowID() != c.id || change.In(shop) != c.known ||
			got != c.branches {
			t.Errorf("%s: %v, %s, known %v, %s", c.event.Type, ok, change.WorkflowID(), change.In(shop), got)
		}
	}
	for _, e := range []event.Event{{Type: event.CalendarOpened, Record: "week", Seq: 1},
		{Type: event.PolicyChanged, Seq: 1}, {Type: event.PolicyChanged, Record: "standard"},
		{Type: event.LeadAssigned, Record: "lead_1", Seq: 1}} {
		if change, ok := setup.ChangeOf(e); ok {
			t.Errorf("%+v is a change of the set-up", change)
		}
	}
}

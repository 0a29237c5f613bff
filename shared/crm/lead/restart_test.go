package lead_test

import (
	"slices"
	"testing"
	"time"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"

	"pgregory.net/rapid"
)

// restarts are the ways to a lead whose time begins anew after an outage, and to one where no owner's time runs.
var restarts = map[string]struct {
	do    func(t testing.TB, l lead.Lead, terms setup.Terms) (lead.Lead, event.Event, error)
	anew  bool
	first bool // the time for the first contact begins anew as well
}{
	"new": {func(_ testing.TB, l lead.Lead, _ setup.Terms) (lead.Lead, event.Event, error) {
		return l, event.Event{}, nil
	}, true, true},
	"assigned": {func(t testing.TB, l lead.Lead, terms setup.Terms) (lead.Lead, event.Event, error) {
		return given(t, l, terms)
	}, true, true},
	"claimed, in a second round": {func(t testing.TB, l lead.Lead, terms setup.Terms) (lead.Lead, event.Event, error) {
		l, _, _ = spoke(t, l, terms, time.Time{})
		l, _, _ = l.Recycle(crmtest.Actor(t, "stf_m"), "not-mine", terms.Lead(), crmtest.Tuesday)
		return l.Claim(crmtest.Actor(t, "stf_b"), terms.Lead(), crmtest.Tuesday)
	}, true, false},
	"pooled": {func(t testing.TB, l lead.Lead, terms setup.Terms) (lead.Lead, event.Event, error) {
		l, _, _ = given(t, l, terms)
		return l.Recycle(crmtest.Actor(t, "stf_a"), "not-mine", terms.Lead(), crmtest.Tuesday)
	}, false, false},
	"contacted": {func(t testing.TB, l lead.Lead, terms setup.Terms) (lead.Lead, event.Event, error) {
		return spoke(t, l, terms, time.Time{})
	}, false, false},
	"contacted, with a day that was agreed": {func(t testing.TB, l lead.Lead, terms setup.Terms) (lead.Lead,
		event.Event, error) {
		return spoke(t, l, terms, crmtest.Tuesday.Add(50*time.Hour))
	}, false, false},
	"lost": {func(t testing.TB, l lead.Lead, terms setup.Terms) (lead.Lead, event.Event, error) {
		return l.Lose(crmtest.Actor(t, "stf_m"), lead.Loss{Reason: "price"}, terms.Lead(), crmtest.Tuesday)
	}, false, false},
}

func given(t testing.TB, l lead.Lead, terms setup.Terms) (lead.Lead, event.Event, error) {
	person, _ := crmtest.Shop().Person("stf_a")
	return l.Assign(crmtest.Actor(t, "stf_m"), person, terms.Lead(), crmtest.Tuesday)
}

func spoke(t testing.TB, l lead.Lead, terms setup.Terms, agreed time.Time) (lead.Lead, event.Event, error) {
	l, _, _ = given(t, l, terms)
	return l.Speak(crmtest.Actor(t, "stf_a"), lead.Conversation{Outcome: customer.OutcomeQuote}, agreed, terms.Lead(),
		crmtest.Tuesday)
}

func names(rungs []ladder.Rung) (out []string) {
	for _, r := range rungs {
		out = append(out, r.Name)
	}
	slices.Sort(out)
	return out
}

func postpones(r ladder.Rung) bool { return r.Do == ladder.DoTellPromise }

// Whenever an outage ends, the owner's time begins anew where it ran, by the rule, and what the person was told where
// that is over. They hear of it in opening hours. Nothing else moves, and a later replan keeps it.
func TestRestart(t *testing.T) {
	terms := crmtest.Terms(t)
	for name, c := range restarts {
		l, _, err := c.do(t, crmtest.Lead(t), terms)
		if err != nil {
			t.Fatal(name, err)
		}
		rapid.Check(t, func(rt *rapid.T) {
			now := crmtest.Tuesday.Add(time.Duration(rapid.IntRange(1, 20*24*60).Draw(rt, "minutes")) * time.Minute)
			o := ladder.Outage{From: crmtest.Tuesday, To: now}
			next, e, err := l.Restart(nil, o, terms.Lead(), now)
			if err != nil {
				rt.Fatal(err)
			}
			if !c.anew {
				if next.Version != l.Version || e.Type != "" || !next.Due.Equal(l.Due) {
					rt.Fatalf("%s: it moved: due %s", name, next.Due)
				}
				return
			}
			due, _ := terms.Calendar.Add(now, 30*time.Minute)
			firstDue, moved := l.FirstContactDue, c.first && !l.FirstContactDue.After(now)
			if moved {
				firstDue = due
			}
			if !next.Due.Equal(due) || !next.FirstContactDue.Equal(firstDue) || next.Version != l.Version+1 ||
				next.State != l.State || next.Owner != l.Owner || next.Turn != l.Turn || moved != (next.Postponed == 1) ||
				moved != slices.Contains(names(next.Rungs), "postponed-1") {
				rt.Fatalf("%s: due %s, first contact %s", name, next.Due, next.FirstContactDue)
			}
			opens, err := terms.Calendar.NextOpen(now)
			if tells := slices.IndexFunc(next.Rungs, postpones); err != nil || moved && !next.Rungs[tells].At.Equal(opens) {
				rt.Fatalf("%s: open from %s: %+v, %v", name, opens, next.Rungs, err)
			}
			if e.Type != event.LeadRestarted || e.Wakes || e.Pending || e.Data["cause"] != event.Outage ||
				e.Data["from"] != l.Due.Format(time.RFC3339) || e.Data["until"] != now.Format(time.RFC3339) ||
				!slices.EqualFunc(e.Progress.Rungs, next.Rungs, ladder.Rung.Same) {
				rt.Fatalf("%s: %+v", name, e)
			}
			again, told, err := next.Replan(terms.Lead(), now.Add(time.Second))
			if err != nil || told.Type != "" || again.Version != next.Version {
				rt.Fatalf("%s: a replan moves it: %+v, %v", name, told, err)
			}
		})
	}
}

// The first owner of a lead that waited through an outage has the time from its end.
func TestTheFirstOwnerAfterAnOutage(t *testing.T) {
	terms, back := crmtest.Terms(t), crmtest.Tuesday.Add(26*time.Hour)
	o := ladder.Outage{From: crmtest.Tuesday, To: back}
	l, _, err := crmtest.Lead(t).Restart([]ladder.Rung{{Do: ladder.DoAcknowledge}}, o, terms.Lead(), back)
	if err != nil {
		t.Fatal(err)
	}
	l, _, err = l.HandOn(crmtest.Shop().Roster, terms.Lead(), 0, back.Add(time.Minute))
	if got := outline(l); err != nil ||
		got != "due Wed 13:30: acknowledge 12:00, tell 12:00, half 13:15, due 13:30, overdue 14:00" {
		t.Errorf("%s, %v", got, err)
	}
}

// What the person was told moves only where it passed in the outage: a promise that stands is kept, and one that was
// missed before stays missed. The owner has the whole time again nevertheless, the first one as well.
func TestAPromiseThatTheOutageDidNotBreak(t *testing.T) {
	terms := crmtest.Terms(t)
	at := func(minutes int) time.Time { return crmtest.Tuesday.Add(time.Duration(minutes) * time.Minute) }
	for _, c := range []struct {
		name     string
		from, to time.Time
		moved    bool
	}{
		{"it stands", at(1), at(29), false},
		{"it is over with the outage", at(1), at(30), true},
		{"it was over as the outage began", at(30), at(60), false},
		{"it was over just after", at(29), at(60), true},
	} {
		l := crmtest.Lead(t)
		next, _, err := l.Restart(nil, ladder.Outage{From: c.from, To: c.to}, terms.Lead(), c.to)
		if err != nil {
			t.Fatal(err)
		}
		moved := next.Postponed == 1 && !next.RestartedAt.IsZero() && next.FirstContactDue.After(c.to)
		stays := next.Postponed == 0 && next.RestartedAt.IsZero() && next.FirstContactDue.Equal(l.FirstContactDue)
		if at := next.PostponedAt; moved && !at.Equal(c.to) || !moved && !at.IsZero() {
			t.Errorf("%s: postponed at %s", c.name, at)
		}
		if moved != c.moved || stays == c.moved {
			t.Errorf("%s: %d times, first contact %s", c.name, next.Postponed, next.FirstContactDue)
		}
		due := next.Due
		next, _, err = given(t, next, terms)
		if owned, _ := terms.Calendar.Add(c.to, 30*time.Minute); err != nil || !due.Equal(owned) {
			t.Errorf("%s: due %s, %v", c.name, due, err)
		} else if c.name == "it stands" && !next.Due.Equal(due) {
			t.Errorf("the first owner has until %s", next.Due)
		}
	}
}

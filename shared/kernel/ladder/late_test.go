package ladder

import (
	"slices"
	"testing"
	"time"

	"afterpress/shared/kernel/calendar"

	"pgregory.net/rapid"
)

// office is open from nine to five in UTC, Monday to Friday.
func office() calendar.Calendar {
	week := map[string][]calendar.Window{}
	for _, day := range calendar.Weekdays[:5] {
		week[day] = []calendar.Window{{From: "09:00", To: "17:00"}}
	}
	return calendar.Calendar{Zone: "UTC", Week: week}
}

// Monday, 30 November 2026, is an ordinary day of the office; day 5 is the Saturday.
func clock(day, hour, minute int) time.Time {
	return time.Date(2026, 11, 30+day, hour, minute, 0, 0, time.UTC)
}

// A rung is late by an outage beyond a quarter of an hour and a quarter of its span, in working time. Whatever else it
// waited for does not count.
func TestWhatAnOutageDelays(t *testing.T) {
	nine := clock(0, 9, 0)
	for _, c := range []struct {
		name     string
		start    time.Time
		at       time.Time
		from, to time.Time
		late     bool
	}{
		{"a worker ran", nine, clock(0, 9, 30), time.Time{}, time.Time{}, false},
		{"a quarter of an hour", nine, clock(0, 9, 30), clock(0, 9, 20), clock(0, 9, 45), false},
		{"a second more", nine, clock(0, 9, 30), clock(0, 9, 20), clock(0, 9, 45).Add(time.Second), true},
		{"a quarter of a long span", nine, clock(0, 13, 0), clock(0, 9, 20), clock(0, 14, 0), false},
		{"a second more of a long span", nine, clock(0, 13, 0), clock(0, 9, 20), clock(0, 14, 0).Add(time.Second), true},
		{"over night", nine, clock(0, 16, 50), clock(0, 16, 0), clock(1, 9, 4), false},
		{"over a weekend, one working hour", nine, clock(4, 16, 50), clock(4, 16, 0), clock(7, 9, 50), false},
		{"over a weekend, a day more", nine, clock(4, 16, 50), clock(4, 16, 0), clock(8, 16, 0), true},
		{"it waited before the outage, which was short", nine, clock(0, 9, 30), clock(0, 11, 0), clock(0, 11, 10), false},
		{"it waited before the outage, which was long", nine, clock(0, 9, 30), clock(0, 11, 0), clock(0, 11, 16), true},
		{"due after the outage", nine, clock(0, 12, 0), clock(0, 9, 20), clock(0, 11, 0), false},
		{"due at its end", nine, clock(0, 11, 0), clock(0, 9, 20), clock(0, 11, 0), false},
		{"due at once, told an hour later", nine, nine, nine, clock(0, 10, 0), true},
		{"due before its own start", clock(0, 12, 0), nine, nine, clock(0, 9, 16), true},
	} {
		o := Outage{From: c.from, To: c.to}
		if late := o.Delays(Rung{At: c.at}, c.start, office()); late != c.late {
			t.Errorf("%s: late %v", c.name, late)
		}
	}
}

// For any rung and outage: what is not due by its end is not late, a longer outage excuses nothing, and without working
// time nothing is late.
func TestLatenessLaws(t *testing.T) {
	at := func(t *rapid.T, name string) time.Time {
		return clock(0, 0, 0).Add(time.Duration(rapid.IntRange(0, 14*24*60).Draw(t, name)) * time.Minute)
	}
	rapid.Check(t, func(t *rapid.T) {
		cal, start := office(), at(t, "start")
		r, o := Rung{At: at(t, "at")}, Outage{From: at(t, "from"), To: at(t, "to")}
		late := o.Delays(r, start, cal)
		if late && (r.At.After(o.To) || o.From.After(o.To)) {
			t.Fatalf("late before its time: %v, %+v", r.At, o)
		}
		if late && cal.Between(o.From, o.To) <= grace {
			t.Fatalf("%+v makes %v late", o, r.At)
		}
		longer := o
		longer.To = o.To.Add(time.Duration(rapid.IntRange(0, 5000).Draw(t, "longer")) * time.Minute)
		if late && !longer.Delays(r, start, cal) {
			t.Fatalf("late by %+v, not by %+v", o, longer)
		}
		earlier := o
		earlier.From = o.From.Add(-time.Hour)
		if late && !earlier.Delays(r, start, cal) {
			t.Fatalf("late by %+v, not by %+v", o, earlier)
		}
		cal.Week = nil
		if o.Delays(r, start, cal) {
			t.Fatal("late without working time")
		}
	})
}

// A deadline starts again where a rung that keeps it came late, unless it was over before, or began afterwards.
func TestWhatStartsAgain(t *testing.T) {
	o := Outage{From: clock(0, 10, 0), To: clock(1, 10, 0)}
	remind := Rung{Name: "half", Do: DoRemind, At: clock(0, 11, 0)}
	for _, c := range []struct {
		name     string
		progress Progress
		start    time.Time
		late     []Rung
		again    bool
	}{
		{"a reminder is late", Progress{Due: clock(0, 12, 0)}, clock(0, 9, 0), []Rung{remind}, true},
		{"nothing is late", Progress{Due: clock(0, 12, 0)}, clock(0, 9, 0), nil, false},
		{"a word to somebody is late", Progress{Due: clock(0, 12, 0)}, clock(0, 9, 0), []Rung{{Do: DoTellReply}}, false},
		{"it was over before", Progress{Due: o.From}, clock(0, 9, 0), []Rung{remind}, false},
		{"it began with the outage's end", Progress{Due: clock(1, 12, 0)}, o.To, []Rung{remind}, false},
		{"it has ended", Progress{Due: clock(0, 12, 0), Closed: true}, clock(0, 9, 0), []Rung{remind}, false},
	} {
		if again := c.progress.Restarts(o, c.start, c.late); again != c.again {
			t.Errorf("%s: starts again %v", c.name, again)
		}
	}
}

// Only what is neither done nor waits for something else is late.
func TestLate(t *testing.T) {
	p := Progress{Turn: 1, Rungs: []Rung{{Name: "tell", Do: DoTell, At: clock(0, 9, 0)},
		{Name: "half", Do: DoRemind, At: clock(0, 9, 15)}, {Name: "due", Do: DoRemind, At: clock(0, 9, 30)}}}
	o := Outage{From: clock(0, 9, 5), To: clock(0, 9, 40)}
	late := p.Late(o, clock(0, 9, 0), office(), func(key string) bool { return key == "1/tell" })
	if len(late) != 1 || late[0].Name != "half" {
		t.Errorf("late are %+v", late)
	}
}

// A customer's reminder is late, however little, once the record closes by the same outage.
func TestAReminderBeforeTheEnd(t *testing.T) {
	p := Progress{Rungs: []Rung{{Name: "ask", Do: DoAskCustomer, At: clock(0, 9, 0)},
		{Name: "last", Do: DoRemindCustomer, At: clock(3, 16, 0)},
		{Name: "end", Do: DoCloseUnanswered, At: clock(4, 9, 0)}}}
	for _, c := range []struct {
		o    Outage
		late []string
	}{
		{Outage{}, nil},
		{Outage{From: clock(3, 15, 0), To: clock(3, 17, 0)}, nil},
		{Outage{From: clock(3, 15, 0), To: clock(4, 9, 0)}, []string{"last"}},
	} {
		var got []string
		for _, r := range p.Late(c.o, clock(0, 9, 0), office(), func(key string) bool { return key == "0/ask" }) {
			got = append(got, r.Name)
		}
		if !slices.Equal(got, c.late) {
			t.Errorf("%+v: late are %q", c.o, got)
		}
	}
}

// A reminder is overtaken by what follows it on the ladder, and by that alone.
func TestOvertaken(t *testing.T) {
	p := Progress{Rungs: []Rung{
		{Name: "tell", Do: DoTell, At: clock(0, 9, 0)},
		{Name: "half", Do: DoRemind, At: clock(0, 10, 0)}, {Name: "due", Do: DoRemind, At: clock(0, 11, 0)},
		{Name: "manager", Do: DoTellManager, At: clock(0, 11, 0)}, {Name: "owner", Do: DoTellOwner, At: clock(0, 12, 0)},
		{Name: "again", Do: DoRemindCustomer, At: clock(0, 10, 0)},
		{Name: "last", Do: DoRemindCustomer, At: clock(0, 12, 30)},
		{Name: "silent", Do: DoCloseUnanswered, At: clock(0, 13, 0)},
		{Name: "reply-1", Do: DoTellReply, At: clock(0, 10, 30)}, {Name: "effect", Do: DoCheckEffect, At: clock(0, 15, 0)},
		{Name: "correction", Do: DoRemindCorrection, At: clock(0, 14, 0)},
	}}
	for _, c := range []struct {
		now  time.Time
		want []string
	}{
		{clock(0, 10, 59), nil},
		{clock(0, 11, 0), []string{"half", "due", "again"}}, // the owner calls
		{clock(0, 13, 0), []string{"half", "due", "again"}},
		{clock(0, 15, 0), []string{"half", "due", "again", "correction"}},
	} {
		var got []string
		for _, r := range p.Rungs {
			if p.Overtaken(r, c.now) {
				got = append(got, r.Name)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("at %s: %q, want %q", c.now.Format("15:04"), got, c.want)
		}
	}
	twins := Progress{Rungs: []Rung{{Name: "a", Do: DoTellManager, At: noon}, {Name: "b", Do: DoRemind, At: noon}}}
	if twins.Overtaken(twins.Rungs[1], noon) {
		t.Error("what stands before it overtakes a reminder")
	}
}

package letter_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/letter"
	"afterpress/shared/kernel/fault"
)

func TestPolicy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		policy letter.Policy
		faulty []string
	}{
		{letter.Policy{}, nil}, // the standard
		{letter.Policy{Look: 60, PerDay: 1}, nil},
		{letter.Policy{Look: 3600}, []string{"/mail/per_day"}},
		{letter.Policy{PerDay: 5}, []string{"/mail/look_s"}},
		{letter.Policy{Look: -1, PerDay: 1001}, []string{"/mail/look_s", "/mail/per_day"}},
		{letter.Policy{Look: 400*24*3600 + 1, PerDay: 1000}, []string{"/mail/look_s"}},
	} {
		var f fault.List
		c.policy.Check(&f)
		var got []string
		for _, one := range f {
			got = append(got, one.Pointer)
		}
		if !slices.Equal(got, c.faulty) {
			t.Errorf("%+v: %v, want %v", c.policy, got, c.faulty)
		}
	}
	if p := (letter.Policy{}).OrStandard(); p.Look != 3600 || p.PerDay != 20 {
		t.Errorf("%+v", p)
	}
}

// A letter as it came has one id for its call and content.
func TestTheIDOfALetterAsItCame(t *testing.T) {
	t.Parallel()
	id := letter.RawID("mail/1", "Hello")
	if letter.RawID("mail/1", "Hello") != id || letter.RawID("mail/2", "Hello") == id ||
		letter.RawID("mail/1", "Hullo") == id || len(id) != len("ltr_")+36 {
		t.Error(id)
	}
	for other, is := range map[string]bool{id: true, "sub_1": false, "tch_1": false, "": false} {
		if letter.IsRaw(other) != is {
			t.Errorf("%q: %v", other, !is)
		}
	}
}

// One task is of one record, sender and day; the next one of the same pile has another id.
func TestWhichLettersShareATask(t *testing.T) {
	t.Parallel()
	terms, now := crmtest.Terms(t).Letter(), crmtest.Tuesday
	pile := func(about, sender string, at time.Time) letter.Pile {
		p, err := terms.Pile(about, sender, at)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	first := pile("cmp_1", "a", now)
	ends, err := terms.DayEnds(now)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what string
		id   string
		same bool
	}{
		{"a second letter", pile("cmp_1", "a", now.Add(time.Minute)).Task(1), true},
		{"the day's last moment", pile("cmp_1", "a", ends.Add(-time.Millisecond)).Task(1), true},
		{"the next day", pile("cmp_1", "a", ends).Task(1), false},
		{"another sender", pile("cmp_1", "b", now).Task(1), false},
		{"another record", pile("cmp_2", "a", now).Task(1), false},
		{"once the first task is closed", first.Task(2), false},
	} {
		if (c.id == first.Task(1)) != c.same || !strings.HasPrefix(c.id, "tsk_") {
			t.Errorf("%s: %s beside %s", c.what, c.id, first.Task(1))
		}
	}
	if due, err := terms.Due(now); err != nil || !due.Equal(now.Add(time.Hour)) || first.Most != 20 {
		t.Errorf("due %v, %v; %+v", due, err, first)
	}
}

package ladder

import (
	"testing"
	"time"
)

// A process notices how long nobody took it up after a timer, an event or a call. What it did itself is no outage.
func TestDuty(t *testing.T) {
	at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	for _, c := range []struct {
		name     string
		play     func(*Duty)
		from, to int // minutes; the same: no outage
	}{
		{"a timer that rings in time", func(d *Duty) { d.Waits(at(0)); d.Woken(at(30), at(30)) }, 0, 0},
		{"seconds later", func(d *Duty) { d.Waits(at(0)); d.Woken(at(30), at(30).Add(59*time.Second)) }, 0, 0},
		{"an hour later", func(d *Duty) { d.Waits(at(0)); d.Woken(at(30), at(90)) }, 30, 90},
		{"a timer that had rung before the wait", func(d *Duty) { d.Waits(at(60)); d.Woken(at(30), at(60)) }, 0, 0},
		{"an event that came while it was busy", func(d *Duty) {
			d.Waits(at(0))
			d.Returns(at(10), at(70), at(70))
			d.Wakes(at(20), at(70))
		}, 0, 0},
		{"a signal that brings no time", func(d *Duty) { d.Waits(at(0)); d.Woken(time.Time{}, at(90)) }, 0, 0},
		{"a start an hour late", func(d *Duty) { d.Wakes(at(0), at(60)) }, 0, 60},
		{"of two, the first", func(d *Duty) { d.Waits(at(0)); d.Woken(at(30), at(90)); d.Wakes(at(20), at(90)) }, 20, 90},
		{"a call that took an hour", func(d *Duty) { d.Waits(at(0)); d.Returns(at(0), at(60), at(60)) }, 0, 0},
		{"a call whose end nobody heard", func(d *Duty) { d.Waits(at(0)); d.Returns(at(0), at(1), at(60)) }, 1, 60},
		{"the same, of a clock that is behind", func(d *Duty) { d.Waits(at(0)); d.Returns(at(59), at(1), at(60)) }, 59, 60},
		{"an outage before the call as well", func(d *Duty) {
			d.Wakes(at(0), at(60))
			d.Returns(at(60), at(70), at(90))
		}, 70, 90},
		{"an outage before the call alone", func(d *Duty) {
			d.Wakes(at(0), at(60))
			d.Returns(at(60), at(70), at(70))
		}, 0, 60},
		{"a call that does not say when it ended", func(d *Duty) {
			d.Waits(at(0))
			d.Returns(at(0), time.Time{}, at(60))
		}, 0, 0},
		{"one that was followed by a wait", func(d *Duty) { d.Woken(at(0), at(60)); d.Waits(at(61)) }, 0, 0},
		{"one before a wait that went on", func(d *Duty) {
			d.Waits(at(0))
			d.Woken(at(10), at(60)) // no news: it waits on
			d.Woken(at(90), at(90))
		}, 0, 0},
		{"one whose call failed for good", func(d *Duty) {
			d.Wakes(at(0), at(60))
			d.Returns(at(60), time.Time{}, at(61))
			d.Fails()
			d.Waits(at(61))
			d.Woken(at(90), at(90))
			d.Returns(time.Time{}, time.Time{}, at(91)) // it looked
			d.Waits(at(91))
		}, 0, 60},
		{"one whose second call did it", func(d *Duty) {
			d.Wakes(at(0), at(60))
			d.Fails()
			d.Waits(at(61))
			d.Woken(at(90), at(90))
			d.Returns(at(90), at(91), at(91))
			d.Waits(at(91))
		}, 0, 0},
		{"a call that failed without one", func(d *Duty) {
			d.Waits(at(0))
			d.Fails()
			d.Woken(at(30), at(90))
			d.Waits(at(90))
		}, 0, 0},
		{"what an event tells beside a timer", func(d *Duty) {
			d.Waits(at(0))
			d.Woken(at(10), at(60))
			d.Woken(at(30), at(60))
		}, 10, 60},
	} {
		var d Duty
		c.play(&d)
		want := Outage{}
		if c.from != c.to {
			want = Outage{From: at(c.from), To: at(c.to)}
		}
		if d.Outage != want {
			t.Errorf("%s: %+v, want %+v", c.name, d.Outage, want)
		}
	}
}

// A call waited for a worker as long as neither an attempt before it nor a pause explains.
func TestHowLongACallWaitedForAWorker(t *testing.T) {
	for _, c := range []struct {
		name    string
		attempt int32
		started time.Duration // after it was scheduled
		waited  time.Duration
	}{
		{"at once", 1, 0, 0},
		{"two days", 1, 48 * time.Hour, 48 * time.Hour},
		{"tables that were away for an hour", 61, time.Hour, 0},
		{"the second, after a crash", 2, 95 * time.Second, 0},
		{"the second, two days after a crash", 2, 48*time.Hour + 95*time.Second, 48 * time.Hour},
		{"a clock that was set back", 1, -time.Second, 0},
	} {
		if got := Unserved(c.attempt, noon, noon.Add(c.started), 95*time.Second); got != c.waited {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}

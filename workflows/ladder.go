// Package workflows holds the processes: what waits, reminds, escalates and sends. A process that accompanies a
// record is one loop over its ladder (ladder.go); the table says which rungs there are, and activities do what a
// rung says after they have read the record again. Payloads, ids and summaries hold ids, states, amounts and times
// only.
package workflows

import (
	"errors"
	"slices"
	"time"

	"afterpress/shared/crm/stuck"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// EventSignal is the signal that carries a event.Event to the process of its record. RenewSignal carries a Renewal, and
// is heard by every version of the loop. ChannelSignal carries the name of a channel that works again.
const (
	EventSignal   = "event"
	RenewSignal   = "renew"
	ChannelSignal = "channel"
)

// version is that of the loop with which a process begins today. A run keeps to its end the one that its input names,
// so that its history replays. Asked of Temporal instead, by GetVersion, it would cost each process an action.
const version = 1

// Renewal has an open run go on in a new one, by the loop of today. A run whose loop and tables are that new stays as
// it is.
type Renewal struct {
	Version int   `json:"version"`
	Epoch   int64 `json:"epoch,omitempty"` // of the tables
}

// LadderInput is what a process starts with, and what it carries into its next run.
type LadderInput struct {
	Version  int                  `json:"version,omitempty"` // of the loop
	Epoch    int64                `json:"epoch,omitempty"`   // of the tables: one more with each restore
	Progress ladder.Progress      `json:"progress"`
	Climbed  map[string]bool      `json:"climbed,omitempty"` // keys of rungs that are done for good
	Later    map[string]time.Time `json:"later,omitempty"`   // rungs that could not be done, by key: when to try again
	Held     map[string]string    `json:"held,omitempty"`    // those of Later that wait for a channel, by key
	Missed   bool                 `json:"missed,omitempty"`  // an event was not heard; the record was not read since
	Duty     ladder.Duty          `json:"duty,omitzero"`     // what it noticed of its workers
}

// ladderOf begins a round of a record of the kind from an event that says where it stands.
func ladderOf(kind string) func(event.Event) (id string, in any, ok bool) {
	return func(e event.Event) (id string, in any, ok bool) {
		if e.Progress == nil || e.Progress.Kind != kind {
			return "", nil, false
		}
		_, mends := e.OfStep() // it names the record and does not say where that stands
		return e.Progress.WorkflowID(), LadderInput{Version: version, Epoch: e.Epoch, Progress: *e.Progress,
			Missed: mends}, true
	}
}

// loop is a running process: it waits for the next rung or an event, acts, and looks again.
type loop struct {
	LadderInput
	events, renewals, channels workflow.ReceiveChannel
	renewed                    bool // it is to go on in a new run
	steps                      steps
	alarm                      alarm
}

// alarm is the timer that runs; its time is zero while there is none.
type alarm struct {
	at    time.Time
	rings workflow.Future
	stop  workflow.CancelFunc
}

func newLoop(ctx workflow.Context, in LadderInput, s steps) *loop {
	l := &loop{LadderInput: in, events: workflow.GetSignalChannel(ctx, EventSignal),
		renewals: workflow.GetSignalChannel(ctx, RenewSignal), channels: workflow.GetSignalChannel(ctx, ChannelSignal),
		steps: s}
	l.steps.patient = l.steps.patient || l.Version > 0
	if l.Climbed == nil {
		l.Climbed = map[string]bool{}
	}
	if l.Later == nil {
		l.Later = map[string]time.Time{}
	}
	if l.Held == nil {
		l.Held = map[string]string{}
	}
	return l
}

// looking is the place of the record itself among what could not be done: when to try to read it again. unread is since
// when it cannot be read. No rung has such a key, since each has a turn or a name of the policy.
const (
	looking = stuck.Reading
	unread  = "look/since"
)

// known notes that the record was read.
func (l *loop) known() {
	l.Missed = false
	delete(l.Later, looking)
	delete(l.Later, unread)
}

// hear takes in an event and says whether it is news. An event holds the whole state after it, so the newest one is
// all there is to know: a repeat has a seq that is known, and an older one changes nothing. An event of restored tables
// is news whatever its seq, and one of the tables before them is none.
func (l *loop) hear(e event.Event) bool {
	if e.Epoch < l.Epoch {
		return false
	}
	restored := e.Epoch > l.Epoch
	l.restored(e.Epoch)
	if key, ok := e.OfStep(); ok {
		l.mend(e.Type, key)
		return true
	}
	if e.Progress == nil || e.Progress.Seq <= l.Progress.Seq && !restored {
		return restored
	}
	l.Missed = l.Missed || l.gap(e)
	l.Progress = *e.Progress
	return true
}

// restored begins anew by tables of a later epoch. What was climbed since they were copied is not so in them: what was
// sent before, their ledger knows.
func (l *loop) restored(epoch int64) {
	if epoch > l.Epoch {
		l.Epoch, l.Missed = epoch, true
		clear(l.Climbed)
		clear(l.Later)
		clear(l.Held)
	}
}

// gap reports whether something came before the event that was not heard. Not every change is handed over, so the event
// says from where it went on. Older runs and older events know only the record's version.
func (l *loop) gap(e event.Event) bool {
	if l.Version == 0 || e.Heard == "" {
		return e.Progress.Seq > l.Progress.Seq+1
	}
	return e.Heard != l.Progress.Mark()
}

// mend follows a person's word on a step that failed: it is tried again at once, or counts as done.
func (l *loop) mend(decided event.Type, key string) {
	l.free(key)
	delete(l.Later, looking)
	if decided == event.StuckSkipped {
		l.Climbed[key] = true
	}
}

// wait keeps a rung for a later time, or until its channel works again.
func (l *loop) wait(key string, until time.Time, channel string) {
	l.free(key)
	l.Later[key] = until
	if channel != "" {
		l.Held[key] = channel
	}
}

// free lets a rung be tried when the record says.
func (l *loop) free(key string) {
	delete(l.Later, key)
	delete(l.Held, key)
}

// works hears that a channel works again, and says whether a rung waits for it.
func (l *loop) works(channel string) (news bool) {
	for _, key := range workflow.DeterministicKeys(l.Held) {
		if l.Held[key] == channel {
			l.free(key)
			news = true
		}
	}
	return news
}

// renew follows an operator's word.
func (l *loop) renew(r Renewal) {
	l.renewed = l.renewed || r.Version > l.Version || r.Epoch > l.Epoch
	l.restored(r.Epoch)
}

// drain hears what has arrived.
func (l *loop) drain(ctx workflow.Context) {
	var e event.Event
	for l.events.ReceiveAsync(&e) {
		l.Duty.Wakes(e.Handed, workflow.Now(ctx))
		l.hear(e)
		e = event.Event{}
	}
	var r Renewal
	for l.renewals.ReceiveAsync(&r) {
		l.renew(r)
		r = Renewal{}
	}
	var channel string
	for l.channels.ReceiveAsync(&channel) {
		l.works(channel)
	}
}

// again goes on in a new run, by the loop of today.
func (l *loop) again(ctx workflow.Context) error {
	l.Version = version
	return workflow.NewContinueAsNewError(ctx, workflow.GetInfo(ctx).WorkflowType.Name, l.LadderInput)
}

func (l *loop) run(ctx workflow.Context) error {
	l.Duty.Wakes(workflow.GetInfo(ctx).WorkflowStartTime, workflow.Now(ctx))
	for l.drain(ctx); !l.Progress.Over(l.done); l.drain(ctx) {
		if l.renewed || workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
			return l.again(ctx)
		}
		rung := l.next()
		news, err := l.await(ctx, rung)
		switch {
		case err != nil:
			return err
		case news == due:
			err = l.climb(ctx, rung)
		case news == missed:
			err = l.look(ctx)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (l *loop) done(key string) bool { return l.Climbed[key] }

// next is the earliest rung that is not done, at the time when it is to be tried; its At is zero when only an event
// can move the record on. A rung that the record has meanwhile moved beyond its second try is due when the record
// says.
func (l *loop) next() ladder.Rung {
	p := l.Progress
	p.Rungs = slices.Clone(p.Rungs)
	for i, r := range p.Rungs {
		if later, held := l.Later[p.Key(r)]; held && later.After(r.At) {
			p.Rungs[i].At = later
		}
	}
	rung, _ := p.Next(l.done)
	return rung
}

// What ends a wait.
type news int

const (
	heard  news = iota // an event changed the state
	due                // the rung's time has come
	missed             // an event is missing: read the record
)

// first is what comes first, and what it is: the rung, or reading the record where an event is missing. That is done at
// once unless it failed before. A rung that is due reads the record as well.
func (l *loop) first(rung ladder.Rung, now time.Time) (ladder.Rung, news) {
	again := l.Later[looking]
	if again.Before(now) {
		again = now
	}
	if planned := !rung.At.IsZero(); !l.Missed || planned && (!rung.At.After(now) || rung.At.Before(again)) {
		return rung, due
	}
	return ladder.Rung{Name: looking, At: again}, missed
}

// await waits for the rung's time or an event that is news. The error is the workflow's cancellation.
func (l *loop) await(ctx workflow.Context, rung ladder.Rung) (news, error) {
	now := workflow.Now(ctx)
	rung, rings := l.first(rung, now)
	if planned := !rung.At.IsZero(); planned && !rung.At.After(now) {
		return rings, nil
	} else if planned {
		l.set(ctx, rung, rung.At.Sub(now))
	}
	if !l.steps.patient {
		defer l.unset()
	}
	fired := l.listen(ctx)
	switch {
	case !fired:
		return heard, ctx.Err()
	case l.steps.patient:
		l.alarm = alarm{}
		return heard, ctx.Err() // it may be another rung's by now: look again
	}
	return rings, ctx.Err()
}

// listen hears signals until one of them is news or the timer rings, and says whether it did.
func (l *loop) listen(ctx workflow.Context) (fired bool) {
	changed, came := false, time.Time{} // when what ends the wait came
	l.Duty.Waits(workflow.Now(ctx))
	s := workflow.NewSelector(ctx)
	if !l.alarm.at.IsZero() {
		s.AddFuture(l.alarm.rings, func(workflow.Future) { fired, came = true, l.alarm.at })
	}
	s.AddReceive(l.events, func(c workflow.ReceiveChannel, _ bool) {
		var e event.Event
		c.Receive(ctx, &e)
		came, changed = e.Handed, l.hear(e)
	})
	s.AddReceive(l.renewals, func(c workflow.ReceiveChannel, _ bool) {
		var r Renewal
		c.Receive(ctx, &r)
		l.renew(r)
	})
	s.AddReceive(l.channels, func(c workflow.ReceiveChannel, _ bool) {
		var channel string
		c.Receive(ctx, &channel)
		changed = l.works(channel)
	})
	s.AddReceive(ctx.Done(), func(workflow.ReceiveChannel, bool) {})
	for !fired && !changed && !l.renewed && ctx.Err() == nil {
		came = time.Time{}
		s.Select(ctx)
		l.Duty.Woken(came, workflow.Now(ctx))
	}
	return fired
}

// set lets a timer ring when the rung is due, or before: a patient process whose deadlines move away keeps the
// timer that it has, and sets the next one when that has rung. So a state in which nothing is late costs no timer
// of its own.
func (l *loop) set(ctx workflow.Context, rung ladder.Rung, wait time.Duration) {
	if !l.alarm.at.IsZero() && !l.alarm.at.After(rung.At) {
		return
	}
	l.unset()
	timer, stop := workflow.WithCancel(ctx)
	options := workflow.TimerOptions{Summary: l.Progress.Key(rung)}
	l.alarm = alarm{at: rung.At, rings: workflow.NewTimerWithOptions(timer, wait, options), stop: stop}
}

func (l *loop) unset() {
	if !l.alarm.at.IsZero() {
		l.alarm.stop()
		l.alarm = alarm{}
	}
}

// pausing names the change by which a rung that no retry can cure waits, where it counted as done before. rereading
// does the same for a record that cannot be read.
const (
	pausing   = "what-cannot-be-done-waits"
	rereading = "what-cannot-be-read-waits"
)

// climb does what the rung says and takes over the record's state. A rung that no retry can cure waits, longer each
// time: what stands in its way may be mended, and the rungs above go on meanwhile.
func (l *loop) climb(ctx workflow.Context, rung ladder.Rung) error {
	key := l.Progress.Key(rung)
	planned, _ := find(l.Progress, key) // the rung at hand has the time of its next try
	began := workflow.Now(ctx)
	out, err := l.steps.climb(ctx, Climb{ID: l.Progress.ID, Round: l.Progress.Round, Run: l.Progress.Run, Key: key,
		Rung: rung, More: l.Version > 0, Not: l.not(began), Outage: l.Duty.Outage})
	l.Duty.Returns(began, out.Ended, workflow.Now(ctx))
	if cause, gaveUp := hopeless(ctx, err, planned.At); gaveUp {
		l.Duty.Fails()
		if !l.since(ctx, pausing) {
			l.Climbed[key] = true
			return nil
		}
		now := workflow.Now(ctx)
		l.wait(key, now.Add(lateness(now, planned.At, cause)), "")
		return nil
	}
	if err != nil {
		return err
	}
	l.Progress = out.Progress
	l.known()
	for _, k := range out.Keys {
		l.Climbed[k] = true
		l.free(k)
	}
	if out.Again > 0 {
		l.wait(key, workflow.Now(ctx).Add(out.Again), out.On)
	}
	for _, w := range out.Waits {
		l.wait(w.Key, workflow.Now(ctx).Add(w.Again), w.On)
	}
	return nil
}

// not lists the rungs that are not to be climbed beside another one: they are done, or wait for their next try.
func (l *loop) not(now time.Time) (keys []string) {
	if l.Version == 0 {
		return nil
	}
	for _, r := range l.Progress.Rungs {
		if key := l.Progress.Key(r); l.Climbed[key] || l.Later[key].After(now) {
			keys = append(keys, key)
		}
	}
	return keys
}

// since reports whether a run has a change that came before the loop had a version.
func (l *loop) since(ctx workflow.Context, change string) bool {
	return l.Version > 0 ||
		workflow.GetVersion(ctx, change, workflow.DefaultVersion, 1) != workflow.DefaultVersion
}

// look reads the record. One that no retry can read is read again later, with growing pauses.
func (l *loop) look(ctx workflow.Context) error {
	p, err := l.steps.look(ctx, Look{ID: l.Progress.ID, Round: l.Progress.Round, Run: l.Progress.Run})
	l.Duty.Returns(time.Time{}, time.Time{}, workflow.Now(ctx))
	if cause, gaveUp := hopeless(ctx, err, l.Later[unread]); gaveUp {
		if l.since(ctx, rereading) {
			now := workflow.Now(ctx)
			if l.Later[unread].IsZero() {
				l.Later[unread] = now
			}
			l.Later[looking] = now.Add(lateness(now, l.Later[unread], cause))
			return nil
		}
	} else if err != nil {
		return err
	} else {
		l.Progress = p
	}
	l.known()
	return nil
}

// hopeless reports whether an activity gave up for good, and why, and logs it. since is when it was due or failed
// first; zero: it failed for the first time. Any other error is the workflow's own end.
func hopeless(ctx workflow.Context, err error, since time.Time) (cause fault.Kind, gaveUp bool) {
	var failed *temporal.ApplicationError
	if !errors.As(err, &failed) {
		return "", false
	}
	failing := time.Duration(0)
	if !since.IsZero() {
		failing = workflow.Now(ctx).Sub(since)
	}
	workflow.GetLogger(ctx).Error("a step failed for good", "kind", failed.Type(),
		failingSeconds, int64(failing.Seconds()))
	return fault.Kind(failed.Type()), true
}

package workflows

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"afterpress/shared/crm/outage"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/stuck"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/workflows/watch"

	"go.temporal.io/sdk/activity"
)

// accompanied is a record with a process that climbs its ladder.
type accompanied interface{ Progress() ladder.Progress }

// file is a record with the rules that hold for it.
type file[R accompanied] struct {
	record R
	shop   setup.Shop
	terms  setup.Terms
	turn   int64 // of the branch's rotation, for a rule that rotates
}

// employed reports whether a colleague is still there.
func (f file[R]) employed(staff string, now time.Time) bool {
	p, found := f.shop.Person(staff)
	return found && p.Employed(now)
}

// name is what a colleague is called.
func (f file[R]) name(staff string) string {
	p, _ := f.shop.Person(staff)
	return cmp.Or(p.Name, staff)
}

// rule is what a rung changes in its record.
type rule[R accompanied] struct {
	apply   func(f file[R], r R, now time.Time) (R, event.Event, error)
	rotates bool // an owner is looked for, so the branch's rotation goes on by one
	// unless tells when the record has to stay as it is: then the rung is a message. Nil: never.
	unless func(ctx context.Context, r R) (bool, error)
	// follows names the rungs by which somebody hears of the change. The same call climbs them, or a call of their own
	// where that one died.
	follows string
}

// errMoved says that the rung is no longer the record's.
var errMoved = errors.New("workflows: the record has moved on")

// errUnread says that the record of somebody whom the rung concerns cannot be read. It is not as if they had left.
var errUnread = errors.New("workflows: a staff record cannot be read")

// errNobody says that there is no one now who could take the record.
var errNobody = errors.New("workflows: nobody is there who could take it")

// climber climbs the ladder of a record and looks where the record stands. It is the same for every kind; its
// fields are what differs.
type climber[R accompanied] struct {
	kind string // of record, as its progress says
	Obstacles
	channels Channels // nil: nobody watches them
	read     func(ctx context.Context, id string) (R, error)
	change   func(ctx context.Context, id string, rule func(R) (R, event.Event, error)) (R, error)
	rotate   func(ctx context.Context, branch string) (int64, error)
	terms    func(ctx context.Context, branch string) (setup.Shop, setup.Terms, error)
	branch   func(R) string
	// customer is in whose log the record's events stand; a record without a customer has its own.
	customer func(R) string
	now      func() time.Time // UTC

	rules map[string]rule[R] // the rungs that change the record; every other one is a message
	late  outage.Rule[R]     // what an outage takes from its owner
	// write sends the message of a rung, to one person at most. again is the time after which to try again, when it was
	// surely not sent.
	write func(ctx context.Context, f file[R], rung ladder.Rung) (again time.Duration, err error)
	// over reports that nothing is left to climb, whether or not the ladder has the rung. Nil: what is not on the ladder
	// is done.
	over func(p ladder.Progress, rung ladder.Rung) bool
	// ends reports that a record has nothing left to do once a message about it is out. Nil: the record says so itself.
	ends func(R) bool
}

// Climb does one rung, and where that is asked for every other one that is due. It reads the record first: what is
// done, moved or out of date is reported, not done.
func (w climber[R]) Climb(ctx context.Context, c Climb) (Climbed, error) {
	began := w.now()
	c.Outage = w.outage(ctx, c)
	out, at, err := w.one(ctx, c, attempt(ctx) > 1)
	if err == nil && c.More {
		out = w.more(ctx, c, out, began)
		out.Ended = w.now()
	}
	return out, w.failed(ctx, at, err)
}

// one does one rung, and takes it off the board of what is stuck. failed says that it was tried before.
func (w climber[R]) one(ctx context.Context, c Climb, failed bool) (Climbed, stuck.Stuck, error) {
	at := step{due: c.Rung.At, Stuck: w.stuckAt(c.ID, c.Round, c.Run, c.Key)}
	out, err := watch.Guarded(ctx, func() (Climbed, error) { return w.climb(ctx, c, &at) })
	if err == nil && slices.Contains(out.Keys, c.Key) && (at.noted || failed) {
		w.passed(ctx, at.Stuck)
	}
	return out, at.Stuck, err
}

const (
	// together is how long after its beginning a call still begins another rung. One that began then may take its 39 s
	// and is over before the call is given up.
	together = 5 * time.Second
	mostMore = 20 // rungs beside the first one in a call; no ladder has as many at once
)

// more climbs what else is due, the earliest first. What fails has a call of its own, which is repeated.
func (w climber[R]) more(ctx context.Context, c Climb, out Climbed, began time.Time) Climbed {
	not := append(slices.Clone(c.Not), c.Key)
	for range mostMore {
		now := w.now()
		not = append(not, out.Keys...)
		rung, ok := out.Progress.Next(func(key string) bool { return slices.Contains(not, key) })
		over := out.Progress.Over(func(key string) bool { return slices.Contains(not, key) })
		if !ok || over || rung.At.After(now) || now.Sub(began) > together {
			return out
		}
		key := out.Progress.Key(rung)
		next, _, err := w.one(ctx, Climb{ID: c.ID, Round: c.Round, Run: c.Run, Key: key, Rung: rung, More: true, Not: not,
			Outage: c.Outage}, false)
		if err != nil {
			activity.GetLogger(ctx).Warn("a step beside another one failed", "step", key, "cause", err.Error())
			return out
		}
		not = append(not, key)
		out.Progress, out.Keys = next.Progress, append(out.Keys, next.Keys...)
		if next.Again > 0 {
			out.Waits = append(out.Waits, Wait{Key: key, Again: next.Again, On: next.On})
		}
	}
	return out
}

// Look says where the record stands.
func (w climber[R]) Look(ctx context.Context, l Look) (ladder.Progress, error) {
	_, p, err := w.look(ctx, l.ID, l.Round)
	at := w.stuckAt(l.ID, l.Round, l.Run, looking)
	if err == nil {
		w.passed(ctx, at)
	}
	return p, w.failed(ctx, at, err)
}

// look reads the record and where it stands for the process of a round. One that is gone has nothing left to do.
func (w climber[R]) look(ctx context.Context, id string, round int) (R, ladder.Progress, error) {
	record, err := w.read(ctx, id)
	p := record.Progress()
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return record, ladder.Progress{Kind: p.Kind, ID: id, Round: round, Closed: true}, nil
	case err != nil:
		return record, ladder.Progress{}, err
	}
	return record, inRound(p, round), nil
}

func (w climber[R]) climb(ctx context.Context, c Climb, at *step) (Climbed, error) {
	record, p, err := w.look(ctx, c.ID, c.Round)
	if err != nil {
		return Climbed{}, err
	}
	at.Branch, at.Owner, at.Customer = w.branch(record), p.Owner, w.customer(record)
	if record, p, err = w.restart(ctx, record, p, c); err != nil {
		return Climbed{}, err
	}
	rung, there := find(p, c.Key)
	if there {
		at.due = rung.At
	}
	switch {
	case w.isOver(p, rung):
		return Climbed{Progress: p}, nil
	case !there:
		return Climbed{Progress: p, Keys: []string{c.Key}}, nil
	case rung.At.After(c.Rung.At) && (c.Outage.IsZero() || rung.At.After(w.now())):
		return Climbed{Progress: p}, nil
	}
	if early := rung.At.Sub(w.now()); early > 0 { // the tables' clock is behind Temporal's
		return climbed(p, c.Key, early), nil
	}
	if leftOut, err := w.leftOut(ctx, at); err != nil || leftOut {
		return climbed(p, c.Key, 0), err
	}
	return w.do(ctx, c, record, p, rung, at)
}

// do does a rung whose time has come.
func (w climber[R]) do(ctx context.Context, c Climb, record R, p ladder.Progress, rung ladder.Rung,
	at *step) (Climbed, error) {
	shop, terms, err := w.terms(ctx, w.branch(record))
	if err != nil {
		return Climbed{}, err
	}
	for _, person := range []string{p.Owner, terms.Branch.Manager, rung.Who} {
		if shop.Unread("staff", person) {
			return Climbed{}, errUnread
		}
	}
	f := file[R]{record: record, shop: shop, terms: terms}
	if w.late.Overtaken(record, rung, c.Outage, terms, w.now()) {
		return climbed(p, c.Key, 0), nil
	}
	if by, changes := w.rules[rung.Do]; changes {
		return w.apply(ctx, f, c, rung, by, at)
	}
	return w.tell(ctx, f, c, rung, at)
}

func (w climber[R]) isOver(p ladder.Progress, rung ladder.Rung) bool {
	return w.over != nil && w.over(p, rung)
}

// tell sends the message of a rung.
func (w climber[R]) tell(ctx context.Context, f file[R], c Climb, rung ladder.Rung, at *step) (Climbed, error) {
	again, err := w.write(ctx, f, rung)
	p := inRound(f.record.Progress(), c.Round)
	var away *channelAway
	if errors.As(err, &away) {
		return w.hold(ctx, c, p, away), nil
	}
	if errors.Is(err, errUnknownStep) {
		activity.GetLogger(ctx).Error("a step waits for a release that knows it", "step", rung.Do,
			failingSeconds, int64(w.now().Sub(rung.At).Seconds()))
		w.note(ctx, at.Stuck, stuck.Unknown, false)
		return climbed(p, c.Key, lateness(w.now(), rung.At, fault.Internal)), nil
	}
	p.Closed = p.Closed || again == 0 && w.ends != nil && w.ends(f.record)
	return climbed(p, c.Key, again), err
}

// hold has a rung wait for its channel. A run of the loop before tries by itself, and so does one where nobody can be
// asked to say when the channel is back.
func (w climber[R]) hold(ctx context.Context, c Climb, p ladder.Progress, away *channelAway) Climbed {
	if !c.More || w.channels == nil {
		return climbed(p, c.Key, away.again)
	}
	own := ladder.Progress{Kind: w.kind, ID: c.ID, Round: c.Round, Run: c.Run}
	if err := w.channels.Waits(ctx, away.channel, own.WorkflowID()); err != nil {
		activity.GetLogger(ctx).Warn("nobody watches a channel that is away", "channel", away.channel,
			"cause", err.Error())
		return climbed(p, c.Key, away.again)
	}
	out := climbed(p, c.Key, heldFor)
	out.On = away.channel
	return out
}

// apply changes the record, as it is now, by the rule of a rung. Whom that concerns is told.
func (w climber[R]) apply(ctx context.Context, f file[R], c Climb, rung ladder.Rung, by rule[R],
	at *step) (Climbed, error) {
	var err error
	if by.rotates {
		if f.turn, err = w.rotate(ctx, w.branch(f.record)); err != nil {
			return Climbed{}, err
		}
	}
	if by.unless != nil {
		if stays, err := by.unless(ctx, f.record); err != nil {
			return Climbed{}, err
		} else if stays {
			return w.tell(ctx, f, c, rung, at)
		}
	}
	now := w.now()
	next, err := w.change(ctx, c.ID, func(r R) (R, event.Event, error) {
		if w.moved(r, c, rung.Do, now) {
			return r, event.Event{}, errMoved
		}
		return by.apply(f, r, now)
	})
	switch {
	case errors.Is(err, errMoved):
		return w.climb(ctx, c, at) // reads the record and reports
	case errors.Is(err, errNobody):
		opening, err := f.terms.Calendar.NextOpening(now)
		return climbed(inRound(f.record.Progress(), c.Round), c.Key, opening.Sub(now)), err
	case err != nil:
		return Climbed{}, err
	}
	f.record = next
	return w.follow(ctx, f, c, by, now), nil
}

// moved reports whether a record that was read again no longer asks for what the rung did. A new ladder, or a silent
// customer who writes, puts another deed under the same key.
func (w climber[R]) moved(r R, c Climb, do string, now time.Time) bool {
	p := inRound(r.Progress(), c.Round)
	rung, there := find(p, c.Key)
	return !there || w.isOver(p, rung) || rung.At.After(now) || rung.Do != do
}

// follow tells whom a change concerns. A message that is not sent here has a call of its own.
func (w climber[R]) follow(ctx context.Context, f file[R], c Climb, by rule[R], now time.Time) Climbed {
	out := climbed(inRound(f.record.Progress(), c.Round), c.Key, 0)
	for _, rung := range out.Progress.Rungs {
		if rung.Do != by.follows || rung.At.After(now) {
			continue
		}
		if again, err := w.write(ctx, f, rung); err == nil && again == 0 {
			out.Keys = append(out.Keys, out.Progress.Key(rung))
		}
	}
	return out
}

// errUnknownStep is the answer of a write to a rung that this release has no message for. A later release wrote it.
var errUnknownStep = errors.New("workflows: this release does not know the step")

// parkedFor is how long waits what can never succeed as it is. Somebody has to mend something. A person has it tried
// again at once; where nobody does, a day later it is seen whether it was mended.
const parkedFor = 24 * time.Hour

// lateness is how long something waits that could not be done at its time: as long again as it is late already, so that
// the pauses grow; a minute at least, an hour at most.
func lateness(now, at time.Time, cause fault.Kind) time.Duration {
	if cause == fault.Impossible {
		return parkedFor
	}
	return min(max(now.Sub(at), time.Minute), time.Hour)
}

// inRound is where a record stands for the process of a round. One that began another round has nothing left to do.
func inRound(p ladder.Progress, round int) ladder.Progress {
	if p.Round != round {
		p.Closed, p.Rungs = true, nil
	}
	return p
}

func find(p ladder.Progress, key string) (ladder.Rung, bool) {
	for _, r := range p.Rungs {
		if p.Key(r) == key {
			return r, true
		}
	}
	return ladder.Rung{}, false
}

func climbed(p ladder.Progress, key string, again time.Duration) Climbed {
	if again > 0 {
		return Climbed{Progress: p, Again: again}
	}
	return Climbed{Progress: p, Keys: []string{key}}
}

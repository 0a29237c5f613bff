// Package ladder plans what a process does for a record, and when: rungs, the rules that make them, and
// progress.
package ladder

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"time"

	"afterpress/shared/kernel/calendar"
)

// Rung is one planned step of a record's ladder. Do is due at At, while the record stays in this state and
// turn.
type Rung struct {
	Name string    `json:"name"`
	Do   string    `json:"do"`
	At   time.Time `json:"at"`
	Who  string    `json:"who,omitempty"`  // staff id; empty: the person whom the record names
	Once bool      `json:"once,omitempty"` // once in the whole round, whatever the turn
	Last bool      `json:"last,omitempty"` // climbed even where the record has ended: a person still has to hear it
}

// outlives reports whether the rung is climbed although the record has ended.
func (r Rung) outlives() bool { return r.Last || r.Do == DoTellMention }

// lasts reports whether the rung is climbed once in the whole round, whatever the turn.
func (r Rung) lasts() bool { return r.Do == DoAcknowledge || r.Do == DoTellMention || r.Once }

// Progress is where a record's process stands. Each event carries the progress after it. A process derives
// what to do from that state, not from the type of the event.
type Progress struct {
	Kind  string `json:"kind"` // "lead", "task", "complaint", "hold" or "erase"
	ID    string `json:"id"`
	Seq   int64  `json:"seq"`   // the record's version; an older one changes nothing
	Round int    `json:"round"` // counts from 1, one more with each reopening; part of the workflow's id
	// counts the words after the end of the round; each has a run of its own, which passes it on
	Run    int       `json:"run,omitempty"`
	Turn   int       `json:"turn"` // counts owners, and deadlines of a task; a rung is climbed once per turn
	State  string    `json:"state"`
	Closed bool      `json:"closed,omitempty"` // the process has nothing left to do in this round
	Owner  string    `json:"owner,omitempty"`
	Due    time.Time `json:"due"`
	Rungs  []Rung    `json:"rungs,omitempty"`
	Policy string    `json:"policy"`
}

// WorkflowID is the id of the workflow that accompanies the record in this round and run.
func (p Progress) WorkflowID() string {
	if p.Run > 0 {
		return fmt.Sprintf("%s.%d", p.About(), p.Run)
	}
	return p.About()
}

// About names the round in the ledger of messages. All runs of a round share it.
func (p Progress) About() string { return fmt.Sprintf("%s/%s/%d", p.Kind, p.ID, p.Round) }

// Mark is a fingerprint of what a process has to have heard of: round, run, owner, end and the words that somebody is
// to have whatever the turn. Deadlines are none of it, since the process sees those when it looks.
func (p Progress) Mark() string {
	text := fmt.Sprintf("%d %d %q %t", p.Round, p.Run, p.Owner, p.Closed)
	for _, r := range p.Rungs {
		if r.lasts() {
			text += fmt.Sprintf(" %q %q %q", r.Name, r.Do, r.Who)
		}
	}
	sum := fnv.New64a()
	sum.Write([]byte(text)) // it cannot fail
	return strconv.FormatUint(sum.Sum64(), 36)
}

// Concerns reports whether a change at a time concerns the process. It does where owner, round or end change, where
// something is due by it, or where something falls due before the process looks by itself. The process looks at the
// next rung that it knows, and sees then what only moved away.
func Concerns(before, after Progress, at time.Time) bool {
	if before.Round != after.Round || before.Run != after.Run || before.Owner != after.Owner ||
		before.Closed != after.Closed {
		return true
	}
	looks, known := time.Time{}, map[string]Rung{}
	for _, r := range before.Rungs {
		known[before.Key(r)] = r
		if r.At.After(at) && (looks.IsZero() || r.At.Before(looks)) {
			looks = r.At
		}
	}
	return slices.ContainsFunc(after.Rungs, func(r Rung) bool {
		was, there := known[after.Key(r)]
		planned := there && was.Do == r.Do && was.Who == r.Who && !r.At.Before(was.At)
		return !planned && (looks.IsZero() || r.At.Before(looks))
	})
}

// Key names a rung for good. An acknowledgement, a mention and a rung with Once have one key for all turns,
// so each is climbed once. Any other rung has one key per turn.
func (p Progress) Key(r Rung) string {
	if r.lasts() {
		return r.Name
	}
	return fmt.Sprintf("%d/%s", p.Turn, r.Name)
}

// Over reports whether the process has nothing left to do. The record is closed, and each rung that outlives
// it is climbed. climbed answers for the key of a rung.
func (p Progress) Over(climbed func(key string) bool) bool {
	return p.Closed && !slices.ContainsFunc(p.Rungs, func(r Rung) bool { return r.outlives() && !climbed(p.Key(r)) })
}

// Next is the earliest rung that is not climbed yet. ok is false when only an event can move the record on.
func (p Progress) Next(climbed func(key string) bool) (next Rung, ok bool) {
	for _, r := range p.Rungs {
		if !climbed(p.Key(r)) && (!ok || r.At.Before(next.At)) {
			next, ok = r, true
		}
	}
	return next, ok
}

// Plan computes the rungs of a state. budget is the state's working time in seconds, counted from start by
// the calendar. Its errors are those of calendar.Calendar.Add.
func Plan(rules []Rule, state string, cal calendar.Calendar, start time.Time, budget int64) ([]Rung, error) {
	var out []Rung
	for _, rule := range rules {
		if rule.State != state {
			continue
		}
		at := start
		if wait := budget*rule.Percent/100 + rule.Plus; wait > 0 {
			var err error
			if at, err = cal.Add(start, time.Duration(wait)*time.Second); err != nil {
				return nil, err
			}
		}
		out = append(out, Rung{Name: rule.Name, Do: rule.Do, At: at})
	}
	return out, nil
}

// Same reports whether two rungs have the same name and step and are due at the same time.
func (r Rung) Same(other Rung) bool {
	return r.Name == other.Name && r.Do == other.Do && r.At.Equal(other.At)
}

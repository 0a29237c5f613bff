// Package ladder plans what a process does for a record, and when: rungs, the rules that make them, and
// progress.
package ladder

import (
	"fmt"
	"slices"
	"time"

	"afterpress/shared/kernel/calendar"
)

// Rung is one planned step of a record's ladder: what is done at At while the record stays in this state and turn.
type Rung struct {
	Name string    `json:"name"`
	Do   string    `json:"do"`
	At   time.Time `json:"at"`
	Who  string    `json:"who,omitempty"`  // staff id; empty: whom the record says
	Once bool      `json:"once,omitempty"` // in the whole round, whatever the turn
	Last bool      `json:"last,omitempty"` // also where the record has ended meanwhile: a word that somebody has to hear
}

// outlives reports whether the rung is climbed although the record has ended.
func (r Rung) outlives() bool { return r.Last || r.Do == DoTellMention }

// Progress is where a record's process stands. Each event carries it as it is after the event, so that a process
// derives what to do from the state and not from the kind of news.
type Progress struct {
	Kind  string `json:"kind"` // "lead", "task"
	ID    string `json:"id"`
	Seq   int64  `json:"seq"`   // the record's version; an older one changes nothing
	Round int    `json:"round"` // counts re-openings; part of the workflow's id
	// counts what was said after the end of the round: each such word has a run of its own, by which it is told
	Run    int       `json:"run,omitempty"`
	Turn   int       `json:"turn"` // counts owners, and deadlines of a task; a rung is climbed once per turn
	State  string    `json:"state"`
	Closed bool      `json:"closed,omitempty"` // the process has nothing left to do in this round
	Owner  string    `json:"owner,omitempty"`
	Due    time.Time `json:"due"`
	Rungs  []Rung    `json:"rungs,omitempty"`
	Policy string    `json:"policy"`
}

// WorkflowID is the id of the workflow that accompanies the record in this round.
func (p Progress) WorkflowID() string {
	if p.Run > 0 {
		return fmt.Sprintf("%s.%d", p.About(), p.Run)
	}
	return p.About()
}

// About names the round in the ledger of messages, whichever run of it writes.
func (p Progress) About() string { return fmt.Sprintf("%s/%s/%d", p.Kind, p.ID, p.Round) }

// Key names a rung for good: it is done once per record for an acknowledgement, for a mention and for what is to be
// done once, once per turn for the rest.
func (p Progress) Key(r Rung) string {
	if r.Do == DoAcknowledge || r.Do == DoTellMention || r.Once {
		return r.Name
	}
	return fmt.Sprintf("%d/%s", p.Turn, r.Name)
}

// Over reports whether the process has nothing left to do: the record is closed, and nobody is left who has to hear
// of it.
func (p Progress) Over(climbed func(key string) bool) bool {
	return p.Closed && !slices.ContainsFunc(p.Rungs, func(r Rung) bool { return r.outlives() && !climbed(p.Key(r)) })
}

// Next is the earliest rung that was not climbed. ok is false when only an event can move the record on.
func (p Progress) Next(climbed func(key string) bool) (next Rung, ok bool) {
	for _, r := range p.Rungs {
		if !climbed(p.Key(r)) && (!ok || r.At.Before(next.At)) {
			next, ok = r, true
		}
	}
	return next, ok
}

// Plan computes the rungs of a state. budget is the state's working time in seconds, counted from start by the
// calendar.
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

// Same reports whether two rungs are one and the same, due at the same time.
func (r Rung) Same(other Rung) bool {
	return r.Name == other.Name && r.Do == other.Do && r.At.Equal(other.At)
}

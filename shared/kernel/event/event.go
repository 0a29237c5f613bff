// Package event is the log of everything that happened, and the catalogue of the processes that hear of it.
package event

import (
	"maps"
	"slices"
	"strings"
	"time"

	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// Type names what happened, as noun.participle. Each type has an entry in Catalogue.
type Type string

// Event is one line of a customer's log: timeline, audit trail and outbox in one. It carries ids, states,
// amounts and times; no names and no free text, except that Counts has the values by which a record is counted. It is
// written in the transaction of the change of which it tells. Nothing but its marks changes afterwards: they are
// removed.
type Event struct {
	ID   string `json:"id"` // evt_… by time
	Type Type   `json:"type"`
	V    int    `json:"v"`
	// the customer in whose log it stands; a record without a customer has a log of its own
	Customer string            `json:"customer"`
	Record   string            `json:"record"` // id of the record that changed
	Seq      int64             `json:"seq"`    // the record's version after it
	At       time.Time         `json:"at"`
	Day      string            `json:"day"` // yyyy-mm-dd, UTC
	Branch   string            `json:"branch"`
	Cause    string            `json:"cause"` // id of the actor: staff, visitor, process or hook
	Progress *ladder.Progress  `json:"progress,omitempty"`
	Data     map[string]string `json:"data,omitempty"`
	Wakes    bool              `json:"wakes,omitempty"` // the process that Catalogue names is to hear it
	// Heard is the mark of the progress before the change. A process whose own progress has another mark did not hear
	// everything, and reads the record. Empty in events of earlier releases.
	Heard string `json:"heard,omitempty"`
	// Epoch is that of the tables from which the event was handed over; the tables themselves do not hold it.
	Epoch int64 `json:"epoch,omitempty"`
	// Handed is when the event was handed over; the tables do not hold it. A process that hears it much later had no
	// worker meanwhile.
	Handed time.Time `json:"handed,omitzero"`
	// its process not woken, its search rows not written, or what it counts not added up
	Pending bool      `json:"-"`
	Tries   int       `json:"-"` // of a pending one: how often it could not be handed over
	Again   time.Time `json:"-"` // of a pending one that was tried: not before this time
	// what it counts; the store keeps it beside the event, and no process is told
	Counts    []Count `json:"-"`
	Uncounted bool    `json:"-"` // Counts is not added up yet
}

// Layout is the version of Event that this program writes and reads.
const Layout = 1

// Known reports whether this program knows what to do with the event. A later release may have written one of a type,
// a layout or a book of counters that this one does not have; it waits for that release.
func (e Event) Known() bool {
	_, ok := Catalogue[e.Type]
	return ok && e.V == Layout && !slices.ContainsFunc(e.Counts, func(c Count) bool {
		return !slices.Contains(Books, c.Book)
	})
}

// Entry is what the catalogue says of one type. Process is the process that hears it; "" is none. Words put
// it into the timeline. Search marks a type from which search rows of the customer follow. Opens marks one with which a
// record begins that people find by its reference. Word marks a type that tells of a word between the shop and a
// customer, about a complaint or a question on a job. The customer's history does not note such words.
type Entry struct {
	Process string
	Words   words.Text
	Search  bool
	Opens   bool
	Word    bool
}

// rows reports whether rows follow from such an event.
func (e Entry) rows() bool { return e.Search || e.Opens }

// IsWord reports whether the event tells that customer and shop spoke about a complaint or a running job.
func (e Event) IsWord() bool { return Catalogue[e.Type].Word }

// Catalogue lists every type of event, one file per area.
var Catalogue = gathered(leadEvents, messageEvents, formEvents, consentEvents, customerEvents, taskEvents,
	setupEvents, complaintEvents, holdEvents, stuckEvents, eraseEvents)

func gathered(areas ...map[Type]Entry) map[Type]Entry {
	all := map[Type]Entry{}
	for _, area := range areas {
		maps.Copy(all, area)
	}
	return all
}

// NewTransition makes the event of a change to a record that a process accompanies. before and after are its progress
// around the change. The process is not woken where the change does not concern it. Nor is it where the record was
// closed, stays closed and has no new run.
func NewTransition(kind Type, by staff.Actor, before, after ladder.Progress, customer, branch string, at time.Time,
	data map[string]string) Event {
	e := New(kind, by, customer, after.ID, after.Seq, branch, at, data)
	e.Progress = &after
	if !ladder.Concerns(before, after, at) || before.Closed && after.Closed && before.Run == after.Run {
		e.Wakes, e.Pending = false, Catalogue[kind].rows()
	}
	if after.Round > before.Round && before.Seq > 0 { // another run begins, even where the process did it
		e.Wakes, e.Pending = Catalogue[kind].Process != "", true
	}
	if e.Wakes && before.Seq > 0 { // else it opens the record
		e.Heard = before.Mark()
	}
	return e
}

// New makes the event of a change. It is pending while its process is not woken, or its search rows are not
// written. A process is not woken by an event that it caused itself.
func New(kind Type, by staff.Actor, log, record string, seq int64, branch string, at time.Time,
	data map[string]string) Event {
	entry := Catalogue[kind]
	wakes := entry.Process != "" && by.ID != staff.Process(entry.Process).ID
	return Event{
		Type: kind, V: Layout, Customer: log, Record: record, Seq: seq, At: at, Day: at.UTC().Format(time.DateOnly),
		Branch: branch, Cause: by.ID, Data: data,
		Wakes: wakes, Pending: wakes || entry.rows(),
	}
}

// SetupChanged is the event of a change to the set-up. Its log is the record's own. It names the fields that
// differ and none of their values: names and phone numbers stay in the record.
func SetupChanged(kind Type, by staff.Actor, log, id string, version int64, branch string, now time.Time, before,
	next any) Event {
	data := map[string]string{}
	if changed := fault.Differing(before, next); version > 1 && len(changed) > 0 {
		data["changed"] = strings.Join(changed, " ")
	}
	return New(kind, by, log+"/"+id, id, version, branch, now, data)
}

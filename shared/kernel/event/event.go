// Package event is the log of everything that happened, and the catalogue of who hears of it.
package event

import (
	"maps"
	"strings"
	"time"

	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// Type names what happened, as noun.participle. Adding one means adding it to the catalogue below.
type Type string

// Event is one line of a customer's log: timeline, audit trail and outbox in one. It carries ids, states, amounts
// and times; no names and no free text. It is written in the transaction of the change that it tells of, and never
// changed but for losing its pending mark.
type Event struct {
	ID   string `json:"id"` // evt_… by time
	Type Type   `json:"type"`
	V    int    `json:"v"`
	// whose log it stands in; a record that belongs to nobody has a log of its own
	Customer string            `json:"customer"`
	Record   string            `json:"record"` // id of the record that changed
	Seq      int64             `json:"seq"`    // the record's version after it
	At       time.Time         `json:"at"`
	Day      string            `json:"day"` // yyyy-mm-dd, UTC
	Branch   string            `json:"branch"`
	Cause    string            `json:"cause"` // who or which process
	Progress *ladder.Progress  `json:"progress,omitempty"`
	Data     map[string]string `json:"data,omitempty"`
	Wakes    bool              `json:"wakes,omitempty"` // the process of the catalogue is to hear it
	Pending  bool              `json:"-"`               // its process was not woken, or its search rows not written
}

// Entry is what the catalogue says of one type: which process hears it ("" for none), whether search rows follow
// from it, and how the timeline puts it. Word marks a type that tells of a word between the shop and a customer
// which their history does not note: about a complaint, or a question about a job.
type Entry struct {
	Process string
	Words   words.Text
	Search  bool
	Word    bool
}

// IsWord reports whether the event tells that the customer and the shop spoke about a complaint or a running job.
func (e Event) IsWord() bool { return Catalogue[e.Type].Word }

// Catalogue lists every type of event, one file per area.
var Catalogue = gathered(leadEvents, messageEvents, formEvents, consentEvents, customerEvents, taskEvents,
	setupEvents, complaintEvents, holdEvents)

func gathered(areas ...map[Type]Entry) map[Type]Entry {
	all := map[Type]Entry{}
	for _, area := range areas {
		maps.Copy(all, area)
	}
	return all
}

// Tell makes the event of a change to a record that a process accompanies.
func Tell(kind Type, by staff.Actor, before, after ladder.Progress, customer, branch string, at time.Time,
	data map[string]string) Event {
	e := News(kind, by, customer, after.ID, after.Seq, branch, at, data)
	e.Progress = &after
	if before.Closed && after.Closed && before.Run == after.Run { // nothing was to do, and nothing is
		e.Wakes, e.Pending = false, Catalogue[kind].Search
	}
	return e
}

// News makes the event of a change. It is pending while its process was not woken, unless that process caused it,
// or its search rows were not written.
func News(kind Type, by staff.Actor, log, record string, seq int64, branch string, at time.Time,
	data map[string]string) Event {
	entry := Catalogue[kind]
	wakes := entry.Process != "" && by.ID != staff.Process(entry.Process).ID
	return Event{
		Type: kind, V: 1, Customer: log, Record: record, Seq: seq, At: at, Day: at.UTC().Format(time.DateOnly),
		Branch: branch, Cause: by.ID, Data: data,
		Wakes: wakes, Pending: wakes || entry.Search,
	}
}

// OfSetup is the event of a change to the set-up. Its log is the record's own. It names the fields that differ and
// none of their values: names and phones stay in the record.
func OfSetup(kind Type, by staff.Actor, log, id string, version int64, branch string, now time.Time, before,
	next any) Event {
	data := map[string]string{}
	if changed := fault.Differing(before, next); version > 1 && len(changed) > 0 {
		data["changed"] = strings.Join(changed, " ")
	}
	return News(kind, by, log+"/"+id, id, version, branch, now, data)
}

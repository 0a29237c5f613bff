package crm

import (
	"maps"
	"time"
)

// EventType names what happened, as noun.participle. Adding one means adding it to the catalogue below.
type EventType string

// Event is one line of a customer's log: timeline, audit trail and outbox in one. It carries ids, states, amounts and times; no names and
// no free text. It is written in the transaction of the change that it tells of, and never changed but for losing its pending mark.
type Event struct {
	ID       string            `json:"id"` // evt_… by time
	Type     EventType         `json:"type"`
	V        int               `json:"v"`
	Customer string            `json:"customer"` // whose log it stands in; a record that belongs to nobody has a log of its own
	Record   string            `json:"record"`   // id of the record that changed
	Seq      int64             `json:"seq"`      // the record's version after it
	At       time.Time         `json:"at"`
	Day      string            `json:"day"` // yyyy-mm-dd, UTC
	Branch   string            `json:"branch"`
	Cause    string            `json:"cause"` // who or which process
	Progress *Progress         `json:"progress,omitempty"`
	Data     map[string]string `json:"data,omitempty"`
	Wakes    bool              `json:"wakes,omitempty"` // the process of the catalogue is to hear it
	Pending  bool              `json:"-"`               // its process was not woken, or its search rows not written
}

// EventEntry is what the catalogue says of one type: which process hears it ("" for none), whether search rows follow from it, and how the
// timeline puts it. Word marks a type that tells of a word between the shop and a customer which their history does not note:
// about a complaint, or a question about a job.
type EventEntry struct {
	Process string
	Words   Text
	Search  bool
	Word    bool
}

// IsWord reports whether the event tells that the customer and the shop spoke about a complaint or a running job.
func (e Event) IsWord() bool { return EventCatalogue[e.Type].Word }

// EventCatalogue lists every type of event, one file per area.
var EventCatalogue = gathered(leadEvents, messageEvents, formEvents, consentEvents, customerEvents, taskEvents, setupEvents, complaintEvents, holdEvents)

func gathered(areas ...map[EventType]EventEntry) map[EventType]EventEntry {
	all := map[EventType]EventEntry{}
	for _, area := range areas {
		maps.Copy(all, area)
	}
	return all
}

// tell makes the event of a change to a record that a process accompanies.
func tell(kind EventType, by Actor, before, after Progress, customer, branch string, at time.Time, data map[string]string) Event {
	e := news(kind, by, customer, after.ID, after.Seq, branch, at, data)
	e.Progress = &after
	if before.Closed && after.Closed && before.Run == after.Run { // nothing was to do, and nothing is
		e.Wakes, e.Pending = false, EventCatalogue[kind].Search
	}
	return e
}

// news makes the event of a change. It is pending while its process was not woken, unless that process caused it, or its search rows were not written.
func news(kind EventType, by Actor, log, record string, seq int64, branch string, at time.Time, data map[string]string) Event {
	entry := EventCatalogue[kind]
	wakes := entry.Process != "" && by.ID != Process(entry.Process).ID
	return Event{
		Type: kind, V: 1, Customer: log, Record: record, Seq: seq, At: at, Day: at.UTC().Format(time.DateOnly), Branch: branch, Cause: by.ID, Data: data,
		Wakes: wakes, Pending: wakes || entry.Search,
	}
}

package event

import "afterpress/shared/kernel/words"

// Types of events about what is stuck: a person has it tried again, or has decided to go on without it.
const (
	StuckRetried Type = "stuck.retried"
	StuckSkipped Type = "stuck.skipped"
)

// Named says in Entry.Process that the event's Progress names the process.
const Named = "*"

// stuckEvents are the entries of the catalogue for what is stuck.
var stuckEvents = map[Type]Entry{
	StuckRetried: {Process: Named, Words: words.Text{Zh: "重试了未完成的步骤", En: "A step that failed is tried again"}},
	StuckSkipped: {Process: Named, Words: words.Text{Zh: "跳过了未完成的步骤", En: "A step that failed is left out"}},
}

// Names of what the data of these events holds: the rung of a process, or the id of an event in the same log.
const (
	StuckStep  = "step"
	StuckEvent = "event"
)

// Process is the kind of process that hears the event; "" is none.
func (e Event) Process() string {
	kind := Catalogue[e.Type].Process
	if kind != Named {
		return kind
	}
	if e.Progress == nil {
		return ""
	}
	return e.Progress.Kind
}

// Mends names another event of the log, which is handed over again or left out at a person's word. ok is false for
// every other event.
func (e Event) Mends() (event string, ok bool) {
	event, ok = e.Data[StuckEvent]
	return event, ok && (e.Type == StuckRetried || e.Type == StuckSkipped)
}

// OfStep names the rung of a process that a person has tried again or left out. ok is false for every other event.
func (e Event) OfStep() (key string, ok bool) {
	key, ok = e.Data[StuckStep]
	return key, ok && (e.Type == StuckRetried || e.Type == StuckSkipped)
}

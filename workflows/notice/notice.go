// Package notice tells people of one event, once each. Nobody has to answer, so that no ladder accompanies it.
package notice

import (
	"afterpress/shared/kernel/event"

	"go.temporal.io/sdk/workflow"
)

// Kind is the kind of process, as the catalogue of events names it, and its task queue.
const Kind = "notice"

// StepName is the activity by which one person is told.
const StepName = "TellOfEvent"

// Step asks to tell the next person of an event. After is the last one who was told; empty at the beginning.
type Step struct {
	Event event.Event `json:"event"`
	After string      `json:"after,omitempty"`
}

// Told is who was told. Over says that there was nobody left.
type Told struct {
	Last string `json:"last,omitempty"`
	Over bool   `json:"over,omitempty"`
}

// Begins is the run that an event begins. Each event has its own.
func Begins(e event.Event) (id string, in any, ok bool) { return About(e), e, e.ID != "" }

// About is the id of the run, which the messages name.
func About(e event.Event) string { return Kind + "/" + e.ID }

// Send tells everybody who has to know of the event, one after the other, and ends.
func Send(ctx workflow.Context, e event.Event) error {
	for s := (Step{Event: e}); ; {
		told, err := tell(ctx, s)
		if err != nil || told.Over {
			return err
		}
		s.After = told.Last
	}
}

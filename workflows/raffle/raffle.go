// Package raffle holds the prize draws of forms: it waits for the close, then freezes the entries, makes the seed and
// draws the winners.
package raffle

import (
	"fmt"
	"time"

	"afterpress/shared/kernel/event"

	"go.temporal.io/sdk/workflow"
)

// Kind is the kind of process, as the catalogue of events names it, and its task queue.
const Kind = "draw"

// StepName is the activity that takes a draw one stage further.
const StepName = "AdvanceDraw"

// Form is the version of a form whose draw a run holds. The run of a later version takes over.
type Form struct {
	ID      string `json:"id"`
	Version int64  `json:"version"`
}

// Advanced is what became of a draw. Over says that nothing is left to do for this run; else Again is the time until
// the next look.
type Advanced struct {
	Again time.Duration `json:"again,omitempty"`
	Over  bool          `json:"over,omitempty"`
}

// Begins is the run that a change of a form begins.
func Begins(e event.Event) (id string, in any, ok bool) {
	f := Form{ID: e.Record, Version: e.Seq}
	return About(f), f, f.ID != "" && f.Version > 0
}

// About is the id of the run of a form's version.
func About(f Form) string { return fmt.Sprintf("%s/%s/%d", Kind, f.ID, f.Version) }

// HoldDraw waits until the form takes no more entries, and draws the winners. Each stage is stored before the next one
// begins, so that a run that begins again goes on where the last one ended.
func HoldDraw(ctx workflow.Context, f Form) error {
	for {
		done, err := advance(ctx, f)
		if err != nil || done.Over {
			return err
		}
		if err := workflow.Sleep(ctx, done.Again); err != nil {
			return err
		}
	}
}

// Package ending lets go of what the shop has no more use for.
package ending

import "go.temporal.io/sdk/workflow"

// StepName is the activity that ends a page of records.
const StepName = "EndPage"

// Page asks for a page of the records whose time may be over.
type Page struct {
	From Place `json:"from"`
}

// Place is where a page ended: a list, and the last record in it. Zero is the beginning.
type Place struct {
	Kind   string `json:"kind,omitempty"` // of the records, and their state
	Branch string `json:"branch,omitempty"`
	After  string `json:"after,omitempty"`
}

// Paged is how far a page came. Failed counts the records that cannot be ended; they are shown to a person.
type Paged struct {
	Next    *Place `json:"next,omitempty"` // nil: that was the last page
	Changed int    `json:"changed"`
	Failed  int    `json:"failed,omitempty"`
}

// pagesARun is after how many pages a walk goes on in a new run, so that no history grows long.
const pagesARun = 500

// EndRecords ends, every night, the records, words and files whose time is over by the policy. An end that broke off
// in a night before goes on. What cannot be ended is shown to a person.
func EndRecords(ctx workflow.Context, in Page) error {
	for range pagesARun {
		done, err := endPage(ctx, in)
		if err != nil || done.Next == nil {
			return err
		}
		in.From = *done.Next
	}
	return workflow.NewContinueAsNewError(ctx, workflow.GetInfo(ctx).WorkflowType.Name, in)
}

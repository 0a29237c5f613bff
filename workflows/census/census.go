// Package census counts what a walk over the open records found, and what it did about it.
package census

import (
	"slices"

	"afterpress/shared/kernel/ladder"
)

// Tally counts open records by what was found and done. It names at most namedIDs of each kind.
type Tally struct {
	Open       int      `json:"open"`                // on a board, with something left to do
	Running    int      `json:"running"`             // the process went on
	Renewed    int      `json:"renewed,omitempty"`   // of those: told to go on by the loop of today
	Started    int      `json:"started"`             // the process was gone and is started
	Failing    int      `json:"failing"`             // the process goes on and gets nowhere
	Replanned  int      `json:"replanned,omitempty"` // the plan was of an older policy, and today's has other times
	Failed     int      `json:"failed"`              // the record or its process could not be read, or not be started
	FailingIDs []string `json:"failing_ids,omitempty"`
	FailedIDs  []string `json:"failed_ids,omitempty"`
}

// namedIDs bounds what a run carries where a faulty release stops every process at once.
const namedIDs = 100

// Plus adds what a page found, and the records of it that failed.
func (t Tally) Plus(found Tally, failed int, failedIDs []string) Tally {
	named := func(ids, more []string) []string {
		return append(slices.Clip(ids), more[:min(len(more), namedIDs-len(ids))]...)
	}
	return Tally{
		Open: t.Open + found.Open, Running: t.Running + found.Running, Started: t.Started + found.Started,
		Renewed: t.Renewed + found.Renewed, Replanned: t.Replanned + found.Replanned,
		Failing: t.Failing + found.Failing, FailingIDs: named(t.FailingIDs, found.FailingIDs),
		Failed: t.Failed + failed, FailedIDs: named(t.FailedIDs, failedIDs),
	}
}

// Count notes what was found of one record and done about it.
func (t *Tally) Count(p ladder.Progress, run ladder.Run, did ladder.Action) {
	switch {
	case did == ladder.StartRun:
		t.Started++
	case did == ladder.ReportRun:
		t.Failing++
		t.FailingIDs = append(t.FailingIDs, p.WorkflowID())
	case run.Open:
		t.Running++
	default:
		return // nothing is left to do
	}
	t.Open++
}

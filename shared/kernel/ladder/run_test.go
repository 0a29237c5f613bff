package ladder

import "testing"

// Only what has something left to do is started, and only where nobody does it.
func TestReconcile(t *testing.T) {
	open := Progress{Kind: "lead", ID: "lead_1", Round: 1, Rungs: []Rung{{Name: "half", Do: DoRemind}}}
	ended, told := open, open
	ended.Closed = true
	told.Closed, told.Rungs = true, []Rung{{Name: "answer", Do: DoTellAnswer, Last: true}}
	waits := open
	waits.Rungs = nil
	for _, c := range []struct {
		name     string
		progress Progress
		run      Run
		want     Action
	}{
		{"open, no run", open, Run{}, StartRun},
		{"open, the run has ended", open, Run{ID: "r"}, StartRun},
		{"open, the run has ended while its task was tried", open, Run{ID: "r", Attempt: 9}, StartRun},
		{"open, the run goes on", open, Run{ID: "r", Open: true}, LeaveRun},
		{"open, a task waits for the first time", open, Run{ID: "r", Open: true, Attempt: 1}, LeaveRun},
		{"open, a worker was replaced", open, Run{ID: "r", Open: true, Attempt: stuckAfter}, LeaveRun},
		{"open, its task fails", open, Run{ID: "r", Open: true, Attempt: stuckAfter + 1}, ReportRun},
		{"open, only an event moves it on, no run", waits, Run{}, StartRun},
		{"closed, no run", ended, Run{}, LeaveRun},
		{"closed, the run has ended", ended, Run{ID: "r"}, LeaveRun},
		{"closed, the run goes on and fails", ended, Run{ID: "r", Open: true, Attempt: 9}, LeaveRun},
		{"closed, somebody is still to hear of it, no run", told, Run{}, StartRun},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.progress.Reconcile(c.run); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

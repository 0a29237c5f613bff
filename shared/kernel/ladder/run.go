package ladder

// Run is a record's process as the server of processes describes it. A record without a process has the zero value.
type Run struct {
	ID      string // of this run alone, not of the workflow; "" is none
	Open    bool   // it goes on
	Attempt int    // how often its next task was tried; 0 where no task waits
}

// Action is what is to be done about the run of a record.
type Action string

// Actions.
const (
	LeaveRun  Action = "leave"  // the run goes on, or the record needs none
	StartRun  Action = "start"  // the record has something left to do, and nobody does it
	ReportRun Action = "report" // the run goes on and gets nowhere: a person has to look
)

// stuckAfter is how many attempts at one task are no news. A worker that ends or is replaced costs one or two.
const stuckAfter = 3

// Reconcile says what a record needs whose process stands like this. A run that was completed, stopped or lost while
// the record has something left to do is started again.
func (p Progress) Reconcile(r Run) Action {
	nothing := func(string) bool { return false } // what was climbed is the run's own knowledge
	switch {
	case p.Over(nothing):
		return LeaveRun
	case !r.Open:
		return StartRun
	case r.Attempt > stuckAfter:
		return ReportRun
	}
	return LeaveRun
}

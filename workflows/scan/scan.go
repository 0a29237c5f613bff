// Package scan waits for the malware scanner of the bucket. It says by a tag on each file what it found.
package scan

import (
	"time"

	"afterpress/shared/kernel/event"

	"go.temporal.io/sdk/workflow"
)

// Kind is the kind of process, as the catalogue of events names it, and its task queue.
const Kind = "scan"

// StepName is the activity that looks at the tag of a file.
const StepName = "JudgeFile"

// File is a file that came and is scanned.
type File struct {
	Of string `json:"of"` // id of its record
	ID string `json:"id"`
}

// Judged is what became of a file. Again is when to look again; zero says that nothing will come any more.
type Judged struct {
	Again time.Duration `json:"again,omitempty"`
}

// Begins is the run that a file begins. Each has its own.
func Begins(e event.Event) (id string, in any, ok bool) {
	f := File{Of: e.Data["of"], ID: e.Data["artwork"]}
	return About(f), f, f.Of != "" && f.ID != ""
}

// About is the id of the run of a file.
func About(f File) string { return Kind + "/" + f.ID }

// ScanFile looks at the tag of a file until that says something. Without one the file is held for a colleague after ten
// minutes, and a tag that comes later still counts.
func ScanFile(ctx workflow.Context, f File) error {
	for {
		found, err := judge(ctx, f)
		if err != nil || found.Again <= 0 {
			return err
		}
		if err := workflow.Sleep(ctx, found.Again); err != nil {
			return err
		}
	}
}

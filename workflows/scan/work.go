package scan

import (
	"context"
	"time"

	"afterpress/shared/kernel/fault"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
)

// Work is what the activity is done with. It has no state of its own.
type Work struct {
	Store Store
}

// Store is implemented by *store.Store.
type Store interface {
	// JudgeArtwork reads what the scanner says of a file and does what follows. again is zero once nothing will come.
	JudgeArtwork(ctx context.Context, of, id string) (again time.Duration, err error)
}

// Judge looks at the tag of a file once.
func (w *Work) Judge(ctx context.Context, f File) (Judged, error) {
	again, err := w.Store.JudgeArtwork(ctx, f.Of, f.ID)
	if err == nil {
		return Judged{Again: again}, nil
	}
	kind := fault.KindOf(err)
	activity.GetLogger(ctx).Warn("a file could not be judged", "record", f.Of, "kind", string(kind), "cause", err.Error())
	return Judged{}, temporal.NewApplicationError("the file could not be judged", string(kind))
}

package raffle

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"time"

	"afterpress/shared/crm/draw"
	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/fault"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
)

// Work is what the activity is done with. It has no state of its own.
type Work struct {
	Store Store
	Now   func() time.Time // UTC
}

// Store is implemented by *store.Store.
type Store interface {
	FormRecord(ctx context.Context, id string) (form.Form, error)
	Draw(ctx context.Context, form string) (draw.Draw, error)
	CloseDraw(ctx context.Context, f form.Form) error
	AdvanceDraw(ctx context.Context, form string, seed []byte) (draw.Draw, error)
}

// Advance takes the draw of a form one stage further, where its time has come.
func (w *Work) Advance(ctx context.Context, f Form) (Advanced, error) {
	done, err := w.advance(ctx, f)
	if err == nil {
		return done, nil
	}
	kind := fault.KindOf(err)
	activity.GetLogger(ctx).Warn("a prize draw does not go on", "form", f.ID, "kind", string(kind), "cause", err.Error())
	return Advanced{}, temporal.NewApplicationError("the prize draw does not go on", string(kind))
}

func (w *Work) advance(ctx context.Context, f Form) (Advanced, error) {
	now, err := w.Store.FormRecord(ctx, f.ID)
	if err != nil || now.Version > f.Version {
		return Advanced{Over: true}, err
	}
	d, err := w.Store.Draw(ctx, f.ID)
	switch {
	case err != nil && fault.KindOf(err) == fault.NotFound:
		return w.close(ctx, now)
	case err != nil || d.Over():
		return Advanced{Over: true}, err
	}
	seed := make([]byte, sha256.Size)
	if _, err := rand.Read(seed); err != nil {
		return Advanced{}, err
	}
	d, err = w.Store.AdvanceDraw(ctx, f.ID, seed)
	return Advanced{Over: d.Over()}, err
}

// close closes the draw once its time is over, and enquiries that came before are stored.
func (w *Work) close(ctx context.Context, f form.Form) (Advanced, error) {
	if f.Draw == nil {
		return Advanced{Over: true}, nil
	}
	if left := f.Draw.ClosesAt.Add(draw.Settling).Sub(w.Now()); left > 0 {
		return Advanced{Again: left}, nil
	}
	return Advanced{}, w.Store.CloseDraw(ctx, f)
}

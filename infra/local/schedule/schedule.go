// Package schedule invokes a function at a fixed rate, as EventBridge does for rate(…). A run that fails is reported
// and not repeated: the next one comes.
package schedule

import (
	"context"
	"fmt"
	"time"

	"afterpress/infra/local/sam"
)

// Invoker is implemented by *lambda.Function.
type Invoker interface {
	Invoke(ctx context.Context, payload []byte) ([]byte, error)
}

// Run invokes the function with the schedule's input at each tick, until ctx ends.
func Run(ctx context.Context, s sam.Schedule, ticks <-chan time.Time, f Invoker, report func(what string)) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		}
		if _, err := f.Invoke(ctx, s.Input); err != nil && ctx.Err() == nil {
			report(fmt.Sprintf("schedule %s: %v", s.ID, err))
		}
	}
}

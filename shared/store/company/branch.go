package company

import (
	"context"

	"afterpress/shared/crm/firm"
	"afterpress/shared/kernel/event"
)

// SaveBranch writes the next version of a branch with its event. Where the version before it is not the current
// one, it is a Conflict. An id that was used before is Invalid. An event without a type means that nothing
// changed, and nothing is written.
func (s *Company) SaveBranch(ctx context.Context, next firm.Branch, e event.Event) error {
	return s.putSetup(ctx, setting{"BRANCH", next.ID, next.Version, next, e}, nil)
}

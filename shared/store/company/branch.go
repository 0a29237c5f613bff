package company

import (
	"context"

	"afterpress/shared/crm/firm"
	"afterpress/shared/kernel/event"
)

// PutBranch writes the next version of a branch with its event.
func (s *Company) PutBranch(ctx context.Context, next firm.Branch, e event.Event) error {
	return s.putSetup(ctx, setting{"BRANCH", next.ID, next.Version, next, e}, nil)
}

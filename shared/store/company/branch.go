package company

import (
	"context"

	"afterpress/shared/crm"
)

// PutBranch writes the next version of a branch with its event.
func (s *Company) PutBranch(ctx context.Context, next crm.Branch, event crm.Event) error {
	return s.putSetup(ctx, setting{"BRANCH", next.ID, next.Version, next, event}, nil)
}

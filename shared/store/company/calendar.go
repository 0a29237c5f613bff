package company

import (
	"context"

	"afterpress/shared/crm"
)

// PutCalendar writes the next version of a calendar with its event.
func (s *Company) PutCalendar(ctx context.Context, next crm.Calendar, event crm.Event) error {
	return s.putSetup(ctx, setting{"CALENDAR", next.ID, next.Version, next, event}, nil)
}

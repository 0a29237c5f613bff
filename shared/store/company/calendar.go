package company

import (
	"context"

	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
)

// SaveCalendar writes the next version of a calendar with its event. Its errors are those of SaveBranch.
func (s *Company) SaveCalendar(ctx context.Context, next calendar.Calendar, e event.Event) error {
	return s.putSetup(ctx, setting{"CALENDAR", next.ID, next.Version, next, e}, nil)
}

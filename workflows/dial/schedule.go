package dial

import (
	"context"
	"errors"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
)

// Daily is a process that begins every night. ID is the id of its schedule, and the beginning of the ids of the
// workflows that it starts.
type Daily struct {
	ID           string
	Hour, Minute int
	Workflow     any
	In           any
	Queue        string
}

// Keep makes the schedule where there is none. One that is there keeps what people have changed, such as a pause. It
// follows the zone where that is known.
func (d Daily) Keep(ctx context.Context, at client.ScheduleClient, zone string, known bool) error {
	_, err := at.Create(ctx, client.ScheduleOptions{
		ID: d.ID,
		Spec: client.ScheduleSpec{
			Calendars: []client.ScheduleCalendarSpec{{Hour: []client.ScheduleRange{{Start: d.Hour}},
				Minute: []client.ScheduleRange{{Start: d.Minute}}}},
			TimeZoneName: zone,
		},
		Action:        &client.ScheduleWorkflowAction{ID: d.ID, Workflow: d.Workflow, Args: []any{d.In}, TaskQueue: d.Queue},
		Overlap:       enumspb.SCHEDULE_OVERLAP_POLICY_SKIP,
		CatchupWindow: 24 * time.Hour,
	})
	if errors.Is(err, temporal.ErrScheduleAlreadyRunning) && known {
		err = at.GetHandle(ctx, d.ID).Update(ctx, client.ScheduleUpdateOptions{DoUpdate: inZone(zone)})
	}
	if errors.Is(err, temporal.ErrScheduleAlreadyRunning) {
		return nil
	}
	return err
}

// inZone moves a schedule to another zone and leaves everything else.
func inZone(zone string) func(client.ScheduleUpdateInput) (*client.ScheduleUpdate, error) {
	return func(in client.ScheduleUpdateInput) (*client.ScheduleUpdate, error) {
		s := in.Description.Schedule
		if s.Spec.TimeZoneName == zone {
			return nil, temporal.ErrSkipScheduleUpdate
		}
		s.Spec.TimeZoneName = zone
		return &client.ScheduleUpdate{Schedule: &s}, nil
	}
}

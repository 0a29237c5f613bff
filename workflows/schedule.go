package workflows

import (
	"context"
	"errors"
	"time"

	"afterpress/shared/crm/setup"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
)

// daily are the processes that begin every night, by the clock of the shop's first branch. The id of a schedule is
// the beginning of the ids of the workflows that it starts.
var daily = []struct {
	id           string
	hour, minute int
	workflow     any
	in           any
	queue        string
}{
	{"reconcile", 3, 40, Reconcile, ReconcilePage{}, "reconcile"},
	{"age-customers", 3, 10, AgeCustomers, AgePage{}, "age"},
}

// Schedule has Temporal start every night what goes over all records, where the shop's first branch is, and in UTC
// while there is no branch. Every worker asks for it at its start. A schedule that is there already keeps what people
// have changed, such as a pause, but follows the zone of the branch.
func (w *ShopWork) Schedule(ctx context.Context) error {
	shop, err := w.Records.ShopWith(ctx, func(setup.Shop) bool { return true })
	if err != nil {
		return err
	}
	return w.schedule(ctx, shop)
}

func (w *ShopWork) schedule(ctx context.Context, shop setup.Shop) error {
	zone, known := firstZone(shop)
	for _, d := range daily {
		_, err := w.Schedules.Create(ctx, client.ScheduleOptions{
			ID: d.id,
			Spec: client.ScheduleSpec{
				Calendars: []client.ScheduleCalendarSpec{{Hour: []client.ScheduleRange{{Start: d.hour}},
					Minute: []client.ScheduleRange{{Start: d.minute}}}},
				TimeZoneName: zone,
			},
			Action:        &client.ScheduleWorkflowAction{ID: d.id, Workflow: d.workflow, Args: []any{d.in}, TaskQueue: d.queue},
			Overlap:       enumspb.SCHEDULE_OVERLAP_POLICY_SKIP,
			CatchupWindow: 24 * time.Hour,
		})
		if errors.Is(err, temporal.ErrScheduleAlreadyRunning) && known {
			err = w.Schedules.GetHandle(ctx, d.id).Update(ctx, client.ScheduleUpdateOptions{DoUpdate: inZone(zone)})
		}
		if err != nil && !errors.Is(err, temporal.ErrScheduleAlreadyRunning) {
			return err
		}
	}
	return nil
}

// firstZone is the zone of the shop's first branch. known is false, and the zone UTC, while none can be read.
func firstZone(shop setup.Shop) (zone string, known bool) {
	if len(shop.Branches) == 0 {
		return "UTC", false
	}
	terms, err := shop.Terms(shop.Branches[0].ID)
	if err != nil {
		return "UTC", false
	}
	return terms.Calendar.Zone, true
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

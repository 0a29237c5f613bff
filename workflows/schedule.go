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
	{"reconcile", 2, 40, Reconcile, ReconcilePage{}, "reconcile"},
	{"age-customers", 3, 10, AgeCustomers, AgePage{}, "age"},
}

// Schedule has Temporal start every night what goes over all records, where the shop's first branch is, and in UTC
// while there is no branch. A schedule that is there already stays as it is, so that every worker may ask for it at
// its start and whoever runs the system may change it.
func (w *ShopWork) Schedule(ctx context.Context, c client.Client) error {
	shop, err := w.Records.ShopWith(ctx, func(setup.Shop) bool { return true })
	if err != nil {
		return err
	}
	zone := "UTC"
	if len(shop.Branches) > 0 {
		if terms, err := shop.Terms(shop.Branches[0].ID); err == nil {
			zone = terms.Calendar.Zone
		}
	}
	for _, d := range daily {
		_, err := c.ScheduleClient().Create(ctx, client.ScheduleOptions{
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
		if err != nil && !errors.Is(err, temporal.ErrScheduleAlreadyRunning) {
			return err
		}
	}
	return nil
}

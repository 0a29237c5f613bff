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

// ageSchedule is the id of the schedule of AgeCustomers, and of the workflows that it starts.
const ageSchedule = "age-customers"

// Schedule has Temporal start AgeCustomers every day at 03:10 where the shop's first branch is, and in UTC while
// there is no branch. A schedule that is there already stays as it is, so that every worker may ask for it at its
// start and whoever runs the system may change it.
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
	_, err = c.ScheduleClient().Create(ctx, client.ScheduleOptions{
		ID: ageSchedule,
		Spec: client.ScheduleSpec{
			Calendars: []client.ScheduleCalendarSpec{{Hour: []client.ScheduleRange{{Start: 3}},
				Minute: []client.ScheduleRange{{Start: 10}}}},
			TimeZoneName: zone,
		},
		Action: &client.ScheduleWorkflowAction{ID: ageSchedule, Workflow: AgeCustomers, Args: []any{AgePage{}},
			TaskQueue: "age"},
		Overlap:       enumspb.SCHEDULE_OVERLAP_POLICY_SKIP,
		CatchupWindow: 24 * time.Hour,
	})
	if errors.Is(err, temporal.ErrScheduleAlreadyRunning) {
		return nil
	}
	return err
}

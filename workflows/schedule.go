package workflows

import (
	"context"

	"afterpress/shared/crm/setup"
	"afterpress/workflows/dial"
	"afterpress/workflows/ending"
)

// daily are the processes that begin every night, by the clock of the shop's first branch.
var daily = []dial.Daily{
	{ID: "reconcile", Hour: 3, Minute: 40, Workflow: Reconcile, In: ReconcilePage{}, Queue: "reconcile"},
	{ID: "age-customers", Hour: 3, Minute: 10, Workflow: AgeCustomers, In: AgePage{}, Queue: "age"},
	{ID: "end-records", Hour: 4, Minute: 10, Workflow: ending.EndRecords, In: ending.Page{}, Queue: "end"},
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
		if err := d.Keep(ctx, w.Schedules, zone, known); err != nil {
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

package backoffice_test

import (
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/backoffice"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/storetest"
)

// TestTakeOfficialYear takes a year by who may, in a version that still stands.
func TestTakeOfficialYear(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d, ctx := backoffice.Desk{Office: b.Office}, t.Context()
	take := func(who string, version int64, in backoffice.OfficialYear) func() error {
		return func() error {
			return failed(d.TakeOfficialYear(ctx, b.Caller(who), app.At(seed.Shanghai, "", version), in))
		}
	}
	year := backoffice.OfficialYear{Year: 2027}
	refuses(b,
		refusal{fault.Forbidden, "sales", take("sales", 0, year)},
		refusal{fault.Stale, "another version", take("owner", 7, year)},
		refusal{fault.Invalid, "an unknown year", take("owner", 0, backoffice.OfficialYear{Year: 2090})},
		refusal{fault.Invalid, "a day without hours", take("owner", 0, backoffice.OfficialYear{Year: 2027, As: "sun"})},
	)
	got, err := d.TakeOfficialYear(ctx, b.Caller("owner"), app.At(seed.Shanghai, "", 1), year)
	list, _ := calendar.Official("CN", 2027)
	if err != nil || got.Version != 2 || len(got.Dropped(calendar.Calendar{}, b.Clock.Now())) < len(list.Holidays) {
		t.Errorf("%+v %v", got, err)
	}
}

package backoffice_test

import (
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/backoffice"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
)

func TestCalendars(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d, manager, ctx := backoffice.Desk{Office: b.Office}, b.Caller("manager"), t.Context()
	in := backoffice.OpenCalendar{ID: "mornings", CalendarDetails: backoffice.CalendarDetails{
		Name: words.Text{Zh: "上午", En: "Mornings"}, Zone: "Asia/Shanghai",
		Week: map[string][]calendar.Window{"mon": {{From: "08:00", To: "12:00"}}}}}
	open := func(by string) func() error {
		return func() error { return failed(d.OpenCalendar(ctx, b.Caller(by), in)) }
	}
	b.Refuses(fault.Forbidden, "a calendar by sales", open("sales"))
	if made, err := d.OpenCalendar(ctx, manager, in); err != nil || made.ID != in.ID || made.Version != 1 {
		t.Fatalf("%+v, %v", made, err)
	}
	at, moved := app.At(in.ID, "", 1), edited(func(in *backoffice.ChangeCalendar) { in.Zone = "Asia/Taipei" })
	if changed, err := d.ChangeCalendar(ctx, manager, at, moved); err != nil || changed.Zone != "Asia/Taipei" {
		t.Fatalf("%+v, %v", changed, err)
	}
	change := func(by string, at app.Record, edit app.Edit[backoffice.ChangeCalendar]) func() error {
		return func() error { return failed(d.ChangeCalendar(ctx, b.Caller(by), at, edit)) }
	}
	refuses(b,
		refusal{fault.Invalid, "an id that is taken", open("manager")},
		refusal{fault.Stale, "a version that is over", change("manager", at, moved)},
		refusal{fault.Forbidden, "a change by sales", change("sales", app.At(in.ID, "", 2), moved)},
		refusal{fault.Forbidden, "the hours of another branch", change("manager", app.At(seed.Hangzhou, "", 1), moved)},
		refusal{fault.NotFound, "a change of no calendar", change("manager", app.At("nowhere", "", 1), moved)},
		refusal{fault.Unreadable, "what the door cannot read",
			change("manager", app.At(in.ID, "", 2), unread[backoffice.ChangeCalendar])},
	)
	if read, err := d.Calendar(ctx, b.Caller("sales-hangzhou"), at); err != nil || read.Version != 2 {
		t.Errorf("%+v, %v", read, err)
	}
	if page, err := d.Calendars(ctx, b.Caller("sales-hangzhou")); err != nil || len(page.Items) != 3 {
		t.Errorf("%+v, %v", page, err)
	}
	b.Refuses(fault.Forbidden, "reading by a machine", func() error {
		return failed(d.Calendar(ctx, b.Caller("integration"), at))
	})
}

func TestExplainCalendar(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d, ctx, at := backoffice.Desk{Office: b.Office}, t.Context(), app.At(seed.Shanghai, "", 0)
	tuesday := time.Date(2026, 11, 24, 11, 30, 0, 0, time.FixedZone("", 8*3600))
	half := backoffice.ExplainCalendar{Start: tuesday, WorkingMinutes: 60} // half of it after the lunch break
	got, err := d.ExplainCalendar(ctx, b.Caller("sales"), at, half)
	if err != nil || !got.Due.Equal(tuesday.Add(2*time.Hour)) {
		t.Errorf("%+v, %v", got, err)
	}
	explain := func(by, id string, start time.Time, minutes int64) func() error {
		return func() error {
			return failed(d.ExplainCalendar(ctx, b.Caller(by), app.At(id, "", 0),
				backoffice.ExplainCalendar{Start: start, WorkingMinutes: minutes}))
		}
	}
	refuses(b,
		refusal{fault.Forbidden, "a machine", explain("integration", seed.Shanghai, tuesday, 60)},
		refusal{fault.NotFound, "no calendar", explain("sales", "nowhere", tuesday, 60)},
		refusal{fault.Invalid, "another age", explain("sales", seed.Shanghai, tuesday.AddDate(-100, 0, 0), 60)},
		refusal{fault.Invalid, "more than there is", explain("sales", seed.Shanghai, tuesday, 576_000)},
	)
}

package backoffice_test

import (
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/backoffice"
	"afterpress/shared/crm/draw"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
)

// The office sets up a draw on a form, reads how many entered, and then list, seed and winners. A colleague without
// permission and one of another branch read nothing.
func TestTheOfficeReadsAPrizeDraw(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d, marketing := backoffice.Desk{Office: b.Office}, b.Caller("marketing")
	in, closes := leaflets(), b.Clock.Now().Add(time.Hour)
	in.Draw = &backoffice.FormDraw{ClosesAt: closes, Winners: 1, Prize: words.Text{Zh: "名片", En: "Cards"}}
	made, err := d.OpenForm(t.Context(), marketing, in)
	if err != nil || made.Draw == nil || !made.Draw.ClosesAt.Equal(closes.Truncate(time.Second)) {
		t.Fatalf("%+v, %v", made, err)
	}
	for n := range 3 {
		if _, err := storetest.EnquireBy(t, b.Bench, in.ID, storetest.Li(n)); err != nil {
			t.Fatal(err)
		}
	}
	read := func(stage string) backoffice.Draw {
		t.Helper()
		got, err := d.FormDraw(t.Context(), marketing, app.At(in.ID, "", 0))
		if err != nil || got.Stage != stage || got.Entries != 3 || got.Rule == "" {
			t.Fatalf("%+v, %v", got, err)
		}
		return got
	}
	if got := read(draw.StageOpen); got.Numbers != nil || got.Seed != "" || got.Won != nil {
		t.Errorf("before the close: %+v", got)
	}
	f, err := b.FormRecord(t.Context(), in.ID)
	if err == nil {
		err = b.CloseDraw(t.Context(), f)
	}
	for _, stage := range []string{draw.StageFrozen, draw.StageSeeded, draw.StageDrawn} {
		if err == nil {
			_, err = b.AdvanceDraw(t.Context(), in.ID, make([]byte, 32))
			read(stage)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	if got := read(draw.StageDrawn); len(got.Numbers) != 3 || got.Hash != draw.Hash(got.Numbers) || len(got.Won) != 1 ||
		got.Won[0].Number != draw.Order(make([]byte, 32), got.Numbers)[0] {
		t.Errorf("%+v", got)
	}
	elsewhere := marketing
	elsewhere.Branches = []string{seed.Hangzhou}
	get := func(by app.Caller, id string) func() error {
		return func() error { return failed(d.FormDraw(t.Context(), by, app.At(id, "", 0))) }
	}
	refuses(b,
		refusal{fault.Forbidden, "a draw for sales", get(b.Caller("sales"), in.ID)},
		refusal{fault.NotFound, "a draw of another branch", get(elsewhere, in.ID)},
		refusal{fault.NotFound, "a form without a draw", get(marketing, seed.Quote)},
	)
}

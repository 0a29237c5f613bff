package casework_test

import (
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/app/casework"
	"afterpress/shared/crm/complaint/tally"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
)

func TestReportComplaints(t *testing.T) {
	t.Parallel()
	b := start(t, storetest.New)
	b.opened()
	b.AddUp(t)
	report := func(by app.Caller, kind, from, to, branch string) (tally.Report, error) {
		q := casework.ReportComplaints{By: kind, Branch: branch}
		if from != "" {
			q.From, q.To = &from, &to
		}
		return b.desk.ReportComplaints(t.Context(), by, q)
	}
	finance, chinese := b.Caller("finance"), b.Caller("finance")
	chinese.Lang = words.Zh
	for _, c := range []struct {
		by                app.Caller
		kind, value, name string
	}{
		{finance, "all", "all", "all"}, {finance, "defect", "colour-deviation", "colour deviation"},
		{chinese, "product", "general", "一般印刷品"}, {finance, "press", "海德堡 2", "海德堡 2"},
		{finance, "customer", b.customer.ID, b.customer.Name},
	} {
		got, err := report(c.by, c.kind, "", "", "")
		if err != nil || len(got.Rows) != 1 || got.Rows[0].Value != c.value || got.Rows[0].Name != c.name ||
			got.Rows[0].Opened != 1 || got.From != "2026-10-25" || got.To != "2026-11-24" {
			t.Errorf("%s: %+v, %v", c.kind, got, err)
		}
	}
	for _, c := range []struct{ who, from, branch string }{
		{"owner", "", seed.Hangzhou}, {"manager-hangzhou", "", ""}, {"owner", "2026-11-25", ""},
	} {
		if got, err := report(b.Caller(c.who), "all", c.from, "2026-11-26", c.branch); err != nil || len(got.Rows) != 0 {
			t.Errorf("%+v: %+v, %v", c, got, err)
		}
	}
	try := func(who, from, to, branch string) func() error {
		return func() error { _, err := report(b.Caller(who), "all", from, to, branch); return err }
	}
	b.deny(denied{"a report by sales", "", fault.Forbidden, try("sales", "", "", "")},
		denied{"Hangzhou's by finance", "", fault.NotFound, try("finance", "", "", seed.Hangzhou)},
		blaming("?from", try("owner", "2026-11-25", "2026-11-24", "")),
		blaming("?from", try("owner", "2025-10-20", "2026-11-24", "")))
	b.Clock.Set(time.Date(2026, 11, 24, 17, 0, 0, 0, time.UTC)) // it is the next day in Shanghai
	if got, err := report(finance, "all", "", "", ""); err != nil || got.To != "2026-11-25" {
		t.Errorf("%+v, %v", got, err)
	}
}

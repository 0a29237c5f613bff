package tally

import (
	"testing"

	"afterpress/shared/kernel/money"
)

func TestComplaintReportRows(t *testing.T) {
	rows, left := ReportOf(map[string]map[string]int64{
		"a": {"opened": 2, "rounds": 3, "settled": 2, "in_time": 1, "cost_CNY": 500, "cost_USD": 7, "reached_judged": 2,
			"seconds_judged": 7201},
		"b": {"opened": 5, "rounds": 5, "ended_withdrawn": 1}, "c": {"opened": 0, "rounds": 0, "cost_CNY": 0},
	}, func(value string) string { return map[string]string{"a": "A"}[value] })
	if left != 0 || len(rows) != 2 || rows[0].Value != "b" || rows[0].Name != "b" || rows[0].Kept != nil ||
		rows[0].Ended["withdrawn"] != 1 {
		t.Fatalf("%+v", rows)
	}
	if a := rows[1]; a.Name != "A" || *a.Kept != 50 || len(a.Cost) != 2 ||
		a.Cost[0] != (money.Money{Minor: 500, Currency: "CNY"}) || len(a.Stages) != 1 || a.Stages[0].Seconds != 3600 {
		t.Errorf("%+v", a)
	}
}

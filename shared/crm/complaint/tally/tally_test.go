package tally

import (
	"maps"
	"reflect"
	"testing"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/money"
)

// What moves alike stands together, in a fixed order, and a value may hold what separates the parts.
func TestATallyAsAnEventCarriesIt(t *testing.T) {
	place := func(dimension, value string) Place { return Place{"sh", "2026-11-24", dimension, value} }
	moves := Tally{place(Press, "#4"): {"opened": 1, "rounds": 1}, place(All, All): {"opened": 1, "rounds": 1},
		place(Paper, "157 g"): {"opened": -1}}
	want := []event.Count{
		{Book: event.BookComplaints, At: []string{"sh#2026-11-24#all#all", "sh#2026-11-24#press##4"},
			Add: map[string]int64{"opened": 1, "rounds": 1}},
		{Book: event.BookComplaints, At: []string{"sh#2026-11-24#paper#157 g"}, Add: map[string]int64{"opened": -1}},
	}
	if got := moves.Counts(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
	if parts, ok := event.Parts(want[0].At[1], 4); !ok || parts[3] != "#4" {
		t.Errorf("%q, %t", parts, ok)
	}
	if _, ok := event.Parts("sh#2026-11-24", 4); ok {
		t.Error("two parts are taken for four")
	}
	if got := (Tally{}).Counts(); got != nil {
		t.Errorf("nothing moves: %+v", got)
	}
}

// A cost is spent once, however many defects a complaint has, and whatever triage changes of them.
func TestDefectsShareTheCost(t *testing.T) {
	of := func(cost int64, defects ...defect.Kind) complaint.Complaint {
		return complaint.Complaint{ID: "cmp_1", Branch: "sh", Zone: "Asia/Shanghai", Defects: defects,
			Cost: &money.Money{Minor: cost, Currency: "CNY"}}
	}
	for _, c := range []struct {
		defects []defect.Kind
		want    map[string]int64
	}{
		{nil, map[string]int64{}},
		{[]defect.Kind{"a"}, map[string]int64{"a": 100}},
		{[]defect.Kind{"a", "a"}, map[string]int64{"a": 100}},
		{[]defect.Kind{"c", "a", "b"}, map[string]int64{"a": 34, "b": 33, "c": 33}},
	} {
		got := map[string]int64{}
		moves := Tallied(complaint.Complaint{}, of(100, c.defects...))
		for place, figures := range moves {
			if place.Dimension == Defect {
				got[place.Value] = figures["cost_CNY"]
			}
			if place.Dimension == All && figures["cost_CNY"] != 100 {
				t.Errorf("%v: %v in all", c.defects, figures)
			}
		}
		if !maps.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.defects, got, c.want)
		}
	}
	var sum int64
	for place, figures := range Tallied(of(100, "a", "b", "c"), of(100, "a", "d")) {
		if place.Dimension == Defect {
			sum += figures["cost_CNY"]
		}
	}
	if sum != 0 {
		t.Errorf("other defects change the cost by %d", sum)
	}
}

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

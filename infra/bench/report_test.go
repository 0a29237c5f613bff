package main

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheReportSaysWhatHoldsAndWhatDoesNot(t *testing.T) {
	var out bytes.Buffer
	r := report{out: &out}
	r.begin("size")
	r.atMost("size", 21, "MB", 20)
	r.atLeast("share", 61, "%", 60)
	r.by(straight).note("memory", 8, "MB")
	if err := r.table(); err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]string{"size": "MISSED", "share": "holds", "memory": "engine"} {
		if i := strings.LastIndex(out.String(), line); i < 0 ||
			!strings.Contains(strings.SplitN(out.String()[i:], "\n", 2)[0], want) {
			t.Errorf("%s is not said to be %s in\n%s", line, want, out.String())
		}
	}
	path := filepath.Join(t.TempDir(), "bench.json")
	if err := r.save(path); err != nil {
		t.Fatal(err)
	}
	if err := (&report{out: &out}).save(path); err != nil { // a run without measures
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var saved []map[string]any
	if err := json.Unmarshal(text, &saved); err != nil {
		t.Fatal(err)
	}
	if len(saved) != 3 || saved[0]["holds"] != false || saved[0]["goal"] != "at most 20" || saved[1]["holds"] != true ||
		saved[2]["holds"] != nil || saved[0]["way"] != "proxy" || saved[2]["way"] != "engine" {
		t.Errorf("saved %s", text)
	}
}

// The figures of a measure take the place of its figures of before, and leave those of the others.
func TestAMeasureThatRunsAloneLeavesTheOthers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bench.json")
	for _, run := range []map[string]float64{{"size": 1, "door": 2}, {"door": 3}, {"start": 4}} {
		r := report{out: io.Discard}
		for part, value := range run {
			r.begin(part)
			r.note("of "+part, value, "")
		}
		if err := r.save(path); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var saved []Figure
	if err := json.Unmarshal(text, &saved); err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, f := range saved {
		got[f.Part] += f.Value
	}
	if want := map[string]float64{"size": 1, "door": 3, "start": 4}; !maps.Equal(got, want) {
		t.Errorf("saved %v, want %v", got, want)
	}
}

func TestQuantileTakesTheNearestRank(t *testing.T) {
	values := []int{5, 1, 4, 2, 3}
	for q, want := range map[float64]int{0: 1, 0.5: 3, 0.99: 5, 1: 5} {
		if got := quantile(values, q); got != want {
			t.Errorf("quantile %g is %d, want %d", q, got, want)
		}
	}
	if got := quantile([]int{}, 0.5); got != 0 {
		t.Errorf("of nothing: %d", got)
	}
}

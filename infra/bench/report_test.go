package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheReportSaysWhatHoldsAndWhatDoesNot(t *testing.T) {
	var out bytes.Buffer
	r := report{out: &out}
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

package crm

import (
	"fmt"
	"strings"
	"testing"
)

// TestStandardLadders prints the ladders of the standard policy: what is done in which state, at which part of the
// time, and how much later.
func TestStandardLadders(t *testing.T) {
	p := StandardPolicy()
	var out strings.Builder
	for _, ladder := range []struct {
		kind  string
		rungs []RungRule
	}{{"lead", p.Lead.Ladder}, {"task", p.Task.Ladder}, {"complaint", p.Complaint.Ladder}, {"hold", p.Hold.Ladder}} {
		fmt.Fprintln(&out, ladder.kind)
		for _, r := range ladder.rungs {
			fmt.Fprintf(&out, "  %-20s %-32s %-22s %4d%% + %d s\n", r.State, r.Name, r.Do, r.Percent, r.Plus)
		}
	}
	golden(t, "standard-ladders.txt", out.String())
}

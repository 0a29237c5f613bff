package setup_test

import (
	"fmt"
	"strings"
	"testing"

	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/ladder"
)

// TestStandardLadders prints the ladders of the standard policy: what is done in which state, at which part of the
// time, and how much later.
func TestStandardLadders(t *testing.T) {
	p := setup.StandardPolicy()
	var out strings.Builder
	for _, rungs := range []struct {
		kind  string
		rungs []ladder.Rule
	}{{"lead", p.Lead.Ladder}, {"task", p.Task.Ladder}, {"complaint", p.Complaint.Ladder}, {"hold", p.Hold.Ladder}} {
		fmt.Fprintln(&out, rungs.kind)
		for _, r := range rungs.rungs {
			fmt.Fprintf(&out, "  %-20s %-32s %-22s %4d%% + %d s\n", r.State, r.Name, r.Do, r.Percent, r.Plus)
		}
	}
	kerneltest.Golden(t, "standard-ladders.txt", out.String())
}

package main

import (
	"context"
	"errors"
	"strings"
	"testing"

	"afterpress/infra/operator"
	"afterpress/shared/store/storetest"
	"afterpress/workflows/census"
)

// What is asked for, what is found, and whether marketing goes out after it, on the real tables.
func TestAnOrderIsCarriedOut(t *testing.T) {
	good := census.Tally{Open: 5, Running: 2, Renewed: 1, Started: 2, Replanned: 3, Failing: 1,
		FailingIDs: []string{"lead/lead_1/1"}}
	faulty := census.Tally{Open: 1, Running: 1, Failed: 1, FailedIDs: []string{"lead_2"}}
	for _, c := range []struct {
		name       string
		renew      bool
		lift, stop bool
		released   bool // before it
		found      census.Tally
		err        error
		asked      bool
		want       bool   // released after it
		says       string // a line of the output
		fails      string // a part of the error
	}{
		{"it looks and starts", false, false, false, false, good, nil, true, false, "started   2", ""},
		{"it says what was planned anew", false, false, false, false, good, nil, true, false, "replanned 3", ""},
		{"it renews", true, false, false, false, good, nil, true, false, "renewed   1", ""},
		{"it does not stop marketing beside it", true, false, true, true, good, nil, false, true, "", "alone"},
		{"it names what gets nowhere", false, false, false, true, good, nil, true, true, "          lead/lead_1/1", ""},
		{"it releases", false, true, false, false, good, nil, true, true, "marketing released", ""},
		{"it does not release while something failed", false, true, false, false, faulty, nil, true, false,
			"          lead_2", "could not be read"},
		{"nor when it broke off", false, true, false, false, census.Tally{}, errors.New("away"), true, false, "", "away"},
		{"it stops, and asks for nothing", false, false, true, true, good, nil, false, false,
			"marketing stopped; LIFT=1 releases it", ""},
		{"not both", false, true, true, true, good, nil, false, true, "", "alone"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b, asked := storetest.New(t), false
			if err := b.SetRelease(t.Context(), c.released, operator.Actor); err != nil {
				t.Fatal(err)
			}
			var out strings.Builder
			o := order{marketing: b.Store, renew: c.renew, lift: c.lift, stop: c.stop, out: &out,
				reconcile: func(_ context.Context, renew bool) (census.Tally, error) {
					if renew != c.renew {
						t.Errorf("renew %t", renew)
					}
					asked = true
					return c.found, c.err
				}}
			err := o.carryOut(t.Context())
			if (err != nil) != (c.fails != "") || err != nil && !strings.Contains(err.Error(), c.fails) {
				t.Errorf("it ended with %v", err)
			}
			if asked != c.asked || !strings.Contains("\n"+out.String(), "\n"+c.says) {
				t.Errorf("asked %t, said:\n%s", asked, out.String())
			}
			if got, err := b.Released(t.Context()); err != nil || got != c.want {
				t.Errorf("released %t, %v", got, err)
			}
		})
	}
}

package scan

import (
	"context"
	"errors"
	"testing"
	"time"

	"afterpress/shared/kernel/event"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"
)

// shelf answers one look after the other; the last answer stands.
type shelf struct {
	answers []time.Duration
	busy    int // so often the store does not answer
	looks   int
}

func (s *shelf) JudgeArtwork(_ context.Context, of, id string) (time.Duration, error) {
	if of != "cmp_1" || id != "art_1" {
		return 0, errors.New("another file")
	}
	if s.busy--; s.busy >= 0 {
		return 0, errors.New("the store is busy")
	}
	s.looks++
	return s.answers[min(s.looks, len(s.answers))-1], nil
}

// A file is looked at until nothing more will come, by the times that the rule gives. A store that does not answer is
// asked again.
func TestAFileIsLookedAtUntilItsTagSaysSomething(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answers []time.Duration
		busy    int
		lasts   time.Duration
	}{
		"clean at once":       {[]time.Duration{0}, 0, 0},
		"clean after a while": {[]time.Duration{5 * time.Second, 30 * time.Second, 0}, 0, 35 * time.Second},
		"held for a week": {[]time.Duration{10 * time.Minute, 6 * time.Hour, 6 * time.Hour, 0}, 0,
			12*time.Hour + 10*time.Minute},
		"a busy store": {[]time.Duration{5 * time.Second, 0}, 3, 12 * time.Second},
	} {
		var suite testsuite.WorkflowTestSuite
		env := suite.NewTestWorkflowEnvironment()
		env.SetTestTimeout(time.Minute)
		s := &shelf{answers: c.answers, busy: c.busy}
		work := &Work{Store: s}
		env.RegisterActivityWithOptions(work.Judge, activity.RegisterOptions{Name: StepName})
		began := env.Now()
		_, in, ok := Begins(event.Event{Data: map[string]string{"of": "cmp_1", "artwork": "art_1"}})
		if !ok {
			t.Fatal("no run begins")
		}
		env.ExecuteWorkflow(ScanFile, in)
		took := env.Now().Sub(began)
		if err := env.GetWorkflowError(); err != nil || s.looks != len(c.answers) || took.Round(time.Second) != c.lasts {
			t.Errorf("%s: %d looks in %s, %v", name, s.looks, took, err)
		}
	}
}

func TestWhichRunAFileBegins(t *testing.T) {
	t.Parallel()
	e := event.Event{ID: "evt_1", Type: event.ArtworkReceived,
		Data: map[string]string{"of": "sub_1", "artwork": "art_1"}}
	if id, in, ok := Begins(e); id != "scan/art_1" || in != (File{Of: "sub_1", ID: "art_1"}) || !ok {
		t.Errorf("%s, %+v, %t", id, in, ok)
	}
	for _, data := range []map[string]string{nil, {"of": "sub_1"}, {"artwork": "art_1"}} {
		if _, _, ok := Begins(event.Event{ID: "evt_1", Data: data}); ok {
			t.Errorf("%v begins a run", data)
		}
	}
}

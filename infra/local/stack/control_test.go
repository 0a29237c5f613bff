package stack

import (
	"testing"
	"time"

	"afterpress/infra/local/sam"
)

// What is measured without the stream is measured without its sweep, which would hand over what lies there.
func TestWithoutTheStreamNothingSweeps(t *testing.T) {
	t.Parallel()
	s := &Stack{options: Options{SkipStream: true},
		template: &sam.Template{Schedules: []sam.Schedule{{ID: "Stream/Sweep", Function: "Stream", Every: time.Hour}}}}
	defer s.Close()
	if err := s.startTriggers(t.Context()); err != nil || s.triggers.scheduled {
		t.Fatalf("%v; the sweep runs", err)
	}
	for range 2 {
		if err := s.StartStream(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if ends := len(s.closes); !s.triggers.scheduled || ends != 1 {
		t.Errorf("with the stream %d schedules run", ends)
	}
	s.StopStream()
	if err := s.StartStream(t.Context()); err != nil || len(s.closes) != 1 {
		t.Errorf("%v; the schedules began again", err)
	}
}

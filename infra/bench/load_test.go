package main

import (
	"context"
	"errors"
	"flag"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"afterpress/infra/demo/people"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
)

func TestDrivingDoesEachPersonOnce(t *testing.T) {
	var mu sync.Mutex
	var met []int
	got, err := drive(t.Context(), driving{Clients: 4, Posts: 50, From: 7, Limit: time.Minute},
		func(_ context.Context, n int) error {
			mu.Lock()
			defer mu.Unlock()
			met = append(met, n)
			return nil
		})
	slices.Sort(met)
	if err != nil || len(got.Latencies) != 50 || len(met) != 50 || met[0] != 7 || met[49] != 56 ||
		len(slices.Compact(met)) != 50 {
		t.Errorf("%v, %d latencies, met %v", err, len(got.Latencies), met)
	}
}

func TestDrivingEndsAtTheFirstFailureAndAtItsLimit(t *testing.T) {
	broken := errors.New("broken")
	if _, err := drive(t.Context(), driving{Clients: 2, Posts: 1000, Limit: time.Minute},
		func(context.Context, int) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	got, err := drive(t.Context(), driving{Clients: 2, Posts: 1000}, func(context.Context, int) error { return nil })
	if err != nil || len(got.Latencies) != 0 {
		t.Errorf("without time: %v and %d posts", err, len(got.Latencies))
	}
}

// Each third person is told twice that the door is busy.
func TestDrivingGoesOnAfterA503AndCountsIt(t *testing.T) {
	var mu sync.Mutex
	asked := map[int]int{}
	work := func(_ context.Context, n int) error {
		mu.Lock()
		defer mu.Unlock()
		if asked[n]++; n%3 == 0 && asked[n] < 3 {
			return &people.Refused{Status: http.StatusServiceUnavailable}
		}
		return nil
	}
	got, err := drive(t.Context(), driving{Clients: 3, Posts: 30, Limit: time.Minute}, work)
	if err != nil || got.Busy != 20 || len(got.Latencies) != 30 {
		t.Errorf("%v: %d times busy, %d done", err, got.Busy, len(got.Latencies))
	}
	got, err = drive(t.Context(), driving{Clients: 1, Posts: 30, Limit: time.Millisecond},
		func(context.Context, int) error { return &people.Refused{Status: http.StatusServiceUnavailable} })
	if err != nil || got.Busy == 0 || len(got.Latencies) != 0 {
		t.Errorf("always busy: %v, %d times, %d done", err, got.Busy, len(got.Latencies))
	}
}

func TestTheClientsProcessIsToldEverything(t *testing.T) {
	want := driving{Clients: 8, Posts: 1000, From: 50, Limit: limit, Work: workHook, Dir: "/stack"}
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	api, got := flags.String("api", "", ""), driveFlags(flags)
	if err := flags.Parse(want.arguments("http://127.0.0.1:1")[1:]); err != nil || *got != want ||
		*api != "http://127.0.0.1:1" {
		t.Errorf("%v: %+v at %s", err, *got, *api)
	}
}

func TestProcessorTimeIsReadPastAnyName(t *testing.T) {
	got, err := cpuOf("42 (a ) name) S 1 42 42 0 -1 4194304 100 0 0 0 7 5 0 0 20 0 1 0 100 1000 10")
	if err != nil || got != 120*time.Millisecond {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := cpuOf("42 (short) S 1"); err == nil {
		t.Error("a short line was read")
	}
}

// A lead that is contacted in time, after one failed attempt to acknowledge it: start with signal 1, two activities
// 2, the repeat 1, timer 1, signal 1.
func TestActionsAreCountedAsTheyAreBilled(t *testing.T) {
	attempt := func(n int32) *history.HistoryEvent {
		return &history.HistoryEvent{EventType: enumspb.EVENT_TYPE_ACTIVITY_TASK_STARTED,
			Attributes: &history.HistoryEvent_ActivityTaskStartedEventAttributes{
				ActivityTaskStartedEventAttributes: &history.ActivityTaskStartedEventAttributes{Attempt: n}}}
	}
	plain := func(kind enumspb.EventType) *history.HistoryEvent { return &history.HistoryEvent{EventType: kind} }
	events := []*history.HistoryEvent{
		plain(enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED), plain(enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED),
		plain(enumspb.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED),
		plain(enumspb.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED), attempt(2), plain(enumspb.EVENT_TYPE_ACTIVITY_TASK_COMPLETED),
		plain(enumspb.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED), attempt(1), plain(enumspb.EVENT_TYPE_TIMER_STARTED),
		plain(enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED), plain(enumspb.EVENT_TYPE_TIMER_CANCELED),
		plain(enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED),
	}
	sum := 0
	for _, e := range events {
		sum += billed(e)
	}
	if sum != 6 {
		t.Errorf("%d actions, want 6", sum)
	}
}

package workflows

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

// frontend is a Temporal server that knows one call: it keeps what it was asked and answers with its error.
type frontend struct {
	workflowservice.UnimplementedWorkflowServiceServer
	mu    sync.Mutex
	asked []*workflowservice.SignalWithStartWorkflowExecutionRequest
	err   error
}

func (f *frontend) GetSystemInfo(context.Context,
	*workflowservice.GetSystemInfoRequest) (*workflowservice.GetSystemInfoResponse, error) {
	return &workflowservice.GetSystemInfoResponse{Capabilities: &workflowservice.GetSystemInfoResponse_Capabilities{}},
		nil
}

func (f *frontend) SignalWithStartWorkflowExecution(_ context.Context,
	r *workflowservice.SignalWithStartWorkflowExecutionRequest) (
	*workflowservice.SignalWithStartWorkflowExecutionResponse, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, r)
	if f.err != nil {
		return nil, serviceerror.ToStatus(f.err).Err()
	}
	return &workflowservice.SignalWithStartWorkflowExecutionResponse{RunId: "r"}, nil
}

func (f *frontend) serve(t *testing.T) *Client {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	workflowservice.RegisterWorkflowServiceServer(server, f)
	healthpb.RegisterHealthServer(server, health.NewServer())
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	t.Cleanup(func() {
		server.Stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return dial(t, listener.Addr().String())
}

func dial(t *testing.T, address string) *Client {
	t.Helper()
	c, err := Connect(Server{Address: address, Namespace: "shop"}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return NewClient(c)
}

func TestHandNamesTheEventsRequest(t *testing.T) {
	f := &frontend{}
	c := f.serve(t)
	e := newHouse().capture(t, byEmail)
	for range 2 {
		if err := c.Hand(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range f.asked {
		got := []string{r.RequestId, r.WorkflowId, r.WorkflowType.Name, r.TaskQueue.Name, r.SignalName, r.Namespace}
		want := []string{"evt_1", "lead/" + leadID + "/1", "FollowUpLead", "lead", EventSignal, "shop"}
		if !slices.Equal(got, want) || r.WorkflowIdReusePolicy != enumspb.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE {
			t.Errorf("asked %q, %s", got, r.WorkflowIdReusePolicy)
		}
	}
	if len(f.asked) != 2 {
		t.Errorf("asked %d times", len(f.asked))
	}
}

func TestHandTellsOneEventsFaultFromTemporalBeingAway(t *testing.T) {
	e := newHouse().capture(t, byEmail)
	for _, c := range []struct {
		name     string
		err      error
		ok, away bool
	}{
		{"taken", nil, true, false},
		{"the process has ended", serviceerror.NewWorkflowExecutionAlreadyStarted("ended", "", "r"), true, false},
		{"unavailable", serviceerror.NewUnavailable("down"), false, true},
		{"too much at once", serviceerror.NewResourceExhausted(enumspb.RESOURCE_EXHAUSTED_CAUSE_RPS_LIMIT, "slow"), false,
			true},
		{"no such namespace", serviceerror.NewNamespaceNotFound("shop"), false, true},
		{"wrong key", serviceerror.NewPermissionDenied("no", ""), false, true},
		{"too many signals for this one", serviceerror.NewInvalidArgument("exceeded"), false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := (&frontend{err: c.err}).serve(t)
			wait := time.Minute
			if c.away { // it is asked again until the time is over
				wait = time.Second
			}
			ctx, cancel := context.WithTimeout(t.Context(), wait)
			defer cancel()
			err := client.Hand(ctx, e)
			if (err == nil) != c.ok || errors.Is(err, ErrAway) != c.away {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestHandWithNobodyThere(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if err := dial(t, address).Hand(ctx, newHouse().capture(t, byEmail)); !errors.Is(err, ErrAway) {
		t.Errorf("got %v", err)
	}
}

func TestHandRefusesWhatNoProcessHears(t *testing.T) {
	c := (&frontend{}).serve(t)
	good := newHouse().capture(t, byEmail)
	for i, spoil := range []func(*event.Event){
		func(e *event.Event) { e.Type = "lead.sung" },
		func(e *event.Event) { e.Type = event.LeadAttempted },
		func(e *event.Event) { e.Progress = nil },
		func(e *event.Event) { e.Progress = &ladder.Progress{Kind: "job"} },
		func(e *event.Event) { e.ID = "" },
	} {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			bad := good
			spoil(&bad)
			if err := c.Hand(t.Context(), bad); err == nil || errors.Is(err, ErrAway) {
				t.Errorf("got %v", err)
			}
		})
	}
}

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
	"afterpress/workflows/dial"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

// frontend is a Temporal server that knows two calls: it keeps what it was asked and answers with its error.
type frontend struct {
	workflowservice.UnimplementedWorkflowServiceServer
	mu    sync.Mutex
	asked []*workflowservice.SignalWithStartWorkflowExecutionRequest
	found *workflowservice.DescribeWorkflowExecutionResponse
	err   error
}

func (f *frontend) DescribeWorkflowExecution(_ context.Context,
	r *workflowservice.DescribeWorkflowExecutionRequest) (*workflowservice.DescribeWorkflowExecutionResponse, error) {
	if f.err != nil {
		return nil, serviceerror.ToStatus(f.err).Err()
	}
	if r.Execution.WorkflowId != "lead/"+leadID+"/1" || r.Execution.RunId != "" {
		return nil, serviceerror.ToStatus(serviceerror.NewInvalidArgument("not what was to be asked")).Err()
	}
	return f.found, nil
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

func (f *frontend) SignalWorkflowExecution(_ context.Context,
	r *workflowservice.SignalWorkflowExecutionRequest) (*workflowservice.SignalWorkflowExecutionResponse, error) {
	if f.err != nil {
		return nil, serviceerror.ToStatus(f.err).Err()
	}
	var said Renewal
	if err := converter.GetDefaultDataConverter().FromPayloads(r.Input, &said); err != nil ||
		r.SignalName != RenewSignal || said.Version != version ||
		r.WorkflowExecution.WorkflowId != "lead/"+leadID+"/1" || r.WorkflowExecution.RunId != "" {
		return nil, serviceerror.ToStatus(serviceerror.NewInvalidArgument("not what was to be said")).Err()
	}
	return &workflowservice.SignalWorkflowExecutionResponse{}, nil
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
	return dialled(t, listener.Addr().String())
}

func dialled(t *testing.T, address string) *Client {
	t.Helper()
	c, err := dial.Connect(dial.Server{Address: address, Namespace: "shop", Plain: true}, slog.New(slog.DiscardHandler))
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
	const unlessItEnded = enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY
	for _, r := range f.asked {
		got := []string{r.RequestId, r.WorkflowId, r.WorkflowType.Name, r.TaskQueue.Name, r.SignalName, r.Namespace}
		want := []string{"evt_1", "lead/" + leadID + "/1", "FollowUpLead", "lead-1", EventSignal, "shop"}
		if !slices.Equal(got, want) || r.WorkflowIdReusePolicy != unlessItEnded {
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

// A process that has ended needs no renewal. What stands in the way of all of them is told from what concerns one.
func TestRenew(t *testing.T) {
	p := *newHouse().capture(t, byEmail).Progress
	for _, c := range []struct {
		err      error
		ok, away bool
	}{
		{nil, true, false}, {serviceerror.NewNotFound("ended"), true, false},
		{serviceerror.NewUnavailable("down"), false, true}, {serviceerror.NewNamespaceNotFound("shop"), false, true},
		{serviceerror.NewInvalidArgument("exceeded"), false, false},
	} {
		client := (&frontend{err: c.err}).serve(t)
		wait := time.Minute
		if c.away { // it is asked again until the time is over
			wait = time.Second
		}
		ctx, cancel := context.WithTimeout(t.Context(), wait)
		defer cancel()
		if err := client.Renew(ctx, p); (err == nil) != c.ok || errors.Is(err, ErrAway) != c.away {
			t.Errorf("%v: got %v", c.err, err)
		}
	}
}

func TestRunSaysHowAProcessStands(t *testing.T) {
	p := *newHouse().capture(t, byEmail).Progress
	found := func(status enumspb.WorkflowExecutionStatus,
		attempt int32) *workflowservice.DescribeWorkflowExecutionResponse {
		return &workflowservice.DescribeWorkflowExecutionResponse{
			WorkflowExecutionInfo: &workflowpb.WorkflowExecutionInfo{Status: status,
				Execution: &commonpb.WorkflowExecution{WorkflowId: p.WorkflowID(), RunId: "r"}},
			PendingWorkflowTask: &workflowpb.PendingWorkflowTaskInfo{Attempt: attempt},
		}
	}
	for _, c := range []struct {
		name  string
		found *workflowservice.DescribeWorkflowExecutionResponse
		err   error
		want  ladder.Run
		ok    bool
		away  bool
	}{
		{"goes on", found(enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING, 0), nil, ladder.Run{ID: "r", Open: true}, true,
			false},
		{"its task fails", found(enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING, 7), nil,
			ladder.Run{ID: "r", Open: true, Attempt: 7}, true, false},
		{"completed", found(enumspb.WORKFLOW_EXECUTION_STATUS_COMPLETED, 0), nil, ladder.Run{ID: "r"}, true, false},
		{"terminated", found(enumspb.WORKFLOW_EXECUTION_STATUS_TERMINATED, 0), nil, ladder.Run{ID: "r"}, true, false},
		{"failed", found(enumspb.WORKFLOW_EXECUTION_STATUS_FAILED, 0), nil, ladder.Run{ID: "r"}, true, false},
		{"not there", nil, serviceerror.NewNotFound("no such workflow"), ladder.Run{}, true, false},
		{"no such namespace", nil, serviceerror.NewNamespaceNotFound("shop"), ladder.Run{}, false, true},
		{"unavailable", nil, serviceerror.NewUnavailable("down"), ladder.Run{}, false, true},
		{"not understood", nil, serviceerror.NewInvalidArgument("id too long"), ladder.Run{}, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := (&frontend{found: c.found, err: c.err}).serve(t)
			wait := time.Minute
			if c.away {
				wait = time.Second
			}
			ctx, cancel := context.WithTimeout(t.Context(), wait)
			defer cancel()
			got, err := client.Run(ctx, p)
			if got != c.want || (err == nil) != c.ok || errors.Is(err, ErrAway) != c.away {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

// A process starts again whatever ended it, as its record stands, and two who saw the same end start one.
func TestRestartGoesTheWayOfAnEvent(t *testing.T) {
	f := &frontend{}
	c := f.serve(t)
	p := *newHouse().capture(t, byEmail).Progress
	p.Seq = 7
	for _, last := range []ladder.Run{{}, {ID: "r1"}, {ID: "r1"}, {ID: "r2"}} {
		if err := c.Restart(t.Context(), p, last); err != nil {
			t.Fatal(err)
		}
	}
	var requests []string
	for _, r := range f.asked {
		requests = append(requests, r.RequestId)
		got := []string{r.WorkflowId, r.WorkflowType.Name, r.TaskQueue.Name, r.SignalName}
		if !slices.Equal(got, []string{"lead/" + leadID + "/1", "FollowUpLead", "lead-1", EventSignal}) ||
			r.WorkflowIdReusePolicy != enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE {
			t.Errorf("asked %q, %s", got, r.WorkflowIdReusePolicy)
		}
		var in LadderInput
		if err := converter.GetDefaultDataConverter().FromPayloads(r.Input, &in); err != nil || in.Progress.Seq != 7 {
			t.Errorf("it starts with %+v, %v", in, err)
		}
	}
	at := "reconcile/lead/" + leadID + "/1/"
	if !slices.Equal(requests, []string{at, at + "r1", at + "r1", at + "r2"}) {
		t.Errorf("requests %q", requests)
	}
	for _, kind := range []string{"job", "replan", ""} {
		p.Kind = kind
		if err := c.Restart(t.Context(), p, ladder.Run{}); err == nil {
			t.Errorf("the process of a %q starts", kind)
		}
	}
}

// Each process that accompanies a record knows with which event it begins.
func TestEveryProcessOpens(t *testing.T) {
	for _, p := range processes {
		if got := event.Catalogue[p.opens].Process; p.hears && got != p.kind || !p.hears && p.opens != "" {
			t.Errorf("%s begins with %q of %q", p.kind, p.opens, got)
		}
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
	if err := dialled(t, address).Hand(ctx, newHouse().capture(t, byEmail)); !errors.Is(err, ErrAway) {
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

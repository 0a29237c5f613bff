package worker

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"afterpress/infra/local/engine/enginetest"
	"afterpress/shared/store/storetest"
	"afterpress/workflows"

	"go.temporal.io/sdk/client"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// refusing speaks to a server of its own, as long as refuses has nothing against a call.
func refusing(t *testing.T, refuses func(method string) error) client.Client {
	t.Helper()
	between := func(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker,
		options ...grpc.CallOption) error {
		if err := refuses(method[strings.LastIndex(method, "/")+1:]); err != nil {
			return err
		}
		return invoke(ctx, method, req, reply, conn, options...)
	}
	c, err := client.Dial(client.Options{HostPort: enginetest.Temporal(t), Namespace: enginetest.Namespace,
		ConnectionOptions: client.ConnectionOptions{
			DialOptions: []grpc.DialOption{grpc.WithChainUnaryInterceptor(between)}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// What is to be done every night is asked for again while Temporal refuses it, and the worker serves meanwhile.
func TestRefusedSchedulesAreAskedForAgain(t *testing.T) {
	b := storetest.New(t)
	var open atomic.Bool
	c := refusing(t, func(method string) error {
		if method == "CreateSchedule" && !open.Load() {
			return status.Error(codes.PermissionDenied, "no schedules for you")
		}
		return nil
	})
	serve(t, c, workflows.Work{Lead: &workflows.LeadWork{}, Task: &workflows.TaskWork{},
		Shop: &workflows.ShopWork{Records: b.OpenAs(t, "worker"), Now: b.Clock.Now}})
	run, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{TaskQueue: "age"}, workflows.AgeCustomers,
		workflows.AgePage{})
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Get(t.Context(), nil); err != nil {
		t.Error(err)
	}
	open.Store(true)
	described(t, c.ScheduleClient().GetHandle(t.Context(), "reconcile"), inZone("Asia/Shanghai"))
}

// A worker that is shut out ends with an error, so that it is started anew; also while its schedules are refused.
func TestAWorkerThatIsShutOutEnds(t *testing.T) {
	asked, fatal := make(chan struct{}), make(chan error, 1)
	shut := errors.New("the namespace is gone")
	go func() {
		<-asked
		fatal <- shut
	}()
	refused := sync.OnceFunc(func() { close(asked) })
	ended := make(chan error, 1)
	go func() {
		ended <- await(t.Context(), fatal, func(context.Context) bool {
			refused()
			return false
		})
	}()
	select {
	case err := <-ended:
		if !errors.Is(err, shut) {
			t.Errorf("it ended with %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Error("it goes on")
	}
}

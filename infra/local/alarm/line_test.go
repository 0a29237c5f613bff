package alarm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"afterpress/functions/intake/hook"
	"afterpress/functions/stream"
	"afterpress/infra/local/sam"
	"afterpress/shared/app"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/stuck"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/store/storetest"
	"afterpress/workflows"
	"afterpress/workflows/watch"

	webhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
)

// answers are the gateway's lines of so many calls with one status, and so many with another.
func answers(template *sam.Template, n int, status string, others int, other string) func(*testing.T) []byte {
	return func(*testing.T) []byte {
		var out []byte
		for i := range n + others {
			said := status
			if i >= n {
				said = other
			}
			out = append(out, AccessLine(template.AccessLog, map[string]string{"status": said, "httpMethod": "POST",
				"requestId": "JKJaXmPLvHcESHA=", "routeKey": "ANY /forms/{proxy+}", "responseLatency": "12"})...)
		}
		return out
	}
}

// pile is an outbox whose oldest event has waited so many minutes; 0: it is empty.
type pile struct {
	stream.Events
	minutes int
}

func (p pile) PendingPage(_ context.Context, after string, before time.Time, _ int) ([]event.Event, string, error) {
	if p.minutes == 0 || after != "" {
		return nil, "", nil
	}
	return []event.Event{{ID: "evt_1", Type: event.LeadCaptured, V: event.Layout, Customer: "cus_1", Wakes: true,
		At: before.Add(-time.Duration(p.minutes) * time.Minute)}}, "", nil
}

func (pile) SweepPlace(context.Context) (string, error) { return "", nil }

func (pile) KeepSweepPlace(context.Context, string, string) error { return nil }

func (pile) Handed(context.Context, event.Event) error { return nil }

func (pile) NotHanded(context.Context, event.Event, string, time.Time) (bool, error) {
	return true, nil
}

func (pile) Park(context.Context, event.Event, string) (bool, error) { return true, nil }

// refusing are processes that answer every event with the error, rows that are written, and a desk that notes all.
type refusing struct{ err error }

func (r refusing) Hand(context.Context, event.Event) error { return r.err }

func (r refusing) Away(context.Context) bool { return errors.Is(r.err, workflows.ErrAway) }

func (refusing) Index(context.Context, string) error { return nil }

func (refusing) Name(context.Context, string) error { return nil }

func (refusing) NoteStuck(context.Context, stuck.Stuck, bool) (stuck.Stuck, error) {
	return stuck.Stuck{}, nil
}

func (refusing) StuckOver(context.Context, stuck.Stuck) error { return nil }

// sweeps is what a sweep logs while the oldest event is so old and its process answers so.
func sweeps(minutes int, answer error) func(*testing.T) []byte {
	return func(t *testing.T) []byte {
		var out bytes.Buffer
		r := refusing{answer}
		s := stream.Stream{Events: pile{minutes: minutes}, Processes: r, Directory: r, Obstacles: r, Now: time.Now,
			Log: logger(&out, slog.LevelError), Meter: logger(&out, slog.LevelInfo)} // as its main does
		if _, err := s.Handle(t.Context(), stream.Input{Sweep: true}); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
}

// calls is what the door for signed calls logs: of calls with a wrong signature, of calls to a source that nobody set
// up, and of calls as agreed.
func calls(wrong, strange, right int) func(*testing.T) []byte {
	return func(t *testing.T) []byte {
		var out bytes.Buffer
		level := slog.LevelError
		if right > 0 {
			level = slog.LevelDebug
		}
		b, key := storetest.New(t), []byte("the key of a source, 32 bytes!!!")
		lines := logger(&out, level)
		office := app.Office{Store: b.OpenAs(t, "intake"), Now: b.Clock.Now}
		server := hook.Server{Frontdesk: frontdesk.Desk{Office: office, Log: lines}, Now: b.Clock.Now,
			Secrets: func() map[string][][]byte { return hook.Secrets{hook.SourceLeads: {key}} }}
		door := httpapi.Door{Name: "intake", Routes: server.Routes(), Receipts: b.Store, Log: lines,
			Now: b.Clock.Now}.Handler()
		call := func(source, id string, key []byte, want int) {
			const body = `{"form":"quote","name":"Tom","email":"tom@example.com","product":"book"}`
			w, err := webhooks.NewWebhookRaw(key)
			if err != nil {
				t.Fatal(err)
			}
			at := b.Clock.Now()
			sign, err := w.Sign(id, at, []byte(body))
			if err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/hooks/"+source, strings.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set(webhooks.HeaderWebhookID, id)
			r.Header.Set(webhooks.HeaderWebhookTimestamp, strconv.FormatInt(at.Unix(), 10))
			r.Header.Set(webhooks.HeaderWebhookSignature, sign)
			answer := httptest.NewRecorder()
			door.ServeHTTP(answer, r)
			if answer.Code != want {
				t.Fatalf("a call to %s was answered %d: %s", source, answer.Code, answer.Body)
			}
		}
		for i := range wrong {
			call(hook.SourceLeads, fmt.Sprint("wrong_", i), []byte("another key that nobody knows, 32"), http.StatusUnauthorized)
		}
		for i := range strange {
			call("admin.php", fmt.Sprint("strange_", i), key, http.StatusUnauthorized)
		}
		for i := range right {
			call(hook.SourceLeads, fmt.Sprint("right_", i), key, http.StatusAccepted)
		}
		return out.Bytes()
	}
}

// since is an interceptor that puts an activity's attempt and beginning into the past.
type since struct {
	interceptor.WorkerInterceptorBase
	attempt int32
	failing time.Duration
}

func (s *since) InterceptActivity(_ context.Context,
	next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	return &sinceInbound{interceptor.ActivityInboundInterceptorBase{Next: next}, s}
}

type sinceInbound struct {
	interceptor.ActivityInboundInterceptorBase
	since *since
}

func (s *sinceInbound) Init(out interceptor.ActivityOutboundInterceptor) error {
	return s.Next.Init(&sinceOutbound{interceptor.ActivityOutboundInterceptorBase{Next: out}, s.since})
}

type sinceOutbound struct {
	interceptor.ActivityOutboundInterceptorBase
	since *since
}

func (s *sinceOutbound) GetInfo(ctx context.Context) activity.Info {
	info := s.Next.GetInfo(ctx)
	info.Attempt, info.ScheduledTime = s.since.attempt, info.StartedTime.Add(-s.since.failing)
	return info
}

// tries is what a worker logs of an attempt at a step that has failed for so long.
func tries(attempt int32, failing string) func(*testing.T) []byte {
	return func(t *testing.T) []byte {
		var out bytes.Buffer
		long, err := time.ParseDuration(failing)
		if err != nil {
			t.Fatal(err)
		}
		level := slog.LevelDebug
		if long >= time.Hour {
			level = slog.LevelError
		}
		var suite testsuite.WorkflowTestSuite
		suite.SetLogger(log.NewStructuredLogger(logger(&out, level)))
		env := suite.NewTestActivityEnvironment()
		env.SetTestTimeout(time.Minute)
		env.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{&since{attempt: attempt,
			failing: long}, &watch.Steps{}}})
		look := func(context.Context) error { return nil }
		env.RegisterActivityWithOptions(look, activity.RegisterOptions{Name: "LookAtLead"})
		if _, err := env.ExecuteActivity("LookAtLead"); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
}

// leads are those of a store that cannot read them.
type leads struct {
	workflows.Leads
	refusing
}

func (l leads) Lead(context.Context, string) (lead.Lead, error) { return lead.Lead{}, l.err }

func (leads) NoteStuck(context.Context, stuck.Stuck, bool) (stuck.Stuck, error) {
	return stuck.Stuck{}, nil
}

func (leads) StuckOver(context.Context, stuck.Stuck) error { return nil }

// steps is what the worker logs of a step that ends in an error of the kind.
func steps(kind fault.Kind) func(*testing.T) []byte {
	return func(t *testing.T) []byte {
		var out bytes.Buffer
		var suite testsuite.WorkflowTestSuite
		suite.SetLogger(log.NewStructuredLogger(logger(&out, slog.LevelWarn)))
		env := suite.NewTestActivityEnvironment()
		env.SetTestTimeout(time.Minute)
		work := workflows.LeadWork{Leads: leads{refusing: refusing{fault.Fail(kind, "不行", "no")}}, Now: time.Now}
		env.RegisterActivityWithOptions(work.Climb, activity.RegisterOptions{Name: "ClimbLead"})
		if _, err := env.ExecuteActivity("ClimbLead", workflows.Climb{ID: "lead_1", Round: 1, Key: "1/half"}); err == nil {
			t.Fatal("the step is done")
		}
		return out.Bytes()
	}
}

// givesUp is what a process logs whose rung no retry can cure, however often it is tried until so long after it was
// due.
func givesUp(late string) func(*testing.T) []byte {
	return func(t *testing.T) []byte {
		var out bytes.Buffer
		long, err := time.ParseDuration(late)
		if err != nil {
			t.Fatal(err)
		}
		var suite testsuite.WorkflowTestSuite
		suite.SetLogger(log.NewStructuredLogger(logger(&out, slog.LevelError)))
		env := suite.NewTestWorkflowEnvironment()
		env.SetTestTimeout(time.Minute)
		env.SetWorkerOptions(worker.Options{DeadlockDetectionTimeout: time.Minute}) // beside other work it takes longer
		env.SetStartTime(storetest.Began)
		env.RegisterActivityWithOptions(func(context.Context, workflows.Climb) (workflows.Climbed, error) {
			return workflows.Climbed{}, temporal.NewNonRetryableApplicationError("the step failed", "refused", nil)
		}, activity.RegisterOptions{Name: "ClimbLead"})
		env.RegisterDelayedCallback(env.CancelWorkflow, long)
		due := ladder.Rung{Name: "half", Do: ladder.DoRemind, At: storetest.Began}
		env.ExecuteWorkflow(workflows.FollowUpLead, workflows.LadderInput{Progress: ladder.Progress{Kind: "lead",
			ID: "lead_1", Round: 1, Seq: 1, Rungs: []ladder.Rung{due}}})
		if !temporal.IsCanceledError(env.GetWorkflowError()) {
			t.Fatal(env.GetWorkflowError())
		}
		return out.Bytes()
	}
}

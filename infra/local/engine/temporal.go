package engine

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"go.temporal.io/api/namespace/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/protobuf/types/known/durationpb"

	"afterpress/infra/local/process"
)

// Temporal is a Temporal server that answers.
type Temporal struct {
	Address string // host:port
	UI      string // address of its web pages; empty: it has none
	Keeper  *process.Keeper
}

// TemporalOptions says how a Temporal server is to run.
type TemporalOptions struct {
	Where
	Port      int
	UIPort    int // 0: without web pages
	Namespace string
}

// retention is how long a closed workflow can still be looked at.
const retention = 30 * 24 * time.Hour

// StartTemporal starts the server with its data in a file under Data (empty: in memory) and returns when the namespace
// answers.
func StartTemporal(ctx context.Context, o TemporalOptions) (*Temporal, error) {
	root, err := Root()
	if err != nil {
		return nil, err
	}
	binary, err := temporalServer.binary(root)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(binary); err != nil {
		return nil, fmt.Errorf("no Temporal server (run `make fetch`): %w", err)
	}
	args, err := o.arguments()
	if err != nil {
		return nil, err
	}
	t := &Temporal{Address: fmt.Sprintf("127.0.0.1:%d", o.Port)}
	if o.UIPort != 0 {
		t.UI = fmt.Sprintf("http://127.0.0.1:%d", o.UIPort)
	}
	if t.Keeper, err = o.keep(process.Spec{Name: "Temporal", Path: binary, Args: args}); err != nil {
		return nil, err
	}
	err = awaitPort(ctx, t.Keeper, "Temporal", o.Port)
	if err == nil {
		err = keepClosed(ctx, t.Address, o.Namespace)
	}
	if err != nil {
		t.Keeper.Stop()
		return nil, err
	}
	return t, nil
}

func (o TemporalOptions) arguments() ([]string, error) {
	args := []string{"server", "start-dev", "--ip", "127.0.0.1", "--port", strconv.Itoa(o.Port), "--log-format", "json",
		"--log-level", "warn", "--namespace", o.Namespace}
	if o.UIPort == 0 {
		args = append(args, "--headless")
	} else {
		args = append(args, "--ui-port", strconv.Itoa(o.UIPort))
	}
	if o.Data != "" {
		if err := os.MkdirAll(o.Data, 0o755); err != nil {
			return nil, err
		}
		// A write-ahead log without a sync per commit: a crash of the machine may cost the last moments of a development
		// store, and a timer's write takes tenths of a millisecond, not tens.
		args = append(args, "--db-filename", filepath.Join(o.Data, "temporal.sqlite"),
			"--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=normal")
	}
	for _, setting := range settings {
		args = append(args, "--dynamic-config-value", setting)
	}
	return args, nil
}

// settings fit the server to one machine. The first lift limits that a load test would measure instead of the
// machine. The queues of work between a workflow and its activities are read 20 times a second by default, which
// makes each hop wait 50 ms: at 1,000 a workflow of two activities takes 30 ms instead of 235. One partition per
// task queue instead of four saves polls that look in the wrong one, and a third of the time of a backlog.
// (Measured on two cores.)
var settings = []string{
	"frontend.rps=100000",
	"frontend.namespaceRPS=100000",
	"history.rps=100000",
	"matching.rps=100000",
	"history.transferProcessorMaxPollRPS=1000",
	"history.timerProcessorMaxPollRPS=1000",
	"matching.numTaskqueueReadPartitions=1",
	"matching.numTaskqueueWritePartitions=1",
}

// keepClosed sets the namespace's retention, which the development server cannot be told at its start. It also proves
// that the namespace answers.
func keepClosed(ctx context.Context, address, name string) error {
	c, err := client.NewNamespaceClient(client.Options{HostPort: address, Logger: quiet{}})
	if err != nil {
		return err
	}
	defer c.Close()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := c.Update(ctx, &workflowservice.UpdateNamespaceRequest{
			Namespace: name,
			Config:    &namespace.NamespaceConfig{WorkflowExecutionRetentionTtl: durationpb.New(retention)},
		})
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("namespace %s of Temporal is not ready: %w", name, err)
		}
	}
}

// quiet keeps the SDK's notes off the terminal.
type quiet struct{}

func (quiet) Debug(string, ...any) {}
func (quiet) Info(string, ...any)  {}
func (quiet) Warn(string, ...any)  {}
func (quiet) Error(string, ...any) {}

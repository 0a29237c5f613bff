// Package engine fetches and starts what stands behind the local stack and the tests: a DynamoDB engine, a Temporal
// server, an object store and an inbox. They are the real programs, pinned by infra/local/package.json,
// infra/temporal/go.mod, infra/versitygw/go.mod and dynamodb-local.xml.
package engine

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"afterpress/infra/local/process"
)

// Root is the folder of the checkout: the nearest one above the working directory that has template.yaml.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "template.yaml")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no template.yaml in this folder or above it: run this inside the checkout")
		}
		dir = parent
	}
}

// Lock takes the lock file at path, waiting for it when wait is set, and returns what gives it back.
func Lock(path string, wait bool) (unlock func(), err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	how := syscall.LOCK_EX
	if !wait {
		how |= syscall.LOCK_NB
	}
	if err := syscall.Flock(int(file.Fd()), how); err != nil {
		_ = file.Close() // nothing was written
		return nil, err
	}
	return func() { _ = file.Close() }, nil // which gives the lock back
}

// Ports come from below the range that systems give to outgoing connections and to programs that listen on any port:
// nothing that passes takes one before its engine listens on it, or when a stack starts again.
const lowest, ports = 20000, 12000

// FreePort finds a port of 127.0.0.1 that nobody listens on.
func FreePort() (int, error) {
	for range 100 {
		if port := lowest + rand.IntN(ports); Free(port) {
			return port, nil
		}
	}
	return 0, fmt.Errorf("no free port between %d and %d", lowest, lowest+ports)
}

// Free reports whether nobody listens on the port of 127.0.0.1.
func Free(port int) bool {
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return false
	}
	return listener.Close() == nil
}

// awaitPort waits until a keeper's process listens on the port; one that ends before that is an error.
func awaitPort(ctx context.Context, k *process.Keeper, name string, port int) error {
	ended := k.Done()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := net.DialTimeout("tcp", fmt.Sprintf("127.0.0.1:%d", port), time.Second)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-tick.C:
		case <-ended:
			return fmt.Errorf("%s ended before it was ready:\n%s", name, k.Tail())
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready: %w\n%s", name, ctx.Err(), k.Tail())
		}
	}
}

// Where has the places of an engine's data and log, and how it reports an unasked end.
type Where struct {
	Data  string           // folder; empty: in memory, where the engine can
	Log   string           // file
	Ended func(how string) // called each time the engine dies, before it is started again; nil: nobody is told
}

func (w Where) keep(spec process.Spec) (*process.Keeper, error) {
	spec.Log = w.Log
	ended := w.Ended
	if ended == nil {
		ended = func(string) {}
	}
	return process.Keep(spec, ended)
}

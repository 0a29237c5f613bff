// Package enginetest starts engines for one test.
package enginetest

import (
	"path/filepath"
	"testing"

	"afterpress/infra/local/engine"
)

// Namespace is where the processes of a test run.
const Namespace = "shop"

// Temporal starts a Temporal server that lives as long as the test. Its data is in memory and its log in a folder of
// the test. It gives the server's host:port.
func Temporal(t testing.TB) (address string) {
	t.Helper()
	port, err := engine.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	server, err := engine.StartTemporal(t.Context(), engine.TemporalOptions{
		Where: engine.Where{Log: filepath.Join(t.TempDir(), "temporal.log")}, Port: port, Namespace: Namespace,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Keeper.Stop)
	return server.Address
}

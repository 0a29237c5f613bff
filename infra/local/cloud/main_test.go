package cloud_test

import (
	"os"
	"testing"

	"afterpress/infra/local/cloud"
)

// TestMain keeps what these tests ask of the roles out of the list of grants that Afterpress uses.
func TestMain(m *testing.M) {
	if err := os.Unsetenv(cloud.UsedDir); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// Package lambdatest builds the probe, a function that does as it is told, for tests of what invokes functions.
package lambdatest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Main runs a package's tests with the path of a freshly built probe in binary.
func Main(m *testing.M, binary *string) {
	dir, err := os.MkdirTemp("", "probe-")
	if err == nil {
		*binary = filepath.Join(dir, "bootstrap")
		err = build(*binary)
	}
	code := 1
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	} else {
		code = m.Run()
	}
	_ = os.RemoveAll(dir) // a folder of the system's for such
	os.Exit(code)
}

func build(binary string) error {
	const probe = "afterpress/infra/local/lambda/testdata/probe"
	cmd := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", binary, probe)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build the probe: %w\n%s", err, out)
	}
	return nil
}

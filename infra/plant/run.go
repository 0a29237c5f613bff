package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// outcome is what became of a bug.
type outcome string

const (
	noticed outcome = "noticed"   // a test failed
	missed  outcome = "missed"    // the tests passed: one is missing
	stale   outcome = "stale"     // its place or a test is gone, or it does not compile
	hung    outcome = "hung"      // the tests did not end in time
	broke   outcome = "broke off" // the tests ended and none of them failed: an engine did not start, say
)

// nursery is where bugs are planted: beside the checkout, in which nothing is ever written.
type nursery struct {
	root  string        // of the module
	temp  string        // a folder that is thrown away
	limit time.Duration // of one run of tests, without their compilation
	out   io.Writer     // takes a line for each bug
}

// try plants the bug and runs its tests. The text says why it was not noticed.
func (n nursery) try(ctx context.Context, b Bug) (outcome, string) {
	text, err := b.plant(n.root)
	if err != nil {
		return stale, err.Error()
	}
	dir, err := os.MkdirTemp(n.temp, "bug")
	if err != nil {
		return broke, err.Error()
	}
	defer func() { _ = os.RemoveAll(dir) }() // the folder above goes as well
	changed, overlay := filepath.Join(dir, "changed.go"), filepath.Join(dir, "overlay.json")
	replaced, err := json.Marshal(map[string]map[string]string{
		"Replace": {filepath.Join(n.root, filepath.FromSlash(b.File)): changed}})
	if err != nil {
		return broke, err.Error()
	}
	for name, text := range map[string][]byte{changed: []byte(text), overlay: replaced} {
		if err := os.WriteFile(name, text, 0o600); err != nil {
			return broke, err.Error()
		}
	}
	binary := filepath.Join(dir, "planted.test")
	if said, err := n.compile(ctx, b.Package, binary, "-overlay", overlay); err != nil {
		return stale, fmt.Sprintf("it does not compile: %v\n%s", err, said)
	}
	return n.run(ctx, binary, b.Package, b.Tests)
}

// sound runs tests of a package without a bug. Its error holds what they said: what fails anyhow notices nothing.
func (n nursery) sound(ctx context.Context, pkg string, tests []string) error {
	dir, err := os.MkdirTemp(n.temp, "sound")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }() // the folder above goes as well
	binary := filepath.Join(dir, "sound.test")
	if said, err := n.compile(ctx, pkg, binary); err != nil {
		return fmt.Errorf("%s does not compile: %w\n%s", pkg, err, said)
	}
	n.limit *= 5 // they are those of many bugs
	if became, said := n.run(ctx, binary, pkg, tests); became != missed {
		return fmt.Errorf("the tests of %s do not pass without a bug:\n%s", pkg, said)
	}
	return nil
}

func (n nursery) compile(ctx context.Context, pkg, binary string, flags ...string) (said []byte, err error) {
	args := append([]string{"test", "-c", "-o", binary}, flags...)
	cmd := exec.CommandContext(ctx, "go", append(args, pkg)...)
	cmd.Dir = n.root
	return cmd.CombinedOutput()
}

// quiet are the flags that keep a test from writing beside itself: rapid writes down what it found, unless told.
func quiet(ctx context.Context, binary string) []string {
	const told = "-rapid.nofailfile"
	help, _ := exec.CommandContext(ctx, binary, "-help").CombinedOutput() // a fault comes up again when it runs
	if bytes.Contains(help, []byte(told)) {
		return []string{told}
	}
	return nil
}

// grace is how long tests that should have ended may take to say where they stand.
const grace = 10 * time.Second

func (n nursery) run(ctx context.Context, binary, pkg string, tests []string) (outcome, string) {
	ctx, cancel := context.WithTimeout(ctx, n.limit+grace)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, append(quiet(ctx, binary), "-test.run=^("+strings.Join(tests, "|")+")$",
		"-test.failfast", "-test.timeout="+n.limit.String())...)
	cmd.Dir = filepath.Join(n.root, filepath.FromSlash(pkg))
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = &said, &said, grace
	err := cmd.Run()
	switch text := said.String(); {
	case err == nil:
		return missed, "its tests pass: " + strings.Join(tests, ", ")
	case ctx.Err() != nil || strings.Contains(text, "panic: test timed out after "):
		return hung, fmt.Sprintf("its tests do not end within %s: %s", n.limit, strings.Join(tests, ", "))
	case strings.Contains(text, "--- FAIL: "):
		return noticed, text
	default:
		return broke, fmt.Sprintf("%v\n%s", err, text)
	}
}

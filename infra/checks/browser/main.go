// Command browser starts a stack of its own and drives Chromium over the public pages, and Firefox where browsers
// differ: every *.mjs beside it, or those that are named.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"

	"afterpress/infra/demo/premises"
	"afterpress/infra/local/engine"
	"afterpress/infra/local/stack"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "browser:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, checks []string) error {
	root, err := engine.Root()
	if err != nil {
		return err
	}
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		return errors.New("the browser check needs Chromium (Debian's package chromium)")
	}
	firefox, err := exec.LookPath("firefox-esr")
	if err != nil {
		return errors.New("the browser check needs Firefox (Debian's package firefox-esr)")
	}
	here := filepath.Join(root, "infra", "checks", "browser")
	if len(checks) == 0 {
		if checks, err = filepath.Glob(filepath.Join(here, "*.mjs")); err != nil {
			return err
		}
	}
	shots, local := filepath.Join(root, ".local", "shots"), filepath.Join(root, ".build", "local")
	if err := os.MkdirAll(shots, 0o755); err != nil {
		return err
	}
	if err := command(ctx, root, "go", "build", "-o", local, "./infra/local").Run(); err != nil {
		return err
	}
	p, err := premises.Open(ctx, stack.Options{})
	if err != nil {
		return err
	}
	defer p.Close()
	cmd := command(ctx, here, "node",
		append([]string{"--test", "--test-reporter=spec", "--test-concurrency=2"}, checks...)...)
	cmd.Env = append(os.Environ(), "API="+p.API, "INBOX="+p.Inbox, "STACK="+p.Stack.Dir, "LOCAL="+local, "SHOTS="+shots,
		"CHROMIUM="+chromium, "FIREFOX="+firefox)
	return cmd.Run()
}

// command runs in dir and says what it says where we do.
func command(ctx context.Context, dir, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, os.Stdout, os.Stderr
	return cmd
}

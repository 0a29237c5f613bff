// Command browser starts a stack of its own and drives Chromium over the public pages: every *.mjs here.
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
	"afterpress/infra/local/seed"
	"afterpress/infra/local/stack"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "browser:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	root, err := engine.Root()
	if err != nil {
		return err
	}
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		return errors.New("the browser check needs Chromium (Debian's package chromium)")
	}
	p, err := premises.Open(ctx, stack.Options{})
	if err != nil {
		return err
	}
	defer p.Close()
	here := filepath.Join(root, "infra", "checks", "browser")
	shots := filepath.Join(root, ".local", "shots")
	if err := os.MkdirAll(shots, 0o755); err != nil {
		return err
	}
	cases, err := filepath.Glob(filepath.Join(here, "*.mjs"))
	if err != nil {
		return err
	}
	staff, err := p.Token(seed.Subject("manager"))
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "node", append([]string{"--test", "--test-concurrency=1"}, cases...)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = here, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), "API="+p.API, "INBOX="+p.Inbox, "SHOTS="+shots, "CHROMIUM="+chromium, "STAFF="+staff)
	return cmd.Run()
}

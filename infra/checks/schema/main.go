// Command schema starts a stack of its own and has schemathesis hold the doors to their description, /openapi.json:
// what it says may be sent is taken, what it does not say is refused, and every answer is one that it names. What
// is left out stands with its reason in schemathesis.toml. The arguments go on to `schemathesis run`; MAXEXAMPLES
// is how many requests it makes up for each operation. It needs schemathesis in .venv, which `make check` puts
// there.
package main

import (
	"cmp"
	"context"
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

// The same seed makes the same requests, so that what fails in one place fails in another.
const (
	chance      = "20261122"
	maxExamples = "5"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "schema:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, more []string) error {
	root, err := engine.Root()
	if err != nil {
		return err
	}
	p, err := premises.Open(ctx, stack.Options{})
	if err != nil {
		return err
	}
	defer p.Close()
	owner, err := p.Token(seed.Subject("owner"))
	if err != nil {
		return err
	}
	sales, err := p.Token(seed.Subject("sales"))
	if err != nil {
		return err
	}
	records := filepath.Join(p.Stack.Dir, "records.json")
	if err := stock(ctx, p, records); err != nil {
		return err
	}
	here := filepath.Join(root, "infra", "checks", "schema")
	args := []string{"--config-file", filepath.Join(here, "schemathesis.toml"), "run", "--url", p.API, "--seed", chance,
		"--max-examples", cmp.Or(os.Getenv("MAXEXAMPLES"), maxExamples)}
	cmd := exec.CommandContext(ctx, filepath.Join(root, ".venv", "bin", "schemathesis"),
		append(append(args, more...), p.API+"/openapi.json")...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = p.Stack.Dir, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), "TOKEN="+owner, "SALES="+sales, "HOOKS="+filepath.Join(here, "hooks.py"), "RECORDS="+
		records)
	return cmd.Run()
}

// Command clients generates a TypeScript client and a Go client from the description of the API. It compiles them, and
// calls a stack of its own with them. An integrator's generator must read the description without any help.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
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
		fmt.Fprintln(os.Stderr, "clients:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	root, err := engine.Root()
	if err != nil {
		return err
	}
	work := filepath.Join(root, ".build", "clients")
	if err := errors.Join(os.RemoveAll(work), os.MkdirAll(filepath.Join(work, "ts"), 0o755),
		os.MkdirAll(filepath.Join(work, "go"), 0o755)); err != nil {
		return err
	}
	description := filepath.Join(root, "functions", "api", "openapi.json")
	if err := typeScript(ctx, root, filepath.Join(work, "ts"), description); err != nil {
		return fmt.Errorf("the TypeScript client: %w", err)
	}
	if err := golang(ctx, root, filepath.Join(work, "go"), description); err != nil {
		return fmt.Errorf("the Go client: %w", err)
	}
	return call(ctx, filepath.Join(work, "ts", "out", "call.js"), filepath.Join(work, "go", "call"))
}

// typeScript generates the types with openapi-typescript, and compiles what calls with them.
func typeScript(ctx context.Context, root, work, description string) error {
	modules := filepath.Join(root, "infra", "checks", "node_modules")
	err := errors.Join(os.Symlink(modules, filepath.Join(work, "node_modules")),
		os.WriteFile(filepath.Join(work, "package.json"), []byte(`{"type":"module"}`), 0o644),
		copied(filepath.Join(root, "infra", "checks", "clients", "call.ts"), work))
	if err != nil {
		return err
	}
	if err := command(ctx, work, filepath.Join(modules, ".bin", "openapi-typescript"), description, "-o",
		"api.d.ts").Run(); err != nil {
		return err
	}
	return command(ctx, work, filepath.Join(modules, ".bin", "tsc"), "--strict", "--noEmitOnError", "--module",
		"nodenext", "--target", "es2022", "--lib", "es2022,dom,dom.iterable", "--outDir", "out", "call.ts").Run()
}

// golang generates the client with oapi-codegen, and compiles what calls with it. That is no Go file where it lies: its
// other half is not there.
func golang(ctx context.Context, root, work, description string) error {
	if err := copied(filepath.Join(root, "infra", "checks", "clients", "testdata", "call.go.txt"), work); err != nil {
		return err
	}
	tools := "-modfile=" + filepath.Join(root, "infra", "tools", "go.mod")
	if err := command(ctx, root, "go", "tool", tools, "oapi-codegen", "-generate", "types,client", "-package", "main",
		"-o", filepath.Join(work, "client.go"), description).Run(); err != nil {
		return err
	}
	return command(ctx, root, "go", "build", tools, "-o", filepath.Join(work, "call"),
		"./"+filepath.Join(".build", "clients", "go")).Run()
}

// call starts a stack and has both programs call it as the manager.
func call(ctx context.Context, script, program string) error {
	p, err := premises.Open(ctx, stack.Options{})
	if err != nil {
		return err
	}
	defer p.Close()
	token, err := p.Token(seed.Subject("manager"))
	if err != nil {
		return err
	}
	for _, cmd := range []*exec.Cmd{command(ctx, ".", "node", script), command(ctx, ".", program)} {
		cmd.Env = append(os.Environ(), "API="+p.API, "TOKEN="+token)
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("%s: %w", cmd.Path, err)
		}
	}
	return nil
}

// copied puts the file into the folder, under its name without .txt.
func copied(file, into string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(into, strings.TrimSuffix(filepath.Base(file), ".txt")), text, 0o644)
}

// command runs in dir and says what it says where we do.
func command(ctx context.Context, dir, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, os.Stdout, os.Stderr
	return cmd
}

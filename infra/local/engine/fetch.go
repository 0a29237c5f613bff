package engine

import (
	"bufio"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Fetch brings what is missing of the pinned engines and says on out what it does; it is quick when all is there.
func Fetch(ctx context.Context, out io.Writer) error {
	root, err := Root()
	if err != nil {
		return err
	}
	unlock, err := Lock(filepath.Join(root, ".local", "fetch.lock"), true)
	if err != nil {
		return err
	}
	defer unlock()
	if err := fetchPackages(ctx, root, out); err != nil {
		return err
	}
	for _, t := range []built{temporalServer, objectStore} {
		if err := t.build(ctx, root, out); err != nil {
			return err
		}
	}
	return nil
}

// fetchPackages installs the npm packages of infra/local when they are older than their lock file.
func fetchPackages(ctx context.Context, root string, out io.Writer) error {
	dir := filepath.Join(root, "infra", "local")
	if newer(filepath.Join(dir, "node_modules", ".package-lock.json"), filepath.Join(dir, "package-lock.json")) {
		return nil
	}
	fmt.Fprintln(out, "fetching the DynamoDB engine and the inbox (npm, some seconds)")
	// Install scripts of other people's packages do not run: none of these needs one.
	return run(ctx, dir, out, nil, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
}

// newer says whether the file at path is there and at least as new as the other.
func newer(path, other string) bool {
	have, err := os.Stat(path)
	if err != nil {
		return false
	}
	want, err := os.Stat(other)
	return err == nil && !have.ModTime().Before(want.ModTime())
}

// built is an engine that is built once from a module of its own, so that its dependencies are not ours.
type built struct {
	name string // of the program, and of its module's folder under infra/
	path string // of its package
	what string // to wait for
}

var (
	temporalServer = built{name: "temporal", path: "github.com/temporalio/cli/cmd/temporal",
		what: "the Temporal server, once (about 1,300 packages, some minutes)"}
	objectStore = built{name: "versitygw", path: "github.com/versity/versitygw/cmd/versitygw",
		what: "the object store, once (about 600 packages, some minutes)"}
)

// binary is in PATH, or where build puts it: its name changes with the pinned version.
func (t built) binary(root string) (string, error) {
	if path, err := exec.LookPath(t.name); err == nil {
		return path, nil
	}
	pin, err := os.ReadFile(filepath.Join(root, "infra", t.name, "go.mod"))
	if err != nil {
		return "", err
	}
	return filepath.Join(root, ".local", "bin", fmt.Sprintf("%s-%x", t.name, sha256.Sum256(pin))[:len(t.name)+1+8]), nil
}

func (t built) build(ctx context.Context, root string, out io.Writer) error {
	binary, err := t.binary(root)
	if err != nil {
		return err
	}
	if _, err := os.Stat(binary); err == nil {
		return nil
	}
	fmt.Fprintln(out, "building "+t.what)
	if err := os.MkdirAll(filepath.Dir(binary), 0o755); err != nil {
		return err
	}
	progress, packages := io.Pipe()
	counted := make(chan struct{})
	go func() {
		defer close(counted)
		count(progress, out)
	}()
	fresh := binary + ".new"
	err = run(ctx, filepath.Join(root, "infra", t.name), packages, []string{"CGO_ENABLED=0", "GOFLAGS="},
		"go", "build", "-v", "-trimpath", "-ldflags", "-s -w", "-o", fresh, t.path)
	_ = packages.Close() // a pipe in memory
	<-counted
	if err != nil {
		return err
	}
	return os.Rename(fresh, binary)
}

// count turns the builder's list of packages into a line now and then, and passes on its faults.
func count(packages io.Reader, out io.Writer) {
	began, n := time.Now(), 0
	for lines := bufio.NewScanner(packages); lines.Scan(); {
		line := lines.Text()
		switch {
		case strings.HasPrefix(line, "go: downloading "):
		case strings.Contains(line, " "): // a package's path has no space
			fmt.Fprintln(out, line)
		default:
			if n++; n%100 == 0 {
				fmt.Fprintf(out, "  %d packages, %d s\n", n, int(time.Since(began).Seconds()))
			}
		}
	}
}

// fetchDynamoDBLocal copies DynamoDB Local and all it needs into lib.
func fetchDynamoDBLocal(ctx context.Context, root, lib string) error {
	unlock, err := Lock(filepath.Join(root, ".local", "fetch.lock"), true)
	if err != nil {
		return err
	}
	defer unlock()
	pom := filepath.Join(root, "infra", "local", "engine", "dynamodb-local.xml")
	done := filepath.Join(lib, "fetched")
	if newer(done, pom) {
		return nil
	}
	fmt.Fprintln(os.Stderr, "fetching DynamoDB Local (Maven, 51 MB)")
	if err := run(ctx, root, os.Stderr, nil, "mvn", "-q", "-B", "-Dstyle.color=never", "-f", pom,
		"dependency:copy-dependencies", "-DoutputDirectory="+lib); err != nil {
		return err
	}
	// The driver looks for the library under its plain name; Maven has the version in it.
	for _, name := range []string{"libsqlite4java-linux-amd64", "libsqlite4java-linux-aarch64"} {
		found, err := filepath.Glob(filepath.Join(lib, name+"-*.so"))
		if err != nil || len(found) == 0 {
			continue
		}
		if err := os.Symlink(filepath.Base(found[0]), filepath.Join(lib, name+".so")); err != nil && !os.IsExist(err) {
			return err
		}
	}
	return os.WriteFile(done, nil, 0o644)
}

func run(ctx context.Context, dir string, out io.Writer, env []string, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.Env = dir, out, out, append(os.Environ(), env...)
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s %s: %w", name, args[0], err)
	}
	return nil
}

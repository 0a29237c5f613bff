package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"afterpress/infra/demo/premises"
	"afterpress/infra/local/engine"
)

// firstSteps are the lines that the README has a newcomer paste, one by one.
func firstSteps(t *testing.T, root string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, chapter, _ := strings.Cut(string(text), "\n## First steps\n")
	_, block, _ := strings.Cut(chapter, "\n```\n")
	block, _, _ = strings.Cut(block, "\n```\n")
	return strings.Split(block, "\n")
}

// pastesTheReadme runs the README's first steps in one shell against the running stack, line by line. What each line
// shows is what the README says of it.
func pastesTheReadme(t *testing.T, p *premises.Premises) {
	root, err := engine.Root()
	if err != nil {
		t.Fatal(err)
	}
	// A newcomer stands in the project's folder, and their stack is in .local of it. This stack lies elsewhere.
	folder := t.TempDir()
	makefile := fmt.Sprintf("token:\n\t@$(MAKE) -s -C %s token STACK=%s\n", root, p.Dir)
	if err := os.Symlink(p.Dir, filepath.Join(folder, ".local")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "Makefile"), []byte(makefile), 0o600); err != nil {
		t.Fatal(err)
	}
	shown := []string{"", `"status":"received"`, "New lead", `"name":"Li Na"`, "console: " + p.API + "/console"}
	lines := firstSteps(t, root)
	if len(lines) != len(shown) {
		t.Fatalf("the README has %d first steps, and %d are known here: %q", len(lines), len(shown), lines)
	}
	const mark = "\x1e" // ends what a line shows
	pasted := strings.Join(lines, "; printf '\\036'\n") + "\n"
	cmd := exec.CommandContext(t.Context(), "bash", "-e", "-o", "pipefail", "-c", pasted)
	var said strings.Builder
	cmd.Dir, cmd.Stderr = folder, &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s\n%s", err, out, said.String())
	}
	for i, answer := range strings.Split(string(out), mark) {
		if !strings.Contains(answer, shown[i]) {
			t.Errorf("%s\nshows %q, and not %q", lines[i], answer, shown[i])
		}
	}
}

package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestWhatNoRoleHasTriedIsListed(t *testing.T) {
	root, dir := t.TempDir(), t.TempDir()
	for _, c := range callers {
		if err := os.MkdirAll(filepath.Join(root, c.folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(root, "shared/store/areatest"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"shared/store/area.go": "package store\ntype A struct{}\nfunc (A) Open() {}\nfunc (A) Close() {}\n" +
			"func (A) Shut() {}\nfunc (A) NewTaskID() {}\n",
		"shared/store/areatest/area.go": "package areatest\ntype B struct{}\nfunc (B) Furnish() {}\n",
		"shared/app/app.go": "package app\nfunc do() { o.Store.Open(); o.Store.Close(); o.Store.NewTaskID(); " +
			"o.Store.Furnish(); o.Other.Shut() }\n",
		"shared/app/app_test.go": "package app\nfunc test() { o.Store.Shut() }\n",
		"workflows/work.go": "package workflows\n// Records is implemented by *store.Store.\n" +
			"type Records interface{ Open(); Close() }\n// Other is not.\ntype Other interface{ Shut() }\n",
	} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const noted = "intake\tcall\tOpen\nworker\tcall\tClose\noperator\tcall\tOpen\n"
	if err := os.WriteFile(filepath.Join(dir, "used-1.tsv"), []byte(noted), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := untried(root, dir)
	if want := []string{"api or console or intake Close", "worker Open"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, want %q; %v", got, want, err)
	}
}

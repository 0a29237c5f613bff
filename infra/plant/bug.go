package main

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// planted are the bugs, a file for each area.
//
//go:embed bugs/*.yaml
var planted embed.FS

// Bug is a mistake that an author could make, and the tests that must notice it.
type Bug struct {
	Name    string   `yaml:"name"`
	Harm    string   `yaml:"harm"`    // what goes wrong, and for whom
	File    string   `yaml:"file"`    // from the root, with slashes
	Old     string   `yaml:"old"`     // stands in the file once
	New     string   `yaml:"new"`     // stands there instead; empty: it is left out
	Package string   `yaml:"package"` // of the tests, from the root: ./shared/crm/gate
	Tests   []string `yaml:"tests"`   // their functions
}

// load reads every file of bugs, in the order of their names. Its error names each entry that is not whole.
func load(files fs.FS) ([]Bug, error) {
	names, err := fs.Glob(files, "bugs/*.yaml")
	if err != nil {
		return nil, err
	}
	var all []Bug
	var faults []error
	for _, name := range names {
		file, err := files.Open(name)
		if err != nil {
			return nil, err
		}
		var bugs []Bug
		decoder := yaml.NewDecoder(file)
		decoder.KnownFields(true)
		if err := errors.Join(decoder.Decode(&bugs), file.Close()); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for i, b := range bugs {
			named := func(other Bug) bool { return other.Name == b.Name }
			if b.Name == "" || b.Harm == "" || b.File == "" || b.Old == "" || b.Old == b.New || b.Package == "" ||
				len(b.Tests) == 0 || slices.ContainsFunc(all, named) {
				faults = append(faults, fmt.Errorf("%s: entry %d, %q, is not whole or its name is taken", name, i+1, b.Name))
			}
			all = append(all, b)
		}
	}
	return all, errors.Join(faults...)
}

// plant gives the file's text with the bug in it. Its error says why the bug is stale: its place or a test is gone.
func (b Bug) plant(root string) (string, error) {
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(b.File)))
	if err != nil {
		return "", err
	}
	if n := strings.Count(string(text), b.Old); n != 1 {
		return "", fmt.Errorf("its text stands %d times in %s", n, b.File)
	}
	tests, err := declared(filepath.Join(root, filepath.FromSlash(b.Package)))
	if err != nil {
		return "", err
	}
	for _, name := range b.Tests {
		if !slices.Contains(tests, name) {
			return "", fmt.Errorf("%s has no %s", b.Package, name)
		}
	}
	return strings.Replace(string(text), b.Old, b.New, 1), nil
}

var testRule = regexp.MustCompile(`(?m)^func (Test\w+)\(`)

// declared lists the tests of a folder.
func declared(dir string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		return nil, err
	}
	var out []string
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		for _, m := range testRule.FindAllStringSubmatch(string(text), -1) {
			out = append(out, m[1])
		}
	}
	return out, nil
}

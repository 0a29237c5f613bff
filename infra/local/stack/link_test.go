package stack

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/message"
)

func TestALinkIsTheDoorsOwn(t *testing.T) {
	dir := t.TempDir()
	if _, err := ChoicesLink(dir, "con_1"); err == nil {
		t.Error("a link to a stack that is not there")
	}
	if err := os.WriteFile(filepath.Join(dir, "stack.json"), []byte(`{"api":"http://127.0.0.1:1"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ChoicesLink(dir, "lead_1"); err == nil {
		t.Error("a link for a lead")
	}
	link, err := ChoicesLink(dir, "con_1")
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := Tokens(dir)
	if err != nil {
		t.Fatal(err)
	}
	tok, found := strings.CutPrefix(link, "http://127.0.0.1:1/u/")
	if u, ours := gate.OpenUnsubscribing(tokens, tok); !found || !ours ||
		u != (gate.Unsubscribing{Person: "con_1", Channel: message.ChannelEmail}) {
		t.Errorf("%s: %+v", link, u)
	}
}

// Secrets, tokens' key and the tables of the stack lie in its folder of data.
func TestNobodyElseLooksIntoTheData(t *testing.T) {
	dir := t.TempDir()
	for _, before := range []string{"new", "open to all"} {
		data := filepath.Join(dir, before, "data")
		if before != "new" {
			if err := errors.Join(os.MkdirAll(data, 0o755), os.Chmod(data, 0o755)); err != nil {
				t.Fatal(err)
			}
		}
		s, err := open(Options{Dir: filepath.Join(dir, before), Headless: true})
		if err != nil {
			t.Fatal(err)
		}
		s.Close()
		if info, err := os.Stat(data); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("%s: %v, %v", before, info.Mode(), err)
		}
	}
}

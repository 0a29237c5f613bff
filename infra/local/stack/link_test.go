package stack

import (
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

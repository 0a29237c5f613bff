package stack

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/token"
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
	text, err := secret(filepath.Join(dir, "data", "seal-key"))
	if err != nil {
		t.Fatal(err)
	}
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := token.NewTokens(key)
	if err != nil {
		t.Fatal(err)
	}
	tok, found := strings.CutPrefix(link, "http://127.0.0.1:1/u/")
	if u, ours := gate.OpenUnsubscribing(tokens, tok); !found || !ours ||
		u != (gate.Unsubscribing{Person: "con_1", Channel: message.ChannelEmail}) {
		t.Errorf("%s: %+v", link, u)
	}
}

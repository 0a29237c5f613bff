package operator

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"afterpress/shared/boot"
	"afterpress/shared/kernel/kerneltest"
)

// What a command hashes on a stack of this machine, the doors find, and the other way about.
func TestACommandHasTheKeysOfItsStack(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"STAGE", "RECORDS_TABLE", "EVENTS_TABLE", "MESSAGES_TABLE", "SEAL_KEY",
		"AWS_ENDPOINT_URL_DYNAMODB", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} {
		t.Setenv(name, "") // and is as it was after the test
	}
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "data"), 0o700),
		os.WriteFile(filepath.Join(dir, "stack.json"), []byte(`{"dynamodb":"http://127.0.0.1:1"}`), 0o600),
		os.WriteFile(filepath.Join(dir, "data", "seal-key"), []byte(kerneltest.Key("stack")), 0o600)); err != nil {
		t.Fatal(err)
	}
	if err := settle(dir); err != nil {
		t.Fatal(err)
	}
	c, err := boot.Load(t.Context(), boot.Keys)
	if err != nil || !bytes.Equal(c.Ring.Hashing("x"), kerneltest.Ring("stack").Hashing("x")) {
		t.Errorf("another key: %v", err)
	}
}

package issuer

import (
	"path/filepath"
	"testing"

	"github.com/lestrrat-go/jwx/v3/jwt"
)

func TestATokenSurvivesARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys", "issuer.pem")
	first, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	text, err := first.Mint("stf_1", "manager", "sales")
	if err != nil {
		t.Fatal(err)
	}
	second, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := second.Keys()
	if err != nil {
		t.Fatal(err)
	}
	token, err := jwt.ParseString(text, jwt.WithKeySet(keys), jwt.WithIssuer(Name))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"sub": "stf_1", "client_id": Client, "token_use": "access"} {
		var got string
		if err := token.Get(name, &got); err != nil || got != want {
			t.Errorf("claim %s is %q, %v", name, got, err)
		}
	}
}

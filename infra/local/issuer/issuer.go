// Package issuer is the local identity provider: it signs tokens shaped like Amazon Cognito's access tokens. Its name
// and its key stay the same, so a token survives a restart and a change of ports.
package issuer

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jwt"
)

// Values of the template's parameters TokenIssuer and TokenAudience on this machine.
const (
	Name   = "https://issuer.afterpress.invalid"
	Client = "afterpress-local"
)

// life is long enough for a working day with one token.
const life = 12 * time.Hour

// Issuer signs tokens with its key.
type Issuer struct{ key jwk.Key }

// Open reads the key at path, or makes it.
func Open(path string) (*Issuer, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		text, err = makeKey(path)
	}
	if err != nil {
		return nil, err
	}
	key, err := jwk.ParseKey(text, jwk.WithPEM(true))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := jwk.AssignKeyID(key); err != nil {
		return nil, err
	}
	if err := key.Set(jwk.AlgorithmKey, jwa.RS256()); err != nil {
		return nil, err
	}
	return &Issuer{key: key}, nil
}

func makeKey(path string) ([]byte, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	return text, os.WriteFile(path, text, 0o600)
}

// Keys are the public keys that prove a token, as a JWKS.
func (i *Issuer) Keys() (jwk.Set, error) {
	public, err := i.key.PublicKey()
	if err != nil {
		return nil, err
	}
	set := jwk.NewSet()
	return set, set.AddKey(public)
}

// Mint signs an access token for the subject, good for 12 hours.
func (i *Issuer) Mint(subject string, groups ...string) (string, error) {
	now := time.Now()
	b := jwt.NewBuilder().Issuer(Name).Subject(subject).JwtID(uuid.NewString()).
		IssuedAt(now).Expiration(now.Add(life)).
		Claim("token_use", "access").Claim("client_id", Client).Claim("username", subject).
		Claim("scope", "openid").Claim("auth_time", now.Unix())
	if len(groups) > 0 {
		b = b.Claim("cognito:groups", groups)
	}
	return i.sign(b)
}

func (i *Issuer) sign(b *jwt.Builder) (string, error) {
	token, err := b.Build()
	if err != nil {
		return "", err
	}
	signed, err := jwt.Sign(token, jwt.WithKey(jwa.RS256(), i.key))
	return string(signed), err
}

package token

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"sync/atomic"
	"time"
)

// KeyStays is how long a seal key stays in the list after another key came before it. What it sealed opens no more
// once it has left, so it is no shorter than the life of any link. The longest is the link to a complaint. A defect
// may appear two years after delivery (Civil Code 621), and a policy lets a closed complaint be reopened for 3,650
// days at most. The last year is for the complaint itself. infra/DEPLOY.md tells operators the same number.
const KeyStays = 13 * 365 * 24 * time.Hour

// Ring holds the keys of an installation. The hash key makes keyed hashes of addresses, which are stored, so it
// stays for ever. The seal keys seal what people carry: links, reply addresses, cursors. The first seals, and each
// of them opens. A seal key may leave the list once it was not the first for KeyStays. The keys may be exchanged
// while others read them.
type Ring struct{ now atomic.Pointer[keys] }

type keys struct {
	hash []byte
	seal [][]byte
}

// NewRing reads the keys from the text of the secret that holds them. A key is the base64 of at least 32 random
// bytes. The text is one key, which then hashes and seals, or {"hash":"…","seal":["newest","…","oldest"]}. No error
// names a key.
func NewRing(text string) (*Ring, error) {
	k, err := readKeys(text)
	if err != nil {
		return nil, err
	}
	r := new(Ring)
	r.now.Store(&k)
	return r, nil
}

// Turn exchanges the keys for those of a newer text, as NewRing reads it. With an error the ring stays as it is. A
// text with another hash key is one: under it no address would be known as suppressed.
func (r *Ring) Turn(text string) error {
	next, err := readKeys(text)
	if err != nil {
		return err
	}
	if string(next.hash) != string(r.now.Load().hash) {
		return errors.New("has another hash key than before; the hash key never changes")
	}
	r.now.Store(&next)
	return nil
}

// Sealing gives a key of 32 bytes for each seal key, derived for one purpose. The first seals; each opens.
func (r *Ring) Sealing(purpose string) [][]byte {
	var out [][]byte
	for _, key := range r.now.Load().seal {
		out = append(out, derive(key, purpose))
	}
	return out
}

// Hashing gives a key of 32 bytes, derived from the hash key for one purpose.
func (r *Ring) Hashing(purpose string) []byte { return derive(r.now.Load().hash, purpose) }

func derive(key []byte, purpose string) []byte {
	out, err := hkdf.Key(sha256.New, key, nil, purpose, sha256.Size)
	if err != nil {
		panic(err) // only more than 255 times this length is refused (RFC 5869)
	}
	return out
}

func readKeys(text string) (keys, error) {
	var in struct {
		Hash string   `json:"hash"`
		Seal []string `json:"seal"`
	}
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.DisallowUnknownFields()
		if decoder.Decode(&in) != nil || in.Hash == "" || len(in.Seal) == 0 {
			return keys{}, errors.New(`must be one key, or JSON: {"hash":"…","seal":["newest","…","oldest"]}`)
		}
	} else {
		in.Hash, in.Seal = text, []string{text}
	}
	var out keys
	for _, one := range append([]string{in.Hash}, in.Seal...) {
		key, err := base64.StdEncoding.DecodeString(one)
		if err != nil || len(key) < 32 {
			return keys{}, errors.New("has a key that is not the base64 of at least 32 random bytes")
		}
		if out.hash == nil {
			out.hash = key
		} else {
			out.seal = append(out.seal, key)
		}
	}
	return out, nil
}

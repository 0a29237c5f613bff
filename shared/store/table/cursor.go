package table

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"afterpress/shared/kernel/fault"
)

// cursorLife is how long a page's next link works.
const cursorLife = 24 * time.Hour

// sealer closes cursors, so that a caller can neither read the keys of the tables in them nor use one for another
// list.
type sealer struct{ aead cipher.AEAD }

func newSealer(key []byte) (sealer, error) {
	if len(key) < 32 {
		return sealer{}, errors.New("store: the seal key needs at least 32 bytes")
	}
	derived, err := hkdf.Key(sha256.New, key, nil, "afterpress cursor v1", 32)
	if err != nil {
		return sealer{}, err
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return sealer{}, err
	}
	aead, err := cipher.NewGCM(block)
	return sealer{aead}, err
}

// newHashKey makes the key under which addresses of people and networks are hashed: a row that counts them does not
// name them.
func newHashKey(key []byte) ([]byte, error) {
	return hkdf.Key(sha256.New, key, nil, "afterpress counter v1", 32)
}

// Hashed is a value as a key of a table may hold it.
func (t *Table) Hashed(value string) string {
	h := hmac.New(sha256.New, t.hashKey)
	h.Write([]byte(value))
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// cursor is where a list goes on: after Last, until Expires. The query and the caller are bound in as associated data.
type cursor struct {
	Last    string    `json:"l"`
	Expires time.Time `json:"x"`
}

func (s sealer) close(c cursor, query, caller string) (string, error) {
	plain, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, s.aead.NonceSize())
	rand.Read(nonce) // never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(s.aead.Seal(nonce, nonce, plain, bound(query, caller))), nil
}

func (s sealer) open(sealed, query, caller string, now time.Time) (cursor, error) {
	refused := fault.Fail(fault.Unreadable, "翻页标记无效或已过期。请从第一页重新开始。",
		"The cursor does not belong to this list or has expired. Start again from the first page.")
	raw, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil || len(raw) < s.aead.NonceSize() {
		return cursor{}, refused
	}
	plain, err := s.aead.Open(nil, raw[:s.aead.NonceSize()], raw[s.aead.NonceSize():], bound(query, caller))
	if err != nil {
		return cursor{}, refused
	}
	var c cursor
	if json.Unmarshal(plain, &c) != nil || !now.Before(c.Expires) {
		return cursor{}, refused
	}
	return c, nil
}

func bound(query, caller string) []byte { return []byte(query + "\x00" + caller) }

// OpenCursor says after what a list goes on. shape names the list: a cursor of another one, or of another caller, does
// not open.
func (t *Table) OpenCursor(p Paging, shape string) (last string, err error) {
	c, err := t.seal.open(p.Cursor, shape, p.Caller, t.Now())
	return c.Last, err
}

// SealCursor is the cursor with which the same caller goes on in the same list, after last.
func (t *Table) SealCursor(p Paging, shape, last string) (string, error) {
	return t.seal.close(cursor{Last: last, Expires: t.Now().Add(cursorLife)}, shape, p.Caller)
}

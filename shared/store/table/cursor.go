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

// sealer encrypts cursors. A caller can neither read the tables' keys in a cursor nor use it for another list.
type sealer struct{ aead cipher.AEAD }

func newSealer(key []byte) (sealer, error) {
	if len(key) < 32 {
		return sealer{}, errors.New("table: the seal key needs at least 32 bytes")
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

// newHashKey derives the key for hashing the addresses of people and networks. A row that counts an address then
// does not name it.
func newHashKey(key []byte) ([]byte, error) {
	return hkdf.Key(sha256.New, key, nil, "afterpress counter v1", 32)
}

// Hashed is a value in the form that a table's key may hold: the first 16 bytes of its HMAC-SHA-256, in
// hexadecimal.
func (t *Table) Hashed(value string) string {
	h := hmac.New(sha256.New, t.hashKey)
	h.Write([]byte(value))
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// cursor is where a list goes on: after Last, until Expires. The query and the caller are bound in as associated
// data.
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

// OpenCursor gives the place after which a list goes on. shape names the list. A cursor of another list or
// caller is Unreadable, and so is one older than a day.
func (t *Table) OpenCursor(p Paging, shape string) (last string, err error) {
	c, err := t.seal.open(p.Cursor, shape, p.Caller, t.Now())
	return c.Last, err
}

// SealCursor makes the cursor with which the same caller continues the same list after last. It works for 24
// hours.
func (t *Table) SealCursor(p Paging, shape, last string) (string, error) {
	return t.seal.close(cursor{Last: last, Expires: t.Now().Add(cursorLife)}, shape, p.Caller)
}

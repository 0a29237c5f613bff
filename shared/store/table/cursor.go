package table

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"time"

	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/token"
)

// CursorLife is how long a page's next link works.
const CursorLife = 24 * time.Hour

// sealer encrypts cursors with the seal keys of a ring. A caller can neither read the tables' keys in a cursor nor
// use it for another list.
type sealer struct {
	ring    *token.Ring
	hashing func() []byte // the key of Hashed: a ring never changes its hash key
}

// ciphers gives one for each seal key: the first seals, each opens.
func (s sealer) ciphers() ([]cipher.AEAD, error) {
	var out []cipher.AEAD
	for _, key := range s.ring.Sealing("afterpress cursor v1") {
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, err
		}
		aead, err := cipher.NewGCM(block)
		if err != nil {
			return nil, err
		}
		out = append(out, aead)
	}
	return out, nil
}

// Hashed is a value in the form that a table's key may hold: the first 16 bytes of its HMAC-SHA-256, in
// hexadecimal. It hashes the addresses of people and networks, so that a row which counts or suppresses one does not
// name it. The key is the ring's hash key, which never changes.
func (t *Table) Hashed(value string) string {
	h := hmac.New(sha256.New, t.seal.hashing())
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
	ciphers, err := s.ciphers()
	if err != nil {
		return "", err
	}
	nonce := make([]byte, ciphers[0].NonceSize())
	rand.Read(nonce) // never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(ciphers[0].Seal(nonce, nonce, plain, bound(query, caller))), nil
}

func (s sealer) open(sealed, query, caller string, now time.Time) (cursor, error) {
	refused := fault.Fail(fault.Unreadable, "翻页标记无效或已过期。请从第一页重新开始。",
		"The cursor does not belong to this list or has expired. Start again from the first page.")
	raw, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil {
		return cursor{}, refused
	}
	ciphers, err := s.ciphers()
	if err != nil {
		return cursor{}, err
	}
	for _, one := range ciphers {
		if len(raw) < one.NonceSize() {
			break
		}
		var c cursor
		plain, err := one.Open(nil, raw[:one.NonceSize()], raw[one.NonceSize():], bound(query, caller))
		if err == nil && json.Unmarshal(plain, &c) == nil && now.Before(c.Expires) {
			return c, nil
		}
	}
	return cursor{}, refused
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
	return t.seal.close(cursor{Last: last, Expires: t.Now().Add(CursorLife)}, shape, p.Caller)
}

package token

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
)

// Seals seals what a browser carries for us and may neither read nor change, such as a cookie. It is AES-256-GCM under
// keys of its own for each use: what was sealed for one use does not open for another. The first seal key of the ring
// seals, and each of them opens.
type Seals struct {
	ring *Ring
	use  string
}

// NewSeals makes the seals of one use.
func NewSeals(r *Ring, use string) Seals { return Seals{r, use} }

// mostSealed is how many signs of a sealed text are looked at.
const mostSealed = 4096

// Seal seals a text, each time otherwise.
func (s Seals) Seal(plain []byte) string {
	aead := s.ciphers()[0]
	nonce := make([]byte, aead.NonceSize())
	rand.Read(nonce) // never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(aead.Seal(nonce, nonce, plain, []byte(s.use)))
}

// Open opens what Seal sealed. ok is false for anything else.
func (s Seals) Open(sealed string) (plain []byte, ok bool) {
	if len(sealed) > mostSealed {
		return nil, false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(sealed)
	if err != nil {
		return nil, false
	}
	for _, aead := range s.ciphers() {
		if len(raw) < aead.NonceSize() {
			return nil, false
		}
		plain, err := aead.Open(nil, raw[:aead.NonceSize()], raw[aead.NonceSize():], []byte(s.use))
		if err == nil {
			return plain, true
		}
	}
	return nil, false
}

func (s Seals) ciphers() []cipher.AEAD {
	var out []cipher.AEAD
	for _, key := range s.ring.Sealing("afterpress " + s.use + " v1") {
		block, err := aes.NewCipher(key)
		if err != nil {
			panic(err) // the key has 32 bytes
		}
		aead, err := cipher.NewGCM(block)
		if err != nil {
			panic(err) // the block has 16 bytes
		}
		out = append(out, aead)
	}
	return out
}

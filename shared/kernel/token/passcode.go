package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// Passcode is the code of six digits with this id, by which people show that a phone or an e-mail is theirs. The digits
// follow from the id and the hash key, which stays. They stand nowhere: not in the tables, whose reader would try a
// million hashes in a second, nor in an event or a log. Who sends and who checks compute them anew.
func (t Tokens) Passcode(id string) string {
	h := hmac.New(sha256.New, t.ring.Hashing("afterpress passcode v1"))
	h.Write([]byte(id))
	return fmt.Sprintf("%06d", binary.BigEndian.Uint64(h.Sum(nil))%1_000_000)
}

// IsPasscode reports whether somebody typed the code with this id. It takes the same time whatever was typed.
func (t Tokens) IsPasscode(id, typed string) bool {
	return hmac.Equal([]byte(t.Passcode(id)), []byte(typed))
}

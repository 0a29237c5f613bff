package token

import (
	"crypto/hmac"
	"slices"
)

// useMark keeps a mark from being the signature of a token.
const useMark = "mark"

// Mark is a keyed hash of a value, such as the address to which a link went: 8 characters of base64url, 48 bits. Nobody
// without the keys learns the value from it. It stands in signed tokens alone, where nobody can try other marks.
func (t Tokens) Mark(value string) string { return t.keys()[0].mark(value) }

// Marks reports whether the mark is that of the value, under any seal key of the ring.
func (t Tokens) Marks(mark, value string) bool {
	return slices.ContainsFunc(t.keys(),
		func(k signingKey) bool { return hmac.Equal([]byte(k.mark(value)), []byte(mark)) })
}

func (k signingKey) mark(value string) string { return k.mac(useMark, value)[:8] }

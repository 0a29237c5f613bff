// Package token signs and opens the tokens that customers carry in links and reply addresses.
package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/samber/lo"
)

// Uses of a token. A token of one use does not open for another.
const (
	UseForm    = "form"    // when a form was drawn
	UseConfirm = "confirm" // a yes to marketing that waits for its confirmation
	UseChoices = "choices" // what a contact wants to be sent
	UseArtwork = "artwork" // files may be handed in
	UseThanks  = "thanks"  // an enquiry was taken under this reference
	// UseComplain is of the page on which a visitor enters the code by which they complain.
	UseComplain = "complain"
)

// Tokens signs what people who are not signed in get from us: links in messages, and the moment at which a
// form was drawn. A token reads keyid.payload.mac, and an address takes each part as it is. Everybody can
// read its payload, so it holds ids and times, no names. A token verifies while its seal key is in the ring. One
// that has to end before says so in its payload.
type Tokens struct{ ring *Ring }

// NewTokens makes a signer with the seal keys of the ring.
func NewTokens(r *Ring) Tokens { return Tokens{r} }

type signingKey struct {
	id     string
	secret []byte
}

func (t Tokens) keys() []signingKey {
	return lo.Map(t.ring.Sealing("afterpress token v1"), func(secret []byte, _ int) signingKey {
		name := sha256.Sum256(secret)
		return signingKey{hex.EncodeToString(name[:4]), secret}
	})
}

// Sign makes a token of the payload for one use.
func (t Tokens) Sign(use, payload string) string {
	key := t.keys()[0]
	head := key.id + "." + base64.RawURLEncoding.EncodeToString([]byte(payload))
	return head + "." + key.mac(use, head)
}

// Open reads the payload of a token that was signed for the use. ok is false for anything else, and for a
// token of more than 512 bytes.
func (t Tokens) Open(use, token string) (payload string, ok bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 || len(token) > 512 {
		return "", false
	}
	key, known := lo.Find(t.keys(), func(k signingKey) bool { return k.id == parts[0] })
	if !known || !hmac.Equal([]byte(key.mac(use, parts[0]+"."+parts[1])), []byte(parts[2])) {
		return "", false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(parts[1])
	return string(raw), err == nil
}

// SignUntil makes a token about one record that ends at a second. The caller who opens it decides what
// follows from the end.
func (t Tokens) SignUntil(use, of string, ends time.Time) string {
	return t.Sign(use, of+" "+strconv.FormatInt(ends.Unix(), 36))
}

// OpenUntil reads a token of SignUntil, whether it has ended or not.
func (t Tokens) OpenUntil(use, token string) (of string, ends time.Time, ok bool) {
	payload, ok := t.Open(use, token)
	of, second, _ := strings.Cut(payload, " ")
	unix, err := strconv.ParseInt(second, 36, 64)
	return of, time.Unix(unix, 0).UTC(), ok && err == nil
}

// mac covers use, key and payload. The zero byte keeps a use from running into what follows.
func (k signingKey) mac(use, head string) string {
	h := hmac.New(sha256.New, k.secret)
	h.Write([]byte(use + "\x00" + head))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:20])
}

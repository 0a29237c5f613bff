package crm

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// ReplyAddresses makes and reads the addresses that customers answer to: reply+<token>@domain. The token names a lead and is signed, so that
// nobody can make one for a lead of which he has no mail. It holds in 64 characters before the @ (RFC 5321), in letters that survive a change of case.
type ReplyAddresses struct{ key []byte }

const (
	replyName    = "reply+"
	replyVersion = 1  // which key and layout: the first byte
	replySum     = 10 // bytes of the MAC: 80 bits, guessed against this door only
)

var replyText = base32.StdEncoding.WithPadding(base32.NoPadding)

// NewReplyAddresses derives its key from the installation's seal key.
func NewReplyAddresses(sealKey []byte) (ReplyAddresses, error) {
	if len(sealKey) < 32 {
		return ReplyAddresses{}, errors.New("crm: the seal key needs at least 32 bytes")
	}
	key, err := hkdf.Key(sha256.New, sealKey, nil, "afterpress reply v1", 32)
	return ReplyAddresses{key}, err
}

// For is the address for answers about a lead; empty for an id that is none.
func (a ReplyAddresses) For(lead, domain string) string {
	if kind := idForm.FindStringSubmatch(lead); kind == nil || kind[1] != "lead" || domain == "" {
		return ""
	}
	id, err := hex.DecodeString(strings.ReplaceAll(strings.TrimPrefix(lead, "lead_"), "-", ""))
	if err != nil {
		return ""
	}
	body := append([]byte{replyVersion}, id...)
	return replyName + strings.ToLower(replyText.EncodeToString(append(body, a.sum(body)...))) + "@" + domain
}

// Lead is the lead that an address names; ok is false for any address that For did not make, whatever its domain.
func (a ReplyAddresses) Lead(address string) (lead string, ok bool) {
	local, _, _ := strings.Cut(strings.ToLower(address), "@")
	token, ours := strings.CutPrefix(local, replyName)
	raw, err := replyText.DecodeString(strings.ToUpper(token))
	if !ours || err != nil || len(raw) != 1+16+replySum || raw[0] != replyVersion || replyText.EncodeToString(raw) != strings.ToUpper(token) {
		return "", false
	}
	body, sum := raw[:17], raw[17:]
	if !hmac.Equal(sum, a.sum(body)) {
		return "", false
	}
	id := body[1:]
	return fmt.Sprintf("lead_%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:]), true
}

func (a ReplyAddresses) sum(body []byte) []byte {
	h := hmac.New(sha256.New, a.key)
	h.Write(body)
	return h.Sum(nil)[:replySum]
}

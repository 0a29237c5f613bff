package token

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"afterpress/shared/kernel/valid"
)

// ReplyAddresses makes and reads the addresses to which customers reply: reply+<token>@domain. The token
// names a lead or a complaint. It is signed, so that only people who have a mail about a record have its
// address. The part before the @ has at most 64 characters (RFC 5321). Its letters survive a change of case.
type ReplyAddresses struct{ key []byte }

const (
	replyName = "reply+"
	replySum  = 10 // bytes of the MAC: 80 bits, which can be guessed against this door only
)

// replyKinds are the kinds of records that an address may name, by its first byte. That byte stands for key
// and layout, too.
var replyKinds = map[byte]string{1: "lead", 2: "cmp"}

var replyText = base32.StdEncoding.WithPadding(base32.NoPadding)

// NewReplyAddresses derives its key from the installation's seal key, which has at least 32 bytes.
func NewReplyAddresses(sealKey []byte) (ReplyAddresses, error) {
	if len(sealKey) < 32 {
		return ReplyAddresses{}, errors.New("token: the seal key needs at least 32 bytes")
	}
	key, err := hkdf.Key(sha256.New, sealKey, nil, "afterpress reply v1", 32)
	return ReplyAddresses{key}, err
}

// For is the address for replies about a lead or a complaint. It is empty for any other id, and for an empty
// domain.
func (a ReplyAddresses) For(about, domain string) string {
	kind := valid.IDForm.FindStringSubmatch(about)
	if kind == nil || domain == "" {
		return ""
	}
	for version, prefix := range replyKinds {
		if prefix != kind[1] {
			continue
		}
		id, err := hex.DecodeString(strings.ReplaceAll(strings.TrimPrefix(about, prefix+"_"), "-", ""))
		if err != nil {
			return ""
		}
		body := append([]byte{version}, id...)
		return replyName + strings.ToLower(replyText.EncodeToString(append(body, a.sum(body)...))) + "@" + domain
	}
	return ""
}

// Lead is the lead that an address names. ok is false for any address that For did not make for a lead. The
// domain is not looked at.
func (a ReplyAddresses) Lead(address string) (lead string, ok bool) { return a.read(address, "lead") }

// Complaint is the complaint that an address names. ok is false for any address that For did not make for a
// complaint. The domain is not looked at.
func (a ReplyAddresses) Complaint(address string) (id string, ok bool) { return a.read(address, "cmp") }

func (a ReplyAddresses) read(address, kind string) (id string, ok bool) {
	local, _, _ := strings.Cut(strings.ToLower(address), "@")
	token, ours := strings.CutPrefix(local, replyName)
	raw, err := replyText.DecodeString(strings.ToUpper(token))
	if !ours || err != nil || len(raw) != 1+16+replySum || replyKinds[raw[0]] != kind ||
		replyText.EncodeToString(raw) != strings.ToUpper(token) {
		return "", false
	}
	body, sum := raw[:17], raw[17:]
	if !hmac.Equal(sum, a.sum(body)) {
		return "", false
	}
	b := body[1:]
	return fmt.Sprintf("%s_%x-%x-%x-%x-%x", kind, b[:4], b[4:6], b[6:8], b[8:10], b[10:]), true
}

func (a ReplyAddresses) sum(body []byte) []byte {
	h := hmac.New(sha256.New, a.key)
	h.Write(body)
	return h.Sum(nil)[:replySum]
}

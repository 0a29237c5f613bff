package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"afterpress/shared/kernel/valid"
)

// ReplyAddresses makes and reads the addresses to which customers reply: reply+<token>@domain. The token names a lead,
// a complaint, a question from production or a customer. It is signed, so that only people who have a mail about a
// record have its address. The part before the @ has at most 64 characters (RFC 5321). Its letters survive a change of
// case.
type ReplyAddresses struct{ ring *Ring }

const (
	replyName = "reply+"
	replySum  = 10 // bytes of the MAC: 80 bits, which can be guessed against this door only
)

// replyKinds are the kinds of records that an address may name, by its first byte. That byte stands for key
// and layout, too.
var replyKinds = map[byte]string{1: "lead", 2: "cmp", 3: "hld", 4: "cus"}

var replyText = base32.StdEncoding.WithPadding(base32.NoPadding)

// NewReplyAddresses makes addresses with the seal keys of the ring.
func NewReplyAddresses(r *Ring) ReplyAddresses { return ReplyAddresses{r} }

func (a ReplyAddresses) keys() [][]byte { return a.ring.Sealing("afterpress reply v1") }

// For is the address for replies about a lead, a complaint, a question from production or a customer. It is empty for
// any other id, and for an empty domain.
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
		body = append(body, replySumOf(a.keys()[0], body)...)
		return replyName + strings.ToLower(replyText.EncodeToString(body)) + "@" + domain
	}
	return ""
}

// Lead is the lead that an address names. ok is false for any address that For did not make for a lead. The
// domain is not looked at.
func (a ReplyAddresses) Lead(address string) (lead string, ok bool) { return a.read(address, "lead") }

// Complaint is the complaint that an address names. ok is false for any address that For did not make for a
// complaint. The domain is not looked at.
func (a ReplyAddresses) Complaint(address string) (id string, ok bool) { return a.read(address, "cmp") }

// Hold is the question from production that an address names. ok is false for any address that For did not make for
// one. The domain is not looked at.
func (a ReplyAddresses) Hold(address string) (id string, ok bool) { return a.read(address, "hld") }

// Customer is the customer that an address names. ok is false for any address that For did not make for a customer. The
// domain is not looked at.
func (a ReplyAddresses) Customer(address string) (id string, ok bool) { return a.read(address, "cus") }

func (a ReplyAddresses) read(address, kind string) (id string, ok bool) {
	local, _, _ := strings.Cut(strings.ToLower(address), "@")
	token, ours := strings.CutPrefix(local, replyName)
	raw, err := replyText.DecodeString(strings.ToUpper(token))
	if !ours || err != nil || len(raw) != 1+16+replySum || replyKinds[raw[0]] != kind ||
		replyText.EncodeToString(raw) != strings.ToUpper(token) {
		return "", false
	}
	body, sum := raw[:17], raw[17:]
	if !slices.ContainsFunc(a.keys(), func(key []byte) bool { return hmac.Equal(sum, replySumOf(key, body)) }) {
		return "", false
	}
	b := body[1:]
	return fmt.Sprintf("%s_%x-%x-%x-%x-%x", kind, b[:4], b[4:6], b[6:8], b[8:10], b[10:]), true
}

func replySumOf(key, body []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(body)
	return h.Sum(nil)[:replySum]
}

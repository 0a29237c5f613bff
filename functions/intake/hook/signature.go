package hook

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"afterpress/shared/kernel/fault"

	webhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// Secrets are the keys by which a source signs: one, or two while it changes from one to the other. A source
// without a key is refused.
type Secrets map[string][][]byte

// tolerance is how many seconds a call may be old, or ahead of our clock.
const tolerance = 300

// longestSigns is in bytes: five signatures of any version that there is.
const longestSigns = 1024

// What the three headers look like (Standard Webhooks 1.0). The library reads them more generously: a timestamp of
// "+5" is signed as "5", and behind a second comma it reads no further. What we take is what was signed, to the
// letter. At most five signatures.
var (
	callID    = regexp.MustCompile(`^[A-Za-z0-9_:/+=@~-]{1,128}$`)
	callTime  = regexp.MustCompile(`^[1-9][0-9]{0,10}$`)
	signature = `v[0-9]{1,2}[a-z]?,[A-Za-z0-9+/=_-]+`
	callSigns = regexp.MustCompile(`^` + signature + `( ` + signature + `){0,4}$`)
)

// nobody is a random key. It is asked where a source has none, so that an unknown source takes as long as a bad
// signature.
var nobody = func() []byte {
	key := make([]byte, 32)
	rand.Read(key) // never fails (crypto/rand)
	return key
}()

// unsigned is the one answer to a source that is not set up and to a call that is not its own.
func unsigned() error {
	return fault.Fail(fault.Unsigned,
		"签名不符、已过期，或此来源未启用。请核对地址、密钥和发送方的时钟（误差不得超过 5 分钟）。",
		"The signature does not hold or is too old, or this source is not set up. Check the address, the secret and the sender's clock, which may be off by 5 minutes at most.")
}

// verify returns the call's id and the name of the key that signed it, or an Unsigned error.
func (s Secrets) verify(source string, h http.Header, body []byte, now time.Time) (id, key string, err error) {
	id, stamp, signs := header(h, webhooks.HeaderWebhookID), header(h, webhooks.HeaderWebhookTimestamp),
		header(h, webhooks.HeaderWebhookSignature)
	if !callID.MatchString(id) || !callTime.MatchString(stamp) || len(signs) > longestSigns ||
		!callSigns.MatchString(signs) {
		return "", "", unsigned()
	}
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if off := now.Unix() - seconds; err != nil || off > tolerance || off < -tolerance {
		return "", "", unsigned()
	}
	signed := http.Header{}
	signed.Set(webhooks.HeaderWebhookID, id)
	signed.Set(webhooks.HeaderWebhookTimestamp, stamp)
	signed.Set(webhooks.HeaderWebhookSignature, signs)
	keys := s[source]
	if len(keys) == 0 {
		keys = [][]byte{nobody}
	}
	for _, k := range keys {
		w, err := webhooks.NewWebhookRaw(k)
		if err == nil && w.VerifyIgnoringTimestamp(body, signed) == nil {
			return id, keyName(source, k), nil
		}
	}
	return "", "", unsigned()
}

// keyName tells keys apart in records, and tells nothing of them.
func keyName(source string, key []byte) string {
	sum := sha256.Sum256(append([]byte("afterpress key name\x00"), key...))
	return source + "/" + hex.EncodeToString(sum[:4])
}

// header is the header as it was sent: API Gateway's adapter splits it at its commas.
func header(h http.Header, name string) string { return strings.Join(h.Values(name), ",") }

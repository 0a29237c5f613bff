package hook_test

import (
	"encoding/base64"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	webhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"afterpress/functions/intake/hook"
	"afterpress/shared/store/storetest"
)

// mutations is how many forgeries are tried: `make forgeries` tries 100,000.
var mutations = flag.Int("mutations", 5_000, "how many changed requests are tried")

// forgery is a request as it lies on the wire.
type forgery struct {
	id, stamp, signs, body string
}

func (f forgery) header() http.Header {
	h := http.Header{}
	h.Set(webhooks.HeaderWebhookID, f.id)
	h.Set(webhooks.HeaderWebhookTimestamp, f.stamp)
	h.Set(webhooks.HeaderWebhookSignature, f.signs)
	return h
}

func genuine(t testing.TB, key []byte) forgery {
	h := signed(t, key, "call_1", storetest.Began, tom)
	return forgery{h[1], h[3], h[5], tom}
}

// turned flips one bit, drops, doubles or replaces one byte.
func turned(r *rand.Rand, s string) string {
	if s == "" {
		return "x"
	}
	b, i := []byte(s), r.IntN(len(s))
	switch r.IntN(4) {
	case 0:
		b[i] ^= 1 << r.IntN(8)
	case 1:
		b = append(b[:i], b[i+1:]...)
	case 2:
		b = append(b[:i+1], b[i:]...)
	default:
		b[i] = byte(r.IntN(256))
	}
	return string(b)
}

// changed is the request with one thing about it changed.
func (f forgery) changed(r *rand.Rand) forgery {
	_, sum, _ := strings.Cut(f.signs, ",")
	raw, _ := base64.StdEncoding.DecodeString(sum)
	switch r.IntN(14) {
	case 0, 1, 2, 3:
		f.body = turned(r, f.body)
	case 4:
		f.id = turned(r, f.id)
	case 5:
		f.stamp = turned(r, f.stamp)
	case 6, 7:
		f.signs = "v1," + turned(r, sum)
	case 8:
		f.signs = []string{"v0,", "v1a,", "v2,", "V1,", "v1", "v1;", ",", "", "1,"}[r.IntN(9)] + sum
	case 9:
		f.signs = "v1," + []string{base64.URLEncoding.EncodeToString(raw[:31]), base64.RawStdEncoding.EncodeToString(raw),
			fmt.Sprintf("%x", raw), "", sum + "=", sum + ",x"}[r.IntN(6)]
	case 10: // written anew with the same meaning
		f.body = []string{strings.ReplaceAll(f.body, ":", ": "), f.body + "\n", " " + f.body,
			strings.ReplaceAll(f.body, "T", `\u0054`), "\ufeff" + f.body}[r.IntN(5)]
	case 11: // what was signed, cut elsewhere
		f.id, f.stamp = []string{f.id + "." + f.stamp, f.id + ".", "." + f.id}[r.IntN(3)], strconv.Itoa(r.IntN(9)+1)
	case 12:
		f.stamp = []string{"+" + f.stamp, "0" + f.stamp, " " + f.stamp, f.stamp + " ", f.stamp + ".0", f.stamp + "e0", "-" +
			f.stamp, "0x" + f.stamp}[r.IntN(8)]
	default: // hidden behind many
		f.signs = strings.Repeat("v1,"+base64.StdEncoding.EncodeToString(make([]byte, 32))+" ", 5+r.IntN(10_000)) + f.signs
	}
	return f
}

// No change of a request that was signed is taken, whatever is changed: what was signed is taken to the letter.
func TestNoForgeryIsTaken(t *testing.T) {
	keys := hook.Secrets{hook.SourceLeads: {newKey, oldKey}}
	good := genuine(t, oldKey)
	if err := keys.Verify(hook.SourceLeads, good.header(), []byte(good.body), storetest.Began); err != nil {
		t.Fatal("the request itself is not taken:", err)
	}
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	for n := range *mutations {
		f := good.changed(r)
		if f == good {
			continue
		}
		if err := keys.Verify(hook.SourceLeads, f.header(), []byte(f.body), storetest.Began); err == nil {
			t.Fatalf("seed %d, %d: taken: %+.300v", seed, n, f)
		}
	}
}

// The same through the door, with what a proxy may do to headers: nothing is written.
func TestNoForgeryPassesTheDoor(t *testing.T) {
	d := hooked(t)
	before := d.State()
	good := genuine(t, oldKey)
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 0))
	for n := range *mutations / 5 {
		f := good.changed(r)
		if f == good || strings.ContainsAny(f.id+f.stamp+f.signs, "\r\n\x00") {
			continue
		}
		w := d.call(hook.SourceLeads, f.body, "Content-Type", jsonType, webhooks.HeaderWebhookID, f.id,
			webhooks.HeaderWebhookTimestamp, f.stamp, webhooks.HeaderWebhookSignature, f.signs)
		if w.Code != http.StatusUnauthorized && w.Code != http.StatusRequestEntityTooLarge {
			t.Fatalf("seed %d, %d: status %d: %+.300v", seed, n, w.Code, f)
		}
	}
	if d.State() != before {
		t.Error("something was written")
	}
}

// The vectors of the official library.
func TestOfficialVectors(t *testing.T) {
	secret, err := base64.StdEncoding.DecodeString("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	keys := hook.Secrets{"x": {secret}}
	at := time.Unix(1614265330, 0)
	const sign = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
	const wrong = "Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="
	for _, c := range []struct {
		what, id, stamp, signs string
		now                    time.Time
		ok                     bool
	}{
		{"valid", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", sign, at, true},
		{"no id", "", "1614265330", sign, at, false},
		{"no timestamp", "msg_p5jXN8AQM9LWM0D4loKWxJek", "", sign, at, false},
		{"no signature", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "", at, false},
		{"wrong", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "v1," + wrong, at, false},
		{"partial", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "v1,", at, false},
		{"old", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", sign, at.Add(301 * time.Second), false},
		{"new", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", sign, at.Add(-301 * time.Second), false},
		{"several", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "v1," + wrong + " v2," + wrong + " " + sign + " v1," +
			wrong, at, true},
		{"five", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", strings.Repeat("v1,"+wrong+" ", 4) + sign, at, true},
		{"six", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", strings.Repeat("v1,"+wrong+" ", 5) + sign, at, false},
	} {
		f := forgery{c.id, c.stamp, c.signs, `{"test": 2432232314}`}
		if err := keys.Verify("x", f.header(), []byte(f.body), c.now); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.what, err)
		}
	}
}

// What we take, the official library takes; what it takes and we do not, is written in a way that was not signed,
// or not of the time.
func FuzzHook(f *testing.F) {
	good := genuine(f, oldKey)
	f.Add(good.id, good.stamp, good.signs, good.body)
	f.Add(good.id, "+"+good.stamp, good.signs, good.body)
	f.Add(good.id, good.stamp, good.signs+",x", good.body)
	f.Add(good.id, good.stamp, "v1a,x "+good.signs, good.body)
	f.Add("", "", "", "")
	library, err := webhooks.NewWebhookRaw(oldKey)
	if err != nil {
		f.Fatal(err)
	}
	keys := hook.Secrets{"x": {newKey, oldKey}}
	f.Fuzz(func(t *testing.T, id, stamp, signs, body string) {
		h := forgery{id, stamp, signs, body}
		ours := keys.Verify("x", h.header(), []byte(body), storetest.Began) == nil
		theirs := library.VerifyIgnoringTimestamp([]byte(body), h.header()) == nil
		if ours && !theirs {
			t.Fatalf("only we take %+v", h)
		}
		seconds, err := strconv.ParseInt(stamp, 10, 64)
		off := storetest.Began.Unix() - seconds
		canonical := err == nil && strconv.FormatInt(seconds, 10) == stamp && off <= 300 && off >= -300
		if theirs && !ours && canonical && signs == good.signs && id == good.id {
			t.Fatalf("only the library takes %+v", h)
		}
	})
}

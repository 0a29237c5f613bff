package httpapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"

	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/receipt"
	"afterpress/shared/kernel/staff"
)

// keepKeyed is how long an Idempotency-Key is remembered.
const keepKeyed = 72 * time.Hour

// Receipts remembers which requests were answered, and how. It is implemented by *store.Store. Find returns nil for
// a key that was never used or has expired; Save returns a *receipt.Replay as its error when another request was
// faster.
type Receipts interface {
	Find(ctx context.Context, key string) (*receipt.Replay, error)
	Save(ctx context.Context, rcpt receipt.Receipt, answer receipt.SavedAnswer) error
}

var keyForm = regexp.MustCompile(`^[!-~]{1,255}$`)

// receive reads the Idempotency-Key of a POST and finds the answer that it got before, if any.
func (s *server) receive(r *http.Request, x *exchange) (*receipt.Replay, error) {
	values := r.Header.Values("Idempotency-Key")
	if r.Method != http.MethodPost || len(values) == 0 {
		return nil, nil
	}
	// API Gateway's adapter splits a header at its commas; together the values are the key again.
	key := strings.Join(values, ",")
	if !keyForm.MatchString(key) {
		return nil, fault.Fail(fault.Unreadable,
			"Idempotency-Key 须为 1 到 255 个可见的 ASCII 字符，例如一个 UUID。",
			"An Idempotency-Key is 1 to 255 visible ASCII characters, such as a UUID.")
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, unread(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	x.receipt = &receipt.Receipt{
		Key:  digest(append([]string{x.actor.ID, x.route, r.URL.EscapedPath(), key}, s.network(r, x)...)...),
		Hash: digest(append([]string{string(body)}, queryOf(r)...)...),
		Keep: keepKeyed,
	}
	return s.Receipts.Find(r.Context(), x.receipt.Key)
}

// queryOf is the query of the request in one order, or nothing: the same key with another query is another request.
func queryOf(r *http.Request) []string {
	if r.URL.RawQuery == "" {
		return nil
	}
	return []string{r.URL.Query().Encode()}
}

// network is where a request without a sign-in comes from. A key is everybody's there, and must not give somebody
// else's answer away. The route's path names the form.
func (s *server) network(r *http.Request, x *exchange) []string {
	if x.actor.ID != staff.Visitor.ID {
		return nil
	}
	return []string{s.Front.Source(r)}
}

// digest hashes parts so that no two lists of parts run together.
func digest(parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
		sum := sha256.Sum256([]byte(part))
		h.Write(sum[:])
	}
	return hex.EncodeToString(h.Sum(nil))
}

// overtaken looks once more for the receipt of a request that was refused: the same request may have been answered
// in the meantime, and what it changed is why this one was refused.
func (s *server) overtaken(r *http.Request, x *exchange, refused error) error {
	switch fault.KindOf(refused) {
	case fault.Refused, fault.Conflict, fault.Taken, fault.Stale, fault.TooMany, fault.Forbidden:
	default:
		return refused
	}
	if x.receipt == nil || errors.As(refused, new(*receipt.Replay)) {
		return refused
	}
	kept, err := s.Receipts.Find(r.Context(), x.receipt.Key)
	if err != nil || kept == nil {
		return refused
	}
	return kept
}

// again turns an error that says "answered before" into that answer; other errors stay what they are.
func (s *server) again(x *exchange, err error) (Answer, error) {
	var kept *receipt.Replay
	if !errors.As(err, &kept) {
		return Answer{}, err
	}
	if x.receipt == nil || kept.Hash != x.receipt.Hash && (x.before == "" || kept.Hash != x.before) {
		return Answer{}, fault.Fail(fault.Invalid,
			"此 Idempotency-Key 已用于内容不同的请求。请为新的请求换一个新的 Idempotency-Key。",
			"This Idempotency-Key was used for a request with another body. Take a new key for a new request.")
	}
	return replayed(kept.Answer), nil
}

// keep remembers a success whose receipt no commit has written. Pages are drawn anew.
func (s *server) keep(r *http.Request, x *exchange, answer Answer) (Answer, error) {
	page := len(answer.Bytes) > 0
	if x.receipt == nil || x.taken || page || answer.Status >= http.StatusBadRequest {
		return answer, nil
	}
	saved, err := answer.saved()
	if err != nil {
		return Answer{}, err
	}
	if err := s.Receipts.Save(r.Context(), *x.receipt, saved); err != nil {
		return s.again(x, err)
	}
	return answer, nil
}

// Answering lays the request's receipt into the context for the one commit of this request: effect and answer
// become one transaction. render gets what the commit returns. Without an Idempotency-Key the context stays as it
// is.
func Answering(r *http.Request, render func(result any) Answer) context.Context {
	return lay(r, exchangeOf(r), render)
}

// AnsweringAlike is Answering for requests that carry no Idempotency-Key: within keep, requests of one caller to
// one route with the same content are one request.
func AnsweringAlike(r *http.Request, content string, keep time.Duration,
	render func(result any) Answer) context.Context {
	x := exchangeOf(r)
	if x.receipt == nil {
		hash := digest(content)
		x.receipt = &receipt.Receipt{Key: digest(x.actor.ID, x.route, r.URL.EscapedPath(), "", hash), Alike: true,
			Hash: hash, Keep: keep}
	}
	return lay(r, x, render)
}

// AnsweringCall is Answering for a call whose signed id makes a repeat safe: within keep, calls with the id and the
// content are one request, and the id with another content is refused.
func AnsweringCall(r *http.Request, id, content string, keep time.Duration,
	render func(result any) Answer) context.Context {
	x := exchangeOf(r)
	if x.receipt == nil {
		named := digest(id)
		x.receipt = &receipt.Receipt{Key: digest(x.actor.ID, x.route, r.URL.EscapedPath(), "", named),
			Hash: digest(id, content), Keep: keep}
		x.before = named
	}
	return lay(r, x, render)
}

func lay(r *http.Request, x *exchange, render func(result any) Answer) context.Context {
	if x.receipt == nil {
		return r.Context()
	}
	x.receipt.Answer = func(result any) (receipt.SavedAnswer, error) {
		x.taken = true
		return render(result).saved()
	}
	return receipt.WithReceipt(r.Context(), x.receipt)
}

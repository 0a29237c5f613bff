package hook

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
)

// Topic is the SNS topic that SES tells what became of messages. Without an ARN its calls are refused: a signature
// of SNS alone only says that some topic sent them.
type Topic struct {
	ARN string
	SNS SNS
}

// SNS is what the door asks of Amazon. It is implemented by *Amazon.
type SNS interface {
	// Certificate is what stands at an address that was found to be SNS's own.
	Certificate(ctx context.Context, address string) (*x509.Certificate, error)
	// Confirm answers a topic that asks whether it may call. host is SNS's own.
	Confirm(ctx context.Context, host, topic, token string) error
}

// snsNotice is what SNS posts.
type snsNotice struct {
	Type             string `json:"Type"`
	MessageID        string `json:"MessageId"`
	TopicARN         string `json:"TopicArn"`
	Subject          string `json:"Subject"`
	Message          string `json:"Message"`
	Timestamp        string `json:"Timestamp"`
	SignatureVersion string `json:"SignatureVersion"`
	Signature        string `json:"Signature"`
	SigningCertURL   string `json:"SigningCertURL"`
	SubscribeURL     string `json:"SubscribeURL"`
	Token            string `json:"Token"`
}

// noticeLife is how old a notice may be. SNS tries for an hour at most to hand one over.
const noticeLife = time.Hour

const (
	noticeMessage = "Notification"
	noticeConfirm = "SubscriptionConfirmation"
	noticeEnd     = "UnsubscribeConfirmation"
)

var (
	certificatePath = regexp.MustCompile(`^/SimpleNotificationService-[0-9a-f]{32}\.pem$`)
	topicForm       = regexp.MustCompile(`^arn:aws(-cn)?:sns:([a-z0-9-]+):[0-9]{12}:[A-Za-z0-9_-]{1,256}$`)
)

// host is where SNS of the topic's region answers; empty for what is no topic.
func (t Topic) host() string {
	found := topicForm.FindStringSubmatch(t.ARN)
	if found == nil {
		return ""
	}
	host := "sns." + found[2] + ".amazonaws.com"
	if found[1] != "" {
		host += ".cn"
	}
	return host
}

// notified finds out whether the call is a notice of our topic, and what it asks for.
func (s *Server) notified(r *http.Request, body []byte) (call, error) {
	if s.Topic.host() == "" {
		return call{}, unsigned()
	}
	n, err := httpapi.DecodeForeign[snsNotice](body)
	if err != nil || n.TopicARN != s.Topic.ARN {
		return call{}, unsigned()
	}
	if err := s.Topic.verify(r.Context(), n, s.Now()); err != nil {
		return call{}, err
	}
	c := call{Call: app.Call{Source: sourceSES, ID: n.MessageID, Via: sourceSES}}
	switch n.Type {
	case noticeMessage:
		return s.told(c, n)
	case noticeConfirm:
		c.take = func(r *http.Request, _ app.Call) error {
			return s.Topic.SNS.Confirm(r.Context(), s.Topic.host(), s.Topic.ARN, n.Token)
		}
	case noticeEnd:
		c.take = func(*http.Request, app.Call) error { return nil }
	default:
		return call{}, unsigned()
	}
	return c, nil
}

// verify checks the signature against a certificate of SNS itself. Only the store of certificates being out of
// reach is worth another try.
func (t Topic) verify(ctx context.Context, n snsNotice, now time.Time) error {
	if sent, err := time.Parse(time.RFC3339, n.Timestamp); err != nil || now.Sub(sent) > noticeLife ||
		sent.Sub(now) > tolerance*time.Second {
		return unsigned()
	}
	at, err := url.Parse(n.SigningCertURL)
	if err != nil || at.Scheme != "https" || at.Host != t.host() || at.User != nil || at.RawQuery != "" ||
		at.Fragment != "" || !certificatePath.MatchString(at.Path) {
		return unsigned()
	}
	sign, err := base64.StdEncoding.Strict().DecodeString(n.Signature)
	if err != nil {
		return unsigned()
	}
	cert, err := t.SNS.Certificate(ctx, at.String())
	if err != nil {
		return fault.Fail(fault.Unavailable, "暂时无法核对签名，请稍后重发。",
			"The signature cannot be checked for the moment. Send it again shortly.").Because(err)
	}
	key, ok := cert.PublicKey.(*rsa.PublicKey)
	if !ok || now.Before(cert.NotBefore) || now.After(cert.NotAfter) {
		return unsigned()
	}
	text := []byte(n.signed())
	switch n.SignatureVersion {
	case "1":
		sum := sha1.Sum(text) //nolint:gosec // see the import
		err = rsa.VerifyPKCS1v15(key, crypto.SHA1, sum[:], sign)
	case "2":
		sum := sha256.Sum256(text)
		err = rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], sign)
	default:
		err = errors.New("unknown version")
	}
	if err != nil {
		return unsigned()
	}
	return nil
}

// signed is the text that SNS signs: some fields by name, each on lines of its own.
func (n snsNotice) signed() string {
	fields := []struct{ name, value string }{
		{"Message", n.Message}, {"MessageId", n.MessageID}, {"Subject", n.Subject}, {"Timestamp", n.Timestamp},
		{"TopicArn", n.TopicARN}, {"Type", n.Type},
	}
	if n.Type != noticeMessage {
		fields = []struct{ name, value string }{
			{"Message", n.Message}, {"MessageId", n.MessageID}, {"SubscribeURL", n.SubscribeURL}, {"Timestamp", n.Timestamp},
			{"Token", n.Token},
			{"TopicArn", n.TopicARN}, {"Type", n.Type},
		}
	}
	var out strings.Builder
	for _, f := range fields {
		if f.name != "Subject" || f.value != "" {
			out.WriteString(f.name + "\n" + f.value + "\n")
		}
	}
	return out.String()
}

// Amazon asks SNS over HTTPS. Certificates are kept for the life of the process, and that there is none for a minute.
type Amazon struct {
	client *http.Client
	now    func() time.Time
	mu     sync.Mutex
	known  map[string]*x509.Certificate
	missed map[string]time.Time // until when nobody asks again, by address
}

const (
	missLife   = time.Minute
	missesMost = 64 // forged addresses have any number; beyond that none is asked for until some are over
)

// errMissed says that there was no certificate a moment ago.
var errMissed = errors.New("sns: there was no certificate less than a minute ago")

// NewAmazon makes an Amazon that follows no redirect and waits for three seconds at most.
func NewAmazon(now func() time.Time) *Amazon {
	return &Amazon{now: now, known: map[string]*x509.Certificate{}, missed: map[string]time.Time{},
		client: &http.Client{
			Timeout:       3 * time.Second,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}}
}

// Certificate reads the certificate at the address, once. Where there is none, or SNS is out of reach, that is the
// answer for a minute.
func (a *Amazon) Certificate(ctx context.Context, address string) (*x509.Certificate, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if cert := a.known[address]; cert != nil {
		return cert, nil
	}
	now := a.now()
	maps.DeleteFunc(a.missed, func(_ string, until time.Time) bool { return !now.Before(until) })
	if _, missed := a.missed[address]; missed || len(a.missed) >= missesMost {
		return nil, errMissed
	}
	cert, err := a.read(ctx, address)
	if err != nil {
		a.missed[address] = now.Add(missLife)
		return nil, err
	}
	a.known[address] = cert
	return cert, nil
}

func (a *Amazon) read(ctx context.Context, address string) (*x509.Certificate, error) {
	text, err := a.get(ctx, address)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("sns: no certificate at its address")
	}
	return x509.ParseCertificate(block.Bytes)
}

// Confirm accepts the subscription. The address is made here, never taken from the notice.
func (a *Amazon) Confirm(ctx context.Context, host, topic, token string) error {
	query := url.Values{"Action": {"ConfirmSubscription"}, "TopicArn": {topic}, "Token": {token}}
	_, err := a.get(ctx, "https://"+host+"/?"+query.Encode())
	if err != nil {
		return fault.Fail(fault.Unavailable, "暂时无法确认订阅，请稍后重发。",
			"The subscription cannot be confirmed for the moment. Send it again shortly.").Because(err)
	}
	return nil
}

func (a *Amazon) get(ctx context.Context, address string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	w, err := a.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer w.Body.Close() //nolint:errcheck // it was only read
	if w.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("sns: status %d", w.StatusCode)
	}
	return io.ReadAll(io.LimitReader(w.Body, 64<<10))
}

package hook

import (
	"net/http"
	"time"

	"afterpress/shared/crm/message"
)

// ReadLetter is readLetter for the fuzzer.
func ReadLetter(raw []byte) (text string, kind message.MailKind, err error) {
	l, err := readLetter(raw)
	if err != nil {
		return "", "", err
	}
	return l.Text, l.Kind(), nil
}

// Sender is sender for the table and the fuzzer.
func Sender(fields ...string) (address string, doubtful bool) { return sender(fields) }

// Verify is Secrets.verify for the fuzzer.
func (s Secrets) Verify(source string, h http.Header, body []byte, now time.Time) error {
	_, _, err := s.verify(source, h, body, now)
	return err
}

// NewAmazonOver is NewAmazon over a road of the test's own.
func NewAmazonOver(road http.RoundTripper, now func() time.Time) *Amazon {
	a := NewAmazon(now)
	a.client.Transport = road
	return a
}

package people

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// Mail is one message in the inbox.
type Mail struct {
	Subject string    `json:"subject"`
	Text    string    `json:"text"`
	To      []Mailbox `json:"to"`
	Headers struct {
		Key string `json:"x-afterpress-key"` // names the message for good: two mails with one key are one message sent twice
	} `json:"headers"`
}

// Mailbox is whom a mail is for.
type Mailbox struct{ Address, Name string }

// Mails reads the mails to one address, or every mail where it is empty.
func (h House) Mails(ctx context.Context, to string) ([]Mail, error) {
	address := h.Inbox + "/email"
	if to != "" {
		address += "?" + url.Values{"to.address": {to}}.Encode()
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	_, body, err := call(r, http.StatusOK)
	if err != nil {
		return nil, err
	}
	var mails []Mail
	return mails, json.Unmarshal(body, &mails)
}

// AwaitMail waits for a mail to the address whose subject has all these words, until ctx ends.
func (h House) AwaitMail(ctx context.Context, to string, words ...string) (Mail, error) {
	var found Mail
	err := Await(ctx, fmt.Sprintf("mail to %s about %q", to, words), func() (bool, error) {
		mails, err := h.Mails(ctx, to)
		for _, m := range mails {
			if containsAll(m.Subject, words) {
				found = m
				return true, err
			}
		}
		return false, err
	})
	return found, err
}

func containsAll(s string, words []string) bool {
	for _, word := range words {
		if !strings.Contains(s, word) {
			return false
		}
	}
	return true
}

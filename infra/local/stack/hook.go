package stack

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strconv"
	"time"

	"github.com/google/uuid"
	webhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// hookTypes are the sources that the stack has secrets for, and what they send.
var hookTypes = map[string]string{"leads": "application/json", "complaints": "application/json",
	"mail": "message/rfc822"}

// HookSecret is the secret by which a source signs its calls to the stack in dir.
func HookSecret(dir, source string) (string, error) {
	if hookTypes[source] == "" {
		return "", fmt.Errorf("there is no source %q: choose leads, complaints or mail", source)
	}
	text, err := secret(filepath.Join(dir, "data", "hook-"+source))
	return "whsec_" + text, err
}

// hookSecrets is what the secret of a deployment holds.
func (s *Stack) hookSecrets() (string, error) {
	all := map[string][]string{}
	for source := range hookTypes {
		one, err := HookSecret(s.Dir, source)
		if err != nil {
			return "", err
		}
		all[source] = []string{one}
	}
	text, err := json.Marshal(all)
	return string(text), err
}

// CallHook sends body to a hook of the running stack in dir, signed as another system would, and returns the answer. A
// mail is sent through the bucket, as mail services do with letters of any size.
func CallHook(ctx context.Context, dir, source string, body []byte) (string, error) {
	key, err := HookSecret(dir, source)
	if err != nil {
		return "", err
	}
	at, err := addressesIn(dir)
	if err != nil {
		return "", err
	}
	if source == "mail" {
		return SendMail(ctx, at.API, key, body)
	}
	r, err := HookCall(ctx, at.API, key, source, body)
	if err != nil {
		return "", err
	}
	status, said, err := do(r)
	return status + " " + string(said), err
}

// SendMail sends a mail through the bucket: it asks how, as a mail service would, and then does so. It returns the
// last answer; the letter is taken in a moment later.
func SendMail(ctx context.Context, api, key string, mail []byte) (string, error) {
	r, err := HookCall(ctx, api, key, "mail", []byte(`{"bytes":`+strconv.Itoa(len(mail))+`}`))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/json")
	status, said, err := do(r)
	var offer struct {
		Send struct {
			Method, URL string
			Headers     map[string]string
		} `json:"send"`
	}
	if err != nil || json.Unmarshal(said, &offer) != nil || offer.Send.URL == "" {
		return status + " " + string(said), err
	}
	if r, err = http.NewRequestWithContext(ctx, offer.Send.Method, offer.Send.URL, bytes.NewReader(mail)); err != nil {
		return "", err
	}
	for name, value := range offer.Send.Headers {
		r.Header.Set(name, value)
	}
	status, said, err = do(r)
	return status + " " + string(said), err
}

// do makes a call and reads its answer.
func do(r *http.Request) (status string, said []byte, err error) {
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", nil, err
	}
	defer answer.Body.Close() //nolint:errcheck // it was only read
	said, err = io.ReadAll(answer.Body)
	return answer.Status, said, err
}

// HookCall is a call of a source to the stack at the address api, signed with its secret as of now.
func HookCall(ctx context.Context, api, key, source string, body []byte) (*http.Request, error) {
	w, err := webhooks.NewWebhook(key)
	if err != nil {
		return nil, err
	}
	id, now := uuid.NewString(), time.Now()
	sign, err := w.Sign(id, now, body)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, api+"/hooks/"+source, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	for name, value := range map[string]string{
		"Content-Type": hookTypes[source], webhooks.HeaderWebhookID: id, webhooks.HeaderWebhookSignature: sign,
		webhooks.HeaderWebhookTimestamp: strconv.FormatInt(now.Unix(), 10),
	} {
		r.Header.Set(name, value)
	}
	return r, nil
}

// Package people does from outside what people do with a running shop: a visitor fills in a form, a colleague uses the
// API, and all of them read their mail. It knows the system by its addresses alone.
package people

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"afterpress/shared/kernel/words"
)

// House is where a shop answers.
type House struct {
	API   string // address of forms and staff API, without a slash at the end
	Inbox string // address of the inbox that takes every mail
	Token func(subject string) (string, error)
}

// client does not follow redirects, because tests of a form want to see them. It keeps a connection for each of many
// visitors.
var client = &http.Client{
	Timeout:       35 * time.Second, // API Gateway gives up after 30
	Transport:     &http.Transport{MaxIdleConnsPerHost: 64},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// call sends a request and reads the whole answer. An answer of another status than want is an error with its text.
func call(r *http.Request, want int) (*http.Response, []byte, error) {
	response, err := client.Do(r)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, nil, fmt.Errorf("%s %s: %w", r.Method, r.URL.Path, err)
	}
	if response.StatusCode != want {
		return nil, nil, &Refused{Request: r.Method + " " + r.URL.Path, Status: response.StatusCode,
			Body: strings.TrimSpace(string(body))}
	}
	return response, body, nil
}

// Refused is an answer that was not the expected one.
type Refused struct {
	Request string
	Status  int
	Body    string
}

func (e *Refused) Error() string {
	return fmt.Sprintf("%s answered %d: %s", e.Request, e.Status, e.Body)
}

// Await asks every few milliseconds until the answer is there. An error of there ends it; at the end of ctx the
// error says what was missing.
func Await(ctx context.Context, what string, there func() (bool, error)) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		ok, err := there()
		if ok || err != nil && ctx.Err() == nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("there is no %s: %w", what, ctx.Err())
		}
	}
}

// Colleague is a member of staff at the API.
type Colleague struct {
	house House
	token string
	lang  words.Lang
}

// Colleague signs a member of staff in, by the account at the identity provider.
func (h House) Colleague(subject string, lang words.Lang) (Colleague, error) {
	token, err := h.Token(subject)
	return Colleague{h, token, lang}, err
}

// Read gets what is at the path.
func (c Colleague) Read(ctx context.Context, path string, out any) error {
	return c.send(ctx, http.MethodGet, path, nil, http.StatusOK, out)
}

// Command posts to the path, and reads the record as it is after the command.
func (c Colleague) Command(ctx context.Context, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	return c.send(ctx, http.MethodPost, path, body, http.StatusOK, out)
}

// Make posts a new record to the path, and reads it as it was made.
func (c Colleague) Make(ctx context.Context, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	return c.send(ctx, http.MethodPost, path, body, http.StatusCreated, out)
}

func (c Colleague) send(ctx context.Context, method, path string, body []byte, want int, out any) error {
	r, err := http.NewRequestWithContext(ctx, method, c.house.API+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+c.token)
	r.Header.Set("Accept-Language", string(c.lang))
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	_, answer, err := call(r, want)
	if err != nil {
		return err
	}
	return json.Unmarshal(answer, out)
}

package notify

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// provider is a server that answers every request with one status and body, and keeps what it was asked.
type provider struct {
	*httptest.Server
	asked []*http.Request
	said  []string // the bodies
}

func newProvider(t *testing.T, status int, answer string) *provider {
	t.Helper()
	p := &provider{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		p.asked, p.said = append(p.asked, r), append(p.said, string(body))
		w.WriteHeader(status)
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *provider) client() *http.Client { return Outbound(p.Listener.Addr().String()) }

// hangUp is a server that reads a request and goes away without a word.
func hangUp(t *testing.T) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_ = conn.Close()
	}))
	t.Cleanup(s.Close)
	return s
}

// nobody is an address at which nothing listens.
func nobody(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() //nolint:errcheck // only its port was wanted
	return l.Addr().String()
}

func fails(t *testing.T, err error, kind Kind, code string) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Kind != kind || e.Code != code {
		t.Errorf("got %v, want %s: %s", err, kind, code)
	}
}

func TestOutboundDialsThePublicInternetAlone(t *testing.T) {
	for address, may := range map[string]bool{
		"8.8.8.8:443": true, "[2400:3200::1]:443": true, "100.128.0.1:443": true,
		"127.0.0.1:80": false, "[::1]:443": false, "10.1.2.3:443": false, "172.16.0.1:443": false, "192.168.1.1:443": false,
		"169.254.169.254:80": false,
		"[fe80::1%eth0]:443": false, "[fd00:ec2::254]:80": false, "[::ffff:127.0.0.1]:80": false,
		"[::ffff:10.0.0.1]:80": false, "0.0.0.0:80": false, "[::]:80": false,
		"100.64.0.1:443": false, "198.18.0.1:443": false, "224.0.0.1:443": false, "255.255.255.255:443": false,
		"[64:ff9b::7f00:1]:443": false, "[2002:7f00:1::]:443": false,
		"[::127.0.0.1]:443": false, "127.0.0.1:4571": true, "127.0.0.1:4572": false,
	} {
		if err := mayDial(address, "127.0.0.1:4571"); (err == nil) != may {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestOutboundJudgesWhatANameLeadsTo(t *testing.T) {
	p := newProvider(t, http.StatusOK, "{}")
	_, port, err := net.SplitHostPort(p.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"localhost", "127.0.0.1", "0x7f.1", "2130706433"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+net.JoinHostPort(host, port)+
			"/?access_token=s3cret", nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = call(t.Context(), Outbound(""), r); KindOf(err) != NotSent ||
			strings.Contains(errors.Unwrap(err).Error(), "s3cret") {
			t.Errorf("%s: %v", host, err)
		}
	}
	if len(p.asked) > 0 {
		t.Error("it was reached")
	}
}

func TestOutboundFollowsNoRedirect(t *testing.T) {
	p := newProvider(t, http.StatusOK, "{}")
	from := httptest.NewServer(http.RedirectHandler(p.URL, http.StatusTemporaryRedirect))
	defer from.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, from.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	said, err := call(t.Context(), Outbound(from.Listener.Addr().String()), r)
	if err != nil || said.status != http.StatusTemporaryRedirect || len(p.asked) > 0 {
		t.Errorf("%+v, %v", said, err)
	}
}

// Only what never had a connection was surely not sent.
func TestWhatABrokenCallMeans(t *testing.T) {
	ask := func(ctx context.Context, url string) error {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/?access_token=s3cret", nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = call(ctx, Outbound(strings.TrimPrefix(url, "http://")), r)
		if err == nil || strings.Contains(err.Error()+errors.Unwrap(err).Error(), "s3cret") {
			t.Errorf("%s: %v", url, err)
		}
		return err
	}
	fails(t, ask(t.Context(), "http://"+nobody(t)), NotSent, "connection")
	fails(t, ask(t.Context(), hangUp(t).URL), Unknown, "connection")
	over, cancel := context.WithCancel(t.Context())
	cancel()
	fails(t, ask(over, hangUp(t).URL), NotSent, "cancelled")

	asked, release := make(chan struct{}), make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { close(asked); <-release }))
	defer slow.Close()
	defer close(release)
	late, stop := context.WithTimeout(t.Context(), time.Minute)
	go func() { <-asked; stop() }()
	fails(t, ask(late, slow.URL), Unknown, "cancelled")
}

func TestWordKeepsNothingForeign(t *testing.T) {
	for in, want := range map[string]string{"isv.MOBILE_NUMBER_ILLEGAL": "isv.MOBILE_NUMBER_ILLEGAL",
		"a\r\nb 电话 +86138": "ab86138", strings.Repeat("x", 90): strings.Repeat("x", 64)} {
		if got := word(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

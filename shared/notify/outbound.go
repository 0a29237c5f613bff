package notify

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// longestAnswer bounds what is read of a provider's answer, in bytes.
const longestAnswer = 64 << 10

// Outbound is the HTTP client for addresses that come out of settings: it follows no redirect, uses no proxy, and
// reaches public addresses only, judged by the address that is really dialled. allowed is one more host:port that
// may be dialled, or empty.
func Outbound(allowed string) *http.Client {
	dialer := &net.Dialer{Timeout: 5 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		return mayDial(address, allowed)
	}}
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{DialContext: dialer.DialContext, ForceAttemptHTTP2: true, DisableKeepAlives: true,
			TLSHandshakeTimeout: 5 * time.Second, MaxResponseHeaderBytes: 16 << 10},
	}
}

// reserved are ranges that netip does not call private and that still lead to nobody outside: shared addresses of
// carriers (RFC 6598), "this network", protocol assignments, benchmarks and the old multicast neighbour. IPv6 forms
// that hide an IPv4 address (NAT64, 6to4, Teredo) are among them.
var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"),
	netip.MustParsePrefix("2002::/16"),
	netip.MustParsePrefix("2001::/32"), netip.MustParsePrefix("::/96"),
}

var errPrivate = errors.New("notify: this address is not of the public internet")

func mayDial(address, allowed string) error {
	if allowed != "" && address == allowed {
		return nil
	}
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	ip := at.Addr().Unmap().WithZone("")
	if !ip.IsGlobalUnicast() || ip.IsPrivate() ||
		slices.ContainsFunc(reserved, func(p netip.Prefix) bool { return p.Contains(ip) }) {
		return errPrivate
	}
	return nil
}

// connected returns a context that notes whether a request got as far as a connection: before that it was surely
// not sent.
func connected(ctx context.Context) (context.Context, *atomic.Bool) {
	var got atomic.Bool
	return httptrace.WithClientTrace(ctx,
		&httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { got.Store(true) }}), &got
}

// answer is what a provider said.
type answer struct {
	status int
	body   []byte
}

// call makes one request, once. Its *Error never holds the address, which is a secret where the token stands in it.
func call(ctx context.Context, client *http.Client, r *http.Request) (answer, error) {
	ctx, got := connected(ctx)
	response, err := client.Do(r.WithContext(ctx))
	if err != nil {
		return answer{}, broken(ctx, err, got.Load())
	}
	defer response.Body.Close() //nolint:errcheck // read to its end or given up
	body, err := io.ReadAll(io.LimitReader(response.Body, longestAnswer))
	if err != nil {
		return answer{}, broken(ctx, err, true)
	}
	return answer{response.StatusCode, body}, nil
}

// broken is the error of a call that got no answer.
func broken(ctx context.Context, err error, got bool) *Error {
	var addressed *url.Error
	if errors.As(err, &addressed) {
		err = addressed.Err
	}
	kind := NotSent
	if got {
		kind = Unknown
	}
	if errors.Is(err, errPrivate) {
		return &Error{Kind: NotSent, Code: "private-address", cause: err}
	}
	return &Error{Kind: kind, Code: code(ctx, err), cause: err}
}

// doubtful are the beginnings of codes with which providers report a failure of their own, after which the message
// may still go out.
var doubtful = []string{"isp.SYSTEM_ERROR", "InternalError", "InternalFailure", "ServiceUnavailable", "RequestTimeout"}

// refused is the error of an answer that says no. what is the provider's own code, or empty for the status; about
// lists the beginnings of codes that speak of our account, our settings or the moment, not of this message. So it may
// be tried again. An answer of status 200 without a code says nothing.
func (a answer) refused(what string, about ...string) *Error {
	if what = word(what); what == "" && a.status == http.StatusOK {
		return &Error{Kind: Unknown, Code: "unreadable"}
	} else if what == "" {
		what = strconv.Itoa(a.status)
	}
	e := &Error{Kind: Rejected, Code: what}
	switch {
	case a.status == http.StatusTooManyRequests ||
		slices.ContainsFunc(about, func(p string) bool { return strings.HasPrefix(what, p) }):
		e.Kind = NotSent
	case a.status >= 500 || a.status == http.StatusRequestTimeout ||
		slices.ContainsFunc(doubtful, func(p string) bool { return strings.HasPrefix(what, p) }):
		e.Kind = Unknown
	}
	return e
}

// word is a provider's code as far as it is safe to keep.
func word(s string) string {
	kept := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-", r) {
			return r
		}
		return -1
	}, s)
	return kept[:min(len(kept), 64)]
}

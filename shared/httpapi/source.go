package httpapi

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/awslabs/aws-lambda-go-api-proxy/core"
)

// PublicURL is the address under which people reach the door, without a slash at its end: the one that was set, or
// the gateway's own as the gateway says it. Headers that a caller can write are not asked.
func PublicURL(r *http.Request, set string) string {
	if gateway, ok := core.GetAPIGatewayV2ContextFromContext(r.Context()); set == "" && ok {
		return "https://" + gateway.DomainName
	}
	return set
}

// Front is what may stand before the gateway: CloudFront, with its firewall. Then the gateway sees addresses of
// CloudFront alone, and people's own come in a header, which anybody else can write as well.
type Front struct {
	// Keys are the values of X-Origin-Key that CloudFront adds, which nobody else knows: one, or two while it changes.
	// nil, or none, where nothing stands before the gateway
	Keys func() [][]byte
}

const (
	originKey     = "X-Origin-Key"
	viewerAddress = "CloudFront-Viewer-Address" // ip:port; an IPv6 address stands without brackets
)

// Source is the network that a request came from: an IPv4 address, or the /64 of an IPv6 one, since a host that has
// one address of those has them all. It is what API Gateway saw, or what CloudFront saw where its key proves that the
// request came through it. Other headers are not asked. It is empty where the address is not known.
func (f Front) Source(r *http.Request) string {
	if f.through(r) {
		viewer := r.Header.Get(viewerAddress)
		if colon := strings.LastIndexByte(viewer, ':'); colon >= 0 {
			if network := networkOf(strings.Trim(viewer[:colon], "[]")); network != "" {
				return network
			}
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	return networkOf(host)
}

// through says whether a request has a key of CloudFront. How long it looks says nothing about the keys.
func (f Front) through(r *http.Request) bool {
	if f.Keys == nil {
		return false
	}
	given, known := sha256.Sum256([]byte(r.Header.Get(originKey))), 0
	for _, key := range f.Keys() {
		sum := sha256.Sum256(key)
		known |= subtle.ConstantTimeCompare(given[:], sum[:])
	}
	return known == 1
}

func networkOf(host string) string {
	address, err := netip.ParseAddr(host)
	if err != nil {
		return ""
	}
	if address = address.Unmap().WithZone(""); address.Is4() {
		return address.String()
	}
	network, _ := address.Prefix(64) // an IPv6 address has one
	return network.String()
}

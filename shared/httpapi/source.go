package httpapi

import (
	"net"
	"net/http"
	"net/netip"

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

// Source is the network that the request came from, as API Gateway saw it: an IPv4 address, or the /64 of an IPv6
// one, since whoever has one address of those has them all. Headers that a caller can write are not asked. It is
// empty where the address is not known.
func Source(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
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

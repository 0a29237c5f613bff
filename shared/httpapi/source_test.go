package httpapi_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"afterpress/shared/httpapi"
)

func TestAnAddressIsBelievedBesideAKeyOfCloudFrontAlone(t *testing.T) {
	t.Parallel()
	one, two := []byte(strings.Repeat("1", 32)), []byte(strings.Repeat("2", 32))
	const viewer, gateway = "198.51.100.10:46532", "203.0.113.7:1234"
	for _, c := range []struct {
		what         string
		keys         [][]byte
		key, address string
		want         string
	}{
		{"nothing stands before the gateway", nil, "", "", "203.0.113.7"},
		{"an address without a key", [][]byte{one}, "", viewer, "203.0.113.7"},
		{"an address with a wrong key", [][]byte{one}, string(two), viewer, "203.0.113.7"},
		{"a part of the key", [][]byte{one}, string(one[:31]), viewer, "203.0.113.7"},
		{"the key and more", [][]byte{one}, string(one) + "1", viewer, "203.0.113.7"},
		{"any key where none is set", nil, string(one), viewer, "203.0.113.7"},
		{"no key where none is set", [][]byte{}, "", viewer, "203.0.113.7"},
		{"the key", [][]byte{one}, string(one), viewer, "198.51.100.10"},
		{"the first of two", [][]byte{one, two}, string(one), viewer, "198.51.100.10"},
		{"the second of two", [][]byte{one, two}, string(two), viewer, "198.51.100.10"},
		{"IPv6 as CloudFront writes it", [][]byte{one}, string(one), "2001:db8:1:2:3:4:5:6:46532", "2001:db8:1:2::/64"},
		{"IPv6 in brackets", [][]byte{one}, string(one), "[2001:db8:1:2::6]:46532", "2001:db8:1:2::/64"},
		{"the key alone", [][]byte{one}, string(one), "", "203.0.113.7"},
		{"two addresses", [][]byte{one}, string(one), "192.0.2.1:1," + viewer, "203.0.113.7"},
		{"no address", [][]byte{one}, string(one), "unknown:1", "203.0.113.7"},
	} {
		r := httptest.NewRequestWithContext(t.Context(), "POST", "/forms/contact", nil)
		r.RemoteAddr = gateway
		for name, value := range map[string]string{"X-Origin-Key": c.key, "CloudFront-Viewer-Address": c.address,
			"X-Forwarded-For": "192.0.2.9", "Forwarded": "for=192.0.2.9"} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		if got := (httpapi.Front{Keys: func() [][]byte { return c.keys }}).Source(r); got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
	r := httptest.NewRequestWithContext(t.Context(), "POST", "/forms/contact", nil)
	r.RemoteAddr = gateway
	r.Header.Set("CloudFront-Viewer-Address", viewer)
	if got := (httpapi.Front{}).Source(r); got != "203.0.113.7" {
		t.Errorf("without a front: %q", got)
	}
}

package dial

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"go.temporal.io/sdk/client"
)

// ownCertificate is a certificate that signs itself.
func ownCertificate(t *testing.T, name string) *tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	of := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotAfter: time.Now().Add(time.Hour)}
	made, err := x509.CreateCertificate(rand.Reader, of, of, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Certificate{Certificate: [][]byte{made}, PrivateKey: key}
}

// A frontend that knows its clients by their certificates sees ours and the key, as they are at each connection.
func TestTemporalIsSpokenToOverTLS(t *testing.T) {
	t.Parallel()
	heard := make(chan []string, 100)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who := []string{r.Header.Get("Authorization")}
		for _, c := range r.TLS.PeerCertificates {
			who = append(who, c.Subject.CommonName)
		}
		heard <- who
		w.Header().Set("Content-Type", "application/grpc")
		w.Header().Set("Grpc-Status", "12") // unimplemented: it only listens
	}))
	server.EnableHTTP2 = true
	server.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert, MinVersion: tls.VersionTLS12}
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo)
	server.StartTLS()
	t.Cleanup(server.Close)
	known := x509.NewCertPool()
	known.AddCert(server.Certificate())
	at := Server{Address: strings.TrimPrefix(server.URL, "https://"), Namespace: "shop", Authorities: known,
		APIKey: func() string { return "the key" }}
	for _, name := range []string{"worker", "renewed"} {
		own := ownCertificate(t, name)
		at.Certificate = func() *tls.Certificate { return own }
		c, err := Connect(at, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.CheckHealth(t.Context(), &client.CheckHealthRequest{})
		c.Close()
		if len(heard) == 0 {
			t.Fatalf("%s was not heard: %v", name, err)
		}
		for len(heard) > 0 {
			if who := <-heard; !slices.Equal(who, []string{"Bearer the key", name}) {
				t.Errorf("it heard %q", who)
			}
		}
	}
}

func TestNothingSecretIsSentWithoutTLS(t *testing.T) {
	t.Parallel()
	key, own := func() string { return "the key" }, func() *tls.Certificate { return nil }
	for what, c := range map[string]struct {
		s     Server
		plain bool
		ok    bool
	}{
		"nothing said":           {Server{}, false, true},
		"plain":                  {Server{Plain: true}, true, true},
		"a key in the open":      {Server{Plain: true, APIKey: key}, false, false},
		"a certificate":          {Server{Certificate: own}, false, true},
		"one without encryption": {Server{Plain: true, Certificate: own}, false, false},
	} {
		got, err := c.s.secure()
		if (err == nil) != c.ok || err == nil && (got == nil) != c.plain {
			t.Errorf("%s: %v, %v", what, got, err)
		}
	}
}

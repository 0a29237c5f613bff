// Package dial connects to Temporal.
package dial

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"

	"afterpress/workflows/watch"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
)

// Server is where Temporal is.
type Server struct {
	Address   string // host:port
	Namespace string
	// APIKey gives the key as it is now; nil for a cluster without keys
	APIKey func() string
	// Plain speaks to it without TLS, as on one machine. A key or a certificate is then an error.
	Plain bool
	// Certificate gives the client's own as it is now; nil for a cluster that asks for none
	Certificate func() *tls.Certificate
	Authorities *x509.CertPool // who may sign the server's certificate; nil: those of the system
}

// secure is how the server is spoken to: nil without TLS.
func (s Server) secure() (*tls.Config, error) {
	if s.Plain {
		if s.APIKey != nil || s.Certificate != nil {
			return nil, errors.New("dial: neither a key nor a certificate is sent without TLS")
		}
		return nil, nil
	}
	c := &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: s.Authorities}
	if s.Certificate != nil {
		c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return s.Certificate(), nil }
	}
	return c, nil
}

// Connect makes a client that dials at its first call, over TLS unless the server is Plain.
func Connect(s Server, logger *slog.Logger) (client.Client, error) {
	secured, err := s.secure()
	if err != nil {
		return nil, err
	}
	options := client.Options{
		HostPort: s.Address, Namespace: s.Namespace, Logger: log.NewStructuredLogger(logger),
		MetricsHandler: watch.Tasks(logger),
		ConnectionOptions: client.ConnectionOptions{
			DialOptions: []grpc.DialOption{grpc.WithChainUnaryInterceptor(NameRequest)}},
	}
	options.ConnectionOptions.TLS = secured
	if s.APIKey != nil {
		key := func(context.Context) (string, error) { return s.APIKey(), nil }
		options.Credentials = client.NewAPIKeyDynamicCredentials(key)
	}
	return client.NewLazyClient(options)
}

// Away tells what stands in the way of every call from what is wrong with one.
func Away(err error) bool {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return true
	}
	switch serviceerror.ToStatus(err).Code() {
	case codes.Unavailable, codes.DeadlineExceeded, codes.Canceled, codes.ResourceExhausted,
		codes.Unauthenticated, codes.PermissionDenied, codes.NotFound: // NotFound: the namespace is
		return true
	}
	return false
}

type requestID struct{}

// Naming gives the signal that is sent under the returned context the id as its request id.
func Naming(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, requestID{}, id)
}

// NameRequest gives a signal the id of Naming as its request id, so that the server drops a repeat. The SDK would make
// a random one for each call.
func NameRequest(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker,
	options ...grpc.CallOption) error {
	if id, ok := ctx.Value(requestID{}).(string); ok {
		if r, ok := req.(*workflowservice.SignalWithStartWorkflowExecutionRequest); ok {
			r.RequestId = id
		}
	}
	return invoke(ctx, method, req, reply, conn, options...)
}

package cloud

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"

	"afterpress/infra/local/sam"
)

// Cloud is what stands before the engines. Its zero weather is fair: nothing is refused but what a role forbids.
type Cloud struct {
	roles     map[string][]sam.Statement // by access key
	buckets   []sam.Statement            // of every bucket's own policy
	bucketIDs map[string]string          // logical ids by name
	tables    tables
	next      http.RoundTripper
	refused   func(Refusal)
	used      Used
	written   atomic.Int64

	notices map[string][]sam.Notice // by the name of the bucket
	told    func(queue, notice string) error

	around   atomic.Pointer[Around]
	flight   flight
	throttle throttle
	lag      lag
}

// Refusal is a request that a role does not allow.
type Refusal struct {
	Role, Action, Resource string
	Keys                   []string // leading keys of the tables; of other services nothing
	Call                   string   // the operation as it was sent: TransactWriteItems
	Denied                 string   // Sid of the statement that denies it; empty: none allows it
}

func (r Refusal) String() string {
	why := "no statement of template.yaml allows it"
	if r.Denied != "" {
		why = "statement " + r.Denied + " denies it"
	}
	return fmt.Sprintf("the role of %s may not %s on %s (keys %q, in a %s): %s", r.Role, r.Action, r.Resource, r.Keys,
		r.Call, why)
}

// Options say how a cloud is built.
type Options struct {
	Template *sam.Template
	Next     http.RoundTripper // the way to the engines; nil: the usual one
	Refused  func(Refusal)     // told of each refusal; nil: the log
}

// New reads the roles of the template. A statement that it could not judge as AWS does is an error.
func New(o Options) (*Cloud, error) {
	c := &Cloud{roles: map[string][]sam.Statement{}, tables: schemas(o.Template), next: o.Next, refused: o.Refused,
		buckets: o.Template.BucketPolicies, bucketIDs: bucketIDs(o.Template.Buckets)}
	if c.next == nil {
		c.next = http.DefaultTransport
	}
	if c.refused == nil {
		c.refused = func(r Refusal) { slog.Error("access denied", "refusal", r.String()) }
	}
	for _, f := range o.Template.Functions {
		c.roles[f.Name] = f.Role
	}
	for _, container := range o.Template.Containers {
		c.roles[container.Name] = container.Role
	}
	var faults []error
	for name, role := range c.roles {
		for _, s := range append(slices.Clone(role), c.buckets...) {
			if err := known(s); err != nil {
				faults = append(faults, fmt.Errorf("role of %s: %w", name, err))
			}
		}
	}
	return c, errors.Join(faults...)
}

// Serve is the cloud as a server before the engine at an address.
func (c *Cloud) Serve(engine *url.URL) http.Handler {
	return &httputil.ReverseProxy{Transport: c, ErrorHandler: broken, Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(engine)
		r.Out.Host = r.In.Host // which is part of what S3 verifies
	}}
}

// broken breaks the connection, which is what a client would see of an engine that is away.
func broken(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) }

// RoundTrip holds a request to the tables against the signer's role and the weather, and passes on what is left.
// Objects and Senders are the cloud before other services.
func (c *Cloud) RoundTrip(r *http.Request) (*http.Response, error) {
	if !strings.HasPrefix(r.Header.Get("X-Amz-Target"), "DynamoDB_2012") {
		return c.next.RoundTrip(r)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	asked, err := c.tables.read(r, body)
	role, bound := c.roles[signer(r.Header.Get("Authorization"))]
	switch {
	case err != nil && bound:
		return answer(r, "ValidationException", err.Error()), nil
	case err != nil: // the operator may ask for what no function does, and it may be a write
		c.written.Add(1)
		return c.pass(r, body)
	case bound:
		if refusal, ok := c.judge(r, role, asked); !ok {
			return refusal, nil
		}
	}
	return c.weather(r, body, asked)
}

// judge holds what a request asks for against a role.
func (c *Cloud) judge(r *http.Request, role []sam.Statement, asked call) (*http.Response, bool) {
	name := signer(r.Header.Get("Authorization"))
	for _, a := range asked.asks {
		statement, ok := allowed(role, a)
		if ok {
			c.used.note(name, statement, a.action, a.resource)
			continue
		}
		refusal := Refusal{Role: name, Action: a.action, Resource: a.resource, Keys: a.keys[leadingKeys],
			Call: asked.operation}
		if statement >= 0 {
			refusal.Denied = role[statement].Sid
		}
		c.refused(refusal)
		return answer(r, "AccessDeniedException", fmt.Sprintf("User: %s is not authorized to perform: %s on resource: %s"+
			" because no identity-based policy allows the %s action", name, a.action, a.resource, a.action)), false
	}
	return nil, true
}

// weather lets a request meet what AWS would have it meet, and then carries it out.
func (c *Cloud) weather(r *http.Request, body []byte, asked call) (*http.Response, error) {
	around := c.around.Load()
	if around == nil || len(asked.writes) == 0 {
		return c.carryOut(r, body, asked)
	}
	return (*around)(func() (*http.Response, error) { return c.carryOut(r, body, asked) })
}

func (c *Cloud) carryOut(r *http.Request, body []byte, asked call) (*http.Response, error) {
	if c.throttle.meets() {
		return c.throttled(r, asked), nil
	}
	land, conflict := c.flight.enter(r, body, asked)
	if conflict != nil {
		return conflict, nil
	}
	defer land()
	body, err := c.lag.view(r.Context(), body, asked)
	if err != nil {
		return nil, err
	}
	response, err := c.pass(r, body)
	if len(asked.writes) > 0 && (err != nil || response.StatusCode == http.StatusOK) {
		c.written.Add(1)
		c.lag.wrote(asked.writes)
	}
	return response, err
}

// Written counts the writes that the engine carried out, or may have: one whose answer was lost counts. While the
// number stays, the tables hold what they held.
func (c *Cloud) Written() int64 { return c.written.Load() }

// pass sends a request on with a body that was read.
func (c *Cloud) pass(r *http.Request, body []byte) (*http.Response, error) {
	out := r.Clone(r.Context())
	out.Body, out.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return c.next.RoundTrip(out)
}

var credential = regexp.MustCompile(`Credential=([^/,\s]+)/`)

// signer is the access key in an Authorization header; empty where there is none.
func signer(authorization string) string {
	if found := credential.FindStringSubmatch(authorization); found != nil {
		return found[1]
	}
	return ""
}

// answer is an error as DynamoDB words one.
func answer(r *http.Request, code, message string) *http.Response {
	return respond(r, code, map[string]any{"message": message})
}

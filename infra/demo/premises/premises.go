// Package premises opens a shop to be used and looked at: the one that `make dev` runs, or one of its own that ends
// with the program.
package premises

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"encoding/base64"
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"go.temporal.io/sdk/client"

	"afterpress/infra/demo/people"
	"afterpress/infra/local/issuer"
	"afterpress/infra/local/seed"
	"afterpress/infra/local/stack"
	"afterpress/shared/boot"
	"afterpress/shared/kernel/token"
	"afterpress/shared/store"
	"afterpress/shared/store/table"
)

// Premises are a running shop with its doors, its tables and its processes.
type Premises struct {
	people.House
	Store    *store.Store
	Temporal client.Client
	Stack    *stack.Stack // nil where another program runs it
	Dir      string       // of the stack
	end      []func()
}

// Open starts a seeded stack of its own. Where o names no folder, it has one that goes with it.
func Open(ctx context.Context, o stack.Options) (*Premises, error) {
	p := &Premises{}
	var err error
	if o.Dir == "" {
		if o.Dir, err = os.MkdirTemp("", "afterpress-"); err != nil {
			return nil, err
		}
		p.end = append(p.end, func() { _ = os.RemoveAll(o.Dir) })
	}
	first := o.Seed
	o.Headless, o.Seed = true, func(ctx context.Context, s *stack.Stack) error {
		if first != nil {
			if err := first(ctx, s); err != nil {
				return err
			}
		}
		return p.establish(ctx, s.Addresses.DynamoDB)
	}
	if p.Stack, err = stack.Start(ctx, o); err != nil {
		p.Close()
		return nil, err
	}
	p.Dir, p.end = o.Dir, append(p.end, p.Stack.Close)
	p.House = people.House{API: p.Stack.API, Inbox: p.Stack.Inbox,
		Token: func(subject string) (string, error) { return p.Stack.Token(subject) }}
	if err := p.connect(p.Stack.Addresses.Temporal); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

func (p *Premises) establish(ctx context.Context, engine string) error {
	var err error
	if p.Store, err = OpenStore(engine); err != nil {
		return err
	}
	return p.Store.Establish(ctx, seed.Shop(boot.Now()))
}

// Visit finds the stack that runs in a folder; nil when none answers.
func Visit(ctx context.Context, dir string) (*Premises, error) {
	text, err := os.ReadFile(filepath.Join(dir, "stack.json"))
	if err != nil {
		return nil, nil //nolint:nilerr // no stack was ever started here
	}
	var at stack.Addresses
	if err := json.Unmarshal(text, &at); err != nil {
		return nil, fmt.Errorf("%s/stack.json: %w", dir, err)
	}
	if !answers(ctx, at.API) {
		return nil, nil
	}
	tokens, err := issuer.Open(stack.IssuerKey(dir))
	if err != nil {
		return nil, err
	}
	p := &Premises{Dir: dir, House: people.House{API: at.API, Inbox: at.Inbox,
		Token: func(subject string) (string, error) { return tokens.Mint(subject) }}}
	if p.Store, err = OpenStore(at.DynamoDB); err != nil {
		return nil, err
	}
	return p, p.connect(at.Temporal)
}

func answers(ctx context.Context, api string) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, api+"/health", nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	_, _ = io.Copy(io.Discard, response.Body)
	return response.Body.Close() == nil && response.StatusCode == http.StatusOK
}

func (p *Premises) connect(temporal string) error {
	var err error
	p.Temporal, err = client.NewLazyClient(client.Options{HostPort: temporal, Namespace: stack.Namespace,
		Logger: quiet{}})
	if err == nil {
		p.end = append(p.end, p.Temporal.Close)
	}
	return err
}

// OpenStore opens the tables of template.yaml in an engine. Its cursors are its own: it cannot open those of the
// doors.
func OpenStore(engine string) (*store.Store, error) {
	ring, err := token.NewRing(base64.StdEncoding.EncodeToString(make([]byte, 32)))
	if err != nil {
		return nil, err
	}
	return store.New(table.Config{
		DB: boot.Dynamo(aws.Config{
			Region: "us-east-1", BaseEndpoint: aws.String(engine),
			Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
		}),
		Tables: table.Tables{Records: "Records", Events: "Events", Messages: "Messages"}, Ring: ring,
		NewID: boot.NewID, Now: boot.Now,
	})
}

// Close ends what Open started.
func (p *Premises) Close() {
	for i := len(p.end) - 1; i >= 0; i-- {
		p.end[i]()
	}
}

// quiet keeps the SDK's notes out of the output.
type quiet struct{}

func (quiet) Debug(string, ...any) {}
func (quiet) Info(string, ...any)  {}
func (quiet) Warn(string, ...any)  {}
func (quiet) Error(string, ...any) {}

// Package stack runs Afterpress on one machine: the engines, the functions and the worker of template.yaml, the
// gateway before them and the triggers behind them. `make dev` is one stack; each end-to-end test starts its own.
package stack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"afterpress/infra/local/cloud"
	"afterpress/infra/local/engine"
	"afterpress/infra/local/issuer"
	"afterpress/infra/local/lambda"
	"afterpress/infra/local/process"
	"afterpress/infra/local/queue"
	"afterpress/infra/local/sam"
)

// Options says what to run. The zero value of each but Dir is what `make dev` wants.
type Options struct {
	Dir         string                       // where data, logs, secrets and stack.json are kept
	Fresh       bool                         // throw data, logs and secrets away first; the ports stay
	Binaries    string                       // folder of <name>/bootstrap; empty: .build of the checkout
	Parameters  map[string]string            // parameters of the template, over the stack's own
	Env         map[string]string            // variables of functions and worker, over the template's
	EnvOf       map[string]map[string]string // variables of one of them (api, worker, …), over Env
	Processes   int                          // per function; 0: 4
	Concurrency int                          // invocations at a time per process; 0: one, as in AWS
	SkipStream  bool                         // start without stream and schedules; StartStream starts them
	Headless    bool                         // without Temporal's web pages
	Weather     Weather                      // how the tables behave once the doors open; zero: as the engine does
	// called at each start once the tables are there, before the doors open; it must leave a seeded store as it is
	Seed func(context.Context, *Stack) error
	Out  io.Writer // progress, and what is started again; nil: nobody reads it
}

// Stack is a running stack.
type Stack struct {
	Addresses
	Dir     string
	SealKey string // the secret, as the functions have it

	options   Options
	root      string
	state     *state
	template  *sam.Template
	secrets   map[string]string // by ARN
	database  *dynamodb.Client
	engine    *engine.Database
	objects   string // address of the object store itself
	tokens    *issuer.Issuer
	functions map[string]*lambda.Function // by name: api
	keepers   map[string]*process.Keeper  // by name: worker, dynamodb, temporal, inbox, objects
	sky       *cloud.Cloud                // before tables, objects and senders
	triggers  triggers
	queues    map[string]*queue.Queue // by logical id
	gateway   *http.Server

	mu     sync.Mutex // of Out and keepers
	closes []func()
	closed sync.Once
}

// ErrRunning is returned by Start when another stack runs in the same folder.
var ErrRunning = errors.New("another stack runs in this folder")

// Start starts everything and returns when all of it answers. ctx bounds the start; Close ends the stack.
func Start(ctx context.Context, o Options) (*Stack, error) {
	s, err := open(o)
	if err != nil {
		return nil, err
	}
	for _, part := range []func(context.Context) error{
		s.startEngines, s.startSink, s.startCloud, s.prepareTables, s.seed, s.startWeather, s.startSignIn,
		s.startFunctions, s.startGateway, s.startWorkers, s.startQueues, s.startTriggers, s.publish,
	} {
		if err := part(ctx); err != nil {
			s.Close()
			return nil, err
		}
	}
	return s, nil
}

// open takes the folder and reads what it holds.
func open(o Options) (*Stack, error) {
	root, err := engine.Root()
	if err != nil {
		return nil, err
	}
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, err
	}
	unlock, err := engine.Lock(filepath.Join(dir, "lock"), false)
	if err != nil {
		return nil, fmt.Errorf("%w (%s): end it first, or choose another folder with -dir", ErrRunning, dir)
	}
	if o.Out == nil {
		o.Out = io.Discard
	}
	if o.Binaries == "" {
		o.Binaries = filepath.Join(root, ".build")
	}
	if o.Processes == 0 {
		o.Processes = 4
	}
	s := &Stack{Dir: dir, options: o, root: root, functions: map[string]*lambda.Function{},
		keepers: map[string]*process.Keeper{}, queues: map[string]*queue.Queue{}, closes: []func(){unlock}}
	if err := s.load(); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// load reads ports, secrets and the template, which needs both.
func (s *Stack) load() error {
	if s.options.Fresh {
		if err := s.forget(); err != nil {
			return err
		}
	}
	if err := private(s.data("")); err != nil {
		return err
	}
	var err error
	if s.state, err = openState(s.Dir, s.options.Headless, s.say); err != nil {
		return err
	}
	s.Addresses = s.state.Addresses
	if s.SealKey, err = secret(s.data("seal-key")); err != nil {
		return err
	}
	if s.tokens, err = issuer.Open(IssuerKey(s.Dir)); err != nil {
		return err
	}
	parameters := map[string]string{
		"Stage":             "local",
		"TemporalAddress":   s.Temporal,
		"TemporalNamespace": Namespace,
		"TemporalTls":       "off", // on this machine it speaks none
		"TokenIssuer":       issuer.Name,
		"TokenAudience":     issuer.Client,
		"ConsoleClient":     issuer.Console,
		"SenderAddress":     "hello@shop.example",
		"PublicUrl":         s.API,
		"WorkerVpc":         "local",
		"SmtpSecret":        sam.SecretARN("Smtp"),
		"HookSecret":        sam.SecretARN("Hooks"),
		"ReplyDomain":       "reply.shop.example",
		"ChannelsSecret":    sam.SecretARN("Channels"),
	}
	for name, value := range s.options.Parameters {
		parameters[name] = value
	}
	if s.template, err = sam.Load(filepath.Join(s.root, "template.yaml"), parameters); err != nil {
		return err
	}
	hooks, err := s.hookSecrets()
	if err != nil {
		return err
	}
	channels, err := s.channels()
	if err != nil {
		return err
	}
	s.secrets = map[string]string{sam.SecretARN("SealKey"): s.SealKey, sam.SecretARN("Smtp"): "smtp://" + s.SMTP,
		sam.SecretARN("Hooks"): hooks, sam.SecretARN("Channels"): channels}
	return s.template.FillSecrets(s.secrets)
}

// Namespace is the stack's namespace in Temporal.
const Namespace = "afterpress"

// private makes a folder that no other person of this machine may look into, or takes it from them.
func private(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return os.Chmod(dir, 0o700)
}

// forget empties the folder but for its ports. An engine that is not ours keeps its tables, so it cannot be emptied.
func (s *Stack) forget() error {
	if engine.Foreign() {
		return errors.New("a fresh start cannot empty an engine that the stack did not start: delete its tables, or unset ENGINE")
	}
	for _, name := range []string{"data", "logs", "dead-letters.jsonl"} {
		if err := os.RemoveAll(filepath.Join(s.Dir, name)); err != nil {
			return err
		}
	}
	return nil
}

func (s *Stack) seed(ctx context.Context) error {
	if s.options.Seed == nil {
		return nil
	}
	return s.options.Seed(ctx, s)
}

// publish writes stack.json once all of it answers.
func (s *Stack) publish(context.Context) error { return s.state.write() }

// Token signs a token for a subject, as the identity provider would.
func (s *Stack) Token(subject string, groups ...string) (string, error) {
	return s.tokens.Mint(subject, groups...)
}

// DynamoDBClient is a client of the stack's engine.
func (s *Stack) DynamoDBClient() *dynamodb.Client { return s.database }

// IssuerKey is the file of a stack's key for tokens.
func IssuerKey(dir string) string { return filepath.Join(dir, "data", "issuer.pem") }

// Close ends everything that the stack started.
func (s *Stack) Close() {
	s.closed.Do(func() {
		for i := len(s.closes) - 1; i >= 0; i-- {
			s.closes[i]()
		}
	})
}

// onClose has f called by Close, before what was started earlier is ended.
func (s *Stack) onClose(f func()) { s.closes = append(s.closes, f) }

func (s *Stack) say(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintf(s.options.Out, "%s  %s\n", time.Now().Format("15:04:05"), fmt.Sprintf(format, args...))
}

func (s *Stack) data(name string) string { return filepath.Join(s.Dir, "data", name) }

func (s *Stack) log(name string) string { return filepath.Join(s.Dir, "logs", name+".log") }

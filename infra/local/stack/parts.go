package stack

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"golang.org/x/sync/errgroup"

	"afterpress/infra/local/engine"
	"afterpress/infra/local/gateway"
	"afterpress/infra/local/issuer"
	"afterpress/infra/local/lambda"
	"afterpress/infra/local/process"
)

// Names of the parts that Kill, Pause and Resume know beside the functions' own.
const (
	DynamoDB = "dynamodb"
	Temporal = "temporal"
	Inbox    = "inbox"
	Objects  = "objects"
)

func (s *Stack) where(name string) engine.Where {
	return engine.Where{Data: s.data(name), Log: s.log(name),
		Ended: func(how string) { s.say("%s ended (%s) and is started again", name, how) }}
}

func (s *Stack) keep(name string, k *process.Keeper) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keepers[name] = k
	s.closes = append(s.closes, k.Stop)
}

func (s *Stack) startEngines(ctx context.Context) error {
	s.say("starting DynamoDB, Temporal, the object store and the inbox")
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		var err error
		if s.engine, err = engine.OpenDynamoDB(ctx, s.state.Ports["dynamodb"], s.where(DynamoDB)); err != nil {
			return err
		}
		s.state.DynamoDB, s.Addresses.DynamoDB = s.engine.Endpoint, s.engine.Endpoint
		if s.engine.Keeper != nil {
			s.keep(DynamoDB, s.engine.Keeper)
		}
		return nil
	})
	group.Go(func() error {
		o := engine.TemporalOptions{Where: s.where(Temporal), Port: s.state.Ports["temporal"], Namespace: Namespace}
		if !s.options.Headless {
			o.UIPort = s.state.Ports["temporal_ui"]
		}
		server, err := engine.StartTemporal(ctx, o)
		if err == nil {
			s.keep(Temporal, server.Keeper)
		}
		return err
	})
	group.Go(func() error {
		inbox, err := engine.StartInbox(ctx, s.state.Ports["smtp"], s.state.Ports["inbox"], s.where(Inbox))
		if err == nil {
			s.keep(Inbox, inbox.Keeper)
		}
		return err
	})
	group.Go(func() error {
		objects, err := engine.StartObjects(ctx, s.state.Ports["objects_engine"], s.where(Objects), s.roles()...)
		if err != nil {
			return err
		}
		s.keep(Objects, objects.Keeper)
		s.objects = objects.Endpoint
		for _, b := range s.template.Buckets {
			if err := objects.Prepare(ctx, b.Name, b.CORS); err != nil {
				return err
			}
			if s.options.Parameters["ScanFiles"] == "on" { // a tag is that of one version
				if err := objects.KeepVersions(ctx, b.Name); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err := group.Wait(); err != nil {
		return err
	}
	s.database = dynamodb.New(dynamodb.Options{Region: region, BaseEndpoint: aws.String(s.Addresses.DynamoDB),
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", "")})
	return nil
}

const region = "us-east-1"

// environ is what differs from AWS for our own process of this name: addresses.
func (s *Stack) environ(name string, env map[string]string) map[string]string {
	all := maps.Clone(env)
	all["AWS_ENDPOINT_URL_DYNAMODB"] = s.Tables
	all["AWS_ENDPOINT_URL_SESV2"], all["AWS_ENDPOINT_URL_SNS"] = s.Senders, s.Senders
	all["AWS_ENDPOINT_URL_SECRETS_MANAGER"] = s.Secrets
	all["AWS_ENDPOINT_URL_S3"] = s.Addresses.Objects
	all["OUTBOUND_ALLOW"] = s.Addresses.Sink
	all["SIGN_IN_DISCOVERY"] = s.Issuer
	maps.Copy(all, s.options.Env)
	maps.Copy(all, s.options.EnvOf[name])
	return all
}

func (s *Stack) binary(name string) string {
	return filepath.Join(s.options.Binaries, name, "bootstrap")
}

func (s *Stack) startFunctions(ctx context.Context) error {
	s.say("starting the functions")
	group, ctx := errgroup.WithContext(ctx)
	for _, f := range s.template.Functions {
		group.Go(func() error {
			running, err := lambda.Start(ctx, lambda.Spec{
				Name: f.Name, Binary: s.binary(f.Name), Env: s.environ(f.Name, f.Env), Timeout: f.Timeout, MemoryMB: f.MemoryMB,
				Processes: s.options.Processes, Concurrency: s.options.Concurrency, Log: s.log(f.Name),
				Report: func(function, what string) { s.say("%s %s", function, what) },
			})
			if err != nil {
				return err
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			s.functions[f.Name] = running
			s.closes = append(s.closes, running.Stop)
			return nil
		})
	}
	return group.Wait()
}

func (s *Stack) startGateway(context.Context) error {
	keys, err := s.tokens.Keys()
	if err != nil {
		return err
	}
	log, err := os.OpenFile(s.log("gateway"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	s.onClose(func() { _ = log.Close() }) // nothing is written any more
	g := &gateway.Gateway{Routes: s.template.Routes, Functions: map[string]gateway.Invoker{},
		Keys: map[string]jwk.Set{issuer.Name: keys},
		Log:  slog.New(slog.NewJSONHandler(log, nil))}
	for _, f := range s.template.Functions {
		g.Functions[f.ID] = s.functions[f.Name]
	}
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", s.state.Ports["api"]))
	if err != nil {
		return err
	}
	s.gateway = g.Server()
	go func() { _ = s.gateway.Serve(listener) }() // until Close
	s.onClose(func() { closeServer(s.gateway) })
	return nil
}

// closeServer lets what is under way end, for a moment.
func closeServer(server *http.Server) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if server.Shutdown(ctx) != nil {
		_ = server.Close() // nothing is left to lose
	}
}

// startWorkers runs the template's containers as processes.
func (s *Stack) startWorkers(context.Context) error {
	for _, c := range s.template.Containers {
		s.say("starting the %s", c.Name)
		if _, err := os.Stat(s.binary(c.Name)); err != nil {
			return fmt.Errorf("%s is not built: %w", c.Name, err)
		}
		env := []string{"AWS_REGION=" + region, "AWS_ACCESS_KEY_ID=" + c.Name, "AWS_SECRET_ACCESS_KEY=local",
			"PATH=/usr/local/bin:/usr/bin:/bin", "TZ=UTC"}
		for name, value := range s.environ(c.Name, c.Env) {
			env = append(env, name+"="+value)
		}
		keeper, err := process.Keep(process.Spec{Name: c.Name, Path: s.binary(c.Name), Env: env, Dir: s.Dir,
			Log: s.log(c.Name)},
			s.where(c.Name).Ended)
		if err != nil {
			return err
		}
		s.keep(c.Name, keeper)
	}
	return nil
}

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"afterpress/infra/demo/premises"
	"afterpress/infra/local/lambda"
	"afterpress/infra/local/sam"
	"afterpress/infra/local/seed"
	"afterpress/infra/local/stack"
)

func (b *bench) binary(name string) string { return filepath.Join(b.root, ".build", name, "bootstrap") }

// functions are those that the Makefile builds.
var functions = []string{"api", "console", "intake", "stream", "worker"}

// sizes are those of the binaries for this machine, and of the doors as `sam build` ships them (arm64). The latter have
// a goal, since a function that starts has to be loaded first.
func sizes(ctx context.Context, b *bench) error {
	for _, name := range functions {
		size, err := megabytes(b.binary(name))
		if err != nil {
			return fmt.Errorf("build first: %w", err)
		}
		b.by(nowhere).note("binary of "+name+" for this machine", size, "MB")
	}
	artifacts, err := os.MkdirTemp("", "afterpress-shipped-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(artifacts) }()
	for _, name := range []string{"Api", "Console", "Intake"} {
		dir := filepath.Join(artifacts, name)
		build := exec.CommandContext(ctx, "make", "-s", "build-"+name, "ARTIFACTS_DIR="+dir)
		build.Dir, build.Stderr = b.root, os.Stderr
		if err := build.Run(); err != nil {
			return fmt.Errorf("build-%s: %w", name, err)
		}
		size, err := megabytes(filepath.Join(dir, "bootstrap"))
		if err != nil {
			return err
		}
		b.by(nowhere).atMost("binary of "+strings.ToLower(name)+" as shipped", size, "MB", 20)
	}
	return nil
}

func megabytes(path string) (float64, error) {
	file, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return float64(file.Size()) / 1e6, nil
}

// starts measures from the start of a door's process to its first answer, which for intake is a page that needs the
// table.
func starts(ctx context.Context, b *bench) error {
	p, err := premises.Open(ctx, stack.Options{SkipStream: true, Processes: 1})
	if err != nil {
		return err
	}
	defer p.Close()
	logs, err := os.MkdirTemp("", "afterpress-start-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(logs) }()
	for _, door := range []struct{ name, path string }{{"api", "/health"}, {"intake", "/forms/" + seed.Quote}} {
		spec := lambda.Spec{Name: door.name, Binary: b.binary(door.name), Timeout: 10 * time.Second, MemoryMB: 512,
			Log: filepath.Join(logs, door.name+".log"), Env: environment(p.Stack)}
		var took []time.Duration
		for range b.size.starts {
			one, err := firstAnswer(ctx, spec, door.path)
			if err != nil {
				return err
			}
			took = append(took, one)
		}
		b.by(straight).atMost("process start to first answer of "+door.name+", p50", ms(quantile(took, 0.5)), "ms", 50)
	}
	return nil
}

func environment(s *stack.Stack) map[string]string {
	return map[string]string{
		"STAGE": "bench", "RECORDS_TABLE": "Records", "EVENTS_TABLE": "Events", "MESSAGES_TABLE": "Messages",
		"SEAL_KEY_SECRET": sam.SecretARN("SealKey"), "AWS_ENDPOINT_URL_SECRETS_MANAGER": s.Secrets,
		"ARTWORK_BUCKET": "artwork", "AWS_ENDPOINT_URL_DYNAMODB": s.Addresses.DynamoDB,
		"AWS_ENDPOINT_URL_S3": s.Addresses.Objects,
	}
}

// firstAnswer starts a function, asks it for a path and ends it.
func firstAnswer(ctx context.Context, spec lambda.Spec, path string) (time.Duration, error) {
	payload, err := json.Marshal(events.APIGatewayV2HTTPRequest{Version: "2.0", RawPath: path,
		RequestContext: events.APIGatewayV2HTTPRequestContext{
			Stage: "$default", RequestID: "bench",
			HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{Method: http.MethodGet, Path: path},
		}})
	if err != nil {
		return 0, err
	}
	began := time.Now()
	f, err := lambda.Start(ctx, spec)
	if err != nil {
		return 0, err
	}
	defer f.Stop()
	answer, err := f.Invoke(ctx, payload)
	took := time.Since(began)
	if err != nil {
		return 0, err
	}
	var response events.APIGatewayV2HTTPResponse
	if err := json.Unmarshal(answer, &response); err != nil {
		return 0, err
	}
	if response.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("GET %s answered %d: %s", path, response.StatusCode, response.Body)
	}
	return took, nil
}

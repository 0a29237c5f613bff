// Probe is a function that does as its event tells it, for tests of the Runtime API and of the gateway.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	if os.Getenv("PROBE_BROKEN") != "" {
		fmt.Fprintln(os.Stderr, "probe: PROBE_BROKEN is set")
		os.Exit(3)
	}
	if os.Getenv("AWS_LAMBDA_RUNTIME_API") == "" { // it stands in for a worker
		stopped := make(chan os.Signal, 1)
		signal.Notify(stopped, syscall.SIGTERM)
		<-stopped
		return
	}
	lambda.Start(answer)
}

// note appends the event to the file of PROBE_SEEN, for tests of what invokes a function by itself.
func note(event []byte) error {
	path := os.Getenv("PROBE_SEEN")
	if path == "" {
		return nil
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	if _, err := file.Write(append(event, '\n')); err != nil {
		return err
	}
	return file.Close()
}

// answer does what the field do says, or the last part of an HTTP event's path.
func answer(ctx context.Context, event json.RawMessage) (any, error) {
	var e struct {
		Do      string `json:"do"`
		RawPath string `json:"rawPath"`
	}
	if err := json.Unmarshal(event, &e); err != nil {
		return nil, err
	}
	if e.Do == "" {
		e.Do = e.RawPath[strings.LastIndex(e.RawPath, "/")+1:]
	}
	if err := note(event); err != nil {
		return nil, err
	}
	switch e.Do {
	case "fail":
		return nil, errors.New("as told")
	case "panic":
		panic("as told")
	case "exit":
		os.Exit(4)
	case "hang":
		<-make(chan struct{})
	case "deadline":
		deadline, ok := ctx.Deadline()
		return map[string]any{"left": time.Until(deadline).Seconds(), "known": ok}, nil
	case "pid":
		return os.Getpid(), nil
	case "environment":
		return os.Environ(), nil
	case "cookies":
		return events.APIGatewayV2HTTPResponse{StatusCode: 303, Cookies: []string{"a=1; Path=/", "b=2"},
			Headers: map[string]string{"location": "/thanks", "x-two": "1,2"}}, nil
	case "binary":
		return events.APIGatewayV2HTTPResponse{StatusCode: 200, IsBase64Encoded: true, Body: "AAEC/w==",
			Headers: map[string]string{"content-type": "application/octet-stream"}}, nil
	case "malformed":
		return events.APIGatewayV2HTTPResponse{StatusCode: 200, IsBase64Encoded: true, Body: "%%%"}, nil
	case "large":
		return strings.Repeat("x", 7<<20), nil
	}
	return event, nil
}

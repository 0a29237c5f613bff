// Command aws sends mail and SMS to Amazon's APIs as moto plays them, over the SDK's own wire and under the roles of
// template.yaml: shared/notify tests what the providers' answers mean. Here it is tested that SES and SNS take the
// requests, and that the worker alone may make them. It needs moto in .venv, which `make check` puts there.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	netmail "net/mail"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"afterpress/infra/demo/people"
	"afterpress/infra/local/engine"
	"afterpress/infra/local/process"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/words"
	"afterpress/shared/notify"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
)

const (
	configurationSet = "afterpress"
	sender           = "hello@shop.example"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	err := run(ctx)
	cancel()
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "aws:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	root, err := engine.Root()
	if err != nil {
		return err
	}
	port, err := engine.FreePort()
	if err != nil {
		return err
	}
	logs, err := os.MkdirTemp("", "afterpress-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(logs) }()
	server := process.Spec{Name: "moto", Path: filepath.Join(root, ".venv", "bin", "moto_server"),
		Args: []string{"-H", "127.0.0.1", "-p", fmt.Sprint(port)},
		Env:  os.Environ(), Log: filepath.Join(logs, "moto.log")}
	moto, err := process.Start(server)
	if err != nil {
		return fmt.Errorf("moto is missing; `make check` brings it: %w", err)
	}
	defer moto.Stop(time.Second)
	endpoint := fmt.Sprintf("http://127.0.0.1:%d", port)
	if err := people.Await(ctx, "moto", func() (bool, error) { return answers(ctx, endpoint), nil }); err != nil {
		return fmt.Errorf("%w\n%s", err, server.Tail())
	}
	g, err := guard(root, endpoint, logs)
	if err != nil {
		return err
	}
	defer g.Close()
	if err := prepare(ctx, g.as(operator)); err != nil {
		return err
	}
	return errors.Join(mail(ctx, g.as("worker"), endpoint), sms(ctx, g.as("worker")), refused(ctx, g), g.unused())
}

func answers(ctx context.Context, endpoint string) bool {
	_, err := read(ctx, endpoint+"/moto-api/")
	return err == nil
}

func read(ctx context.Context, address string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close() //nolint:errcheck // read to its end
	return io.ReadAll(response.Body)
}

// prepare makes what a shop has in its account before it sends.
func prepare(ctx context.Context, cloud aws.Config) error {
	amazon := sesv2.NewFromConfig(cloud)
	if _, err := amazon.CreateConfigurationSet(ctx,
		&sesv2.CreateConfigurationSetInput{ConfigurationSetName: aws.String(configurationSet)}); err != nil {
		return err
	}
	_, err := amazon.CreateEmailIdentity(ctx, &sesv2.CreateEmailIdentityInput{EmailIdentity: aws.String(sender)})
	return err
}

// thanks is a mail as the worker sends it.
var thanks = notify.Message{
	Key: "cus_1/lead/lead_1/1/acknowledge/email", To: notify.Address{Email: "wang@customer.example"},
	From:    notify.Address{Name: "晨光印务", Email: sender},
	Subject: "晨光印务已收到您的询价", Text: "您好！\n", HTML: "<p>您好！</p>\n", Lang: words.Zh, Answers: true,
}

// mail sends one message from an address that SES knows and one from an address that it does not. moto is where to
// read what came.
func mail(ctx context.Context, cloud aws.Config, moto string) error {
	ses := notify.NewSES(cloud, configurationSet)
	m := thanks
	id, err := ses.Send(ctx, m)
	if err != nil || id == "" {
		return fmt.Errorf("SES did not take a message: %w", err)
	}
	if err := kept(ctx, moto, id, m); err != nil {
		return err
	}
	m.From.Email = "somebody@else.example"
	if _, err := ses.Send(ctx, m); notify.KindOf(err) != notify.Rejected ||
		!strings.Contains(err.Error(), "MessageRejected") {
		return fmt.Errorf("from an address that SES does not know: %w", err)
	}
	fmt.Println("SES took a message with our headers, and refused a sender that it does not know")
	return nil
}

// kept compares what moto keeps with what was sent.
func kept(ctx context.Context, endpoint, id string, m notify.Message) error {
	text, err := read(ctx, endpoint+"/moto-api/data.json")
	if err != nil {
		return err
	}
	var all struct {
		SES struct {
			RawMessage []struct {
				ID           string   `json:"id"`
				Source       string   `json:"source"`
				Destinations []string `json:"destinations"`
				Raw          string   `json:"raw_data"`
			}
		} `json:"ses"`
	}
	if err := json.Unmarshal(text, &all); err != nil {
		return err
	}
	if len(all.SES.RawMessage) != 1 {
		return fmt.Errorf("SES has %d messages", len(all.SES.RawMessage))
	}
	got := all.SES.RawMessage[0]
	read, err := netmail.ReadMessage(strings.NewReader(got.Raw))
	if err != nil {
		return err
	}
	strangers := slices.DeleteFunc(got.Destinations, func(to string) bool { return to == m.To.Email })
	if got.ID != id || got.Source != m.From.Email || len(strangers) > 0 || read.Header.Get("X-Afterpress-Key") == "" ||
		read.Header.Get("Auto-Submitted") != "auto-replied" {
		return fmt.Errorf("SES has another message than the one that was sent: %+v", got)
	}
	return nil
}

// received is an SMS as the worker sends it.
var received = notify.Text{Key: "k", To: "+12015550123", Template: message.TemplateLeadAcknowledged, Lang: words.En,
	Body: "Dawn Print: enquiry 9F3A09BC received."}

func texter(cloud aws.Config) notify.Texter {
	return notify.Channels{SMS: &notify.SMSAccount{Provider: "sns", Sign: "AFTERPRESS"}}.Texter(http.DefaultClient, cloud,
		time.Now)
}

// sms sends one SMS.
func sms(ctx context.Context, cloud aws.Config) error {
	if id, err := texter(cloud).Send(ctx, received); err != nil || id == "" {
		return fmt.Errorf("SNS did not take an SMS: %w", err)
	}
	fmt.Println("SNS took an SMS")
	return nil
}

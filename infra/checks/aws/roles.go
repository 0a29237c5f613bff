package main

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"afterpress/infra/local/cloud"
	"afterpress/infra/local/sam"
	"afterpress/shared/notify"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sns"
)

// operator is a key that belongs to no function, so no role binds it.
const operator = "check"

// guarded is the local cloud before moto.
type guarded struct {
	*httptest.Server
	template *sam.Template
	used     string             // folder where the cloud notes what was used of the roles
	refused  chan cloud.Refusal // holds as many as there are calls
}

// guard puts the roles of template.yaml before moto. dir is where what is used of them is noted.
func guard(root, moto, dir string) (*guarded, error) {
	if err := os.Setenv(cloud.UsedDir, dir); err != nil {
		return nil, err
	}
	template, err := sam.Load(filepath.Join(root, "template.yaml"), map[string]string{"WorkerVpc": "local",
		"TemporalAddress": "localhost:7233", "SenderAddress": sender, "SesConfigurationSet": configurationSet,
		"ChannelsSecret": "Channels", "PublicUrl": "https://shop.example"})
	if err != nil {
		return nil, err
	}
	at, err := url.Parse(moto)
	if err != nil {
		return nil, err
	}
	g := &guarded{template: template, used: dir, refused: make(chan cloud.Refusal, 100)}
	sky, err := cloud.New(cloud.Options{Template: template, Refused: func(r cloud.Refusal) { g.refused <- r }})
	if err != nil {
		return nil, err
	}
	g.Server = httptest.NewServer(sky.Senders(at))
	return g, nil
}

// as is the configuration of the function or worker of that name.
func (g *guarded) as(name string) aws.Config {
	return aws.Config{Region: "us-east-1", BaseEndpoint: &g.URL,
		Credentials: credentials.NewStaticCredentialsProvider(name, "check", "")}
}

// refused has functions try what their roles do not allow: each is told, and each refusal names role, action,
// resource and call.
func refused(ctx context.Context, g *guarded) error {
	operation := sns.NewFromConfig(g.as(operator))
	topic, err := operation.CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String("alarms")})
	if err != nil {
		return err
	}
	const ses = "arn:aws:ses:us-east-1:000000000000:"
	byMail := func(role, set string) error {
		_, err := notify.NewSES(g.as(role), set).Send(ctx, thanks)
		return err
	}
	byText := func(role string) error {
		_, err := texter(g.as(role)).Send(ctx, received)
		return err
	}
	toTopic := func(role string) error {
		_, err := sns.NewFromConfig(g.as(role)).Publish(ctx,
			&sns.PublishInput{TopicArn: topic.TopicArn, Message: aws.String("all is well")})
		return err
	}
	tried := []struct {
		what                   string
		err                    error
		role, action, on, call string
		code                   string // as the service words it
	}{
		{"mail by staff's door", byMail("api", configurationSet), "api", "ses:SendEmail", ses + "identity/" + sender,
			"SendEmail", "AccessDenied"},
		{"mail by the public door", byMail("intake", configurationSet), "intake", "ses:SendEmail",
			ses + "identity/" + sender, "SendEmail", "AccessDenied"},
		{"mail under another set", byMail("worker", "theirs"), "worker", "ses:SendEmail", ses + "configuration-set/theirs",
			"SendEmail", "AccessDenied"},
		{"an SMS by staff's door", byText("api"), "api", "sns:Publish", "*", "Publish", "AuthorizationError"},
		{"an SMS by the public door", byText("intake"), "intake", "sns:Publish", "*", "Publish", "AuthorizationError"},
		{"an SMS by the function behind the stream", byText("stream"), "stream", "sns:Publish", "*", "Publish",
			"AuthorizationError"},
		{"an alarm by the worker", toTopic("worker"), "worker", "sns:Publish", *topic.TopicArn, "Publish",
			"AuthorizationError"},
	}
	var lines []string
	for range len(g.refused) {
		lines = append(lines, (<-g.refused).String())
	}
	var faults []error
	for _, c := range tried {
		if c.err == nil || !strings.Contains(c.err.Error(), c.code) {
			faults = append(faults, fmt.Errorf("%s: not refused with %s, but %v", c.what, c.code, c.err))
		}
		want := cloud.Refusal{Role: c.role, Action: c.action, Resource: c.on, Call: c.call}
		if !slices.Contains(lines, want.String()) {
			faults = append(faults, fmt.Errorf("%s: no line says %q, but %q", c.what, want, lines))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return err
	}
	fmt.Println("Nothing came to SES and SNS from a role that may not send, nor to a topic:")
	for _, line := range lines {
		fmt.Println("  " + line)
	}
	return nil
}

// unused fails where a role may do with SES or SNS what no sender did.
func (g *guarded) unused() error {
	all, err := cloud.Unused(g.template, g.used)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(line string) bool {
		return !strings.Contains(line, " ses:") && !strings.Contains(line, " sns:")
	})
	if len(all) > 0 {
		return fmt.Errorf("granted and never used: %s", strings.Join(all, "; "))
	}
	return nil
}

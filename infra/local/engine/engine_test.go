package engine

import (
	"context"
	"io"
	"net/http"
	"net/smtp"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"afterpress/infra/local/sam"
)

func TestDynamoDBKeepsItsDataAndIsIndexed(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	template, err := sam.Load(filepath.Join("..", "..", "..", "template.yaml"), map[string]string{
		"TemporalAddress": "x:1", "SenderAddress": "a@b"})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for start := range 2 {
		port, err := FreePort()
		if err != nil {
			t.Fatal(err)
		}
		db, err := OpenDynamoDB(ctx, port, Where{Data: dir, Log: filepath.Join(dir, "log")})
		if err != nil {
			t.Fatal(err)
		}
		c := dynamodb.New(dynamodb.Options{Region: "us-east-1", BaseEndpoint: &db.Endpoint,
			Credentials: credentials.NewStaticCredentialsProvider("local", "local", "")})
		if start == 0 {
			for _, table := range template.Tables {
				if _, err := c.CreateTable(ctx, table.CreateInput()); err != nil {
					t.Error(err)
				}
			}
		} else if _, err := c.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String("Events")}); err != nil {
			t.Error(err)
		}
		if err := db.IndexStreams(ctx); err != nil {
			t.Error(err)
		}
		db.Stop()
	}
}

func TestTemporalAnswersWithThirtyDays(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	port, err := FreePort()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	server, err := StartTemporal(ctx,
		TemporalOptions{Where: Where{Data: dir, Log: filepath.Join(dir, "log")}, Port: port, Namespace: "shop"})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Keeper.Stop()
	c, err := client.NewNamespaceClient(client.Options{HostPort: server.Address, Logger: quiet{}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var got *workflowservice.DescribeNamespaceResponse
	if got, err = c.Describe(ctx, "shop"); err != nil {
		t.Fatal(err)
	}
	if days := got.Config.WorkflowExecutionRetentionTtl.AsDuration(); days != retention {
		t.Errorf("retention %s", days)
	}
}

func TestInboxShowsWhatItIsSent(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	ports := [2]int{}
	for i := range ports {
		var err error
		if ports[i], err = FreePort(); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	for start := range 2 {
		inbox, err := StartInbox(ctx, ports[0], ports[1],
			Where{Data: filepath.Join(dir, "mail"), Log: filepath.Join(dir, "log")})
		if err != nil {
			t.Fatal(err)
		}
		if start == 0 {
			text := "Subject: Hello\r\n\r\nHello\r\n"
			if err := smtp.SendMail(inbox.SMTP, nil, "shop@example.com", []string{"a@example.com"}, []byte(text)); err != nil {
				t.Error(err)
			}
		}
		// It reads its folder after it began to listen.
		for mails := emails(t, inbox.Web); !strings.Contains(mails, `"subject":"Hello"`); mails = emails(t, inbox.Web) {
			select {
			case <-time.After(20 * time.Millisecond):
			case <-ctx.Done():
				t.Fatalf("start %d: the inbox has %s", start, mails)
			}
		}
		inbox.Keeper.Stop()
	}
}

func emails(t *testing.T, web string) string {
	t.Helper()
	response, err := http.Get(web + "/email")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

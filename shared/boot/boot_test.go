package boot

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"
)

var whole = map[string]string{
	"STAGE": "test", "LOG_LEVEL": "warn", "RECORDS_TABLE": "records", "EVENTS_TABLE": "events",
	"MESSAGES_TABLE":   "messages",
	"SEAL_KEY":         "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
	"RESTORE_EPOCH":    "2",
	"TEMPORAL_ADDRESS": "127.0.0.1:7233", "TEMPORAL_NAMESPACE": "afterpress", "TEMPORAL_API_KEY": "",
	"SMTP_URL": "smtp://127.0.0.1:1025", "SENDER_ADDRESS": "Print shop <hello@shop.example>",
	"PUBLIC_URL": "https://shop.example/",
}

func setenv(t *testing.T, change map[string]string) {
	t.Helper()
	for name, value := range whole {
		if other, ok := change[name]; ok {
			value = other
		}
		t.Setenv(name, value)
	}
}

func TestLoadReadsEverySetting(t *testing.T) {
	setenv(t, nil)
	c, err := Load(t.Context(), Keys, Temporal, Mail)
	if err != nil {
		t.Fatal(err)
	}
	if c.RecordsTable != "records" || c.Ring == nil || c.LogLevel.String() != "WARN" ||
		c.RestoreEpoch != 2 || c.TemporalNamespace != "afterpress" || c.PublicURL != "https://shop.example" {
		t.Errorf("read %+v", c)
	}
}

func TestLoadNamesEveryFaultAndNoSecret(t *testing.T) {
	setenv(t, map[string]string{
		"RECORDS_TABLE": "", "SEAL_KEY": "c2hvcnQtc2VjcmV0", "LOG_LEVEL": "loud", "TEMPORAL_ADDRESS": "",
		"SMTP_URL": "http://user:hunter2@mail", "SENDER_ADDRESS": "nobody", "PUBLIC_URL": "shop.example",
		"RESTORE_EPOCH": "-1",
	})
	_, err := Load(t.Context(), Keys, Temporal, Mail)
	if err == nil {
		t.Fatal("accepted")
	}
	for _, name := range []string{"RECORDS_TABLE", "SEAL_KEY", "LOG_LEVEL", "TEMPORAL_ADDRESS", "SMTP_URL",
		"SENDER_ADDRESS", "PUBLIC_URL", "RESTORE_EPOCH"} {
		if strings.Count(err.Error(), name+" ") != 1 {
			t.Errorf("%s is not named once in:\n%v", name, err)
		}
	}
	for _, secret := range []string{"hunter2", "c2hvcnQ"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error tells %q:\n%v", secret, err)
		}
	}
}

func TestEitherSMTPOrSESSends(t *testing.T) {
	for _, c := range []struct {
		smtp, set string
		fails     bool
	}{{"", "", true}, {"smtp://127.0.0.1:1025", "", false}, {"", "afterpress", false},
		{"smtp://127.0.0.1:1025", "afterpress", true}} {
		setenv(t, map[string]string{"SMTP_URL": c.smtp})
		t.Setenv("SES_CONFIGURATION_SET", c.set)
		got, err := Load(t.Context(), Keys, Mail)
		if (err != nil) != c.fails || err == nil && (got.SMTPURL != c.smtp || got.SESConfigurationSet != c.set) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// certificate is a certificate and its key in PEM, for a name.
func certificate(t *testing.T, name string) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	of := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotAfter: time.Now().Add(time.Hour)}
	made, err := x509.CreateCertificate(rand.Reader, of, of, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: made})) +
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
}

func TestTemporalIsSpokenToOverTLSUnlessToldOtherwise(t *testing.T) {
	own := certificate(t, "worker")
	for _, c := range []struct {
		tls, key, certificate, ca string
		ok, plain                 bool
	}{
		{"", "", "", "", true, false}, {"on", "key", own, own, true, false}, {"off", "", "", "", true, true},
		{"off", "key", "", "", false, true}, {"off", "", own, "", false, true}, {"off", "", "", own, false, true},
		{"no", "", "", "", false, false}, {"", "", "no PEM", "", false, false}, {"", "", "", "no PEM", false, false},
	} {
		setenv(t, map[string]string{"TEMPORAL_API_KEY": c.key})
		for name, value := range map[string]string{"TEMPORAL_TLS": c.tls, "TEMPORAL_CERTIFICATE": c.certificate,
			"TEMPORAL_CA": c.ca} {
			t.Setenv(name, value)
		}
		got, err := Load(t.Context(), Keys, Temporal)
		if (err == nil) != c.ok || got.TemporalPlain != c.plain {
			t.Errorf("%+v: plain %v, %v", c, got.TemporalPlain, err)
		}
		if err == nil && ((got.TemporalAPIKey != nil) != (c.key != "") || (got.TemporalAuthorities != nil) != (c.ca != "") ||
			(got.TemporalCertificate != nil) != (c.certificate != "")) {
			t.Errorf("%+v: read %+v", c, got)
		}
		if c.certificate == own && err == nil && got.TemporalCertificate().Leaf.Subject.CommonName != "worker" {
			t.Errorf("%+v: another certificate", c)
		}
	}
}

func TestADoorNeedsNeitherTemporalNorMail(t *testing.T) {
	setenv(t, map[string]string{"TEMPORAL_ADDRESS": "", "TEMPORAL_NAMESPACE": "", "SMTP_URL": "", "SENDER_ADDRESS": "",
		"PUBLIC_URL": ""})
	if _, err := Load(t.Context(), Keys); err != nil {
		t.Error(err)
	}
}

func TestLoggerWritesJSONFromItsLevelOn(t *testing.T) {
	setenv(t, nil)
	c, err := Load(t.Context(), Keys)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	log := Logger(&out, c)
	log.Info("quiet")
	log.Warn("heard")
	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil || line["msg"] != "heard" || line["stage"] != "test" {
		t.Errorf("wrote %q: %v", out.String(), err)
	}
}

func TestIDsSortByTimeAndTimesAreUTC(t *testing.T) {
	last := ""
	for range 1000 {
		id := NewID("lead")
		if !strings.HasPrefix(id, "lead_") || id <= last {
			t.Fatalf("%s after %s", id, last)
		}
		last = id
	}
	if now := Now(); now.Location() != time.UTC || now.Nanosecond()%1e6 != 0 {
		t.Errorf("now is %v", now)
	}
}

// tables answers every request with "{}" and passes on the request's body. It begins to answer before it has read
// that body.
func tables(t *testing.T, heard chan<- string) *dynamodb.Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := http.NewResponseController(w)
		if err := answer.EnableFullDuplex(); err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Length", "2")
		_, _ = io.WriteString(w, "{")
		_ = answer.Flush()
		body, _ := io.ReadAll(r.Body)
		_, _ = io.WriteString(w, "}")
		heard <- string(body)
	}))
	t.Cleanup(server.Close)
	for name, value := range map[string]string{
		"AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key",
		"AWS_ENDPOINT_URL_DYNAMODB": server.URL,
	} {
		t.Setenv(name, value)
	}
	c, err := AWS(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c.RetryMaxAttempts = 1
	return Dynamo(c)
}

func TestAnAnswerThatBeginsEarlyIsReadToItsEnd(t *testing.T) {
	heard := make(chan string, 1)
	client := dynamodb.New(tables(t, heard).Options(), func(o *dynamodb.Options) {
		// All the time that so much takes on a busy machine.
		o.HTTPClient, o.APIOptions = ownBody{http.DefaultClient}, nil
	})
	const size = 32 << 20 // more than the sockets on the way can hold
	_, err := client.PutItem(t.Context(),
		&dynamodb.PutItemInput{TableName: aws.String("records"), Item: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: strings.Repeat("x", size)},
		}})
	if err != nil {
		t.Fatal(err)
	}
	if body := <-heard; len(body) < size {
		t.Errorf("the server read %d bytes", len(body))
	}
}

func TestAnAttemptAtTheTablesEnds(t *testing.T) {
	client, ok := tables(t, nil).Options().HTTPClient.(ownBody).client.(*awshttp.BuildableClient)
	if !ok || client.GetTimeout() != attempt {
		t.Errorf("an attempt may take for ever")
	}
}

func TestPausesAreShortAndNeverTheSame(t *testing.T) {
	known := map[time.Duration]bool{}
	for n := 1; n < tries; n++ {
		for range 20 {
			d, err := pause(n, nil)
			if err != nil || d < 0 || d > min(shortestPause<<n, longestPause) {
				t.Errorf("after try %d it waits %v, %v", n, d, err)
			}
			known[d] = true
		}
	}
	if len(known) < 90 {
		t.Errorf("%d different pauses of 100", len(known))
	}
}

// Tables that say nothing are given up in time, though each attempt has time of its own.
func TestACallOfSilentTablesEnds(t *testing.T) {
	silent := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-silent }))
	defer server.Close()
	defer close(silent)
	c := aws.Config{Region: "us-east-1", BaseEndpoint: aws.String(server.URL), Credentials: aws.AnonymousCredentials{}}
	began := time.Now()
	_, err := dynamodb.NewFromConfig(c, func(o *dynamodb.Options) {
		o.APIOptions = append(o.APIOptions, endIn(100*time.Millisecond))
	}).ListTables(t.Context(), &dynamodb.ListTablesInput{})
	if err == nil || time.Since(began) >= attempt {
		t.Errorf("%v after %s", err, time.Since(began))
	}
	stack := middleware.NewStack("a call", func() any { return nil })
	for _, add := range Dynamo(c).Options().APIOptions {
		if err := add(stack); err != nil {
			t.Fatal(err)
		}
	}
	if _, bounded := stack.Initialize.Get("EndInTime"); !bounded {
		t.Error("a call of the tables may take for ever")
	}
}

func TestATransactionCarriesNoToken(t *testing.T) {
	heard := make(chan string, 1)
	client := tables(t, heard)
	_, err := client.TransactWriteItems(t.Context(),
		&dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{{
			Delete: &types.Delete{TableName: aws.String("records"),
				Key: map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "a"}}},
		}}})
	if err != nil {
		t.Fatal(err)
	}
	if body := <-heard; strings.Contains(body, "ClientRequestToken") || !strings.Contains(body, "TransactItems") {
		t.Errorf("sent %s", body)
	}
}

func TestAWSNamesEveryFault(t *testing.T) {
	for _, name := range []string{"AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
		"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"} {
		t.Setenv(name, "")
	}
	_, err := AWS(t.Context())
	if err == nil || !strings.Contains(err.Error(), "AWS_REGION") || !strings.Contains(err.Error(), "AWS_ACCESS_KEY_ID") {
		t.Errorf("says %v", err)
	}
}

func TestAWSTakesTheAddressOfTheTablesFirst(t *testing.T) {
	for name, value := range map[string]string{
		"AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key",
		"AWS_SESSION_TOKEN": "session",
		"AWS_ENDPOINT_URL":  "http://127.0.0.1:1", "AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:2",
	} {
		t.Setenv(name, value)
	}
	c, err := AWS(t.Context())
	if err != nil || *c.BaseEndpoint != "http://127.0.0.1:2" {
		t.Fatalf("%+v, %v", c, err)
	}
	if key, err := c.Credentials.Retrieve(t.Context()); err != nil || key.SessionToken != "session" {
		t.Errorf("key of %s: %v", key.Source, err)
	}
	if *Service(c, "SESV2").BaseEndpoint != "http://127.0.0.1:1" {
		t.Error("SES is looked for at the tables' address")
	}
	t.Setenv("AWS_ENDPOINT_URL_SESV2", "http://127.0.0.1:3")
	if *Service(c, "SESV2").BaseEndpoint != "http://127.0.0.1:3" || *c.BaseEndpoint != "http://127.0.0.1:2" {
		t.Error("SES is not at its own address")
	}
	t.Setenv("AWS_ENDPOINT_URL_DYNAMODB", "")
	t.Setenv("AWS_ENDPOINT_URL", "")
	if c, err := AWS(t.Context()); err != nil || c.BaseEndpoint != nil {
		t.Errorf("in AWS itself: %v, %v", c.BaseEndpoint, err)
	}
}

func TestHooksReadsOneOrTwoSecretsOfEachSource(t *testing.T) {
	const one, two = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3", "whsec_YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjAx"
	setenv(t, nil)
	t.Setenv("SES_TOPIC", "arn:aws:sns:eu-central-1:123456789012:mail")
	t.Setenv("HOOK_SECRETS", `{"leads":["`+one+`","`+two+`"],"mail":["`+one+`"]}`)
	c, err := Load(t.Context(), Keys, Hooks)
	if err != nil || len(c.HookSecrets.Now()["leads"]) != 2 ||
		string(c.HookSecrets.Now()["mail"][0]) != "0123456789abcdef01234567" || c.SESTopic == "" {
		t.Errorf("%+v, %v", c, err)
	}
	for _, wrong := range []string{
		"whsec", `{"leads":"` + one + `"}`, `{"leads":["short"]}`, `{"leads":["whsec_c2hvcnQ="]}`, `{"leads":["` +
			strings.TrimPrefix(one, "whsec_") + `"]}`,
		`{"leads":["` + one + `","` + one + `","` + two + `"]}`, `{"orders":["` + one + `"]}`, `["` + one + `"]`,
	} {
		t.Setenv("HOOK_SECRETS", wrong)
		if _, err := Load(t.Context(), Keys, Hooks); err == nil || !strings.Contains(err.Error(), "HOOK_SECRETS ") ||
			strings.Contains(err.Error(), "MDEyMzQ1") {
			t.Errorf("%s: %v", wrong, err)
		}
	}
	t.Setenv("HOOK_SECRETS", "")
	t.Setenv("SES_TOPIC", "")
	if c, err := Load(t.Context(), Keys, Hooks); err != nil || c.HookSecrets.Now() != nil {
		t.Errorf("nothing is set up: %+v, %v", c.HookSecrets.Now(), err)
	}
	t.Setenv("SES_TOPIC", "mail")
	if _, err := Load(t.Context(), Keys, Hooks); err == nil {
		t.Error("a topic without its ARN was taken")
	}
}

func TestTheReplyDomainIsOne(t *testing.T) {
	setenv(t, nil)
	for domain, ok := range map[string]bool{"": true, "reply.shop.example": true, "reply shop": false, "a@b": false,
		"x>": false} {
		t.Setenv("REPLY_DOMAIN", domain)
		for side, part := range map[string]Part{"sending": Mail, "receiving": Hooks} {
			if c, err := Load(t.Context(), Keys, part); (err == nil) != ok || c.ReplyDomain != domain {
				t.Errorf("%s, %q: %+v, %v", side, domain, c.ReplyDomain, err)
			}
		}
	}
}

func TestTheMailHostsAreHosts(t *testing.T) {
	setenv(t, nil)
	for named, want := range map[string]string{"": "", " , ": "", "MX.shop.example": "mx.shop.example",
		"mx1.shop.example, shop.example,": "mx1.shop.example shop.example",
		"mx shop.example":                 "-", "a@shop.example": "-", "com": "-", "mx.shop.example;x.example": "-"} {
		t.Setenv("MAIL_HOSTS", named)
		c, err := Load(t.Context(), Keys, Hooks)
		if (err != nil) != (want == "-") || err == nil && strings.Join(c.MailHosts, " ") != want {
			t.Errorf("%q: %q, %v", named, c.MailHosts, err)
		}
	}
}

func TestADoorThatTakesFilesNeedsTheirBucket(t *testing.T) {
	setenv(t, nil)
	t.Setenv("ARTWORK_BUCKET", "files")
	if c, err := Load(t.Context(), Keys, Artwork); err != nil || c.ArtworkBucket != "files" ||
		c.PublicURL != "https://shop.example" {
		t.Errorf("%+v, %v", c, err)
	}
	t.Setenv("ARTWORK_BUCKET", "")
	t.Setenv("PUBLIC_URL", "")
	if c, err := Load(t.Context(), Keys, Artwork); err == nil || !strings.Contains(err.Error(), "ARTWORK_BUCKET ") ||
		strings.Contains(err.Error(), "PUBLIC_URL") {
		t.Errorf("%+v, %v", c, err)
	}
}

package cloud_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"afterpress/infra/local/cloud"
	"afterpress/infra/local/sam"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

func TestEachFunctionReadsItsOwnSecretsAndNoOther(t *testing.T) {
	t.Parallel()
	seal, hooks, temporal := sam.SecretARN("SealKey"), sam.SecretARN("Hooks"), sam.SecretARN("Temporal")
	var refused []cloud.Refusal
	c, err := cloud.New(cloud.Options{
		Template: described(t, map[string]string{"HookSecret": hooks, "TemporalKeySecret": temporal}),
		Refused:  func(r cloud.Refusal) { refused = append(refused, r) }})
	if err != nil {
		t.Fatal(err)
	}
	kept := map[string]string{seal: "the key", hooks: "the hooks", temporal: "Temporal's key"}
	server := httptest.NewServer(c.Secrets(func(arn string) (string, bool) { text, ok := kept[arn]; return text, ok }))
	t.Cleanup(server.Close)
	for _, role := range []struct {
		name string
		may  []string
	}{{"api", []string{seal}}, {"intake", []string{seal, hooks}}, {"stream", []string{temporal}}, {"worker", nil},
		{"nobody", nil}} {
		client := secretsmanager.New(secretsmanager.Options{Region: "us-east-1", BaseEndpoint: &server.URL,
			Retryer: aws.NopRetryer{}, Credentials: credentials.NewStaticCredentialsProvider(role.name, "secret", "")})
		for arn, text := range kept {
			refused = nil
			may := strings.Contains(strings.Join(role.may, " "), arn)
			out, err := client.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: &arn})
			if may && (err != nil || *out.SecretString != text) || !may && !denied(err) {
				t.Errorf("%s reads %s: %v", role.name, arn, err)
			}
			if !may && (len(refused) != 1 || refused[0].Role != role.name || refused[0].Resource != arn ||
				refused[0].Action != "secretsmanager:GetSecretValue") {
				t.Errorf("%s is refused %s as %v", role.name, arn, refused)
			}
		}
	}
}

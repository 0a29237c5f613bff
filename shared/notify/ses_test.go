package notify

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"afterpress/shared/crm/message"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

func cloud(endpoint string) aws.Config {
	c := aws.Config{Region: "eu-central-1", Credentials: credentials.NewStaticCredentialsProvider("id", "key", "")}
	if endpoint != "" {
		c.BaseEndpoint = &endpoint
	}
	return c
}

func TestSESHandsOverTheMailAsItIs(t *testing.T) {
	p := newProvider(t, http.StatusOK, `{"MessageId":"0107018f-1"}`)
	m := enquiry()
	id, err := NewSES(cloud(p.URL), "afterpress").Send(t.Context(), m)
	if err != nil || id != "0107018f-1" {
		t.Fatalf("%q, %v", id, err)
	}
	var sent struct {
		FromEmailAddress, ConfigurationSetName string
		Destination                            struct{ ToAddresses, CcAddresses, BccAddresses []string }
		Content                                struct{ Raw struct{ Data []byte } }
		EmailTags                              []struct{ Name, Value string }
	}
	if err := json.Unmarshal([]byte(p.said[0]), &sent); err != nil {
		t.Fatal(err)
	}
	if sent.FromEmailAddress != m.From.Email || sent.ConfigurationSetName != "afterpress" ||
		len(sent.Destination.ToAddresses) != 1 ||
		sent.Destination.ToAddresses[0] != m.To.Email || sent.Destination.CcAddresses != nil ||
		sent.Destination.BccAddresses != nil {
		t.Errorf("sent %s", p.said[0])
	}
	if len(sent.EmailTags) != 1 || sent.EmailTags[0].Name != message.KeyTag {
		t.Fatalf("tags %v", sent.EmailTags)
	}
	if key, err := base64.RawURLEncoding.DecodeString(sent.EmailTags[0].Value); err != nil || string(key) != m.Key {
		t.Errorf("the tag says %q, %v", key, err)
	}
	got := reread(t, sent.Content.Raw.Data)
	if got.subject != m.Subject || !sameText(got.text, m.Text) || !sameText(got.html, m.HTML) ||
		got.header.Get("To") != "<chen@example.org>" ||
		got.header.Get("X-Afterpress-Key") != message.TagOf(m.Key) || got.header.Get("Auto-Submitted") != "auto-replied" {
		t.Errorf("handed over %+v", got)
	}
}

// A real key stays under SES's 256 letters for a tag.
func TestARealKeyFitsATag(t *testing.T) {
	const id = "019b0000-0000-7000-8000-000000000003"
	if n := base64.RawURLEncoding.EncodedLen(len("cus_" + id + "/campaign/campaign_" + id + "/123/cus_" + id +
		"/reminded-half/dingtalk")); n > 256 {
		t.Errorf("%d letters", n)
	}
}

func TestSESSaysHowItFailedAndNeverRepeats(t *testing.T) {
	for _, c := range []struct {
		status int
		code   string
		kind   Kind
	}{
		{400, "MessageRejected", Rejected}, {400, "BadRequestException", Rejected},
		{429, "TooManyRequestsException", NotSent}, {400, "LimitExceededException", NotSent},
		{400, "SendingPausedException", NotSent}, {400, "MailFromDomainNotVerifiedException", NotSent},
		{404, "NotFoundException", NotSent},
		{403, "InvalidClientTokenId", NotSent}, {403, "AccessDeniedException", NotSent}, {500, "InternalFailure", Unknown},
		{503, "ServiceUnavailable", Unknown},
	} {
		p := newProvider(t, c.status, `{"__type":"`+c.code+`","message":"chen@example.org"}`)
		_, err := NewSES(cloud(p.URL), "afterpress").Send(t.Context(), enquiry())
		fails(t, err, c.kind, c.code)
		if len(p.asked) != 1 {
			t.Errorf("%s: %d requests", c.code, len(p.asked))
		}
	}
	_, err := NewSES(cloud("http://"+nobody(t)), "afterpress").Send(t.Context(), enquiry())
	fails(t, err, NotSent, "connection")
	_, err = NewSES(cloud(hangUp(t).URL), "afterpress").Send(t.Context(), enquiry())
	fails(t, err, Unknown, "connection")
	wrong := enquiry()
	wrong.To.Email += "\r\nBcc: evil@example.org"
	_, err = NewSES(cloud("http://"+nobody(t)), "afterpress").Send(t.Context(), wrong)
	fails(t, err, Rejected, "to")
}

func TestSNSPublishesOnce(t *testing.T) {
	p := newProvider(t, http.StatusOK,
		`<PublishResponse><PublishResult><MessageId>94f20ce6</MessageId></PublishResult></PublishResponse>`)
	a := account("sns", p.URL)
	a.Sign = "DAWN"
	id, err := newSNS(a, cloud("")).Send(t.Context(), thanks())
	if err != nil || id != "94f20ce6" || len(p.said) != 1 {
		t.Fatalf("%q, %v", id, err)
	}
	sent, err := url.ParseQuery(p.said[0])
	if err != nil || sent.Get("PhoneNumber") != "+8613800138000" || sent.Get("Message") != thanks().Body ||
		sent.Get("TopicArn") != "" {
		t.Errorf("sent %v, %v", sent, err)
	}
	attributes := map[string]string{}
	for _, n := range []string{"1", "2"} {
		entry := "MessageAttributes.entry." + n + "."
		attributes[sent.Get(entry+"Name")] = sent.Get(entry + "Value.StringValue")
	}
	if attributes["AWS.SNS.SMS.SMSType"] != "Transactional" || attributes["AWS.SNS.SMS.SenderID"] != "DAWN" {
		t.Errorf("attributes %v", attributes)
	}
}

func TestSNSSaysHowItFailed(t *testing.T) {
	for _, c := range []struct {
		status int
		code   string
		kind   Kind
	}{
		{400, "InvalidParameter", Rejected}, {400, "OptedOut", Rejected}, {400, "Throttled", NotSent},
		{403, "AuthorizationError", NotSent}, {500, "InternalError", Unknown},
	} {
		p := newProvider(t, c.status, `<ErrorResponse><Error><Code>`+c.code+
			`</Code><Message>+8613800138000</Message></Error></ErrorResponse>`)
		_, err := newSNS(account("sns", p.URL), cloud("")).Send(t.Context(), thanks())
		fails(t, err, c.kind, c.code)
		if len(p.asked) != 1 {
			t.Errorf("%s: %d requests", c.code, len(p.asked))
		}
	}
}

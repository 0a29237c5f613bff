package notify

import (
	"bytes"
	"context"
	"errors"

	"afterpress/shared/crm/message"

	"github.com/aws/aws-sdk-go-v2/aws"
	transport "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"
	"github.com/aws/smithy-go"
)

// SES sends e-mail through Amazon SES, version 2. It is a Sender and safe for concurrent use.
type SES struct {
	client *sesv2.Client
	set    string
}

// NewSES uses the region and the credentials of cloud. Events about the messages go where the configuration set says.
func NewSES(cloud aws.Config, configurationSet string) *SES {
	return &SES{set: configurationSet,
		client: sesv2.NewFromConfig(cloud, func(o *sesv2.Options) { o.Retryer = aws.NopRetryer{} })}
}

// Send hands m over as it would go over SMTP, headers and all, and returns the id that SES gave it; SES writes a
// Message-ID of its own.
func (s *SES) Send(ctx context.Context, m Message) (string, error) {
	msg, _, err := email(m)
	if err != nil {
		return "", err
	}
	var raw bytes.Buffer
	if _, err := msg.WriteTo(&raw); err != nil {
		return "", &Error{Kind: Rejected, Code: "text", cause: err}
	}
	ctx, cancel := context.WithTimeout(ctx, SendTimeout)
	defer cancel()
	ctx, got := connected(ctx)
	keyTag := message.KeyTag
	out, err := s.client.SendEmail(ctx, &sesv2.SendEmailInput{
		FromEmailAddress:     &m.From.Email,
		Destination:          &types.Destination{ToAddresses: []string{m.To.Email}},
		Content:              &types.EmailContent{Raw: &types.RawMessage{Data: raw.Bytes()}},
		ConfigurationSetName: &s.set,
		EmailTags:            []types.MessageTag{{Name: &keyTag, Value: aws.String(message.WriteKeyTag(m.Key))}},
	})
	if err != nil {
		return "", amazon(ctx, err, got.Load())
	}
	return aws.ToString(out.MessageId), nil
}

// amazonAbout are codes of AWS that speak of our account, our settings or the moment.
var amazonAbout = []string{
	"AccessDenied", "AuthorizationError", "ExpiredToken", "IncompleteSignature", "InvalidClientTokenId",
	"InvalidSignature", "InvalidSecurity", "MissingAuthenticationToken",
	"OptInRequired", "SignatureDoesNotMatch", "UnrecognizedClient", "UserError", "Throttl", "Throttled",
	"TooManyRequests", "LimitExceeded", "AccountSuspended", "SendingPaused",
	"MailFromDomainNotVerified", "NotFoundException", "KMS",
}

// amazon is what an error of the SDK means for the message.
func amazon(ctx context.Context, err error, got bool) *Error {
	var said smithy.APIError
	if !errors.As(err, &said) {
		return broken(ctx, err, got)
	}
	status := 400
	var response *transport.ResponseError
	if errors.As(err, &response) {
		status = response.HTTPStatusCode()
	}
	e := answer{status: status}.refused(said.ErrorCode(), amazonAbout...)
	e.cause = err
	return e
}

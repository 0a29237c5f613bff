package notify

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
)

// SNS sends SMS through Amazon SNS. It is a Texter and safe for concurrent use.
type SNS struct {
	client *sns.Client
	sender string
}

func newSNS(a SMSAccount, cloud aws.Config) *SNS {
	return &SNS{sender: a.Sign, client: sns.NewFromConfig(cloud, func(o *sns.Options) {
		o.Retryer = aws.NopRetryer{}
		if a.Region != "" {
			o.Region = a.Region
		}
		if a.Endpoint != "" {
			o.BaseEndpoint = &a.Endpoint
		}
	})}
}

// Send publishes the words of t to its number as a transactional SMS.
func (s *SNS) Send(ctx context.Context, t Text) (string, error) {
	if err := t.check(""); err != nil {
		return "", err
	}
	attribute := func(value string) types.MessageAttributeValue {
		return types.MessageAttributeValue{DataType: aws.String("String"), StringValue: &value}
	}
	attributes := map[string]types.MessageAttributeValue{"AWS.SNS.SMS.SMSType": attribute("Transactional")}
	if s.sender != "" {
		attributes["AWS.SNS.SMS.SenderID"] = attribute(s.sender)
	}
	ctx, cancel := context.WithTimeout(ctx, TextTimeout)
	defer cancel()
	ctx, got := connected(ctx)
	out, err := s.client.Publish(ctx,
		&sns.PublishInput{PhoneNumber: &t.To, Message: &t.Body, MessageAttributes: attributes})
	if err != nil {
		return "", amazon(ctx, err, got.Load())
	}
	return aws.ToString(out.MessageId), nil
}

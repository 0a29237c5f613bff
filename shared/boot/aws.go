package boot

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/endpointcreds"
)

// AWS reads region, credentials and the address of DynamoDB from the SDK's own variables. Lambda, a container of ECS
// and the local stack set them. The SDK's own loader would also look into profiles, sign-in sessions and instance
// metadata; it links four more services, 2.6 MB of every door.
func AWS(ctx context.Context) (aws.Config, error) {
	c := aws.Config{Region: os.Getenv("AWS_REGION"), Credentials: accessKey()}
	var faults []error
	if c.Region == "" {
		faults = append(faults, errors.New("environment: AWS_REGION is not set"))
	}
	if _, err := c.Credentials.Retrieve(ctx); err != nil {
		faults = append(faults, fmt.Errorf("environment: neither AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY nor AWS_CONTAINER_CREDENTIALS_RELATIVE_URI gives credentials: %w", err))
	}
	return Service(c, "DYNAMODB"), errors.Join(faults...)
}

// Service is c with the address of another service, by the end of the SDK's variable for it ("SESV2"); the
// service's own in AWS where none is set.
func Service(c aws.Config, name string) aws.Config {
	c.BaseEndpoint = nil
	for _, name := range []string{"AWS_ENDPOINT_URL_" + name, "AWS_ENDPOINT_URL"} {
		if address := os.Getenv(name); address != "" {
			c.BaseEndpoint = &address
			break
		}
	}
	return c
}

// accessKey is the key in the environment, which a Lambda function keeps for its life, or the one that ECS hands a
// container and renews.
func accessKey() aws.CredentialsProvider {
	if path := os.Getenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"); path != "" && os.Getenv("AWS_ACCESS_KEY_ID") == "" {
		return aws.NewCredentialsCache(endpointcreds.New("http://169.254.170.2" + path)) // ECS's fixed address
	}
	return credentials.NewStaticCredentialsProvider(os.Getenv("AWS_ACCESS_KEY_ID"), os.Getenv("AWS_SECRET_ACCESS_KEY"),
		os.Getenv("AWS_SESSION_TOKEN"))
}

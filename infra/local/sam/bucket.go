package sam

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// Bucket is one bucket of S3.
type Bucket struct {
	ID   string // logical id
	Name string // the logical id in small letters
	CORS []types.CORSRule

	Notices []Notice
}

type bucketProperties struct {
	CorsConfiguration struct {
		CorsRules []struct {
			AllowedHeaders, AllowedMethods, AllowedOrigins []string
			MaxAge                                         int32
		}
	}

	NotificationConfiguration struct {
		EventBridgeConfiguration any // locally no scanner hears of files
		QueueConfigurations      []struct {
			Event, Queue string
			Filter       struct {
				S3Key struct {
					Rules []struct{ Name, Value string }
				}
			}
		}
	}

	// Protection of data in AWS, and what becomes of it there after days; locally nothing is deleted by itself.
	BucketEncryption               any
	LifecycleConfiguration         any
	OwnershipControls              any
	PublicAccessBlockConfiguration any
	Tags                           any
	VersioningConfiguration        any
}

func (r *reader) readBucket(res resource) error {
	var p bucketProperties
	if err := r.properties(res, &p); err != nil {
		return err
	}
	b := Bucket{ID: res.id, Name: strings.ToLower(res.id)}
	for _, rule := range p.CorsConfiguration.CorsRules {
		b.CORS = append(b.CORS, types.CORSRule{AllowedHeaders: rule.AllowedHeaders, AllowedMethods: rule.AllowedMethods,
			AllowedOrigins: rule.AllowedOrigins, MaxAgeSeconds: aws.Int32(rule.MaxAge)})
	}
	for _, told := range p.NotificationConfiguration.QueueConfigurations {
		queue, err := r.queueOf(told.Queue)
		if err != nil {
			return err
		}
		n := Notice{Event: told.Event, Queue: queue}
		for _, rule := range told.Filter.S3Key.Rules {
			if rule.Name != "prefix" {
				return fmt.Errorf("property Filter: the local stack knows the prefix of a key, not its %s", rule.Name)
			}
			n.Prefix = rule.Value
		}
		b.Notices = append(b.Notices, n)
	}
	r.out.Buckets = append(r.out.Buckets, b)
	return nil
}

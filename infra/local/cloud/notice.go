package cloud

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"afterpress/infra/local/sam"

	"github.com/aws/aws-lambda-go/events"
)

// Notify has the cloud tell of what happens to objects, as their buckets say in the template. told gets the queue's
// logical id and what S3 would send there; its error fails the request, so that no notice is lost.
func (c *Cloud) Notify(buckets []sam.Bucket, told func(queue, notice string) error) {
	c.notices, c.told = map[string][]sam.Notice{}, told
	for _, b := range buckets {
		c.notices[b.Name] = b.Notices
	}
}

// tell tells of an object that a request has just made.
func (c *Cloud) tell(r *http.Response) error {
	if c.told == nil || r.StatusCode >= http.StatusMultipleChoices || r.Request.Method != http.MethodPut {
		return nil
	}
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.Request.URL.Path, "/"), "/")
	name := "ObjectCreated:Put"
	if r.Request.Header.Get("X-Amz-Copy-Source") != "" {
		name = "ObjectCreated:Copy"
	}
	for _, n := range c.notices[bucket] {
		if !strings.HasPrefix(key, n.Prefix) || !fits(strings.TrimPrefix(n.Event, "s3:"), name) {
			continue
		}
		notice, err := json.Marshal(events.S3Event{Records: []events.S3EventRecord{{EventName: name,
			EventSource: "aws:s3", S3: events.S3Entity{Bucket: events.S3Bucket{Name: bucket},
				Object: events.S3Object{Key: url.QueryEscape(key), ETag: strings.Trim(r.Header.Get("ETag"), `"`)}}}}})
		if err != nil {
			return err
		}
		if err := c.told(n.Queue, string(notice)); err != nil {
			return err
		}
	}
	return nil
}

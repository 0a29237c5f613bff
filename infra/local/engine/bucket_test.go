package engine

import (
	"context"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

func TestTheObjectStoreKeepsItsFilesAndItsRules(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	dir := t.TempDir()
	for start := range 2 {
		port, err := FreePort()
		if err != nil {
			t.Fatal(err)
		}
		objects, err := StartObjects(ctx, port, Where{Data: dir, Log: filepath.Join(dir, "log")})
		if err != nil {
			t.Fatal(err)
		}
		rules := []types.CORSRule{{AllowedMethods: []string{"POST"}, AllowedOrigins: []string{"https://shop.example"}}}
		if err := objects.Prepare(ctx, "files", rules); err != nil {
			t.Fatal(err)
		}
		client := s3.NewFromConfig(objects.Config(), func(o *s3.Options) { o.UsePathStyle = true })
		if start == 0 {
			if _, err := client.PutObject(ctx,
				&s3.PutObjectInput{Bucket: aws.String("files"), Key: aws.String("a/b"),
					Body: strings.NewReader("hello")}); err != nil {
				t.Fatal(err)
			}
		}
		got, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("files"), Key: aws.String("a/b")})
		if err != nil {
			t.Fatal(err)
		}
		if text, err := io.ReadAll(got.Body); err != nil || string(text) != "hello" || got.Body.Close() != nil {
			t.Errorf("start %d: %q, %v", start, text, err)
		}
		for origin, allowed := range map[string]bool{"https://shop.example": true, "https://evil.example": false} {
			if may := preflight(t, objects.Endpoint+"/files", origin); may != allowed {
				t.Errorf("start %d: %s may read: %v", start, origin, may)
			}
		}
		objects.Keeper.Stop()
	}
}

// preflight asks, as a browser does, whether a page of the origin may post.
func preflight(t *testing.T, address, origin string) bool {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Origin", origin)
	r.Header.Set("Access-Control-Request-Method", http.MethodPost)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	return answer.Body.Close() == nil && answer.Header.Get("Access-Control-Allow-Origin") == origin
}

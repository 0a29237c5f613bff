package storetest

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"afterpress/infra/local/engine"
	"afterpress/shared/crm/artwork"
	"afterpress/shared/store/table"
)

// Scanner plays the malware scanner at a bucket: it writes tags.
type Scanner struct {
	client *s3.Client
	bucket string
}

// NewScanner is the scanner of a bucket at the address of an object store.
func NewScanner(address, bucket string) Scanner {
	return Scanner{s3.New(s3.Options{Region: "us-east-1", BaseEndpoint: &address, UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider(engine.ObjectKey, engine.ObjectKey, "")}), bucket}
}

// Scan has what comes into the bucket of a test scanned. The scanner is the test.
func Scan(t testing.TB, b *table.Bucket) Scanner {
	t.Helper()
	objects := engine.Objects{Endpoint: b.Origin()}
	if err := objects.KeepVersions(t.Context(), "artwork"); err != nil {
		t.Fatal(err)
	}
	b.Scanned = true
	return NewScanner(b.Origin(), "artwork")
}

// Says writes what was found in a version of an object; an empty version is the one of today.
func (s Scanner) Says(t testing.TB, key, version, found string) {
	t.Helper()
	in := &s3.PutObjectTaggingInput{Bucket: &s.bucket, Key: &key, Tagging: &types.Tagging{
		TagSet: []types.Tag{{Key: aws.String(artwork.ScanTag), Value: &found}}}}
	if version != "" {
		in.VersionId = &version
	}
	if _, err := s.client.PutObjectTagging(t.Context(), in); err != nil {
		t.Fatal(err)
	}
}

// Versions lists the versions of every object whose key begins so, with the marks of deletion.
func (s Scanner) Versions(t testing.TB, prefix string) (keys []string) {
	t.Helper()
	out, err := s.client.ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: &s.bucket, Prefix: &prefix})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range out.Versions {
		keys = append(keys, *v.Key)
	}
	for _, v := range out.DeleteMarkers {
		keys = append(keys, "deleted "+*v.Key)
	}
	return keys
}

// Delete deletes an object as the bucket's rule does.
func (s Scanner) Delete(t testing.TB, key, version string) {
	t.Helper()
	if _, err := s.client.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &s.bucket, Key: &key,
		VersionId: &version}); err != nil {
		t.Fatal(err)
	}
}

package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"afterpress/infra/local/process"
)

// Objects is an object store that speaks S3: versitygw, whose objects are files in a folder.
type Objects struct {
	Endpoint string
	Keeper   *process.Keeper
}

// ObjectKey is the operator's key at the local store, and the secret of every account there.
const ObjectKey = "local"

// StartObjects starts the object store with its data under Data. Beside the operator's account it has one of each
// name, which may do everything: what a role forbids is refused before it.
func StartObjects(ctx context.Context, port int, where Where, accounts ...string) (*Objects, error) {
	root, err := Root()
	if err != nil {
		return nil, err
	}
	binary, err := objectStore.binary(root)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(binary); err != nil {
		return nil, fmt.Errorf("no object store (run `make fetch`): %w", err)
	}
	// What S3 knows beside an object's bytes is kept in files of their own: not every file system has attributes.
	data, beside, people := filepath.Join(where.Data, "objects"), filepath.Join(where.Data, "beside"),
		filepath.Join(where.Data, "accounts")
	before := filepath.Join(where.Data, "versions")
	for _, dir := range []string{data, beside, people, before} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
	}
	if err := writeAccounts(filepath.Join(people, "users.json"), accounts); err != nil {
		return nil, err
	}
	address := fmt.Sprintf("127.0.0.1:%d", port)
	keeper, err := where.keep(process.Spec{Name: "versitygw", Path: binary,
		Env: []string{"ROOT_ACCESS_KEY=" + ObjectKey, "ROOT_SECRET_KEY=" + ObjectKey, "TZ=UTC"},
		Args: []string{"--port", address, "--region", "us-east-1", "--quiet", "--iam-dir", people,
			"posix", "--sidecar", beside, "--versioning-dir", before, data}})
	if err != nil {
		return nil, err
	}
	if err := awaitPort(ctx, keeper, "versitygw", port); err != nil {
		keeper.Stop()
		return nil, err
	}
	return &Objects{Endpoint: "http://" + address, Keeper: keeper}, nil
}

// writeAccounts writes the accounts as versitygw's own account service keeps them.
func writeAccounts(path string, names []string) error {
	type account struct {
		Access string `json:"access"`
		Secret string `json:"secret"`
		Role   string `json:"role"`
	}
	all := map[string]account{}
	for _, name := range names {
		all[name] = account{name, ObjectKey, "admin"}
	}
	text, err := json.Marshal(map[string]any{"accessAccounts": all})
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}

// Config is how a program reaches the store.
func (o *Objects) Config() aws.Config {
	return aws.Config{Region: "us-east-1", BaseEndpoint: &o.Endpoint,
		Credentials: credentials.NewStaticCredentialsProvider(ObjectKey, ObjectKey, "")}
}

// Prepare makes the bucket where it is not there, and says which pages may read its answers.
func (o *Objects) Prepare(ctx context.Context, bucket string, rules []types.CORSRule) error {
	client := s3.NewFromConfig(o.Config(), func(o *s3.Options) { o.UsePathStyle = true })
	_, err := client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &bucket})
	var there *types.BucketAlreadyOwnedByYou
	if err != nil && !errors.As(err, &there) {
		return fmt.Errorf("bucket %s: %w", bucket, err)
	}
	if len(rules) == 0 {
		return nil
	}
	if _, err := client.PutBucketCors(ctx,
		&s3.PutBucketCorsInput{Bucket: &bucket, CORSConfiguration: &types.CORSConfiguration{CORSRules: rules}}); err != nil {
		return fmt.Errorf("bucket %s: %w", bucket, err)
	}
	return nil
}

// KeepVersions has the bucket keep every version of an object from now on, as S3 does. Not every bucket does: where a
// key is written again after it was deleted, versitygw takes what is there for deleted.
func (o *Objects) KeepVersions(ctx context.Context, bucket string) error {
	client := s3.NewFromConfig(o.Config(), func(o *s3.Options) { o.UsePathStyle = true })
	if _, err := client.PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{Bucket: &bucket,
		VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled}}); err != nil {
		return fmt.Errorf("versions of bucket %s: %w", bucket, err)
	}
	return nil
}

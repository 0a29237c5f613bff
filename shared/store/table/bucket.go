package table

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// Bucket holds files in S3, or in a server with the same API. It uses only the SDK's signer. The SDK's S3 client
// would add 5.5 MB to each door (measured: 20.6 MB without it, 26.1 MB with it). Only a few calls and two
// signatures are needed here.
type Bucket struct {
	address *url.URL // of the bucket, without a slash at its end
	name    string
	region  string
	key     aws.CredentialsProvider
	client  *http.Client
	Now     func() time.Time // the real time: the server compares it with its own clock
	signer  *v4.Signer
	Scanned bool // a scanner writes tags on what comes into quarantine
}

// NewBucket is the bucket with that name. The BaseEndpoint of c names a server other than S3; there the bucket's
// name stands in the path. It fails when the name, region, credentials or clock is missing.
func NewBucket(c aws.Config, name string, now func() time.Time) (*Bucket, error) {
	if name == "" || c.Region == "" || c.Credentials == nil || now == nil {
		return nil, errors.New("table: a bucket needs its name, region, credentials and the time")
	}
	address := "https://" + name + ".s3." + c.Region + ".amazonaws.com"
	if strings.HasPrefix(c.Region, "cn-") {
		address += ".cn"
	}
	if at := aws.ToString(c.BaseEndpoint); at != "" {
		address = strings.TrimRight(at, "/") + "/" + name
	}
	parsed, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("table: the bucket's address: %w", err)
	}
	return &Bucket{address: parsed, name: name, region: c.Region, key: c.Credentials, client: http.DefaultClient,
		Now:    now,
		signer: v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })}, nil
}

// Signed is the same bucket for someone else's key.
func (b *Bucket) Signed(key aws.CredentialsProvider) *Bucket {
	other := *b
	other.key = key
	return &other
}

// Origin is the origin to which a page sends files, in the form that a content security policy names it.
func (b *Bucket) Origin() string { return b.address.Scheme + "://" + b.address.Host }

// Upload is the form that a browser must post to URL. The file follows the fields, under the name "file".
type Upload struct {
	URL    string            `json:"url"`
	Fields map[string]string `json:"fields"`
}

// Invite signs a policy (AWS, "POST policy"). One file of 1 to most bytes may be posted under the key until the
// time. back is where the browser goes afterwards; empty gives 204. Signing makes no call to the bucket and
// changes nothing.
func (b *Bucket) Invite(ctx context.Context, key string, most int64, until time.Time, back string) (Upload, error) {
	c, err := b.key.Retrieve(ctx)
	if err != nil {
		return Upload{}, Unavailable(err)
	}
	now := b.Now().UTC()
	day := now.Format("20060102")
	scope := day + "/" + b.region + "/s3/aws4_request"
	fields := map[string]string{
		"key": key, "x-amz-algorithm": "AWS4-HMAC-SHA256", "x-amz-credential": c.AccessKeyID + "/" + scope,
		"x-amz-date": now.Format("20060102T150405Z"),
	}
	if c.SessionToken != "" {
		fields["x-amz-security-token"] = c.SessionToken
	}
	if back != "" {
		fields["success_action_redirect"] = back
	}
	conditions := []any{map[string]string{"bucket": b.name}, []any{"content-length-range", 1, most}}
	for name, value := range fields {
		conditions = append(conditions, map[string]string{name: value})
	}
	policy, err := json.Marshal(map[string]any{"expiration": until.UTC().Format("2006-01-02T15:04:05.000Z"),
		"conditions": conditions})
	if err != nil {
		return Upload{}, err
	}
	fields["policy"] = base64.StdEncoding.EncodeToString(policy)
	secret := []byte("AWS4" + c.SecretAccessKey)
	for _, part := range []string{day, b.region, "s3", "aws4_request", fields["policy"]} {
		secret = hmacOf(secret, part)
	}
	fields["x-amz-signature"] = hex.EncodeToString(secret)
	return Upload{URL: b.address.String(), Fields: fields}, nil
}

func hmacOf(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// request makes a call about one object; headers come in pairs. Keys are made only by the store, from letters,
// digits, _, - and /.
func (b *Bucket) request(ctx context.Context, method, key string, body []byte,
	headers ...string) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, method, b.address.String()+"/"+key, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r, nil
}

// call signs and makes a request without a body. missing says that there is no such object, or that it does not meet
// the condition of the call.
func (b *Bucket) call(ctx context.Context, method, key string,
	headers ...string) (answer *http.Response, missing bool, err error) {
	return b.send(ctx, method, key, nil, headers...)
}

// send is call with a body.
func (b *Bucket) send(ctx context.Context, method, key string, body []byte,
	headers ...string) (answer *http.Response, missing bool, err error) {
	hash := sha256.Sum256(body)
	sum := hex.EncodeToString(hash[:])
	r, err := b.request(ctx, method, key, body, append(headers, "X-Amz-Content-Sha256", sum)...)
	if err != nil {
		return nil, false, err
	}
	c, err := b.key.Retrieve(ctx)
	if err == nil {
		err = b.signer.SignHTTP(ctx, c, r, sum, "s3", b.region, b.Now())
	}
	if err == nil {
		answer, err = b.client.Do(r)
	}
	if err != nil {
		return nil, false, Unavailable(err)
	}
	if answer.StatusCode < 300 || answer.StatusCode == http.StatusRequestedRangeNotSatisfiable {
		return answer, false, nil
	}
	said, _ := io.ReadAll(io.LimitReader(answer.Body, 1024)) // for the log
	_ = answer.Body.Close()                                  // the body was only read
	if answer.StatusCode == http.StatusNotFound || answer.StatusCode == http.StatusPreconditionFailed {
		return nil, true, nil
	}
	return nil, false, Unavailable(fmt.Errorf("the bucket answered %s to %s: %s", answer.Status, method, said))
}

// Object is what stands in the bucket: how much, its first bytes, and the mark that changes with its content.
type Object struct {
	Bytes   int64
	Head    []byte
	Mark    string
	Version string // the bucket's own name of this content
}

// Look reads the size, the mark (ETag) and the first bytes of an object, as many as head says. missing says that
// there is none.
func (b *Bucket) Look(ctx context.Context, key string, head int) (found Object, missing bool, err error) {
	answer, missing, err := b.call(ctx, http.MethodGet, key, "Range", "bytes=0-"+strconv.Itoa(head-1))
	if err != nil || missing {
		return found, missing, err
	}
	defer answer.Body.Close() //nolint:errcheck // it was only read
	if answer.StatusCode == http.StatusRequestedRangeNotSatisfiable {
		return found, false, nil // an empty object
	}
	if found.Head, err = io.ReadAll(io.LimitReader(answer.Body, int64(head))); err != nil {
		return found, false, Unavailable(err)
	}
	found.Mark, found.Bytes = answer.Header.Get("ETag"), answer.ContentLength
	found.Version = answer.Header.Get(versionHeader)
	if _, size, ranged := strings.Cut(answer.Header.Get("Content-Range"), "/"); ranged {
		found.Bytes, err = strconv.ParseInt(size, 10, 64)
	}
	return found, false, err
}

// Read reads a whole object of at most so many bytes, if its content still has the mark. missing says that the object
// is gone or changed.
func (b *Bucket) Read(ctx context.Context, key, mark string, most int64) (file []byte, missing bool, err error) {
	answer, missing, err := b.call(ctx, http.MethodGet, key, "If-Match", mark)
	if err != nil || missing {
		return nil, missing, err
	}
	defer answer.Body.Close() //nolint:errcheck // it was only read
	var read bytes.Buffer
	if n := answer.ContentLength; n > 0 && n <= most {
		read.Grow(int(n) + bytes.MinRead) // a buffer that grows takes twice the memory
	}
	_, err = read.ReadFrom(io.LimitReader(answer.Body, most+1))
	if err == nil && int64(read.Len()) > most {
		err = fmt.Errorf("the object has more than %d bytes", most)
	}
	if err != nil {
		return nil, false, Unavailable(err)
	}
	return read.Bytes(), false, nil
}

// Put stores an object, which is served only as bytes to download, and gives its version.
func (b *Bucket) Put(ctx context.Context, key string, file []byte) (version string, err error) {
	answer, missing, err := b.send(ctx, http.MethodPut, key, file, "Content-Type", "application/octet-stream",
		"Content-Disposition", "attachment")
	if err != nil || missing {
		return "", cmp.Or(err, errNoPlace)
	}
	return answer.Header.Get(versionHeader), answer.Body.Close()
}

// errNoPlace says that there is no bucket to put an object into.
var errNoPlace = Unavailable(errors.New("the bucket is not there"))

// Keep copies an object if its content still has the mark, so that the copy is the content that was checked. The
// copy is served only as bytes to download. missing says that the object is gone or changed.
func (b *Bucket) Keep(ctx context.Context, from, to, mark string) (missing bool, err error) {
	answer, missing, err := b.call(ctx, http.MethodPut, to, "X-Amz-Copy-Source", "/"+b.name+"/"+from,
		"X-Amz-Copy-Source-If-Match", mark,
		"X-Amz-Metadata-Directive", "REPLACE", "X-Amz-Tagging-Directive", "REPLACE", "Content-Type",
		"application/octet-stream", "Content-Disposition", "attachment")
	if err != nil || missing {
		return missing, err
	}
	defer answer.Body.Close() //nolint:errcheck // it was only read
	said, err := io.ReadAll(io.LimitReader(answer.Body, 4096))
	// S3 may answer 200 before it copies, and report a failure in the body
	if err == nil && strings.Contains(string(said), "<Error>") {
		err = fmt.Errorf("the bucket did not copy: %s", said)
	}
	if err != nil {
		return false, Unavailable(err)
	}
	return false, nil
}

// Drop deletes an object. An object that is already gone is no error.
func (b *Bucket) Drop(ctx context.Context, key string) error {
	answer, _, err := b.call(ctx, http.MethodDelete, key)
	if answer != nil {
		_ = answer.Body.Close() // 204
	}
	return err
}

// Link signs an address that downloads the object under a file name, for the time life.
func (b *Bucket) Link(ctx context.Context, key, name string, life time.Duration) (string, error) {
	return b.presign(ctx, key, "application/octet-stream",
		mime.FormatMediaType("attachment", map[string]string{"filename": name}), life)
}

// Show signs an address that shows the object as a picture of the given media type, for the time life.
func (b *Bucket) Show(ctx context.Context, key, kind string, life time.Duration) (string, error) {
	return b.presign(ctx, key, kind, "inline", life)
}

// Sending is the one request by which an object may be sent: the method, to the URL, with these headers and a body of
// the length that they name.
type Sending struct {
	Method  string            `json:"method"`
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers"`
}

// Await signs an address to which one object of exactly so many bytes and this media type may be sent, for the time
// life. Signing makes no call to the bucket and changes nothing.
func (b *Bucket) Await(ctx context.Context, key, kind string, size int64, life time.Duration) (Sending, error) {
	r, err := b.request(ctx, http.MethodPut, key, nil, "Content-Type", kind)
	if err != nil {
		return Sending{}, err
	}
	r.ContentLength = size // which is signed
	r.URL.RawQuery = url.Values{"X-Amz-Expires": {strconv.Itoa(int(life.Seconds()))}}.Encode()
	c, err := b.key.Retrieve(ctx)
	if err != nil {
		return Sending{}, Unavailable(err)
	}
	signed, _, err := b.signer.PresignHTTP(ctx, c, r, "UNSIGNED-PAYLOAD", "s3", b.region, b.Now())
	return Sending{Method: http.MethodPut, URL: signed,
		Headers: map[string]string{"Content-Type": kind, "Content-Length": strconv.FormatInt(size, 10)}}, err
}

func (b *Bucket) presign(ctx context.Context, key, kind, disposition string, life time.Duration) (string, error) {
	r, err := b.request(ctx, http.MethodGet, key, nil)
	if err != nil {
		return "", err
	}
	r.URL.RawQuery = url.Values{
		"X-Amz-Expires": {strconv.Itoa(int(life.Seconds()))}, "response-content-type": {kind},
		"response-content-disposition": {disposition}, "response-cache-control": {"private, no-store"},
	}.Encode()
	c, err := b.key.Retrieve(ctx)
	if err != nil {
		return "", Unavailable(err)
	}
	signed, _, err := b.signer.PresignHTTP(ctx, c, r, "UNSIGNED-PAYLOAD", "s3", b.region, b.Now())
	return signed, err
}

package storetest

import (
	"bytes"
	"image"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/engine"
	"afterpress/shared/store/table"
)

// NewWithFiles is New with a bucket of its own.
func NewWithFiles(t testing.TB) *Bench {
	t.Helper()
	return start(t, OpenBucket(t, time.Now))
}

// OpenBucket starts an object store for the test and makes a bucket in it. now is the clock of the bucket's
// signer. The object store compares it with the real time.
func OpenBucket(t testing.TB, now func() time.Time) *table.Bucket {
	t.Helper()
	port, err := engine.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	objects, err := engine.StartObjects(t.Context(), port, engine.Where{Data: dir, Log: filepath.Join(dir, "log")},
		"api", "console", "intake", "worker")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(objects.Keeper.Stop)
	if err := objects.Prepare(t.Context(), "artwork", nil); err != nil {
		t.Fatal(err)
	}
	at, err := url.Parse(objects.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(above(t).Objects(at))
	t.Cleanup(server.Close)
	objects.Endpoint = server.URL
	bucket, err := table.NewBucket(objects.Config(), "artwork", now)
	if err != nil {
		t.Fatal(err)
	}
	return bucket
}

// Brochure is a file that passes for a PDF.
var Brochure = []byte("%PDF-1.7\n" + strings.Repeat("1 0 obj <</Type /Page>> endobj\n", 20) + "%%EOF\n")

// Photo is a black JPEG picture of 640 by 480 pixels, in place of a photo from a camera.
func Photo(t testing.TB) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, image.NewGray(image.Rect(0, 0, 640, 480)), nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Get fetches an address of the object store and gives the headers with which the file is served. Any status but
// 200 fails the test.
func Get(t testing.TB, address string) (contentType, disposition string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", address, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("%s", answer.Status)
	}
	return answer.Header.Get("Content-Type"), answer.Header.Get("Content-Disposition")
}

// Post sends a file as a browser posts a form, and gives the status and the answer. changes holds pairs of a
// field's name and its new value.
func Post(t testing.TB, u table.Upload, file []byte, changes ...string) (int, string) {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range u.Fields {
		for i := 0; i+1 < len(changes); i += 2 {
			if changes[i] == name {
				value = changes[i+1]
			}
		}
		if err := w.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("file", "a.pdf")
	if err == nil {
		_, err = part.Write(file)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), "POST", u.URL, &body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	return Fetch(t, r)
}

// Fetch sends a request and follows no redirect. It gives the status, and a text: the Location header followed
// by the body.
func Fetch(t testing.TB, r *http.Request) (int, string) {
	t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, answer.Header.Get("Location") + string(said)
}

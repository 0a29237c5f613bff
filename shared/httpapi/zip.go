package httpapi

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
)

// Zip is text gzipped.
func Zip(text []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write(text) // into memory
	_ = w.Close()
	return out.Bytes()
}

// Unzip is what Zip made small.
func Unzip(small []byte) ([]byte, error) {
	text, err := gzip.NewReader(bytes.NewReader(small))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(text)
}

// TakesZipped reports whether the reader takes a gzipped answer; API Gateway does not compress.
func TakesZipped(r *http.Request) bool {
	return strings.Contains(strings.Join(r.Header.Values("Accept-Encoding"), ","), "gzip")
}

// Zipped marks an answer whose bytes are gzipped.
func (a Answer) Zipped() Answer { return a.With("Content-Encoding", "gzip") }

// File answers with a file that was gzipped when the program was written: as it lies there, or unzipped for the few
// who do not take that.
func File(r *http.Request, contentType string, small []byte) (Answer, error) {
	a := Page(http.StatusOK, contentType, small).With("Vary", "Accept-Encoding")
	if TakesZipped(r) {
		return a.Zipped(), nil
	}
	var err error
	a.Bytes, err = Unzip(small)
	return a, err
}

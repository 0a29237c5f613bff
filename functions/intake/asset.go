package intake

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"

	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
)

//go:embed assets
var files embed.FS

// asset is a file of the pages under a name that changes with its content, so that a browser may keep it for ever.
type asset struct {
	path         string
	contentType  string
	plain, small []byte // small is gzipped
}

var (
	sheet    = newAsset("form.css", "text/css; charset=utf-8", "tokens.css", "form.css")
	mark     = newAsset("mark.svg", "image/svg+xml", "mark.svg")
	look     = newAsset("embed.css", "text/css; charset=utf-8", "embed.css") // of the embedded form
	uploader = newAsset("artwork.js", "text/javascript; charset=utf-8", "artwork.js")
)

// newAsset joins embedded files into one asset.
func newAsset(name, contentType string, parts ...string) asset {
	var plain []byte
	for _, part := range parts {
		text, err := files.ReadFile("assets/" + part)
		if err != nil {
			panic(err)
		}
		plain = append(plain, text...)
	}
	sum := sha256.Sum256(plain)
	stem, ext, _ := strings.Cut(name, ".")
	return asset{"/assets/" + stem + "." + hex.EncodeToString(sum[:6]) + "." + ext, contentType, plain, zipped(plain)}
}

// asset answers with a style sheet, picture or script.
func (s *Server) asset(r *http.Request) (httpapi.Answer, error) {
	all := []asset{sheet, mark, look, uploader}
	i := slices.IndexFunc(all, func(a asset) bool { return a.path == r.URL.Path })
	if i < 0 {
		return httpapi.Answer{}, fault.Missing("文件", "file")
	}
	a := httpapi.Page(http.StatusOK, all[i].contentType, all[i].plain).With("Cache-Control",
		"public, max-age=31536000, immutable").
		With("Cross-Origin-Resource-Policy", "cross-origin")
	return sized(r, a, func() []byte { return all[i].small }), nil
}

// sized sends the gzipped form of an answer to who reads it; API Gateway does not compress.
func sized(r *http.Request, a httpapi.Answer, small func() []byte) httpapi.Answer {
	if strings.Contains(strings.Join(r.Header.Values("Accept-Encoding"), ","), "gzip") {
		a.Bytes = small()
		a = a.With("Content-Encoding", "gzip")
	}
	return a.With("Vary", "Accept-Encoding, Accept-Language")
}

func zipped(plain []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write(plain) // into memory
	_ = w.Close()
	return out.Bytes()
}

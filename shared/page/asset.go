package page

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"slices"
	"strings"

	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
)

//go:embed assets
var files embed.FS

// Asset is a file of the pages under a name that changes with its content, so that a browser may keep it for ever.
type Asset struct {
	Path         string // of its address
	contentType  string
	plain, small []byte // small is gzipped
}

var (
	sheet = NewAsset(files, "form.css", "text/css; charset=utf-8", "tokens.css", "form.css")
	mark  = NewAsset(files, "mark.svg", "image/svg+xml", "mark.svg")
)

// NewAsset joins files of the folder assets into one asset. One that is missing is a fault of the program: it panics.
func NewAsset(from fs.FS, name, contentType string, parts ...string) Asset {
	var plain []byte
	for _, part := range parts {
		text, err := fs.ReadFile(from, "assets/"+part)
		if err != nil {
			panic(err)
		}
		plain = append(plain, text...)
	}
	sum := sha256.Sum256(plain)
	stem, ext, _ := strings.Cut(name, ".")
	return Asset{"/assets/" + stem + "." + hex.EncodeToString(sum[:6]) + "." + ext, contentType, plain, zipped(plain)}
}

// Assets answers with a style sheet, picture or script: one of every page's, or one of the others.
func Assets(others ...Asset) httpapi.Handler {
	all := append([]Asset{sheet, mark}, others...)
	return func(r *http.Request) (httpapi.Answer, error) {
		i := slices.IndexFunc(all, func(a Asset) bool { return a.Path == r.URL.Path })
		if i < 0 {
			return httpapi.Answer{}, fault.Missing("文件", "file")
		}
		a := httpapi.Page(http.StatusOK, all[i].contentType, all[i].plain).With("Cache-Control",
			"public, max-age=31536000, immutable").
			With("Cross-Origin-Resource-Policy", "cross-origin")
		return sized(r, a, func() []byte { return all[i].small }), nil
	}
}

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

//go:embed assets/*.gz
var files embed.FS

// Asset is a file of the pages under a name that changes with its content, so that a browser may keep it for ever.
type Asset struct {
	Path        string // of its address
	contentType string
	small       []byte // gzipped
}

var (
	sheet = NewAsset(files, "form.css", "text/css; charset=utf-8")
	// Mark is the picture of the pages.
	Mark = NewAsset(files, "mark.svg", "image/svg+xml")
	icon = NewAsset(files, "favicon.ico", "image/x-icon")
)

// NewAsset is the asset of a file that lies gzipped in the folder assets. It is compressed when the program is
// written and not when it starts: `go test ./functions/intake -run Assets -update` makes the gzipped files. One
// that is missing is a fault of the program: it panics.
func NewAsset(from fs.FS, name, contentType string) Asset {
	small, err := fs.ReadFile(from, "assets/"+name+".gz")
	if err != nil {
		panic(err)
	}
	sum := sha256.Sum256(small)
	stem, ext, _ := strings.Cut(name, ".")
	return Asset{"/assets/" + stem + "." + hex.EncodeToString(sum[:6]) + "." + ext, contentType, small}
}

// Below is the asset at an address below the prefix, for a door of its own.
func (a Asset) Below(prefix string) Asset {
	a.Path = prefix + a.Path
	return a
}

// Assets answers with a style sheet, picture or script: one of every page's, or one of the others.
func Assets(others ...Asset) httpapi.Handler {
	all := append([]Asset{sheet, Mark}, others...)
	return func(r *http.Request) (httpapi.Answer, error) {
		i := slices.IndexFunc(all, func(a Asset) bool { return a.Path == r.URL.Path })
		if i < 0 {
			return httpapi.Answer{}, fault.Missing("文件", "file")
		}
		a, err := httpapi.File(r, all[i].contentType, all[i].small)
		return a.With("Cache-Control", "public, max-age=31536000, immutable").
			With("Cross-Origin-Resource-Policy", "cross-origin"), err
	}
}

// Icon answers browsers that look for the picture of their tab at the address where it always was.
func Icon(r *http.Request) (httpapi.Answer, error) {
	a, err := httpapi.File(r, icon.contentType, icon.small)
	return a.With("Cache-Control", "public, max-age=86400"), err
}

package api

import (
	_ "embed"
	"net/http"

	"afterpress/shared/httpapi"
)

// The description of the API and its page are made from Routes: `go test ./functions/api -run Document -update`. The
// program holds them gzipped, which is a megabyte less to load.
var (
	//go:embed openapi.json.gz
	description []byte
	//go:embed docs.html.gz
	docs []byte
	//go:embed docs.css
	docsStyle []byte
)

func (s *Server) readDescription(r *http.Request) (httpapi.Answer, error) {
	return httpapi.File(r, "application/json", description)
}

func (s *Server) readDocs(r *http.Request) (httpapi.Answer, error) {
	return httpapi.File(r, "text/html; charset=utf-8", docs)
}

func (s *Server) readDocsStyle(*http.Request) (httpapi.Answer, error) {
	return httpapi.Page(http.StatusOK, "text/css; charset=utf-8", docsStyle), nil
}

// Health says that the process answers, and which build it is.
type Health struct {
	Status  string `json:"status"`
	Version string `json:"version"`
}

func (s *Server) readHealth(*http.Request) (httpapi.Answer, error) {
	return httpapi.OK(Health{Status: "ok", Version: s.Version}), nil
}

package api

import (
	_ "embed"
	"net/http"

	"afterpress/shared/httpapi"
)

// The description of the API and its page are made from Routes: `go test ./functions/api -run Document -update`.
var (
	//go:embed openapi.json
	description []byte
	//go:embed docs.html
	docs []byte
	//go:embed docs.css
	docsStyle []byte
)

func (s *Server) readDescription(*http.Request) (httpapi.Answer, error) {
	return httpapi.Page(http.StatusOK, "application/json", description), nil
}

func (s *Server) readDocs(*http.Request) (httpapi.Answer, error) {
	return httpapi.Page(http.StatusOK, "text/html; charset=utf-8", docs), nil
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

package gateway

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/aws/aws-lambda-go/events"
)

// answer is a response that is ready to be written.
type answer struct {
	status  int
	headers map[string]string
	cookies []string
	body    []byte
}

// decodeAnswer reads a function's result: a response of format 2.0, or anything else, which is a JSON body with 200.
func decodeAnswer(result []byte) (answer, error) {
	var r events.APIGatewayV2HTTPResponse
	if err := json.Unmarshal(result, &r); err != nil || r.StatusCode == 0 {
		if !json.Valid(result) {
			return answer{}, fmt.Errorf("the function's answer is not JSON")
		}
		if text := ""; json.Unmarshal(result, &text) == nil {
			result = []byte(text)
		}
		return answer{status: http.StatusOK, headers: map[string]string{"content-type": "application/json"}, body: result},
			nil
	}
	if r.StatusCode < 100 || r.StatusCode > 599 {
		return answer{}, fmt.Errorf("the function answered with the status %d", r.StatusCode)
	}
	a := answer{status: r.StatusCode, headers: r.Headers, cookies: r.Cookies, body: []byte(r.Body)}
	if r.IsBase64Encoded {
		body, err := base64.StdEncoding.DecodeString(r.Body)
		if err != nil {
			return answer{}, fmt.Errorf("the function's body is not base64: %w", err)
		}
		a.body = body
	}
	return a, nil
}

func (no *refusal) answer() answer {
	var body bytes.Buffer
	_ = json.NewEncoder(&body).Encode(map[string]string{"message": no.message}) // a map of texts always encodes
	a := answer{status: no.status, headers: map[string]string{"content-type": "application/json"},
		body: bytes.TrimSpace(body.Bytes())}
	if no.header != "" {
		a.headers["www-authenticate"] = no.header
	}
	return a
}

func (a answer) write(w http.ResponseWriter) {
	header := w.Header()
	for name, value := range a.headers {
		header.Set(name, value)
	}
	for _, cookie := range a.cookies {
		header.Add("Set-Cookie", cookie)
	}
	if header.Get("Content-Type") == "" && len(a.body) > 0 {
		header.Set("Content-Type", "text/plain; charset=UTF-8")
	}
	if a.status != http.StatusNoContent && a.status != http.StatusNotModified && a.status >= 200 {
		header.Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // fails when the caller is gone
}

package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"afterpress/functions/api"
	"afterpress/shared/app/apptest"
	"afterpress/shared/kernel/permission"
)

// apart are the commands whose answer is kept after their write, and why.
var apart = map[string]string{
	"POST /holds/{id}/artwork":                        "the answer is a signed form",
	"POST /complaints/{id}/artwork":                   "the answer is a signed form",
	"POST /holds/{id}/artwork/{artwork}/check":        "the file is what is decided about, not the request",
	"POST /complaints/{id}/artwork/{artwork}/check":   "the file is what is decided about, not the request",
	"POST /leads/{id}/artwork/{artwork}/release":      "the file is what is decided about, not the request",
	"POST /leads/{id}/artwork/{artwork}/discard":      "the file is what is decided about, not the request",
	"POST /complaints/{id}/artwork/{artwork}/release": "the file is what is decided about, not the request",
	"POST /complaints/{id}/artwork/{artwork}/discard": "the file is what is decided about, not the request",
	"POST /holds/{id}/artwork/{artwork}/release":      "the file is what is decided about, not the request",
	"POST /holds/{id}/artwork/{artwork}/discard":      "the file is what is decided about, not the request",
	"POST /contacts/{id}/channels/prove":              "a try is counted before it is compared",
	"POST /submissions/{id}/discard":                  "its repeat deletes the files that are left",
}

// twice are the commands that a repeat does again where the answer was lost, and why that harms nobody.
var twice = map[string]string{
	"POST /holds/{id}/artwork":      "an offer that nobody uses ends by itself",
	"POST /complaints/{id}/artwork": "an offer that nobody uses ends by itself",

	"POST /contacts/{id}/channels/prove": "the right code counts as a further try of five",
}

// TestEveryCommandIsDoneOrNot breaks each command off at each of its writes and repeats it with its key.
func TestEveryCommandIsDoneOrNot(t *testing.T) {
	t.Parallel()
	b := start(t)
	for _, route := range (&api.Server{}).Routes() {
		if route.Action == permission.Public || strings.HasPrefix(route.Pattern, "GET ") {
			continue
		}
		t.Run(route.Pattern, func(t *testing.T) {
			try := trials[route.Pattern]
			row := cells(route, try)
			i := slices.IndexFunc(row, func(c cell) bool {
				return c.record == colleagues && c.role != "" && c.status < http.StatusMultipleChoices
			})
			apptest.AllOrNothing(t, b.Bench, apptest.Command{Apart: apart[route.Pattern], Twice: twice[route.Pattern],
				Ready: func() func() error {
					line, body, key := b.line(route, try, row[i]), try.sent(), fmt.Sprint(another())
					return func() error { return b.given(row[i], line, body, append(try.header, "Idempotency-Key", key)) }
				}})
		})
	}
}

// given gives a command. Where it names the version that it changes, a repeat is told that this is there no longer.
func (b *bench) given(c cell, line string, body any, header []string) error {
	got := b.call(c.who, line, body, header...)
	if got.Code == c.status || slices.Contains(header, "If-Match") &&
		(got.Code == http.StatusPreconditionFailed || got.Code == http.StatusNotFound) {
		return nil
	}
	return fmt.Errorf("%d: %.300s", got.Code, got.Body)
}

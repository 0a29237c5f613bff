// Package posted reads what comes through a public form. It is read the same way when it arrives, when somebody
// releases it from quarantine, and when the intake is run again.
package posted

import (
	"bytes"
	"io"
	"mime"
	"net/http"
	"strings"

	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/form"
	"afterpress/shared/httpapi"
)

// JSON reports whether a body of this media type is an enquiry in JSON, and not a form.
func JSON(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	return err == nil && kind == "application/json"
}

// Read reads a stored submission as it would be read if it came in now.
func Read(sub form.Submission) (frontdesk.Handed, error) {
	r := &http.Request{Header: http.Header{"Content-Type": {sub.Type}},
		Body: io.NopCloser(bytes.NewReader([]byte(sub.Body)))}
	if strings.HasPrefix(sub.Via, "leads/") {
		return httpapi.Decode[frontdesk.Handed](r)
	}
	var in frontdesk.Handed
	var err error
	if JSON(sub.Type) {
		in.Enquiry, err = httpapi.Decode[frontdesk.Enquiry](r)
	} else {
		in.Enquiry, err = httpapi.DecodeForm[frontdesk.Enquiry](r)
	}
	return in, err
}

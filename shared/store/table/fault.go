package table

import (
	"errors"
	"fmt"
	"time"

	"afterpress/shared/kernel/fault"

	transport "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
)

// Unavailable is the error for a store that does not answer or keeps refusing. Either nothing was written, or
// the caller's key makes a repeat safe. It asks the caller to retry after 2 seconds.
func Unavailable(cause error) error {
	e := fault.Fail(fault.Unavailable, "系统暂时繁忙，内容没有丢失。请稍后再试。",
		"The system is busy for a moment; nothing is lost. Try again shortly.")
	e.RetryAfter = 2 * time.Second
	return e.Because(&failure{cause})
}

// failure is why the engine did not answer, in words that repeat nothing of what was written. The engine's own
// messages may quote keys and values.
type failure struct{ cause error }

// Unwrap gives the engine's own error, for errors.As.
func (f *failure) Unwrap() error { return f.cause }

// Error names the operation, the error code, the HTTP status and the request id, where the engine gave them.
func (f *failure) Error() string {
	var said smithy.APIError
	if !errors.As(f.cause, &said) {
		return f.cause.Error()
	}
	words := said.ErrorCode()
	var call *smithy.OperationError
	if errors.As(f.cause, &call) {
		words = call.Operation() + ": " + words
	}
	var response *transport.ResponseError
	if errors.As(f.cause, &response) {
		words += fmt.Sprintf(", status %d, request %s", response.HTTPStatusCode(), response.ServiceRequestID())
	}
	return words
}

// Conflict is the error for a record that kept changing under the writer.
func Conflict() error {
	return fault.Fail(fault.Conflict, "同时有人修改了这条记录。请刷新后再试。",
		"Somebody changed this record at the same moment. Reload it and try again.")
}

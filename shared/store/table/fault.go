package table

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"afterpress/shared/kernel/fault"

	"github.com/aws/aws-sdk-go-v2/aws"
	transport "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
)

// Unavailable is the error for a store that does not answer or keeps refusing. Either nothing was written, or
// the caller's key makes a repeat safe. It asks the caller to retry after 2 seconds. Where no repeat can succeed,
// the error is Impossible instead, and nothing was written.
func Unavailable(cause error) error {
	if final(cause) {
		return fault.Fail(fault.Impossible, "系统无法保存或读取这项内容，重试也不会成功。没有任何改动。请联系管理员。",
			"The system can neither store nor read this, and trying again does not help. Nothing was changed. "+
				"Tell your administrator.").Because(&failure{cause})
	}
	e := fault.Fail(fault.Unavailable, "系统暂时繁忙，内容没有丢失。请稍后再试。",
		"The system is busy for a moment; nothing is lost. Try again shortly.")
	e.RetryAfter = 2 * time.Second
	return e.Because(&failure{cause})
}

// Incomplete is the error for a record that names an item which is not there. Both are written in one transaction and
// the item is never removed, so no repeat finds it: somebody has to restore it.
func Incomplete(cause error) error {
	return fault.Fail(fault.Impossible, "这条记录缺少一部分数据，重试也不会成功。没有任何改动。请联系管理员，从备份中恢复缺少的部分。",
		"Part of this record is missing, and trying again does not help. Nothing was changed. Have your administrator "+
			"restore the missing part from a backup.").Because(cause)
}

// finals are the codes by which the engine says that the same request can never succeed: an item over 400 kB or an
// expression that is none, a role that does not allow it. They stand in an error and in the reasons of a cancelled
// transaction. Source: "Error handling with DynamoDB", and the reasons of TransactionCanceledException.
var finals = []string{"ValidationException", "ValidationError", "AccessDeniedException", "AccessDenied",
	"ItemCollectionSizeLimitExceeded", "ItemCollectionSizeLimitExceededException"}

// final reports whether no repeat of the call can succeed.
func final(cause error) bool {
	var cancelled *types.TransactionCanceledException
	if errors.As(cause, &cancelled) {
		return slices.ContainsFunc(cancelled.CancellationReasons, func(r types.CancellationReason) bool {
			return slices.Contains(finals, aws.ToString(r.Code))
		})
	}
	var said smithy.APIError
	return errors.As(cause, &said) && slices.Contains(finals, said.ErrorCode())
}

// failure is why the engine did not answer, in words that repeat nothing of what was written. The engine's own
// messages may quote keys and values.
type failure struct{ cause error }

// Unwrap gives the engine's own error, for errors.As.
func (f *failure) Unwrap() error { return f.cause }

// Error names the operation and the error code with the reasons of a cancelled transaction. It adds HTTP status and
// request id where the engine gave them.
func (f *failure) Error() string {
	var said smithy.APIError
	if !errors.As(f.cause, &said) {
		return f.cause.Error()
	}
	words := said.ErrorCode()
	var cancelled *types.TransactionCanceledException
	if errors.As(f.cause, &cancelled) {
		for _, r := range cancelled.CancellationReasons {
			words += " " + aws.ToString(r.Code)
		}
	}
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

package table_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/storetest"

	transport "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// An engine quotes keys and values in its own words; ours name the call, its code and its number.
func TestAFailingEngineTellsNothingOfWhatWasWritten(t *testing.T) {
	const canary = "canary-in-the-engine-zq3x"
	b := storetest.New(t)
	faulty(t, b, func(int64, bool) error {
		return &smithy.OperationError{ServiceID: "DynamoDB", OperationName: "TransactWriteItems",
			Err: &transport.ResponseError{RequestID: "req-1",
				ResponseError: &smithyhttp.ResponseError{
					Response: &smithyhttp.Response{Response: &http.Response{StatusCode: 400}},
					Err:      &smithy.GenericAPIError{Code: "ValidationException", Message: "The value " + canary + " does not fit"},
				}}}
	})
	_, err := storetest.Enquire(t, b, storetest.Li(1))
	if fault.KindOf(err) != fault.Impossible {
		t.Fatalf("%v", err)
	}
	if text := fmt.Sprint(err); strings.Contains(text, canary) ||
		!strings.HasSuffix(text, "TransactWriteItems: ValidationException, status 400, request req-1") {
		t.Errorf("the error says %s", text)
	}
}

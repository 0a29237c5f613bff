package intake_test

import (
	"net/http"
	"testing"

	"afterpress/shared/store/storetest"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// A visitor who asks for a form that is not there, again and again, has the set-up read once.
func TestAnUnknownFormReadsTheSetUpOnce(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	queries, gets := 0, 0
	facts := b.OpenWatched(t, func(input any) error {
		switch input.(type) {
		case *dynamodb.QueryInput:
			queries++
		case *dynamodb.GetItemInput:
			gets++
		}
		return nil
	})
	d := hang(b, facts, facts)
	for range 1000 {
		if got := d.ask("GET", "/forms/none?lang=en", ""); got.Code != http.StatusNotFound {
			t.Fatalf("status %d", got.Code)
		}
	}
	if queries != 1 || gets != 1 {
		t.Errorf("1,000 requests made %d queries and %d reads of an item", queries, gets)
	}
}

package cloud

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// A request that is refused a few times has its turn once the items are free. Its repeat may have any token and order
// of attributes.
func TestWhoIsRefusedOftenHasItsTurn(t *testing.T) {
	t.Parallel()
	first, end := context.WithCancel(t.Context())
	holder := httptest.NewRequestWithContext(first, http.MethodPost, "/", nil)
	other := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil)
	asked := call{transacts: true, writes: []key{{"Records", "LEAD#1", "RECORD"}}}
	f := flight{hold: time.Hour}
	land, conflict := f.enter(holder, []byte(`{"ClientRequestToken":"1","of":"holder"}`), asked)
	if conflict != nil {
		t.Fatal("nobody was there before")
	}
	for _, token := range []string{"2", "3", "4", "5"} {
		body := []byte(`{"ClientRequestToken":"` + token + `","of":"other","at":1}`)
		if _, conflict := f.enter(other, body, asked); conflict == nil {
			t.Fatal("it did not meet the holder")
		}
	}
	turn := make(chan *http.Response)
	go func() {
		_, conflict := f.enter(other, []byte(`{"at":1,"of":"other","ClientRequestToken":"6"}`), asked)
		turn <- conflict
	}()
	end()
	land()
	if conflict := <-turn; conflict != nil {
		t.Error("it was refused again")
	}
	if len(f.refused) != 0 {
		t.Errorf("%d requests are still counted", len(f.refused))
	}
}

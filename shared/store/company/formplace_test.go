package company_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"afterpress/shared/crm/form"
	"afterpress/shared/store"
	"afterpress/shared/store/storetest"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// TestAFormsLimitAmongProcesses has processes admit arrivals in turns until the form is full for all of them. The
// limit is never passed. What processes took and did not use is at most a tenth, and one process uses all of it.
func TestAFormsLimitAmongProcesses(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	const limit = 120
	var writes atomic.Int64
	open := func() *store.Store {
		return b.OpenWatched(t, func(input any) error {
			if _, counts := input.(*dynamodb.UpdateItemInput); counts {
				writes.Add(1)
			}
			return nil
		})
	}
	at := b.Clock.Now().Truncate(time.Hour).Add(time.Minute)
	for _, c := range []struct{ processes, least, most int }{{1, limit, limit / 2}, {3, limit * 9 / 10, limit * 4 / 5}} {
		f := form.Form{ID: fmt.Sprint("form_", c.processes),
			Policy: &form.Policy{Window: 3600, Address: 1000, Refuse: 1000, Person: 9, Form: limit}}
		doors := make([]*store.Store, c.processes)
		for i := range doors {
			doors[i] = open()
		}
		writes.Store(0)
		admitted, arrivals := 0, 0
		for full := 0; full < len(doors); arrivals++ {
			said, err := doors[arrivals%len(doors)].Admit(t.Context(), f,
				form.Arrival{Address: fmt.Sprint(arrivals), At: at, Opened: at.Add(-time.Minute)})
			if err != nil || said != "" && said != form.SuspectForm {
				t.Fatalf("arrival %d: %q, %v", arrivals, said, err)
			}
			if full++; said == "" {
				admitted, full = admitted+1, 0
			}
		}
		if admitted < c.least || admitted > limit {
			t.Errorf("%d processes admit %d, the limit is %d", c.processes, admitted, limit)
		}
		if shared := int(writes.Load()) - arrivals; shared > c.most {
			t.Errorf("%d processes write the form's counter %d times", c.processes, shared)
		}
		later := form.Arrival{Address: "later", At: at.Add(time.Hour), Opened: at}
		if said, err := doors[0].Admit(t.Context(), f, later); said != "" || err != nil {
			t.Errorf("in the next window: %q, %v", said, err)
		}
	}
}

// TestAPlaceThatComesBack gives the one place of a form back, for the next arrival of the same process.
func TestAPlaceThatComesBack(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	f := form.Form{ID: "form_1", Policy: &form.Policy{Window: 3600, Address: 9, Refuse: 9, Person: 9, Form: 1}}
	a := form.Arrival{Address: "a", At: storetest.Began, Opened: storetest.Began.Add(-time.Minute)}
	for i, want := range []string{"", form.SuspectForm, "", form.SuspectForm} {
		if i == 2 {
			b.ReturnPlace(f.Counting(a))
		}
		if said, err := b.Admit(t.Context(), f, a); said != want || err != nil {
			t.Errorf("arrival %d: %q, %v", i, said, err)
		}
	}
}

package enquiries_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// counted stores an enquiry of a person as a visitor's, under a limit.
func counted(t *testing.T, b *storetest.Bench, s *store.Store, phone, email string, c form.Counting) error {
	t.Helper()
	now := b.Clock.Now()
	sub := form.Submission{ID: storetest.NewID("sub"), Version: 1, CreatedAt: now, UpdatedAt: now, Form: seed.Quote,
		Branch: seed.Shanghai, Type: "application/json", Body: "{}"}
	return storetest.Patient(func() error {
		_, err := s.Capture(t.Context(), lead.Capture{
			Enquiry: form.Enquiry{Name: "李娜", Phone: phone, Email: email, Product: "cards", Lang: words.Zh},
			Source:  form.SourceWeb, Form: seed.Quote, Submission: sub.ID, Terms: storetest.Terms(t, b, seed.Shanghai).Lead(),
			By: staff.Visitor, Counting: &c}, &sub)
		return err
	})
}

// counting is the limit for a person in the window of a moment.
func counting(at time.Time, weight, limit int64) form.Counting {
	start := at.Truncate(time.Hour)
	return form.Counting{Form: seed.Quote, Weight: weight, Limit: limit, Start: start, End: start.Add(time.Hour)}
}

// TestAPersonsLimit sends enquiries of one person one after another, and again in the next window. By whatever of
// phone and e-mail the person is known, each of the two counts, and the limit holds.
func TestAPersonsLimit(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	other := b.Open(t)
	for i, c := range []struct {
		name                string
		weight, limit, want int64
		phone, email        func(n int) string
	}{
		{"the same phone and e-mail", 1, 5, 5, same("+8613800000001"), same("a@example.com")},
		{"an e-mail alone", 1, 5, 5, same(""), same("b@example.com")},
		{"of a program", 2, 5, 3, same(""), same("c@example.com")},
		{"one phone, another e-mail each time", 1, 5, 5, same("+8613800000004"), numbered("d%d@example.com")},
		{"one e-mail, another phone each time", 1, 5, 5, numbered("+86139000000%02d"), same("e@example.com")},
		{"one in an hour", 1, 1, 1, same("+8613800000006"), same("f@example.com")},
	} {
		for window := range 2 {
			limit := counting(storetest.Began.Add(time.Duration(window)*time.Hour), c.weight, c.limit)
			var kept int64
			for n := range 8 {
				s := []*store.Store{b.Store, other}[n%2]
				err := counted(t, b, s, c.phone(10*window+n), c.email(10*window+n), limit)
				if err == nil {
					kept++
				} else if !errors.Is(err, form.ErrPersonLimit) {
					t.Fatalf("%s: %v", c.name, err)
				}
			}
			if kept != c.want {
				t.Errorf("case %d, %s: %d leads in window %d, want %d", i, c.name, kept, window, c.want)
			}
		}
	}
}

func same(value string) func(int) string { return func(int) string { return value } }

func numbered(format string) func(int) string {
	return func(n int) string { return fmt.Sprintf(format, n) }
}

// TestAPersonsLimitInACrowd sends twenty enquiries of one person at once, while transactions meet.
func TestAPersonsLimitInACrowd(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	b.Crowd(t)
	limit := counting(storetest.Began, 1, 3)
	var posts sync.WaitGroup
	var mu sync.Mutex
	kept, full := 0, 0
	for n := range 20 {
		posts.Go(func() {
			err := counted(t, b, b.Store, "+8613800000009", fmt.Sprintf("crowd%d@example.com", n%2), limit)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				kept++
			case errors.Is(err, form.ErrPersonLimit):
				full++
			default:
				t.Error(err)
			}
		})
	}
	posts.Wait()
	if kept != 3 || full != 17 {
		t.Errorf("%d leads and %d beyond the limit, want 3 and 17", kept, full)
	}
}

// TestAPersonsLimitWhileTheirPhoneIsClaimed has somebody known by their e-mail name a new phone. Meanwhile another
// enquiry takes that phone, which notes it on the phone's claim alone.
func TestAPersonsLimitWhileTheirPhoneIsClaimed(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	other := b.Open(t)
	limit := counting(storetest.Began, 1, 2)
	if err := counted(t, b, b.Store, "", "known@example.com", limit); err != nil {
		t.Fatal(err)
	}
	const phone = "+8613800000010"
	limit.Limit = 1
	limit.Start = limit.Start.Add(time.Hour) // the e-mail has counted nothing in this window
	var writes atomic.Int64
	b.Cloud.Around(func(land func() (*http.Response, error)) (*http.Response, error) {
		if writes.Add(1) == 1 {
			if err := counted(t, b, other, phone, "", limit); err != nil {
				t.Error(err)
			}
		}
		return land()
	})
	defer b.Cloud.Around(nil)
	if err := counted(t, b, b.Store, phone, "known@example.com", limit); !errors.Is(err, form.ErrPersonLimit) {
		t.Errorf("the second enquiry of one phone: %v, want %v", err, form.ErrPersonLimit)
	}
}

// TestACounterOfBeforeStillCounts finds what a process of the release before has counted for a person.
func TestACounterOfBeforeStillCounts(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	limit := counting(storetest.Began, 1, 5)
	engine, err := table.New(table.Config{DB: b.DB, Tables: b.Tables, Ring: storetest.Ring, NewID: storetest.NewID,
		Now: b.Clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	const email = "before@example.com"
	key := table.CounterKey("form", seed.Quote, string(identity.ClaimEmail), engine.Hashed(email), table.At(limit.Start))
	if _, err := engine.Count(t.Context(), key, 4, limit.Limit, limit.End); err != nil {
		t.Fatal(err)
	}
	var got []bool
	for range 3 {
		got = append(got, errors.Is(counted(t, b, b.Store, "", email, limit), form.ErrPersonLimit))
	}
	if !slices.Equal(got, []bool{false, true, true}) {
		t.Errorf("refused: %v", got)
	}
}

// TestALeadIsTwoCalls counts the calls that it takes to keep the enquiry of somebody new, and of somebody known.
func TestALeadIsTwoCalls(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	var calls []string
	s := b.OpenWatched(t, func(input any) error {
		switch in := input.(type) {
		case *dynamodb.BatchGetItemInput:
			calls = append(calls, "read")
		case *dynamodb.TransactWriteItemsInput:
			calls = append(calls, fmt.Sprint("write ", len(in.TransactItems)))
		default:
			calls = append(calls, fmt.Sprintf("%T", input))
		}
		return nil
	})
	if _, err := s.Shop(t.Context()); err != nil { // a process reads it every half minute
		t.Fatal(err)
	}
	for _, want := range [][]string{{"read", "write 7"}, {"read", "read", "write 5"}} {
		calls = nil
		if err := counted(t, b, s, "+8613800000007", "calls@example.com", counting(storetest.Began, 1, 5)); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(calls, want) {
			t.Errorf("%q, want %q", calls, want)
		}
	}
}

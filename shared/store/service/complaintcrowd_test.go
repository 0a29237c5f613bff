package service_test

import (
	"fmt"
	"maps"
	"sync"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/storetest"
)

// Thirty-two writers open complaints and move some of them, where transactions meet as they do on AWS. Complaints of
// different customers share no row, so nobody is refused; and what they count is added up meanwhile.
func TestACrowdOfComplaints(t *testing.T) {
	const writers, each = 32, 10
	b := storetest.New(t)
	terms := storetest.Terms(t, b, seed.Shanghai).Complaint()
	stream := b.OpenAs(t, "stream")
	door := *b
	door.Store = b.OpenAs(t, "api")
	b.Cloud.Conflict(12 * time.Millisecond)
	began := time.Now()
	var all, adding sync.WaitGroup
	done := make(chan struct{})
	adding.Go(func() {
		for {
			events, err := stream.Pending(t.Context(), b.Clock.Now().Add(time.Hour), 200)
			if err != nil {
				t.Error(err)
				return
			}
			for _, err := range stream.AddUp(t.Context(), events) {
				if err != nil && fault.KindOf(err) != fault.Unavailable {
					t.Error(err)
				}
			}
			select {
			case <-done:
				return
			default:
			}
		}
	})
	for w := range writers {
		all.Go(func() {
			for n := range each {
				c := storetest.OpenComplaint(t, &door, fmt.Sprintf("cus_%d_%d", w, n))
				if n%5 > 0 {
					continue
				}
				if _, err := door.ChangeComplaint(t.Context(), c.ID,
					func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
						return c.Withdraw(staff.Visitor, "", terms, b.Clock.Now())
					}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	t.Logf("%d complaints, %.0f a second", writers*each, writers*each/time.Since(began).Seconds())
	close(done)
	adding.Wait()
	b.Cloud.Conflict(0)
	b.AddUp(t)
	if stand, log := b.Books(t); !maps.Equal(stand, log) || len(log) == 0 {
		t.Errorf("the counters are\n%v\nand the log says\n%v", stand, log)
	}
	if n := b.CountRecords(t, "COMPLAINT"); n != writers*each {
		t.Errorf("%d of %d complaints", n, writers*each)
	}
}

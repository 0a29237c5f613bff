package files_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"afterpress/shared/crm/artwork"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/storetest"
)

// fileOf offers a file of so many bytes with a new submission, from the address.
func fileOf(t *testing.T, b *storetest.Bench, q artwork.Quota, address string, stated int64) error {
	q.Address = address
	place := artwork.Place{Of: storetest.NewID("sub"), Branch: "shanghai", Policy: artwork.StandardPolicy(), Quota: q}
	_, err := b.OfferArtwork(t.Context(), place, artwork.Artwork{Name: "a.pdf", Bytes: stated})
	return err
}

// TestANetworkSendsSoMuchADay offers files from several networks, forms and on several days, each with its own count.
func TestANetworkSendsSoMuchADay(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	q := artwork.Quota{Source: "quote", Bytes: 250 << 20}
	other := artwork.Quota{Source: "contact", Bytes: 250 << 20}
	for _, c := range []struct {
		what    string
		quota   artwork.Quota
		address string
		stated  int64
		full    bool
	}{
		{"of unknown size, which counts as the largest", q, "192.0.2.1", 0, false},
		{"of a stated size", q, "192.0.2.1", 100 << 20, false},
		{"one that does not fit any more", q, "192.0.2.1", 51 << 20, true},
		{"one that fits still, to the byte", q, "192.0.2.1", 50 << 20, false},
		{"the smallest", q, "192.0.2.1", 1, true},
		{"from another network", q, "192.0.2.2", 0, false},
		{"through another form", other, "192.0.2.1", 0, false},
		{"one that is larger than a day", artwork.Quota{Source: "small", Bytes: 50 << 20}, "192.0.2.1", 0, true},
		{"by a colleague", q, "", 0, false},
	} {
		err := fileOf(t, b, c.quota, c.address, c.stated)
		if (fault.KindOf(err) == fault.TooMany) != c.full || err != nil && !c.full {
			t.Errorf("%s: %v", c.what, err)
		}
	}
	b.Clock.Advance(24 * time.Hour)
	if err := fileOf(t, b, q, "192.0.2.1", 0); err != nil {
		t.Errorf("the next day: %v", err)
	}
}

// TestANetworksDayInACrowd offers ten files of one network at once, while transactions meet: two fit.
func TestANetworksDayInACrowd(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	b.Crowd(t)
	q := artwork.Quota{Source: "quote", Bytes: 250 << 20}
	var all sync.WaitGroup
	var kept, full atomic.Int64
	for range 10 {
		all.Go(func() {
			err := storetest.Patient(func() error { return fileOf(t, b, q, "192.0.2.1", 0) })
			switch {
			case err == nil:
				kept.Add(1)
			case fault.KindOf(err) == fault.TooMany:
				full.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if kept.Load() != 2 || full.Load() != 8 {
		t.Errorf("%d offered and %d refused", kept.Load(), full.Load())
	}
}

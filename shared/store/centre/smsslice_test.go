package centre_test

import (
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/message"
	"afterpress/shared/store"
	"afterpress/shared/store/storetest"

	"pgregory.net/rapid"
)

// texts claims so many SMS, each to a number of its own, and says how many were sent. What was not has met the cap.
func texts(t *testing.T, s *store.Store, first, many int, automatic bool) (sent int) {
	t.Helper()
	for n := first; n < first+many; n++ {
		m := sms(fmt.Sprintf("lead_%d", n), fmt.Sprintf("cus_%d", n), fmt.Sprintf("+86138%08d", n))
		if automatic {
			m.Replies = m.Number
		}
		got, err := s.ClaimMessage(t.Context(), m, message.PurposeService)
		switch {
		case err != nil:
			t.Error(err)
		case got.State == message.StateClaimed:
			sent++
		case got.Reason != message.ReasonSMSCap:
			t.Errorf("SMS %d: %+v", n, got)
		}
	}
	return sent
}

// The workers of a campaign claim at once. They share no counter but for their slices; none goes beyond the cap, and
// what they give back others use to the last one.
func TestACrowdOfSMSKeepsTheCap(t *testing.T) {
	const most = 200
	b := capped(t, 3, most)
	b.Cloud.Conflict(12 * time.Millisecond)
	var all sync.WaitGroup
	var sent atomic.Int64
	workers := []*store.Store{b.OpenAs(t, "worker"), b.OpenAs(t, "worker"), b.OpenAs(t, "worker"), b.OpenAs(t, "worker")}
	for w := range 32 {
		all.Go(func() { sent.Add(int64(texts(t, workers[w%4], w*10, 10, false))) })
	}
	all.Wait()
	b.Cloud.Conflict(0)
	for _, w := range workers {
		if err := w.ReturnReserved(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if sent.Load() > most || sent.Load() < most*9/10 {
		t.Errorf("%d were sent", sent.Load())
	}
	if rest := texts(t, workers[0], 1000, 20, false); sent.Load()+int64(rest) != most {
		t.Errorf("%d were sent, and %d of those that came back", sent.Load(), rest)
	}
	if used, _, err := b.SMSToday(t.Context(), seed.Shanghai); err != nil || used != most {
		t.Errorf("told: %d, %v", used, err)
	}
}

// Automatic replies take a fifth at most, and what one class holds and does not use the others get.
func TestAutomaticSMSTakeAFifth(t *testing.T) {
	b := capped(t, 3, 210)
	if sent := texts(t, b.Store, 0, 45, true); sent != 42 {
		t.Errorf("%d automatic replies", sent)
	}
	b = capped(t, 3, 210)
	if sent := texts(t, b.Store, 0, 1, true); sent != 1 || b.UnusedSMS() != 1 {
		t.Errorf("%d automatic replies, and %d reserved", sent, b.UnusedSMS())
	}
	if sent := texts(t, b.Store, 100, 215, false); sent != 209 {
		t.Errorf("%d others", sent)
	}
	for class, want := range map[string]message.Message{message.SMSAutomatic: {Replies: "+8613800138000"},
		message.SMSService: {Purpose: message.PurposeService}, message.SMSMarketing: {Purpose: message.PurposeSurvey}} {
		if got := want.SMSClass(); got != class {
			t.Errorf("%+v is %s", want, got)
		}
	}
	for most, class := range map[int64]int64{1: 1, 4: 1, 500: 100} {
		if got := (message.SMSPolicy{Company: most}).ClassCap(message.SMSAutomatic); got != class {
			t.Errorf("of %d: %d", most, got)
		}
	}
}

// A flood of enquiries uses up the fifth of automatic replies. What is left of the day still reaches customers about
// their complaints and people whom production asks, to the last SMS.
func TestAFloodOfRepliesLeavesSMSToCustomers(t *testing.T) {
	t.Parallel()
	const most = 50
	b := capped(t, 3, most)
	flooded := b.OpenAs(t, "worker")
	if sent := texts(t, flooded, 0, 30, true); sent != most/5 {
		t.Errorf("%d automatic replies", sent)
	}
	other, sent := b.OpenAs(t, "worker"), 0
	for n := range most {
		m := sms(fmt.Sprintf("lead_%d", 100+n), fmt.Sprintf("con_%d", 100+n), fmt.Sprintf("+86139%08d", n))
		m.Template = []string{message.TemplateComplaintAcknowledged, message.TemplateHoldAsked}[n%2]
		got, err := []*store.Store{flooded, other}[n%3%2].ClaimMessage(t.Context(), m, message.PurposeService)
		if err != nil {
			t.Fatal(err)
		}
		if got.State == message.StateClaimed {
			sent++
		} else if got.Reason != message.ReasonSMSCap {
			t.Errorf("%+v", got)
		}
	}
	if sent != most-most/5 {
		t.Errorf("%d SMS reach customers, want %d", sent, most-most/5)
	}
}

// A claim that was not written gives its SMS back, and a day's slices end with the day.
func TestSlicesComeBack(t *testing.T) {
	b := capped(t, 1, 300)
	texts(t, b.Store, 1, 1, false)
	if n := b.UnusedSMS(); n != 2 {
		t.Fatalf("%d are reserved", n)
	}
	again := sms("lead_2", "cus_2", fmt.Sprintf("+86138%08d", 1))
	if m := claimed(t, b, again); m.Reason != message.ReasonNumberCap || b.UnusedSMS() != 2 {
		t.Errorf("%+v, %d are reserved", m, b.UnusedSMS())
	}
	b.Clock.Set(time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC))
	if used, _, err := b.SMSToday(t.Context(), seed.Shanghai); err != nil || used != 0 || b.UnusedSMS() != 0 {
		t.Errorf("%d of the new day, %d are reserved, %v", used, b.UnusedSMS(), err)
	}
	if err := b.ReturnReserved(t.Context()); err != nil {
		t.Error(err)
	}
}

// Whatever processes reserve, use, give back, or take with them when they crash, and whichever answer is lost: a day
// never has more SMS than the cap, and automatic ones never more than their share.
func TestSlicesNeverPassTheCap(t *testing.T) {
	b := storetest.New(t)
	day := storetest.Began
	rapid.Check(t, func(rt *rapid.T) {
		day = day.Add(24 * time.Hour)
		b.Clock.Set(day)
		p := message.SMSPolicy{Company: rapid.SampledFrom([]int64{1, 4, 30, 250}).Draw(rt, "cap")}
		houses := []*store.Store{b.Open(t), b.Open(t)}
		sent, crashed, lost := map[string]int64{}, int64(0), false
		within := func() {
			if all := sent[message.SMSAutomatic] + sent[message.SMSService]; all > p.Company ||
				sent[message.SMSAutomatic] > p.ClassCap(message.SMSAutomatic) {
				rt.Fatalf("%v of %d", sent, p.Company)
			}
		}
		use := func(s *store.Store, class string, many int) {
			for range many {
				undo, ok, err := s.TakeSMS(t.Context(), class, p)
				if err != nil {
					rt.Fatal(err)
				}
				if !ok {
					break
				}
				if sent[class]++; rapid.IntRange(0, 9).Draw(rt, "refused") == 0 {
					undo()
					sent[class]--
				}
			}
			within()
		}
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			i := rapid.IntRange(0, len(houses)-1).Draw(rt, "process")
			switch rapid.IntRange(0, 9).Draw(rt, "what") {
			case 0:
				crashed += houses[i].UnusedSMS()
				houses[i] = b.Open(t)
			case 1:
				if err := houses[i].ReturnReserved(t.Context()); err != nil {
					rt.Fatal(err)
				}
			case 2:
				lost = true
				loseAnswer(b)
				if err := houses[i].ReturnReserved(t.Context()); err != nil {
					rt.Fatal(err)
				}
			case 3:
				lost = true
				loseAnswer(b)
				use(houses[i], message.SMSService, 1)
			default:
				use(houses[i], rapid.SampledFrom([]string{message.SMSAutomatic, message.SMSService}).Draw(rt, "class"),
					rapid.IntRange(1, 40).Draw(rt, "many"))
			}
		}
		b.Cloud.Around(nil)
		for _, s := range houses {
			if err := s.ReturnReserved(t.Context()); err != nil {
				rt.Fatal(err)
			}
		}
		used, _, err := b.SMSToday(t.Context(), seed.Shanghai)
		if all := sent[message.SMSAutomatic] + sent[message.SMSService] + crashed; err != nil || used < all ||
			!lost && used != all || used > p.Company {
			rt.Fatalf("%d are counted, %v and %d were sent or lost, %v", used, sent, crashed, err)
		}
		use(b.Open(t), message.SMSService, int(p.Company)+1)
	})
}

// loseAnswer has the next write carried out and its answer lost.
func loseAnswer(b *storetest.Bench) {
	var once atomic.Bool
	b.Cloud.Around(func(land func() (*http.Response, error)) (*http.Response, error) {
		answer, err := land()
		if err != nil || once.Swap(true) {
			return answer, err
		}
		_ = answer.Body.Close() // nobody reads it
		return nil, errors.New("connection reset")
	})
}

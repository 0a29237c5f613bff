package store_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/approval"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/lead"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// offers offers a credit note for 300 yuan, and says what the customer was given before.
func (h *house) offers(id string) (before approval.Granted) {
	h.t.Helper()
	worth := money.Money{Minor: 30_000, Currency: "CNY"}
	h.must(grants(h, id, func(c complaint.Complaint, given approval.Granted) (complaint.Complaint, event.Event, error) {
		before = given
		return c.Propose(h.by(1), complaint.RemedyChoice{Before: given,
			Remedies: []remedy.Remedy{{Kind: remedy.CreditNote, Amount: worth, Value: worth}}},
			h.terms().Complaint(), h.Clock.Now())
	})(h.Store))
	return before
}

func (h *house) declines(id string) {
	h.t.Helper()
	h.must(grants(h, id, func(c complaint.Complaint, _ approval.Granted) (complaint.Complaint, event.Event, error) {
		return c.Decline(staff.Visitor, h.terms().Complaint(), h.Clock.Now())
	})(h.Store))
}

// head are the grants in the item that holds the version of a customer's ledger.
func (h *house) head(customer string) []complaint.Grant {
	h.t.Helper()
	got, err := h.DB.GetItem(h.t.Context(), &dynamodb.GetItemInput{TableName: &h.Tables.Records,
		Key: table.GrantsKey(customer), ConsistentRead: aws.Bool(true)})
	h.must(err)
	ledger, err := table.Decode[complaint.Grants](got.Item)
	h.must(err)
	return ledger.Lines
}

// grantMuch fills a ledger of November 2026, as the code of that time wrote it.
func (h *house) grantMuch(customer string) {
	h.t.Helper()
	ledger := complaint.Grants{Customer: customer, Version: 40, Lines: h.head(customer)}
	for i := range 23 {
		ledger.Lines = append(ledger.Lines, complaint.Grant{Complaint: fmt.Sprintf("cmp_%02d", i),
			Job: fmt.Sprintf("J-%d", i%2), Amount: money.Money{Minor: int64(100 + i), Currency: "CNY"},
			At: storedThen.Add(time.Duration(20+i) * time.Hour), Done: i%3 > 0})
	}
	it, err := table.Encode(ledger, table.GrantsKey(customer), table.Item{table.CommitAttr: table.Text("before")})
	h.must(err)
	_, err = h.DB.PutItem(h.t.Context(), &dynamodb.PutItemInput{TableName: &h.Tables.Records, Item: it})
	h.must(err)
}

// A ledger of November 2026 holds all grants in one item. They count as they did, each offer takes some of them out,
// and none is lost or counted twice on the way.
func TestGrantsOfBeforeCountUntilTheyAreMoved(t *testing.T) {
	t.Parallel()
	now := storedThen.Add(24 * time.Hour)
	s := openStored(t, now)
	s.Clock.Set(now)
	h := &house{Bench: s.Bench, t: t, n: 1}
	for i, customer := range s.ids("GRANTS GRANTS") {
		if i == 0 {
			h.grantMuch(customer)
		}
		old := h.head(customer)
		id := h.judged(lead.Lead{Customer: customer, ContactID: "con_1"})
		var want approval.Granted
		for _, l := range old {
			if want.Customer += l.Amount.Minor; l.Job == "J-1" {
				want.Job += l.Amount.Minor
			}
		}
		for left := len(old); ; {
			if before := h.offers(id); before != want {
				t.Fatalf("%s: %+v was given before, want %+v", customer, before, want)
			}
			known, err := s.Grants(t.Context(), customer)
			s.must(err)
			for _, l := range old {
				if n := len(slices.DeleteFunc(slices.Clone(known.Lines), func(k complaint.Grant) bool { return k != l })); n != 1 {
					t.Errorf("%s: %+v stands %d times", customer, l, n)
				}
			}
			if left = max(left-10, 0); len(known.Lines) != len(old)+1 || len(h.head(customer)) != left {
				t.Errorf("%s: %d lines, %d of them in the item of the version, want %d and %d", customer, len(known.Lines),
					len(h.head(customer)), len(old)+1, left)
			}
			h.declines(id)
			if left == 0 {
				break
			}
		}
		if known, err := s.Grants(t.Context(), customer); err != nil || !slices.Equal(known.Lines, old) {
			t.Errorf("%s: %+v, want %+v, %v", customer, known.Lines, old, err)
		}
	}
}

// Lines move out of the item of the version after a reader has read it, and before it reads the rows. Each counts once.
func TestALedgerIsReadWhileItsLinesMove(t *testing.T) {
	t.Parallel()
	now := storedThen.Add(24 * time.Hour)
	s := openStored(t, now)
	s.Clock.Set(now)
	h := &house{Bench: s.Bench, t: t, n: 1}
	customer := s.ids("GRANTS GRANTS")[0]
	h.grantMuch(customer)
	old, id := h.head(customer), h.judged(lead.Lead{Customer: customer, ContactID: "con_1"})
	var once sync.Once
	reader := s.OpenWatched(t, func(input any) error {
		if q, ok := input.(*dynamodb.QueryInput); ok && aws.ToString(q.TableName) == s.Tables.Messages {
			once.Do(func() { h.offers(id) })
		}
		return nil
	})
	known, err := reader.Grants(t.Context(), customer)
	s.must(err)
	if len(h.head(customer)) == len(old) || len(known.Lines) != len(old)+1 {
		t.Errorf("%d lines are read, want %d; %d stay", len(known.Lines), len(old)+1, len(h.head(customer)))
	}
}

// An offer of November 2026 that stands goes on: it is taken back, or carried out, once.
func TestAnOfferOfBeforeGoesOn(t *testing.T) {
	t.Parallel()
	now := storedThen.Add(24 * time.Hour)
	s := openStored(t, now)
	s.Clock.Set(now)
	h := &house{Bench: s.Bench, t: t, n: 1}
	tried := map[string]int{}
	for _, id := range s.ids("COMPLAINT RECORD") {
		c, err := s.Complaint(t.Context(), id)
		s.must(err)
		was, err := s.Grants(t.Context(), c.Customer)
		s.must(err)
		want := len(was.Lines)
		switch c.State {
		case complaint.StateOffered:
			h.declines(id)
			want--
		case complaint.StateCarryingOut:
			h.must(grants(h, id, func(c complaint.Complaint, _ approval.Granted) (complaint.Complaint, event.Event, error) {
				return c.Complete(h.by(1), time.Time{}, h.terms().Complaint(), h.Clock.Now())
			})(h.Store))
		default:
			continue
		}
		tried[c.State]++
		is, err := s.Grants(t.Context(), c.Customer)
		s.must(err)
		mine := slices.DeleteFunc(slices.Clone(is.Lines), func(l complaint.Grant) bool { return l.Complaint != id })
		if len(is.Lines) != want || c.State == complaint.StateCarryingOut && (len(mine) != 1 || !mine[0].Done) ||
			c.State == complaint.StateOffered && len(mine) != 0 {
			t.Errorf("%s was %s: %+v", id, c.State, is.Lines)
		}
	}
	if tried[complaint.StateOffered] == 0 || tried[complaint.StateCarryingOut] == 0 {
		t.Errorf("the rows have %v", tried)
	}
}

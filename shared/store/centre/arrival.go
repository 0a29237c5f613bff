package centre

import (
	"context"
	"slices"
	"strconv"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/receipt"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Arrival is what was read about the phone and the e-mail of an enquiry.
type Arrival struct {
	customer.Known
	centre *Centre
	claims []identity.Claim
	held   []table.Item // rows of the claims
	rows   []table.Item // suppressions and counters
}

// ReadArrival reads in one call who holds the phone and the e-mail, and what is suppressed there. With count, it
// also reads how often they were counted already. Phone or e-mail may be empty.
func (s *Centre) ReadArrival(ctx context.Context, phone, email string, count *form.Counting) (Arrival, error) {
	a := Arrival{centre: s, claims: identity.Claims(phone, email)}
	keys := s.newGateState(customer.Contact{Phones: customer.Reaches(phone, false),
		Emails: customer.Reaches(email, false)}).keys()
	if count != nil {
		for _, c := range a.claims {
			keys = append(keys, s.counterOf(c, *count))
		}
	}
	if key, ok := table.ReceiptKey(ctx); ok {
		keys = append(keys, key)
	}
	found, err := s.table.GetEach(ctx,
		map[string][]table.Item{s.table.Records: claimKeys(a.claims), s.table.Messages: keys})
	a.held, a.rows = found[s.table.Records], found[s.table.Messages]
	a.Known = knownBy(a.held)
	return a, err
}

// GateState is the gate state of a new contact who has phone and e-mail of the enquiry, and nothing else.
func (a Arrival) GateState(c customer.Contact) (GateState, error) {
	return a.centre.newGateState(c).with(a.rows)
}

func (s *Centre) counterOf(c identity.Claim, count form.Counting) table.Item {
	return table.CounterKey("form", count.Form, string(c.Kind), s.table.Hashed(c.Value), table.At(count.Start))
}

// Attributes of a claim that note the first enquiry of its owner: form and window, and what it counts for. They
// stand in place of a counter of their own, which only the second enquiry in a window needs.
const (
	firstAttr  = "first"
	weightAttr = "first_weight"
)

func windowOf(count form.Counting) string { return count.Form + "#" + table.At(count.Start) }

// First is what claims note of the first enquiry of their new owner: attributes, by claim.
type First map[identity.Claim]table.Item

func (f First) of(c identity.Claim) table.Item {
	if f[c] == nil {
		f[c] = table.Item{}
	}
	return f[c]
}

// NoteReceipt notes the request's receipt on a claim that the new contact alone has, in place of a row. A repeat reads
// the claim with the same phone or e-mail (Answered). noted is false where the contact has no such claim.
func (a Arrival) NoteReceipt(ctx context.Context, first First, contact customer.Contact,
	result any) (noted bool, err error) {
	values := contact.Values()
	for _, c := range a.claims {
		if values[c] == customer.OwnershipOwn && !a.claimed(c) {
			return a.centre.table.NoteReceipt(ctx, first.of(c), result)
		}
	}
	return false, nil
}

// Answered is the answer that the same enquiry got before, where a claim notes it or a row holds it; else nil.
func (a Arrival) Answered(ctx context.Context) (*receipt.Replay, error) {
	return a.centre.table.Noted(ctx, slices.Concat(a.held, a.rows))
}

// Exceeds reports whether phone or e-mail were counted up to the limit already.
func (a Arrival) Exceeds(count form.Counting) (bool, error) {
	for _, c := range a.claims {
		n, err := a.counted(c, count)
		if err != nil || n+a.first(c, count) >= count.Limit {
			return err == nil, err
		}
	}
	return false, nil
}

// CountPerson adds to a transaction that phone and e-mail are counted once more. A value without a counter, which a
// contact alone holds from now on (newcomer), needs none: its claim notes the enquiry, and PutNewContact writes that.
// A counter that has reached its limit meanwhile fails the transaction with form.ErrPersonLimit. A claim that somebody
// took meanwhile fails it with table.ErrChanged, because that claim notes an enquiry which this count did not see.
func (a Arrival) CountPerson(b *table.Batch, first First, count form.Counting, newcomer bool) error {
	for _, c := range a.claims {
		n, err := a.counted(c, count)
		if err != nil {
			return err
		}
		if newcomer && n == 0 && !a.claimed(c) {
			first.of(c)[firstAttr], first.of(c)[weightAttr] = table.Text(windowOf(count)), table.Number(count.Weight)
			continue
		}
		if !newcomer && !a.claimed(c) {
			b.Check(a.centre.table.Records, table.ClaimKey(c), table.Absent(),
				func(table.Item) error { return table.ErrChanged })
		}
		a.centre.table.CountIn(b, a.centre.counterOf(c, count), count.Weight, count.Limit-a.first(c, count), count.End,
			func(table.Item) error { return form.ErrPersonLimit })
	}
	return nil
}

// claimed reports whether somebody has the value already: people who share it, or a contact of another branch.
func (a Arrival) claimed(c identity.Claim) bool {
	return slices.ContainsFunc(a.held, func(it table.Item) bool { return table.StringOf(it["claim"]) == string(c.Kind) })
}

// counted is what the counter of a phone or an e-mail shows.
func (a Arrival) counted(c identity.Claim, count form.Counting) (int64, error) {
	key := table.StringOf(a.centre.counterOf(c, count)["pk"])
	for _, it := range a.rows {
		if table.StringOf(it["pk"]) == key {
			return table.CountOf(it)
		}
	}
	return 0, nil
}

// first is what the first enquiry of an owner counts for, where it came in the same window.
func (a Arrival) first(c identity.Claim, count form.Counting) int64 {
	for _, it := range a.held {
		n, noted := it[weightAttr].(*types.AttributeValueMemberN)
		if noted && table.StringOf(it["claim"]) == string(c.Kind) && table.StringOf(it[firstAttr]) == windowOf(count) {
			weight, _ := strconv.ParseInt(n.Value, 10, 64) // the store wrote it
			return weight
		}
	}
	return 0
}

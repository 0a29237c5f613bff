package enquiries_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/kernel/receipt"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// answering is a request that its receipt answers with the body.
func answering(ctx context.Context, key, body string, alike bool) context.Context {
	return receipt.WithReceipt(ctx, &receipt.Receipt{Key: key, Hash: key, Alike: alike, Keep: 10 * time.Minute,
		Answer: func(any) (receipt.SavedAnswer, error) { return receipt.SavedAnswer{Status: 202, Body: body}, nil }})
}

// TestARepeatFindsItsAnswerAtTheClaim sends the enquiry of somebody new again. A receipt of the content has no row: the
// claim on the e-mail or phone notes it. Any other receipt has one, and so has that of somebody known.
func TestARepeatFindsItsAnswerAtTheClaim(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	s := b.OpenAs(t, "intake")
	post := func(ctx context.Context, e form.Enquiry) error {
		sub := form.Submission{ID: storetest.NewID("sub"), Version: 1, CreatedAt: b.Clock.Now(), UpdatedAt: b.Clock.Now(),
			Form: seed.Quote, Branch: seed.Shanghai, Type: "application/json", Body: "{}"}
		_, err := s.Capture(ctx, lead.Capture{Enquiry: e, Source: form.SourceWeb, Form: seed.Quote, Submission: sub.ID,
			Terms: storetest.Terms(t, b, seed.Shanghai).Lead(), By: staff.Visitor}, &sub)
		return err
	}
	of := func(n int, without string) form.Enquiry {
		e := storetest.Li(n)
		if e.Phone = "+86" + e.Phone; without == "phone" {
			e.Phone = ""
		} else if without == "email" {
			e.Email = ""
		}
		return e
	}
	for n, c := range []struct {
		without string
		alike   bool
		known   bool
		row     bool
	}{
		{"", true, false, false}, {"phone", true, false, false}, {"email", true, false, false},
		{"", false, false, true}, {"", true, true, true},
	} {
		if c.known {
			if err := post(t.Context(), of(n, "")); err != nil {
				t.Fatal(err)
			}
		}
		key, e := "receipt-"+string(rune('a'+n)), of(n, c.without)
		if err := post(answering(t.Context(), key, "first", c.alike), e); err != nil {
			t.Fatalf("%+v: %v", c, err)
		}
		if kept, err := b.Find(t.Context(), key); err != nil || (kept != nil) != c.row {
			t.Errorf("%+v: the row %+v, %v", c, kept, err)
		}
		var again *receipt.Replay
		err := post(answering(t.Context(), key, "second", c.alike), e)
		if !errors.As(err, &again) || again.Answer.Body != "first" || again.Hash != key {
			t.Errorf("%+v: a repeat is answered %+v, %v", c, again, err)
		}
		if err := post(answering(t.Context(), key+"+", "other", c.alike), e); err != nil {
			t.Errorf("%+v: other content of the same person: %v", c, err)
		}
	}
	b.Clock.Advance(10 * time.Minute)
	if err := post(answering(t.Context(), "receipt-a", "late", true), of(0, "")); err != nil {
		t.Errorf("after its time the content is new: %v", err)
	}
}

// TestAnEnquiryWritesNoMoreThanItMust reads how the lead and the contact of somebody new stand in the table.
func TestAnEnquiryWritesNoMoreThanItMust(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	l, err := storetest.Enquire(t, b, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	read := func(key table.Item) table.Item {
		out, err := b.DB.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &b.Tables.Records, Key: key,
			ConsistentRead: aws.Bool(true)})
		if err != nil {
			t.Fatal(err)
		}
		return out.Item
	}
	if it := read(table.ParentKey(l.ContactID)); it != nil || l.ContactID != table.FirstContact(l.Customer) {
		t.Errorf("an item leads from %s to %s: %v", l.ContactID, l.Customer, it)
	}
	for _, role := range []string{"api", "intake", "worker"} {
		if c, err := b.OpenAs(t, role).Contact(t.Context(), l.ContactID); err != nil || c.Customer != l.Customer {
			t.Errorf("%s finds %+v, %v", role, c, err)
		}
	}
	it := read(table.RecordKey("lead", l.ID))
	if it["open_sk"] != nil {
		t.Errorf("place among what is open with the customer %v", it["open_sk"])
	}
	stored, err := b.Lead(t.Context(), l.ID)
	if err != nil || len(stored.Rungs) == 0 || len(stored.Rungs) != len(l.Rungs) {
		t.Fatalf("%+v, %v", stored.Rungs, err)
	}
	for i, r := range stored.Rungs {
		if !r.Same(l.Rungs[i]) {
			t.Errorf("rung %+v, want %+v", r, l.Rungs[i])
		}
	}
}

package table_test

import (
	"errors"
	"testing"
	"time"

	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/receipt"
	"afterpress/shared/store/storetest"
)

func TestAReceiptMakesOneEffect(t *testing.T) {
	b := storetest.New(t)
	sub := func(id string) form.Submission {
		return form.Submission{ID: id, Version: 1, CreatedAt: b.Clock.Now(), Form: "quote", Branch: "shanghai",
			Outcome: form.OutcomeQuarantined, Body: "x"}
	}
	rcpt := func() *receipt.Receipt {
		return &receipt.Receipt{Key: "k", Hash: "h", Keep: time.Hour, Answer: func(result any) (receipt.SavedAnswer, error) {
			return receipt.SavedAnswer{Status: 202, Body: result.(form.Submission).ID}, nil
		}}
	}
	first, second, third := storetest.NewID("sub"), storetest.NewID("sub"), storetest.NewID("sub")
	if err := b.Quarantine(receipt.WithReceipt(t.Context(), rcpt()), sub(first)); err != nil {
		t.Fatal(err)
	}
	var replay *receipt.Replay
	err := b.Quarantine(receipt.WithReceipt(t.Context(), rcpt()), sub(second))
	if !errors.As(err, &replay) || replay.Answer.Body != first || replay.Hash != "h" {
		t.Fatalf("%+v %v", replay, err)
	}
	if _, err := b.Submission(t.Context(), second); fault.KindOf(err) != fault.NotFound {
		t.Errorf("the repeat had an effect: %v", err)
	}
	b.Clock.Advance(2 * time.Hour)
	if found, err := b.Find(t.Context(), "k"); err != nil || found != nil {
		t.Errorf("a receipt whose time is over counts as absent: %+v %v", found, err)
	}
	if err := b.Quarantine(receipt.WithReceipt(t.Context(), rcpt()), sub(third)); err != nil {
		t.Errorf("after its time the key is free: %v", err)
	}
}

package table_test

import (
	"errors"
	"testing"
	"time"

	"afterpress/shared/crm"
	"afterpress/shared/store/storetest"
)

func TestAReceiptMakesOneEffect(t *testing.T) {
	b := storetest.New(t)
	sub := func(id string) crm.Submission {
		return crm.Submission{ID: id, Version: 1, CreatedAt: b.Clock.Now(), Form: "quote", Branch: "shanghai", Outcome: crm.OutcomeQuarantined, Body: "x"}
	}
	receipt := func() *crm.Receipt {
		return &crm.Receipt{Key: "k", Hash: "h", Keep: time.Hour, Answer: func(result any) (crm.SavedAnswer, error) {
			return crm.SavedAnswer{Status: 202, Body: result.(crm.Submission).ID}, nil
		}}
	}
	first, second, third := storetest.NewID("sub"), storetest.NewID("sub"), storetest.NewID("sub")
	if err := b.Quarantine(crm.WithReceipt(t.Context(), receipt()), sub(first)); err != nil {
		t.Fatal(err)
	}
	var replay *crm.Replay
	err := b.Quarantine(crm.WithReceipt(t.Context(), receipt()), sub(second))
	if !errors.As(err, &replay) || replay.Answer.Body != first || replay.Hash != "h" {
		t.Fatalf("%+v %v", replay, err)
	}
	if _, err := b.Submission(t.Context(), second); crm.KindOf(err) != crm.NotFound {
		t.Errorf("the repeat had an effect: %v", err)
	}
	b.Clock.Advance(2 * time.Hour)
	if found, err := b.Find(t.Context(), "k"); err != nil || found != nil {
		t.Errorf("a receipt whose time is over counts as absent: %+v %v", found, err)
	}
	if err := b.Quarantine(crm.WithReceipt(t.Context(), receipt()), sub(third)); err != nil {
		t.Errorf("after its time the key is free: %v", err)
	}
}

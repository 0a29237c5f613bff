package main

import (
	"fmt"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/infra/operator"
	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
)

// arrived stores a submission as the door does: as a lead, or in quarantine with a difficulty.
func arrived(t *testing.T, b *storetest.Bench, n int, body, difficulty string) form.Submission {
	t.Helper()
	now := b.Clock.Now()
	sub := form.Submission{ID: storetest.NewID("sub"), Version: 1, CreatedAt: now, UpdatedAt: now, Form: seed.Quote,
		Branch: seed.Shanghai, Lang: words.En,
		Type: "application/json", Body: fmt.Sprintf(body, n)}
	if difficulty != "" {
		if err := b.Quarantine(t.Context(), sub.Quarantine(difficulty)); err != nil {
			t.Fatal(err)
		}
		return sub
	}
	f, _ := b.Shop.Form(seed.Quote)
	capture, err := captured(sub, f, b.Shop, staff.Visitor)
	if err == nil {
		_, err = b.Capture(t.Context(), capture, &sub)
	}
	if err != nil {
		t.Fatal(err)
	}
	return sub
}

func TestIntakeRunsAgain(t *testing.T) {
	b := storetest.New(t)
	const good, bad = `{"name":"Tom","email":"tom%d@example.com","product":"book"}`,
		`{"name":"Tom","product":"book","quantity":%d}`
	early := arrived(t, b, 100, good, "internal")
	b.Clock.Advance(48 * time.Hour)
	from := b.Clock.Now()
	for i := range 3 {
		arrived(t, b, i, good, "")
	}
	mended := arrived(t, b, 3, good, "internal")
	arrived(t, b, 4, good, form.SuspectTrap)
	arrived(t, b, 5, bad, "internal")
	dropped, event, err := arrived(t, b, 6, good, "internal").Quarantine("internal").Discard(operator.Actor, "spam",
		b.Clock.Now())
	if err == nil {
		err = b.SaveSubmission(t.Context(), dropped, event)
	}
	if err != nil {
		t.Fatal(err)
	}
	r := replay{store: b.Store, now: b.Clock.Now, from: from, to: from.Add(24 * time.Hour), out: t.Output()}
	before := b.State()
	counts, err := r.run(t.Context())
	if want := (map[string]int{unchanged: 3, becomes: 1, held: 1, unread: 1, discarded: 1}); err != nil ||
		fmt.Sprint(counts) != fmt.Sprint(want) || b.State() != before {
		t.Fatalf("%v, want %v, %v", counts, want, err)
	}
	r.apply = true
	if counts, err = r.run(t.Context()); err != nil || counts[becomes] != 1 {
		t.Fatal(counts, err)
	}
	sub, err := b.Submission(t.Context(), mended.ID)
	if err != nil || sub.Outcome != form.OutcomeCreated || sub.Decision.By != operator.Actor.ID {
		t.Errorf("%+v, %v", sub, err)
	}
	pending, err := b.Pending(t.Context(), b.Clock.Now(), 10)
	if err != nil || len(pending) != 4 {
		t.Errorf("%d events wait for their processes, %v", len(pending), err)
	}
	before = b.State()
	if counts, err = r.run(t.Context()); err != nil || counts[becomes] != 0 || counts[unchanged] != 4 ||
		b.State() != before {
		t.Errorf("a second run changed something: %v, %v", counts, err)
	}
	if sub, err := b.Submission(t.Context(), early.ID); err != nil || sub.Outcome != form.OutcomeQuarantined {
		t.Errorf("beyond the period: %+v, %v", sub, err)
	}
}

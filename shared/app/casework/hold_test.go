package casework_test

import (
	"reflect"
	"slices"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/casework"
	"afterpress/shared/crm/hold"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/storetest"
)

// asked is a question about a job of the customer's.
func (b *bench) asked() casework.OpenHold {
	return casework.OpenHold{Job: "J-1", Customer: b.customer.ID, Question: "内页纸张比签样偏黄，继续印吗？",
		Choices: []string{"继续", "换纸"}}
}

func (b *bench) held() casework.Hold {
	b.t.Helper()
	h, err := b.desk.OpenHold(b.t.Context(), b.Caller("production"), b.asked())
	if err != nil {
		b.t.Fatal(err)
	}
	return h
}

func TestOpenHold(t *testing.T) {
	t.Parallel()
	b := start(t, storetest.New)
	_, stranger := b.stranger()
	open := func(who string, change func(*casework.OpenHold)) error {
		in := b.asked()
		change(&in)
		_, err := b.desk.OpenHold(t.Context(), b.Caller(who), in)
		return err
	}
	same := func(*casework.OpenHold) {}
	all := []denied{{"a question by sales", "", fault.Forbidden, func() error { return open("sales", same) }}}
	for _, c := range []struct {
		who, pointer string
		change       func(*casework.OpenHold)
	}{
		{"production", "/branch", func(in *casework.OpenHold) { in.Branch = seed.Hangzhou }},
		{"production", "/customer", func(in *casework.OpenHold) { in.Customer = storetest.NewID("cus") }},
		{"manager-hangzhou", "/customer", same},
		{"production", "/contact", func(in *casework.OpenHold) { in.Contact = stranger }},
	} {
		all = append(all, blaming(c.pointer, func() error { return open(c.who, c.change) }))
	}
	b.deny(all...)
	ctx, kept := apptest.Receipt(t)
	h, err := b.desk.OpenHold(ctx, b.Caller("production"), b.asked())
	if err != nil || h.Contact != b.contact.ID || h.Branch != seed.Shanghai || h.AskedBy != seed.StaffID(8) ||
		h.State != hold.StateAsked || len(h.Actions) == 0 || !reflect.DeepEqual(kept(), any(h)) {
		t.Errorf("%+v, %v; a repeat gets %+v", h, err, kept())
	}
	b.left()
	b.deny(blaming("/contact", func() error { return open("production", same) }),
		blaming("/contact", func() error {
			return open("production", func(in *casework.OpenHold) { in.Contact = b.contact.ID })
		}))
}

func TestHoldCommands(t *testing.T) {
	t.Parallel()
	b := start(t, storetest.New)
	d, answered, withdrawn := b.desk, b.held().ID, b.held().ID
	answer := func(by app.Caller, version int64) (casework.Hold, error) {
		return d.AnswerHold(t.Context(), by, app.At(answered, "", version),
			casework.AnswerHold{Choice: 2, Text: "尽快", Channel: "phone"})
	}
	withdraw := func(by app.Caller, version int64) (casework.Hold, error) {
		return d.WithdrawHold(t.Context(), by, app.At(withdrawn, "", version), casework.WithdrawHold{})
	}
	var all []denied
	for what, give := range map[string]func(app.Caller, int64) (casework.Hold, error){
		"an answer": answer, "a withdrawal": withdraw,
	} {
		all = append(all, b.barring(what, func(by app.Caller) error { _, err := give(by, 99); return err })...)
		all = append(all, denied{what + " of a version that is over", "", fault.Stale,
			func() error { _, err := give(b.Caller("manager"), 99); return err }})
	}
	b.deny(all...)
	h, err := answer(b.Caller("sales"), 1)
	if err != nil || h.State != hold.StateAnswered || h.Answer.Choice != 2 || h.Answer.By != seed.StaffID(3) {
		t.Errorf("%+v, %v", h, err)
	}
	if h, err = withdraw(b.Caller("production"), 1); err != nil || h.State != hold.StateWithdrawn {
		t.Errorf("%+v, %v", h, err)
	}
	b.deny(denied{"an answer afterwards", "", fault.Refused,
		func() error { _, err := answer(b.Caller("sales"), 0); return err }})
}

func TestHolds(t *testing.T) {
	t.Parallel()
	b := start(t, storetest.New)
	d, open, over := b.desk, b.held().ID, b.held().ID
	if _, err := d.WithdrawHold(t.Context(), b.Caller("manager"), app.At(over, "", 0),
		casework.WithdrawHold{}); err != nil {
		t.Fatal(err)
	}
	file, err := d.Hold(t.Context(), b.Caller("sales"), app.At(open, "", 0))
	if err != nil || file.ID != open || file.Preferences == nil || len(file.Actions) == 0 {
		t.Errorf("%+v, %v", file, err)
	}
	found := func(who string, q casework.ListHolds) ([]string, error) {
		q.Limit = 9
		page, err := d.Holds(t.Context(), b.Caller(who), q)
		var ids []string
		for _, card := range page.Items {
			ids = append(ids, card.ID)
		}
		return ids, err
	}
	for _, c := range []struct {
		who  string
		q    casework.ListHolds
		want []string
	}{
		{"sales", casework.ListHolds{}, []string{open}},
		{"production", casework.ListHolds{Branch: seed.Shanghai, Customer: b.customer.ID}, []string{open}},
		{"production", casework.ListHolds{Owner: "me"}, nil},
		{"sales", casework.ListHolds{State: hold.StateWithdrawn}, []string{over}}, // of this month
		{"sales", casework.ListHolds{State: hold.StateWithdrawn, Month: "2026-10"}, nil},
		{"manager-hangzhou", casework.ListHolds{}, nil},
	} {
		if got, err := found(c.who, c.q); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s %+v: %v, want %v, %v", c.who, c.q, got, c.want, err)
		}
	}
	all := b.barring("a question", func(by app.Caller) error {
		_, err := d.Hold(t.Context(), by, app.At(open, "", 0))
		return err
	})
	for pointer, q := range map[string]casework.ListHolds{"?month": {Month: "2026-11"}, "?owner": {Owner: "nobody"}} {
		all = append(all, blaming(pointer, func() error { _, err := found("sales", q); return err }))
	}
	for who, kind := range map[string]fault.Kind{"finance": fault.Forbidden, "sales": fault.NotFound} {
		all = append(all, denied{"Hangzhou's by " + who, "", kind, func() error {
			_, err := found(who, casework.ListHolds{Branch: seed.Hangzhou})
			return err
		}})
	}
	b.deny(all...)
}

// TestAQuestionKeepsToThePolicyOfItsBranch answers a question of another branch than the colleague's first one.
func TestAQuestionKeepsToThePolicyOfItsBranch(t *testing.T) {
	t.Parallel()
	b := start(t, storetest.New)
	production, manager := b.Apart("production"), b.Caller("manager")
	manager.Branches = production.Branches
	d := casework.Desk{Office: b.Office}
	in := b.asked()
	in.Branch = seed.Hangzhou
	for what, command := range map[string]func(at app.Record) (casework.Hold, error){
		"answered": func(at app.Record) (casework.Hold, error) {
			return d.AnswerHold(t.Context(), manager, at, casework.AnswerHold{Choice: 1, Channel: "phone"})
		},
		"withdrawn": func(at app.Record) (casework.Hold, error) {
			return d.WithdrawHold(t.Context(), production, at, casework.WithdrawHold{})
		},
	} {
		h, err := d.OpenHold(t.Context(), production, in)
		if err != nil || h.Policy != "own@1" {
			t.Fatalf("%s, %v", h.Policy, err)
		}
		if h, err = command(app.At(h.ID, "", 0)); err != nil || h.Policy != "own@1" {
			t.Errorf("%s by %s, %v", what, h.Policy, err)
		}
	}
}

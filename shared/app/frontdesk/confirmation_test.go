package frontdesk_test

import (
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/store/storetest"
)

func TestConfirmation(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d := frontdesk.Desk{Office: b.Office}
	_, contact := b.Customer()
	// a yes after a no awaits its confirmation
	if err := b.WithdrawConsent(t.Context(), contact, message.ChannelEmail, "test", seed.Shanghai,
		b.Caller("sales").Actor); err != nil {
		t.Fatal(err)
	}
	again := storetest.Li(1)
	again.Consent = true
	l, err := storetest.Enquire(t, b.Bench, again)
	if err != nil || l.Consent != gate.ConsentAwaiting {
		t.Fatalf("%+v, %v", l, err)
	}
	link := func(of string, life time.Duration) string {
		return gate.SignConfirmation(d.Tokens, gate.Confirmation{Lead: of, Ends: b.Clock.Now().Add(life)})
	}
	stands := func(tok string) frontdesk.Confirmation {
		t.Helper()
		before := b.State()
		c, err := d.Confirmation(t.Context(), tok)
		if err != nil || b.State() != before || len(c.Shop.Branches) == 0 {
			t.Fatalf("%+v, %v; or looking changed something", c, err)
		}
		return c
	}
	good := link(l.ID, time.Hour)
	dead := map[string]string{"forged": good + "x", "over": link(l.ID, 0), "of no lead": link("lead_1", time.Hour)}
	for what, tok := range dead {
		before := b.State()
		if err := d.Confirm(t.Context(), tok); err != nil || b.State() != before || stands(tok).Stands != "" {
			t.Errorf("a link that is %s: %v", what, err)
		}
	}
	f, _ := b.Shop.Form(seed.Quote)
	if c := stands(good); c.Stands != lead.ConfirmOpen || c.Branch != seed.Shanghai || c.Manage.Person != contact.ID ||
		c.Text != "" && c.Text != f.Consent.Zh {
		t.Errorf("%+v", c)
	}
	for range 2 {
		if err := d.Confirm(t.Context(), good); err != nil || stands(good).Stands != lead.ConfirmDone {
			t.Errorf("confirmed: %+v, %v", stands(good), err)
		}
	}
	if err := b.WithdrawConsent(t.Context(), contact, message.ChannelEmail, "test", seed.Shanghai,
		b.Caller("sales").Actor); err != nil {
		t.Fatal(err)
	}
	before := b.State()
	if err := d.Confirm(t.Context(), good); err != nil || b.State() != before || stands(good).Stands != lead.ConfirmKept {
		t.Errorf("after a newer no: %+v, %v", stands(good), err)
	}
}

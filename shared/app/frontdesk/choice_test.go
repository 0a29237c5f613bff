package frontdesk_test

import (
	"slices"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/token"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
)

const (
	byEmail = message.PurposeMarketing + "/" + message.ChannelEmail
	bySMS   = message.PurposeMarketing + "/" + message.ChannelSMS
)

func TestChoices(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d := frontdesk.Desk{Office: b.Office}
	_, contact := b.Customer()
	link := gate.SignUnsubscribing(d.Tokens, gate.Unsubscribing{Person: contact.ID, Channel: message.ChannelEmail})
	first, err := d.Choices(t.Context(), link)
	if err != nil || first.Branch != seed.Shanghai || len(first.Shop.Branches) == 0 || first.Gate.Consents[byEmail].Yes {
		t.Fatalf("%+v, %v", first, err)
	}
	text := gate.SignUnsubscribing(d.Tokens, gate.Unsubscribing{Person: contact.ID, Channel: message.ChannelSMS})
	by := func(link string, page frontdesk.Choices, yes ...string) (frontdesk.Choices, bool) {
		t.Helper()
		in := frontdesk.Choose{Seen: page.Gate.Version, Yes: yes,
			Text: map[string]string{byEmail: "By e-mail.", bySMS: "By SMS."}}
		_, stale, err := d.Choose(t.Context(), link, in)
		if err != nil {
			t.Fatal(err)
		}
		now, err := d.Choices(t.Context(), link)
		if err != nil {
			t.Fatal(err)
		}
		return now, stale
	}
	choose := func(page frontdesk.Choices, yes ...string) (frontdesk.Choices, bool) { return by(link, page, yes...) }
	newest := func() gate.ConsentEntry { // words and proof stand in the log, and not in the gate
		t.Helper()
		log, err := b.Store.Consents(t.Context(), contact.ID, table.Paging{Limit: 100})
		i := slices.IndexFunc(log.Items, func(e gate.ConsentEntry) bool {
			return gate.Choice{Purpose: e.Purpose, Channel: e.Channel}.Key() == byEmail
		})
		if err != nil || i < 0 {
			t.Fatal(log.Items, err)
		}
		return log.Items[i]
	}
	ticked, stale := choose(first, byEmail)
	if line := newest(); stale || !ticked.Gate.Consents[byEmail].Yes || !line.Yes || line.Text != "By e-mail." ||
		line.Source != gate.SourceChoices || ticked.Gate.Consents[bySMS].Yes {
		t.Errorf("%+v, logged as %+v", ticked.Gate, line)
	}
	const survey = message.PurposeSurvey + "/" + message.ChannelEmail
	if late, stale := choose(first, byEmail, survey, bySMS); !stale || late.Gate.Consents[survey].Yes ||
		late.Gate.Consents[bySMS] != (gate.Consent{}) {
		t.Errorf("a page that was left open: %+v", late.Gate)
	}
	b.Refuses(fault.Unreadable, "a choice that no page has", func() error {
		_, _, err := d.Choose(t.Context(), link, frontdesk.Choose{Yes: []string{"service/email"}})
		return err
	})
	none, err := d.Unsubscribe(t.Context(), link)
	if line := newest(); err != nil || none.Gate.Consents[byEmail].Yes || line.Yes || line.Source != "one-click" {
		t.Errorf("%+v, logged as %+v, %v", none.Gate, line, err)
	}
	one, _ := choose(none, byEmail, bySMS)
	both, _ := by(text, one, bySMS)
	if one.Gate.Consents[bySMS].Yes || !both.Gate.Consents[bySMS].Yes || !both.Gate.Consents[byEmail].Yes {
		t.Errorf("each link has its own channel: %+v, then %+v", one.Gate, both.Gate)
	}
	if one, err := d.Unsubscribe(t.Context(), text); err != nil || !both.Gate.Consents[bySMS].Yes ||
		one.Gate.Consents[bySMS].Yes || !one.Gate.Consents[byEmail].Yes {
		t.Errorf("a link of an SMS: %+v, then %+v, %v", both.Gate, one.Gate, err)
	}
	if none, err = d.Unsubscribe(t.Context(), link); err != nil || none.Gate.Consents[byEmail].Yes {
		t.Errorf("%+v, %v", none.Gate, err)
	}
	before := len(b.Items(t))
	if again, err := d.Unsubscribe(t.Context(), link); err != nil || again.Gate.Consents[byEmail].Yes ||
		len(b.Items(t)) != before {
		t.Errorf("a second click: %+v, %v", again.Gate, err)
	}
	for what, tok := range map[string]string{
		"a forged link": link + "x", "a link for another use": d.Tokens.Sign(token.UseForm, contact.ID+" email"),
		"nobody": gate.SignUnsubscribing(d.Tokens, gate.Unsubscribing{Person: "con_1"}),
	} {
		b.Refuses(fault.NotFound, what, func() error { _, err := d.Choices(t.Context(), tok); return err })
		b.Refuses(fault.NotFound, what+" that chooses", func() error {
			_, _, err := d.Choose(t.Context(), tok, frontdesk.Choose{})
			return err
		})
		b.Refuses(fault.NotFound, what+" that unsubscribes", func() error {
			_, err := d.Unsubscribe(t.Context(), tok)
			return err
		})
	}
}

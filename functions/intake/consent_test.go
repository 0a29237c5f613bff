package intake_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm"
	"afterpress/shared/store/table"
)

// reconsidered is a person who said yes, then no, and now yes again: what his lead says, and the link in the mail that he gets.
func (d *door) reconsidered(t testing.TB) (crm.Lead, string) {
	t.Helper()
	d.post(lina())
	again := lina()
	again.Set("message", "another job")
	first, err := d.Submissions(t.Context(), crm.OutcomeCreated, []string{"shanghai"}, table.Paging{Limit: 1})
	if err != nil || len(first.Items) != 1 {
		t.Fatal(first, err)
	}
	before, err := d.Lead(t.Context(), first.Items[0].Lead)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.WithdrawConsent(t.Context(), crm.Contact{ID: before.ContactID, Customer: before.Customer}, crm.ChannelEmail, "test", before.Branch, crm.Visitor); err != nil {
		t.Fatal(err)
	}
	sub, err := d.Submission(t.Context(), received(t, d.post(again)))
	if err != nil {
		t.Fatal(err)
	}
	lead, err := d.Lead(t.Context(), sub.Lead)
	if err != nil || lead.Consent != crm.ConsentAwaiting || !lead.AwaitsConfirmation() {
		t.Fatalf("lead %+v, %v", lead, err)
	}
	return lead, "/confirm/" + d.Tokens.SignConfirmation(crm.Confirmation{Lead: lead.ID, Ends: d.Clock.Now().Add(crm.ConfirmLife)})
}

func (d *door) consents(t testing.TB, lead crm.Lead) crm.Consent {
	t.Helper()
	a, err := d.AwaitingConsent(t.Context(), lead.ID)
	if err != nil {
		t.Fatal(err)
	}
	return a.Gate.Consents[crm.PurposeMarketing+"/"+crm.ChannelEmail]
}

func TestLookingAtALinkConfirmsNothing(t *testing.T) {
	d := open(t)
	lead, link := d.reconsidered(t)
	before := d.Hash(t)
	for _, agent := range []string{"Mozilla/5.0", "GoogleImageProxy", "BarracudaCentral", "Microsoft Office Protocol Discovery", "Slackbot-LinkExpanding 1.0"} {
		for _, method := range []string{"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"} {
			d.ask(method, link+"?lang=zh", "", "User-Agent", agent)
		}
	}
	page := d.ask("GET", link+"?lang=zh", "")
	buttons := find(parse(t, page), byTag("button"))
	text := visible(parse(t, page))
	if page.Code != 200 || len(buttons) != 1 || !strings.Contains(text, d.Shop.Forms[0].Consent.En) || page.Header().Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("%d, %d buttons: %s", page.Code, len(buttons), text)
	}
	if strings.Contains(text, "lina@example.com") || strings.Contains(text, "李娜") {
		t.Error("the page names who it is about")
	}
	if d.Hash(t) != before || d.consents(t, lead).Yes {
		t.Error("looking changed something")
	}
}

func TestPostingALinkConfirms(t *testing.T) {
	d := open(t)
	lead, link := d.reconsidered(t)
	w := d.ask("POST", link+"?lang=en", "", "Content-Type", formType)
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != link+"?lang=en" {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	got := d.consents(t, lead)
	if !got.Yes || got.Text != d.Shop.Forms[0].Consent.En || got.Source != lead.Submission || !strings.Contains(got.Proof, lead.ID) || got.At.IsZero() {
		t.Errorf("%+v", got)
	}
	before := d.Hash(t)
	for range 10 {
		d.ask("POST", link, "", "Content-Type", formType)
	}
	if page := d.ask("GET", link+"?lang=en", ""); d.Hash(t) != before || !strings.Contains(visible(parse(t, page)), "confirmed") {
		t.Errorf("again: %s", visible(parse(t, page)))
	}
	lines, err := d.Timeline(t.Context(), lead.Customer, crm.En, table.Paging{Limit: 20})
	if err != nil || !strings.Contains(fmt.Sprint(lines.Items), crm.EventCatalogue[crm.ConsentConfirmed].Words.En) {
		t.Errorf("%+v, %v", lines.Items, err)
	}
}

func TestLinksThatDoNotConfirm(t *testing.T) {
	d := open(t)
	lead, link := d.reconsidered(t)
	sign := func(id string, ends time.Time) string {
		return "/confirm/" + d.Tokens.SignConfirmation(crm.Confirmation{Lead: id, Ends: ends})
	}
	soon := d.Clock.Now().Add(time.Hour)
	before := d.Hash(t)
	for what, bad := range map[string]string{
		"over": sign(lead.ID, d.Clock.Now()), "forged": link[:len(link)-1] + "!", "nothing": "/confirm/x", "another use": "/confirm/" + d.Tokens.Sign(crm.UseForm, lead.ID+" zzzzzz"),
		"no such lead": sign("lead_1", soon), "a submission": sign(lead.Submission, soon),
	} {
		d.ask("POST", bad, "", "Content-Type", formType)
		if w := d.ask("GET", bad+"?lang=en", ""); w.Code != http.StatusNotFound || len(find(parse(t, w), byTag("button"))) > 0 {
			t.Errorf("%s: %d", what, w.Code)
		}
	}
	if d.Hash(t) != before {
		t.Error("a link that does not work changed something")
	}
	if err := d.WithdrawConsent(t.Context(), crm.Contact{ID: lead.ContactID, Customer: lead.Customer}, crm.ChannelEmail, "test", lead.Branch, crm.Visitor); err != nil {
		t.Fatal(err)
	}
	d.ask("POST", link, "", "Content-Type", formType)
	if d.consents(t, lead).Yes {
		t.Error("an old yes beats a newer no")
	}
	if w := d.ask("GET", link+"?lang=en", ""); w.Code != 200 || len(find(parse(t, w), byTag("button"))) > 0 {
		t.Errorf("after a newer no: %d", w.Code)
	}
}

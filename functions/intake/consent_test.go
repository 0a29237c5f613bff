package intake_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/token"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/table"
)

// reconsidered is a person who said yes, then no, and now yes again: what the lead says, and the link in the mail to
// the person.
func (d *door) reconsidered(t testing.TB) (lead.Lead, string) {
	t.Helper()
	d.post(lina())
	again := lina()
	again.Set("message", "another job")
	first, err := d.Submissions(t.Context(), form.OutcomeCreated, []string{"shanghai"}, table.Paging{Limit: 1})
	if err != nil || len(first.Items) != 1 {
		t.Fatal(first, err)
	}
	before, err := d.Lead(t.Context(), first.Items[0].Lead)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.WithdrawConsent(t.Context(), customer.Contact{ID: before.ContactID, Customer: before.Customer},
		message.ChannelEmail, "test", before.Branch, staff.Visitor); err != nil {
		t.Fatal(err)
	}
	sub, err := d.Submission(t.Context(), received(t, d.post(again)))
	if err != nil {
		t.Fatal(err)
	}
	l, err := d.Lead(t.Context(), sub.Lead)
	if err != nil || l.Consent != gate.ConsentAwaiting || !l.AwaitsConfirmation() {
		t.Fatalf("lead %+v, %v", l, err)
	}
	return l, "/confirm/" + gate.SignConfirmation(d.Office.Tokens,
		gate.Confirmation{Lead: l.ID, Ends: d.Clock.Now().Add(gate.ConfirmLife)})
}

func (d *door) consents(t testing.TB, l lead.Lead) gate.Consent {
	t.Helper()
	a, err := d.AwaitingConsent(t.Context(), l.ID)
	if err != nil {
		t.Fatal(err)
	}
	return a.Gate.Consents[message.PurposeMarketing+"/"+message.ChannelEmail]
}

func TestLookingAtALinkConfirmsNothing(t *testing.T) {
	d := open(t)
	l, link := d.reconsidered(t)
	before := d.State()
	for _, agent := range []string{"Mozilla/5.0", "GoogleImageProxy", "BarracudaCentral",
		"Microsoft Office Protocol Discovery", "Slackbot-LinkExpanding 1.0"} {
		for _, method := range []string{"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"} {
			d.ask(method, link+"?lang=zh", "", "User-Agent", agent)
		}
	}
	page := d.ask("GET", link+"?lang=zh", "")
	buttons := find(parse(t, page), byTag("button"))
	text := visible(parse(t, page))
	if page.Code != 200 || len(buttons) != 1 || !strings.Contains(text, d.Shop.Forms[0].Consent.En) ||
		page.Header().Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("%d, %d buttons: %s", page.Code, len(buttons), text)
	}
	if strings.Contains(text, "lina@example.com") || strings.Contains(text, "李娜") {
		t.Error("the page names who it is about")
	}
	if d.State() != before || d.consents(t, l).Yes {
		t.Error("looking changed something")
	}
}

func TestPostingALinkConfirms(t *testing.T) {
	d := open(t)
	l, link := d.reconsidered(t)
	w := d.ask("POST", link+"?lang=en", "", "Content-Type", formType)
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != link+"?lang=en" {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	got, line := d.consents(t, l), d.logged(t, l.ContactID, gate.ConsentKey)
	if !got.Yes || !line.Yes || line.Text != d.Shop.Forms[0].Consent.En || line.Source != l.Submission ||
		!strings.Contains(line.Proof, l.ID) || got.At.IsZero() || !got.At.Equal(line.At) {
		t.Errorf("%+v, logged as %+v", got, line)
	}
	before := d.State()
	for range 10 {
		d.ask("POST", link, "", "Content-Type", formType)
	}
	if page := d.ask("GET", link+"?lang=en", ""); d.State() != before ||
		!strings.Contains(visible(parse(t, page)), "confirmed") {
		t.Errorf("again: %s", visible(parse(t, page)))
	}
	lines, err := d.Timeline(t.Context(), l.Customer, words.En, table.Paging{Limit: 20})
	if err != nil || !strings.Contains(fmt.Sprint(lines.Items), event.Catalogue[event.ConsentConfirmed].Words.En) {
		t.Errorf("%+v, %v", lines.Items, err)
	}
}

func TestLinksThatDoNotConfirm(t *testing.T) {
	d := open(t)
	l, link := d.reconsidered(t)
	sign := func(id string, ends time.Time) string {
		return "/confirm/" + gate.SignConfirmation(d.Office.Tokens, gate.Confirmation{Lead: id, Ends: ends})
	}
	soon := d.Clock.Now().Add(time.Hour)
	before := d.State()
	for what, bad := range map[string]string{
		"over": sign(l.ID, d.Clock.Now()), "forged": link[:len(link)-1] + "!", "nothing": "/confirm/x",
		"another use":  "/confirm/" + d.Office.Tokens.Sign(token.UseForm, l.ID+" zzzzzz"),
		"no such lead": sign("lead_1", soon), "a submission": sign(l.Submission, soon),
	} {
		d.ask("POST", bad, "", "Content-Type", formType)
		if w := d.ask("GET", bad+"?lang=en", ""); w.Code != http.StatusNotFound ||
			len(find(parse(t, w), byTag("button"))) > 0 {
			t.Errorf("%s: %d", what, w.Code)
		}
	}
	if d.State() != before {
		t.Error("a link that does not work changed something")
	}
	if err := d.WithdrawConsent(t.Context(), customer.Contact{ID: l.ContactID, Customer: l.Customer},
		message.ChannelEmail, "test", l.Branch, staff.Visitor); err != nil {
		t.Fatal(err)
	}
	d.ask("POST", link, "", "Content-Type", formType)
	if d.consents(t, l).Yes {
		t.Error("an old yes beats a newer no")
	}
	if w := d.ask("GET", link+"?lang=en", ""); w.Code != 200 || len(find(parse(t, w), byTag("button"))) > 0 {
		t.Errorf("after a newer no: %d", w.Code)
	}
}

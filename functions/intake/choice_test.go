package intake_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/token"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/table"

	"golang.org/x/net/html"
)

const (
	byEmail = message.PurposeMarketing + "/" + message.ChannelEmail
	bySMS   = message.PurposeMarketing + "/" + message.ChannelSMS
	surveys = message.PurposeSurvey + "/" + message.ChannelEmail
	oneTap  = "List-Unsubscribe=One-Click"
)

// subscriber is a person who said yes in a form and confirmed it, with the link that a mail to them holds.
func (d *door) subscriber(t testing.TB) (customer.Contact, string) {
	t.Helper()
	sub, err := d.Submission(t.Context(), received(t, d.post(lina())))
	if err != nil {
		t.Fatal(err)
	}
	lead, err := d.Lead(t.Context(), sub.Lead)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.ConfirmConsent(t.Context(), lead.ID); err != nil {
		t.Fatal(err)
	}
	contact, err := d.Contact(t.Context(), lead.ContactID)
	if err != nil || !d.said(t, contact.ID, byEmail).Yes {
		t.Fatal(contact, err)
	}
	return contact, "/u/" + gate.SignUnsubscribing(d.Office.Tokens,
		gate.Unsubscribing{Person: contact.ID, Channel: message.ChannelEmail})
}

func (d *door) said(t testing.TB, person, key string) gate.Consent {
	t.Helper()
	p, err := d.Preferences(t.Context(), person)
	if err != nil {
		t.Fatal(err)
	}
	return p.Gate.Consents[key]
}

// logged is the newest line of a person's log about a choice, with its words and its proof.
func (d *door) logged(t testing.TB, person, key string) gate.ConsentEntry {
	t.Helper()
	page, err := d.Consents(t.Context(), person, table.Paging{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range page.Items {
		if line.Counts && (gate.Choice{Purpose: line.Purpose, Channel: line.Channel}).Key() == key {
			return line
		}
	}
	t.Fatalf("nothing is logged of %s", key)
	return gate.ConsentEntry{}
}

// fill is the page's form as a browser would send it, with these boxes ticked.
func fill(t testing.TB, page *html.Node, ticked ...string) string {
	t.Helper()
	seen := find(page, func(n *html.Node) bool { return attr(n, "name") == "seen" })
	if len(seen) != 1 {
		t.Fatal("the page has no form")
	}
	return url.Values{"seen": {attr(seen[0], "value")}, "yes": ticked}.Encode()
}

// ticked lists the boxes that the page shows ticked.
func ticked(page *html.Node) string {
	var keys []string
	for _, box := range find(page, func(n *html.Node) bool { return attr(n, "type") == "checkbox" }) {
		if _, on := attrOK(box, "checked"); on {
			keys = append(keys, attr(box, "value"))
		}
	}
	return strings.Join(keys, " ")
}

var scanners = []string{
	"GoogleImageProxy", "BarracudaCentral", "Microsoft Office Protocol Discovery", "Slackbot-LinkExpanding 1.0",
	"Mozilla/5.0 (Windows NT 10.0) SafeLinks",
	"Proofpoint URL Defense", "Mimecast", "Symantec MessageLabs", "Cisco IronPort", "TrendMicro", "FortiGuard",
	"Sophos Email", "ZScaler", "facebookexternalhit/1.1",
	"Twitterbot/1.0", "WhatsApp/2.2", "MicroMessenger/8.0", "DingTalkBot", "curl/8.5", "Applebot/0.1",
}

func TestLookingAtChoicesChangesNothing(t *testing.T) {
	d := open(t)
	contact, link := d.subscriber(t)
	before := d.State()
	for _, agent := range scanners {
		for _, method := range []string{"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"} {
			d.ask(method, link+"?"+oneTap+"&yes="+bySMS+"&seen=1", "", "User-Agent", agent)
		}
	}
	for _, c := range []struct{ lang, optional, always string }{{"zh", "电子邮件", "不能在此关闭"},
		{"en", "by e-mail", "cannot be switched off"}} {
		w := d.ask("GET", link+"?lang="+c.lang, "")
		page := parse(t, w)
		text := visible(page)
		if w.Code != 200 || w.Header().Get("Referrer-Policy") != "no-referrer" || ticked(page) != byEmail ||
			!strings.Contains(text, c.optional) || !strings.Contains(text, c.always) {
			t.Errorf("%d, ticked %q: %s", w.Code, ticked(page), text)
		}
		for _, personal := range []string{"李娜", "lina@example.com", "13800138000", contact.ID} {
			if strings.Contains(w.Body.String(), personal) {
				t.Errorf("the page says %q", personal)
			}
		}
		golden(t, "choices_"+c.lang+".txt", text)
	}
	if d.State() != before {
		t.Error("looking changed something")
	}
}

func TestOneClickUnsubscribes(t *testing.T) {
	d := open(t)
	contact, link := d.subscriber(t)
	items := len(d.Items(t))
	w := d.ask("POST", link, oneTap, "Content-Type", formType, "Accept", "")
	if w.Code != http.StatusOK || w.Header().Get("Location") != "" || w.Header().Get("Set-Cookie") != "" ||
		ticked(parse(t, w)) != "" {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	no := d.said(t, contact.ID, byEmail)
	line := d.logged(t, contact.ID, byEmail)
	if no.Yes || line.Yes || line.Source != "one-click" || no.At.IsZero() || !no.At.Equal(line.At) ||
		d.said(t, contact.ID, bySMS) != (gate.Consent{}) {
		t.Errorf("%+v, logged as %+v", no, line)
	}
	for range 1000 {
		if w := d.ask("POST", link, oneTap, "Content-Type", formType); w.Code != http.StatusOK {
			t.Fatalf("again: %d", w.Code)
		}
	}
	if got := len(d.Items(t)); got != items+3 || d.said(t, contact.ID, byEmail).Yes {
		t.Errorf("%d items, %d before: the first click leaves an event, a line and a suppression, a thousand more leave nothing", got, items)
	}
	lines, err := d.Timeline(t.Context(), contact.Customer, words.En, table.Paging{Limit: 20})
	if err != nil || strings.Count(fmt.Sprint(lines.Items), event.Catalogue[event.ConsentWithdrawn].Words.En) != 1 {
		t.Errorf("%+v, %v", lines.Items, err)
	}
}

func TestOneClickComesInPartsAsWell(t *testing.T) {
	d := open(t)
	contact, link := d.subscriber(t)
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	if err := parts.WriteField("List-Unsubscribe", "One-Click"); err != nil {
		t.Fatal(err)
	}
	if err := parts.Close(); err != nil {
		t.Fatal(err)
	}
	if w := d.ask("POST", link, body.String(), "Content-Type", parts.FormDataContentType()); w.Code != 200 ||
		d.said(t, contact.ID, byEmail).Yes {
		t.Errorf("%d", w.Code)
	}
}

func TestThePageTakesExactlyWhatIsTicked(t *testing.T) {
	d := open(t)
	contact, link := d.subscriber(t)
	link += "?lang=zh"
	save := func(body string) *httptest.ResponseRecorder {
		t.Helper()
		w := d.ask("POST", link, body, "Content-Type", formType)
		if w.Code != http.StatusSeeOther {
			t.Fatalf("%d: %s", w.Code, w.Body)
		}
		return d.ask("GET", w.Header().Get("Location"), "")
	}
	first := parse(t, d.ask("GET", link, ""))
	if page := save(fill(t, first, surveys, bySMS)); ticked(parse(t, page)) != surveys ||
		!strings.Contains(visible(parse(t, page)), "已保存") {
		t.Errorf("saved: %s", page.Body)
	}
	yes, line := d.said(t, contact.ID, surveys), d.logged(t, contact.ID, surveys)
	if !yes.Yes || !line.Yes || line.Source != gate.SourceChoices || !strings.Contains(line.Text, "满意度") ||
		yes.At.IsZero() || !yes.At.Equal(line.At) || d.said(t, contact.ID, byEmail).Yes {
		t.Errorf("%+v, logged as %+v", yes, line)
	}
	// A link that came by mail turns nothing on, or off, that comes by SMS: somebody else may read the mailbox.
	if d.said(t, contact.ID, bySMS) != (gate.Consent{}) {
		t.Errorf("by SMS: %+v", d.said(t, contact.ID, bySMS))
	}
	// A page that was left open showed another state: its tick takes no later no back, and the page says so.
	d.ask("POST", link, oneTap, "Content-Type", formType)
	late := save(fill(t, first, byEmail, surveys))
	if ticked(parse(t, late)) != surveys || !strings.Contains(visible(parse(t, late)), "请再看一下") ||
		d.said(t, contact.ID, byEmail).Yes {
		t.Errorf("a stale tick counted: %s", late.Body)
	}
	// On the page that shows the no, a tick is a newer yes.
	if page := save(fill(t, parse(t, late), byEmail, surveys)); ticked(parse(t, page)) != byEmail+" "+surveys {
		t.Errorf("an explicit yes: %s", page.Body)
	}
	if page := save(fill(t, parse(t, late))); ticked(parse(t, page)) != "" {
		t.Errorf("every no counts, however late: %s", page.Body)
	}
}

// The links of each channel switch what comes by it. One button stops what comes by all of them.
func TestALinkOfEachChannel(t *testing.T) {
	t.Parallel()
	d := open(t)
	contact, mail := d.subscriber(t)
	text := "/u/" + gate.SignUnsubscribing(d.Office.Tokens,
		gate.Unsubscribing{Person: contact.ID, Channel: message.ChannelSMS})
	page := parse(t, d.ask("GET", text+"?lang=en", ""))
	if says := visible(page); ticked(page) != "" || !strings.Contains(says, "+86138****8000") ||
		strings.Contains(says, "by e-mail how") || strings.Contains(says, "example.com") {
		t.Error(says)
	}
	for _, ticks := range [][]string{{bySMS, byEmail}, {bySMS}} {
		d.ask("POST", text, fill(t, parse(t, d.ask("GET", text, "")), ticks...), "Content-Type", formType)
		if !d.said(t, contact.ID, bySMS).Yes || !d.said(t, contact.ID, byEmail).Yes {
			t.Errorf("%v: what comes by mail has changed", ticks)
		}
	}
	before := d.State()
	if w := d.ask("POST", mail, "stop=some", "Content-Type", formType); w.Code != http.StatusBadRequest ||
		d.State() != before {
		t.Errorf("another button: %d", w.Code)
	}
	w := d.ask("POST", mail, "stop=all&yes="+bySMS, "Content-Type", formType)
	if w.Code != http.StatusSeeOther || d.said(t, contact.ID, bySMS).Yes || d.said(t, contact.ID, byEmail).Yes ||
		d.logged(t, contact.ID, bySMS).Source != gate.SourceChoices {
		t.Errorf("stopped: %d", w.Code)
	}
	if page := d.ask("GET", w.Header().Get("Location"), ""); !strings.Contains(visible(parse(t, page)), "Saved") {
		t.Error(visible(parse(t, page)))
	}
}

func TestUnreadableChoicesChangeNothing(t *testing.T) {
	d := open(t)
	_, link := d.subscriber(t)
	before := d.State()
	for what, body := range map[string]string{
		"nothing": "", "another click": "List-Unsubscribe=Two-Clicks", "no version": "yes=" + byEmail,
		"no such choice": "seen=1&yes=service/email", "not a number": "seen=x", "escapes": "seen=1&yes=%zz",
	} {
		if w := d.ask("POST", link+"?lang=en", body, "Content-Type", formType); w.Code != http.StatusBadRequest ||
			len(find(parse(t, w), byTag("h1"))) != 1 {
			t.Errorf("%s: %d", what, w.Code)
		}
	}
	if w := d.ask("POST", link, `{"List-Unsubscribe":"One-Click"}`, "Content-Type",
		jsonType); w.Code != http.StatusBadRequest {
		t.Errorf("JSON: %d", w.Code)
	}
	if d.State() != before {
		t.Error("something changed")
	}
}

func TestLinksThatLeadToNobody(t *testing.T) {
	d := open(t)
	contact, link := d.subscriber(t)
	before := d.State()
	sign := func(u gate.Unsubscribing) string { return "/u/" + gate.SignUnsubscribing(d.Office.Tokens, u) }
	pages := map[string]bool{}
	for what, bad := range map[string]string{
		"forged": link[:len(link)-1] + "!", "nothing": "/u/x", "a confirmation": "/u/" +
			gate.SignConfirmation(d.Office.Tokens, gate.Confirmation{Lead: contact.ID, Ends: d.Clock.Now().Add(time.Hour)}),
		"a form's": "/u/" + d.Office.Tokens.Sign(token.UseForm, contact.ID+" email"),
		"nobody":   sign(gate.Unsubscribing{Person: "cus_1", Channel: message.ChannelEmail}),
		"staff":    sign(gate.Unsubscribing{Person: "stf_1"}),
	} {
		get, post := d.ask("GET", bad+"?lang=en", ""), d.ask("POST", bad+"?lang=en", oneTap, "Content-Type", formType)
		if get.Code != 404 || post.Code != 404 || len(find(parse(t, get), byTag("button"))) > 0 {
			t.Errorf("%s: %d, %d", what, get.Code, post.Code)
		}
		pages[get.Body.String()], pages[post.Body.String()] = true, true
	}
	if len(pages) != 1 {
		t.Errorf("%d different pages tell who is known", len(pages))
	}
	if w := d.ask("GET", strings.Replace(link, "/u/", "/confirm/", 1), ""); w.Code != 404 {
		t.Errorf("a link to choices confirms: %d", w.Code)
	}
	random := rand.NewChaCha8([32]byte{1})
	head, _, _ := strings.Cut(strings.TrimPrefix(link, "/u/"), ".")
	payload := base64.RawURLEncoding.EncodeToString([]byte(contact.ID + " email"))
	for range 10_000 {
		mac := make([]byte, 20)
		_, _ = random.Read(mac)
		made := head + "." + payload + "." + base64.RawURLEncoding.EncodeToString(mac)
		if _, ok := gate.OpenUnsubscribing(d.Office.Tokens, made); ok {
			t.Fatal("a random token opens")
		}
	}
	if d.State() != before {
		t.Error("a link that leads to nobody changed something")
	}
}

func TestAConfirmedPageLeadsToTheChoices(t *testing.T) {
	d := open(t)
	_, link := d.reconsidered(t)
	if page := d.ask("GET", link+"?lang=en", ""); strings.Contains(page.Body.String(), `href="/u/`) {
		t.Error("the page before the decision leads elsewhere")
	}
	d.ask("POST", link, "", "Content-Type", formType)
	for _, a := range find(parse(t, d.ask("GET", link+"?lang=en", "")), byTag("a")) {
		if href := attr(a, "href"); strings.HasPrefix(href, "/u/") {
			if page := parse(t, d.ask("GET", href, "")); ticked(page) != byEmail {
				t.Errorf("ticked %q", ticked(page))
			}
			return
		}
	}
	t.Error("no link to the choices")
}

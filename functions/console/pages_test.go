package console_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"afterpress/functions/console"
	"afterpress/infra/checks/corpus"
	"afterpress/infra/local/seed"
	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	crmform "afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"

	"golang.org/x/net/html"
)

// filled are the forms of a lead's commands as somebody fills them in.
var filled = map[string]url.Values{
	"contact": {"contact.channel": {"visit"}, "contact.outcome": {"quote-requested"}, "contact.note": {"500 张"}},
	"claim":   {}, "assign": {"assign.owner": {seed.StaffID(5)}}, "qualify": {"qualify.need": {"500 cards"}},
	"win": {"win.order": {"J-118"}}, "lose": {"lose.reason": {"changed-mind"}},
	"recycle": {"recycle.reason": {"no-progress"}},
}

// send sends a form of the page with what somebody fills in. A form that the page does not have is sent all the same.
func (w *browser) send(led lead.Lead, command string, typed url.Values) response {
	w.t.Helper()
	f, drawn := forms(w.get("/console/leads/" + led.ID).page())[command]
	if !drawn {
		f = form{action: "/console/leads/" + led.ID + "/" + command,
			values: url.Values{"_version": {fmt.Sprint(led.Version)}, "_key": {storetest.NewID("key")}}}
	}
	values := maps.Clone(f.values)
	maps.Copy(values, typed)
	return w.post(f.action, values)
}

// For every role and every state of a lead, the buttons that are drawn are the commands that are accepted.
func TestButtonsAreTheCommandsThatAreAccepted(t *testing.T) {
	t.Parallel()
	b := start(t)
	n := 0
	for _, who := range []string{"owner", "manager", "sales", "sales-2", "service", "marketing", "production", "finance"} {
		w := b.as(who)
		for _, state := range lead.States {
			for _, command := range slices.Sorted(maps.Keys(filled)) {
				n++
				led := b.lead(n, state, b.staff("sales"))
				page := w.get("/console/leads/" + led.ID)
				_, drawn := forms(page.page())[command]
				got := w.send(led, command, filled[command])
				accepted := got.Code == http.StatusSeeOther && got.to() == "/console/leads/"+led.ID+"?done=lead."+command
				if drawn != accepted {
					t.Errorf("%s, %s, %s: drawn %t, answered %d %s", who, state, command, drawn, got.Code, got.to())
				}
				if !accepted && got.Code != http.StatusConflict && got.Code != http.StatusForbidden {
					t.Errorf("%s, %s, %s: answered %d", who, state, command, got.Code)
				}
				if stored, err := b.Lead(t.Context(), led.ID); err != nil || (stored.Version != led.Version) != accepted {
					t.Errorf("%s, %s, %s: accepted %t, stored in version %d, %v", who, state, command, accepted, stored.Version, err)
				}
			}
		}
	}
}

// A double click is one act, and both clicks come to the same page.
func TestADoubleClickIsOneAct(t *testing.T) {
	t.Parallel()
	b := start(t)
	led, w := b.lead(1, lead.StateAssigned, b.staff("sales")), b.as("sales")
	f := forms(w.get("/console/leads/" + led.ID).page())["contact"]
	maps.Copy(f.values, filled["contact"])
	first := w.post(f.action, f.values).want(http.StatusSeeOther)
	second := w.post(f.action, f.values).want(http.StatusSeeOther)
	stored, err := b.Lead(t.Context(), led.ID)
	if err != nil || stored.Version != led.Version+1 || first.to() != second.to() {
		t.Errorf("%+v, %v; %q and %q", stored, err, first.to(), second.to())
	}
	if text := visible(w.get(first.to()).page()); !strings.Contains(text, "Contact logged") {
		t.Errorf("nothing says that it was done:\n%s", text)
	}
	other := maps.Clone(f.values)
	other.Set("contact.note", "something else")
	again := w.post(f.action, other).want(http.StatusUnprocessableEntity)
	if text := visible(again.page()); !strings.Contains(text, "was sent once already") ||
		forms(again.page())["contact"].values.Get("contact.note") != "something else" {
		t.Errorf("a form that was sent with other content:\n%s", text)
	}
}

// A page that is out of date says so, shows the record as it is, and keeps what was typed. Sent again, it counts.
func TestAStalePageKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	b := start(t)
	led, w := b.lead(1, lead.StateAssigned, b.staff("sales")), b.as("sales")
	f := forms(w.get("/console/leads/" + led.ID).page())["contact"]
	b.as("manager").send(led, "contact", filled["contact"]).want(http.StatusSeeOther)
	maps.Copy(f.values, url.Values{"contact.channel": {"call"}, "contact.outcome": {"call-back"},
		"contact.note": {"Call on Friday\r\n<b>"}, "contact.next_step_at": {"2026-11-27T10:30"}})
	got := w.post(f.action, f.values).want(http.StatusConflict)
	text, again := visible(got.page()), forms(got.page())["contact"]
	for name := range filled["contact"] {
		want := strings.ReplaceAll(f.values.Get(name), "\r\n", "\n")
		if kept := strings.ReplaceAll(again.values.Get(name), "\r\n", "\n"); kept != want {
			t.Errorf("%s is %q, was %q", name, kept, want)
		}
	}
	if !strings.Contains(text, "changed while you were typing") || !strings.Contains(text, "Contacted") {
		t.Errorf("the page says\n%s", text)
	}
	w.post(again.action, again.values).want(http.StatusSeeOther)
	stored, err := b.Lead(t.Context(), led.ID)
	if err != nil || !stored.Due.Equal(time.Date(2026, 11, 27, 2, 30, 0, 0, time.UTC)) || stored.LastContact.By !=
		b.staff("sales").ID {
		t.Errorf("%+v, %v", stored, err)
	}
}

// What is wrong with a field stands beside it, in the words of the API, and what was typed stays.
func TestAFaultStandsBesideItsField(t *testing.T) {
	t.Parallel()
	b := start(t)
	led, w := b.lead(1, lead.StateAssigned, b.staff("sales")), b.as("sales")
	got := w.send(led, "contact", url.Values{"contact.channel": {"owl"}, "contact.outcome": {"interested"},
		"contact.note": {"kept"}, "contact.next_step_at": {"2020-01-01T10:30"}}).want(http.StatusUnprocessableEntity)
	for what, faults := range map[string]response{"channel": got,
		"next_step_at": w.send(led, "contact", url.Values{"contact.channel": {"call"}, "contact.outcome": {"interested"},
			"contact.note": {"kept"}, "contact.next_step_at": {"soon"}}).want(http.StatusUnprocessableEntity)} {
		id, beside := "contact."+what+"-error", ""
		walk(faults.page(), func(n *html.Node) {
			if attr(n, "id") == id {
				beside = text(n)
			}
		})
		if beside == "" || forms(faults.page())["contact"].values.Get("contact.note") != "kept" {
			t.Errorf("%s: %q beside the field:\n%s", what, beside, visible(faults.page()))
		}
	}
}

// Once the session is over, a form comes back with what was typed and a way to sign in.
func TestAnExpiredSessionKeepsTheForm(t *testing.T) {
	t.Parallel()
	b := start(t)
	led, w := b.lead(1, lead.StateAssigned, b.staff("sales")), b.as("sales")
	f := forms(w.get("/console/leads/" + led.ID).page())["contact"]
	maps.Copy(f.values, filled["contact"])
	b.Clock.Advance(3 * time.Hour)
	got := w.post(f.action, f.values).want(http.StatusUnauthorized)
	again := forms(got.page())["contact"]
	if again.values.Get("contact.note") != "500 张" || again.values.Get("_key") == "" {
		t.Fatalf("the form came back with %v", again.values)
	}
	w.get(w.callback("sales", "/console")).want(http.StatusSeeOther)
	w.post(again.action, again.values).want(http.StatusSeeOther)
}

// numbered are the parts of a page that are never twice the same.
var numbered = regexp.MustCompile(`\b[0-9A-F]{8}\b|[0-9a-f]{8}-[0-9a-f-]{27,}|\b[A-Z2-7]{26}\b`)

// Every page in both languages, as it reads.
func TestPagesRead(t *testing.T) {
	t.Parallel()
	b := start(t)
	sales := b.staff("sales")
	assigned, pooled := b.lead(1, lead.StateAssigned, sales), b.lead(2, lead.StatePooled, sales)
	won := b.lead(3, lead.StateWon, sales)
	pages := map[string]string{"desk": "/console", "leads": "/console/leads", "lead": "/console/leads/" + assigned.ID,
		"pooled": "/console/leads/" + pooled.ID, "won": "/console/leads/" + won.ID,
		"done": "/console/leads/" + assigned.ID + "?done=lead.contact", "mine": "/console/leads?owner=me",
		"customers": "/console/customers", "customer": "/console/customers/" + assigned.Customer,
		"nobody": "/console/customers?q=zzzz", "missing": "/console/leads/lead_1", "nowhere": "/console/nowhere"}
	w := b.as("sales")
	for name, at := range pages {
		b.Clock.Set(storetest.Began.Add(time.Hour))
		for _, lang := range []string{"zh", "en"} {
			got := w.get(at, "Accept-Language", lang)
			if policy := got.Header().Get("Content-Security-Policy"); !strings.HasPrefix(policy, "default-src 'none'") ||
				strings.Contains(policy, "unsafe") {
				t.Errorf("%s: the policy is %q", name, policy)
			}
			if tag := attr(firstOf(got.page(), "html"), "lang"); tag != map[string]string{"zh": "zh-Hans", "en": "en"}[lang] {
				t.Errorf("%s in %s says that it is in %s", name, lang, tag)
			}
			kerneltest.Golden(t, name+"_"+lang+".txt", numbered.ReplaceAllString(visible(got.page()), "#"))
		}
	}
	kerneltest.Golden(t, "manager_zh.txt",
		numbered.ReplaceAllString(visible(b.as("manager").get("/console", "Accept-Language", "zh").page()), "#"))
	signedOut := b.browser().get("/console/signed-out", "Accept-Language", "zh")
	kerneltest.Golden(t, "signedout_zh.txt", visible(signedOut.page()))
}

func firstOf(root *html.Node, tag string) *html.Node {
	var out *html.Node
	walk(root, func(n *html.Node) {
		if out == nil && n.Data == tag {
			out = n
		}
	})
	return out
}

// A chosen language stays, on this page and on the next ones.
func TestTheLanguageStays(t *testing.T) {
	t.Parallel()
	b := start(t)
	w := b.as("sales")
	other := ""
	walk(w.get("/console/leads?state=pooled", "Accept-Language", "en").page(), func(n *html.Node) {
		if attr(n, "class") == "switch" {
			other = attr(n, "href")
		}
	})
	if other != "/console/leads?lang=zh&state=pooled" {
		t.Fatalf("the switch leads to %q", other)
	}
	w.get(other).want(http.StatusOK)
	if text := visible(w.get("/console", "Accept-Language", "en").page()); !strings.Contains(text, "我的桌面") {
		t.Errorf("the next page reads\n%s", text)
	}
}

// Roles without a part in an area are told so, and do not see it in the header.
func TestRolesSeeTheirAreas(t *testing.T) {
	t.Parallel()
	b := start(t)
	led := b.lead(1, lead.StateAssigned, b.staff("sales"))
	for who, want := range map[string]map[string]int{
		"production": {"/console": 200, "/console/leads": 403, "/console/customers": 403, "/console/leads/" + led.ID: 403},
		"finance":    {"/console": 200, "/console/leads": 403, "/console/customers": 200, "/console/leads/" + led.ID: 403},
		"sales-hangzhou": {"/console": 200, "/console/leads": 200, "/console/customers": 200,
			"/console/leads/" + led.ID: 404, "/console/customers/" + led.Customer: 404},
		"marketing": {"/console": 200, "/console/leads": 200, "/console/leads/" + led.ID: 200},
	} {
		w := b.as(who)
		for at, status := range want {
			got := w.get(at)
			if got.Code != status {
				t.Errorf("%s at %s: %d, want %d", who, at, got.Code, status)
			}
			if area := strings.Count(at, "/") == 2; area {
				if shown := strings.Contains(got.Body.String(), `href="`+at+`"`); shown != (status == http.StatusOK) {
					t.Errorf("%s: the header shows %s: %t", who, at, shown)
				}
			}
			if status == http.StatusForbidden && !strings.Contains(visible(got.page()), "Those who may: the shop’s owner") &&
				!strings.Contains(visible(got.page()), "Those who may: the shop's owner") {
				t.Errorf("%s at %s is not told who may:\n%s", who, at, visible(got.page()))
			}
		}
	}
}

// Whatever customers and colleagues write is shown as text.
func TestHostileStringsAreText(t *testing.T) {
	t.Parallel()
	b := start(t)
	w := b.as("sales")
	frame := elements(w.get("/console/leads/" + b.lead(0, lead.StateAssigned, b.staff("sales")).ID).page())
	for i, hostile := range corpus.Hostile() {
		if !utf8.ValidString(hostile) { // no door takes it
			continue
		}
		e := storetest.Li(i + 1)
		e.Message = hostile
		led, err := storetest.Enquire(t, b.Bench, e)
		if err != nil {
			t.Fatal(err)
		}
		got := w.get("/console/leads/" + led.ID).want(http.StatusOK)
		said := ""
		walk(got.page(), func(n *html.Node) {
			if attr(n, "class") == "words" {
				said = text(n)
			}
			for _, a := range n.Attr {
				if strings.HasPrefix(a.Key, "on") || strings.Contains(strings.ToLower(a.Val), "javascript:") {
					t.Errorf("%q makes %s=%q", hostile, a.Key, a.Val)
				}
			}
		})
		if want := strings.ReplaceAll(led.Message, "\r\n", "\n"); strings.TrimSpace(said) != strings.TrimSpace(want) &&
			!strings.ContainsAny(want, "\r\x00") {
			t.Errorf("%q is shown as %q", want, said)
		}
		for _, tag := range []string{"script", "iframe", "img", "svg", "style", "object"} {
			if now := elements(got.page())[tag]; now != frame[tag] {
				t.Errorf("%q makes %d of %s", hostile, now-frame[tag], tag)
			}
		}
	}
}

func elements(root *html.Node) map[string]int {
	out := map[string]int{}
	walk(root, func(n *html.Node) { out[n.Data]++ })
	return out
}

// What waits for approval stands on the desks of those who approve, beside its owner's.
func TestApprovalsStandOnTheDesk(t *testing.T) {
	t.Parallel()
	b := start(t)
	c, e, err := complaint.Open(complaint.Opening{Channel: "phone", Defects: []defect.Kind{defect.ColourDeviation},
		Words: "画册颜色偏红", Job: complaint.Job{Ref: "J-1", Class: defect.ClassGeneral}},
		complaint.Opener{ID: b.NewComplaintID(), Customer: "cus_1", Contact: "con_1", By: staff.Visitor,
			Terms: storetest.Terms(t, b.Bench, seed.Shanghai).Complaint()}, b.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	c.State, c.Owner = complaint.StateAwaiting, b.staff("service").ID
	if _, err := b.OpenComplaint(t.Context(), c, e); err != nil {
		t.Fatal(err)
	}
	for who, want := range map[string]bool{"manager": true, "finance": true, "owner": true, "sales": false,
		"production": false, "manager-hangzhou": false} {
		text := visible(b.as(who).get("/console", "Accept-Language", "zh").want(http.StatusOK).page())
		if got := strings.Contains(text, "等待批准\n1\n") && strings.Contains(text, "J-1"); got != want {
			t.Errorf("%s reads\n%s", who, text)
		}
	}
}

// A file that came with an enquiry is on the page, and its link leads to the file.
func TestAFileIsHandedOut(t *testing.T) {
	t.Parallel()
	in := storetest.NewWithFiles(t)
	b := serve(t, in)
	sub := crmform.Submission{ID: storetest.NewID("sub"), Version: 1, CreatedAt: b.Clock.Now(), Form: seed.Quote,
		Branch: seed.Shanghai, Lang: words.Zh}
	terms := storetest.Terms(t, in, seed.Shanghai)
	led, err := b.Capture(t.Context(), lead.Capture{Enquiry: crmform.Enquiry{Name: "李娜", Email: "li@example.com",
		Lang: words.Zh}, Source: crmform.SourceWeb, Form: seed.Quote, Submission: sub.ID, Terms: terms.Lead(),
		Life: terms.Policy.Life, By: staff.Visitor}, &sub)
	if err != nil {
		t.Fatal(err)
	}
	place, err := b.ArtworkPlace(t.Context(), sub.ID)
	if err != nil {
		t.Fatal(err)
	}
	file, err := b.OfferArtwork(t.Context(), place, artwork.Artwork{Name: "盒子.pdf"})
	if err != nil {
		t.Fatal(err)
	}
	upload, err := b.UploadArtwork(t.Context(), place, file, "")
	if err != nil {
		t.Fatal(err)
	}
	if status, said := storetest.Post(t, upload, storetest.Brochure); status != http.StatusNoContent {
		t.Fatalf("%d %s", status, said)
	}
	if _, err := b.DecideArtwork(t.Context(), place, file.ID); err != nil {
		t.Fatal(err)
	}
	w, to := b.as("sales"), ""
	walk(w.get("/console/leads/"+led.ID).page(), func(n *html.Node) {
		if strings.Contains(attr(n, "href"), "/artwork/") && text(n) == "盒子.pdf" {
			to = attr(n, "href")
		}
	})
	if _, disposition := storetest.Get(t, w.get(to).want(http.StatusSeeOther).to()); !strings.HasPrefix(disposition,
		"attachment; ") {
		t.Errorf("the browser shows the file: %s", disposition)
	}
}

// Each line of the table asks for a permission that exists, and changes nothing by GET.
func TestTheTable(t *testing.T) {
	t.Parallel()
	public := []string{"GET /console/sign-in", "GET /console/callback", "GET /console/signed-out",
		"POST /console/sign-out", "GET /console/assets/{file}"}
	for _, line := range new(console.Server).Table() {
		method, path, _ := strings.Cut(line.Pattern, " ")
		inside := path == "/console" || strings.HasPrefix(path, "/console/")
		if method != http.MethodGet && method != http.MethodPost || !inside {
			t.Errorf("%s is no page and no form of the console", line.Pattern)
		}
		if (line.Action == permission.Public) != slices.Contains(public, line.Pattern) {
			t.Errorf("%s is %s", line.Pattern, line.Action)
		}
	}
}

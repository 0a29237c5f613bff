package intake_test

import (
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/caselink"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/storetest"

	"golang.org/x/net/html"
)

// customer is somebody whom the shop knows, as their owner entered them.
func (d *door) customer(t testing.TB) customer.Contact {
	t.Helper()
	email := strings.ToLower(storetest.NewID("c")) + "@example.com"
	lead, err := d.Lead(t.Context(),
		d.leadOf(t, received(t, d.post(url.Values{"name": {"李娜"}, "email": {email}, "product": {"cards"}}))))
	if err != nil {
		t.Fatal(err)
	}
	contact, err := d.Contact(t.Context(), lead.ContactID)
	if err != nil {
		t.Fatal(err)
	}
	return contact
}

func (d *door) leadOf(t testing.TB, submission string) string {
	t.Helper()
	sub, err := d.Submission(t.Context(), submission)
	if err != nil {
		t.Fatal(err)
	}
	return sub.Lead
}

// caseLink is the address of a customer's link.
func (d *door) caseLink(about, job string) string {
	return "/c/" + caselink.Sign(d.Office.Tokens, caselink.Link{About: about, Job: job}) + "?lang=en"
}

// say posts a form to an address and gives the answer.
func (d *door) say(target string, fields url.Values) *httptest.ResponseRecorder {
	return d.ask("POST", target, fields.Encode(), "Content-Type", formType)
}

// page fetches a page of which nothing may follow.
func (d *door) page(t testing.TB, target string) *html.Node {
	t.Helper()
	before := d.State()
	w := d.ask("GET", target, "")
	if w.Code != 200 || w.Header().Get("Referrer-Policy") != "no-referrer" || d.State() != before {
		t.Fatalf("GET %s: %d, it told its address, or it changed something", target, w.Code)
	}
	return parse(t, w)
}

// press sends the form of the page with a button that reads so, and gives the page that comes.
func (d *door) press(t testing.TB, page *html.Node, label string) *html.Node {
	t.Helper()
	action, fields := d.formWith(t, page, label)
	return d.follow(t, d.say(action, fields))
}

func (d *door) formWith(t testing.TB, page *html.Node, label string) (action string, fields url.Values) {
	t.Helper()
	for _, f := range find(page, byTag("form")) {
		for _, b := range find(f, byTag("button")) {
			if strings.TrimSpace(visible(b)) != label {
				continue
			}
			fields = url.Values{}
			for _, in := range find(f, byTag("input")) {
				if attr(in, "type") == "hidden" {
					fields.Set(attr(in, "name"), attr(in, "value"))
				}
			}
			if name := attr(b, "name"); name != "" {
				fields.Set(name, attr(b, "value"))
			}
			return attr(f, "action"), fields
		}
	}
	t.Fatalf("no button %q on the page:\n%s", label, visible(page))
	return "", nil
}

func (d *door) follow(t testing.TB, w *httptest.ResponseRecorder) *html.Node {
	t.Helper()
	if w.Code != 303 || !strings.HasPrefix(w.Header().Get("Location"), "/c/") {
		t.Fatalf("%d %s: %s", w.Code, w.Header().Get("Location"), w.Body)
	}
	to, _, _ := strings.Cut(w.Header().Get("Location"), "#")
	return d.page(t, to)
}

// filled is a complaint as somebody types it in.
func filled() url.Values {
	return url.Values{"defects": {"colour-deviation", "scratch"}, "words": {"封面偏红。\r\n<b>很多</b>"}, "job": {"J-2026-118"},
		"affected": {"300"}, "delivered": {"2000"},
		"wanted": {"part-reprint"}, "needed_by": {"2026-12-01"}}
}

// opened opens a complaint by a link and gives it with its page's address.
func (d *door) opened(t testing.TB) (complaint.Complaint, string) {
	t.Helper()
	w := d.say(d.caseLink(d.customer(t).ID, ""), filled())
	if w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	at := w.Header().Get("Location")
	return d.at(t, at), strings.Split(at, "?")[0] + "?lang=en"
}

// at reads the complaint that an address leads to.
func (d *door) at(t testing.TB, address string) complaint.Complaint {
	t.Helper()
	token, _, _ := strings.Cut(strings.TrimPrefix(address, "/c/"), "?")
	link, _ := caselink.Open(d.Office.Tokens, token)
	c, err := d.Complaint(t.Context(), link.About)
	if err != nil {
		t.Fatal(link, err)
	}
	return c
}

// staffStep is what staff do with a complaint: the owner of the shop, who may do everything.
type staffStep = func(c complaint.Complaint, boss staff.Actor, terms setup.Terms, now time.Time) (complaint.Complaint,
	event.Event, error)

func (d *door) staff(t testing.TB, id string, steps ...staffStep) complaint.Complaint {
	t.Helper()
	terms, err := d.Shop.Terms(seed.Shanghai)
	if err != nil {
		t.Fatal(err)
	}
	boss, _ := d.Shop.Person(seed.StaffID(1))
	var c complaint.Complaint
	for i, step := range steps {
		if c, err = d.ChangeComplaint(t.Context(), id,
			func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
				return step(c, staff.ActorOf(boss), terms, d.Clock.Now())
			}); err != nil {
			t.Fatalf("step %d: %v", i+1, err)
		}
	}
	return c
}

var yuan = func(n int64) money.Money { return money.Money{Minor: n * 100, Currency: "CNY"} }

// The steps of staff on the way of a complaint.
var (
	triaged staffStep = func(c complaint.Complaint, boss staff.Actor, terms setup.Terms,
		now time.Time) (complaint.Complaint, event.Event, error) {
		p := staff.Staff{ID: seed.StaffID(6), Name: "沈静", Roles: []staff.Role{staff.Service},
			Branches: []string{seed.Shanghai}}
		job := complaint.Job{Class: defect.ClassGeneral,
			Value:       &complaint.Sourced[money.Money]{Value: yuan(8000), Source: "order"},
			Ordered:     &complaint.Sourced[int64]{Value: 2000, Source: "order"},
			DeliveredAt: &complaint.Sourced[time.Time]{Value: now.Add(-24 * time.Hour), Source: "delivery-note"}}
		return c.Triage(boss, complaint.Triage{Severity: 2, Job: job}, p, terms.Complaint(), now)
	}
	asked staffStep = func(c complaint.Complaint, boss staff.Actor, terms setup.Terms,
		now time.Time) (complaint.Complaint, event.Event, error) {
		return c.RequestEvidence(boss, []defect.Evidence{defect.EvidencePhoto, defect.EvidenceSamples}, terms.Complaint(),
			now)
	}
	paused staffStep = func(c complaint.Complaint, boss staff.Actor, terms setup.Terms,
		now time.Time) (complaint.Complaint, event.Event, error) {
		return c.PauseClock(boss, complaint.PauseSample, terms.Complaint(), now)
	}
	measured staffStep = func(c complaint.Complaint, boss staff.Actor, terms setup.Terms,
		now time.Time) (complaint.Complaint, event.Event, error) {
		return c.Measure(boss, defect.Measurement{Measure: defect.MeasureDE00CMY, Value: 9000, Unit: "ΔE00", Samples: 5},
			terms.Complaint(), now)
	}
	judged staffStep = func(c complaint.Complaint, boss staff.Actor, terms setup.Terms,
		now time.Time) (complaint.Complaint, event.Event, error) {
		return c.Decide(boss, complaint.Facts{Defect: defect.ColourDeviation, Seen: verdict.SeenVisible,
			Sample: verdict.SampleWorse, Proof: verdict.ProofDeviates, File: verdict.FileCorrect, Cause: verdict.CauseOurs},
			terms.Complaint(), now)
	}
	offered staffStep = func(c complaint.Complaint, boss staff.Actor, terms setup.Terms,
		now time.Time) (complaint.Complaint, event.Event, error) {
		return c.Propose(boss, complaint.RemedyChoice{Remedies: []remedy.Remedy{
			{Kind: remedy.PartReprint, Quantity: 300, Amount: yuan(777), Value: yuan(1200), CustomerPays: yuan(55),
				PromisedAt: now.Add(72 * time.Hour)},
			{Kind: remedy.PriceCut, Amount: yuan(333), Value: yuan(333)}}}, terms.Complaint(), now)
	}
	carriedOut staffStep = func(c complaint.Complaint, boss staff.Actor, terms setup.Terms,
		now time.Time) (complaint.Complaint, event.Event, error) {
		return c.CarryOutRemedies(boss, complaint.CarryOutPlan{PromisedAt: now.Add(72 * time.Hour), CreditNumber: "CN-1"},
			terms.Complaint(), now)
	}
	completed staffStep = func(c complaint.Complaint, boss staff.Actor, terms setup.Terms,
		now time.Time) (complaint.Complaint, event.Event, error) {
		return c.Complete(boss, time.Time{}, terms.Complaint(), now)
	}
)

// saysNothingPrivate fails when a page names the person or what something costs the shop.
func saysNothingPrivate(t testing.TB, page *html.Node) {
	t.Helper()
	text := visible(page)
	for _, private := range []string{"李娜", "@example.com", "con_", "cus_", "cmp_", "stf_"} {
		if strings.Contains(text, private) {
			t.Errorf("the page says %q:\n%s", private, text)
		}
	}
	if figure := ourCost.FindString(text); figure != "" {
		t.Errorf("the page says %q:\n%s", figure, text)
	}
}

// ourCost is what the reprint costs the shop, in yuan or fen: as a figure by itself, since a reference may have the
// same digits.
var ourCost = regexp.MustCompile(`\b777\b|\b77,?700\b`)

func TestACostIsFoundOnAPage(t *testing.T) {
	for text, found := range map[string]bool{"FD557774": false, "77712E3A": false, "2777 pieces": false, "¥777.00": true,
		"777元": true, "CNY 77,700": true, "77700": true} {
		if ourCost.MatchString(text) != found {
			t.Errorf("%q: %t", text, !found)
		}
	}
}

func TestAComplaintGoesItsWayByLink(t *testing.T) {
	d := open(t)
	contact := d.customer(t)
	form := d.page(t, d.caseLink(contact.ID, ""))
	saysNothingPrivate(t, form)
	w := d.say(d.caseLink(contact.ID, ""), filled())
	page := d.follow(t, w)
	c := d.at(t, w.Header().Get("Location"))
	if c.State != complaint.StateNew || c.Channel != "link" || c.Contact != contact.ID ||
		c.Customer != contact.Customer || c.OpenedBy != staff.Visitor.ID || c.Branch != seed.Shanghai ||
		c.Words != "封面偏红。\n<b>很多</b>" || c.Affected != 300 || c.Job.Ref != "J-2026-118" || c.Job.Delivered.Value != 2000 ||
		c.Wanted != remedy.PartReprint ||
		!c.NeededBy.Equal(time.Date(2026, 11, 30, 16, 0, 0, 0, time.UTC)) || len(c.Defects) != 2 {
		t.Fatalf("%+v", c)
	}
	saysNothingPrivate(t, page)
	stages := []struct {
		name  string
		steps []staffStep
		press string
		after string // state
	}{
		{"triaged", []staffStep{triaged, asked}, "", complaint.StateInvestigating},
		{"offered", []staffStep{measured, judged, offered}, "Accept offer", complaint.StateAgreed},
		{"verifying", []staffStep{carriedOut, completed}, "No, something is still wrong", complaint.StateInvestigating},
		{"declined", []staffStep{judged, offered}, "Decline offer", complaint.StateJudged},
		{"again", []staffStep{offered}, "Accept offer", complaint.StateAgreed},
		{"settled", []staffStep{carriedOut, completed}, "Yes, it is settled", complaint.StateCorrecting},
	}
	at := strings.Split(w.Header().Get("Location"), "?")[0]
	for _, stage := range stages {
		d.staff(t, c.ID, stage.steps...)
		page = d.page(t, at+"?lang=en")
		saysNothingPrivate(t, page)
		if stage.press == "Accept offer" { // it binds, so they are asked once more
			page = d.press(t, page, stage.press)
			if got := d.at(t, at); got.State != complaint.StateOffered {
				t.Fatalf("%s: accepted by one click", stage.name)
			}
			stage.press = "Yes, accept it"
		}
		if stage.press != "" {
			page = d.press(t, page, stage.press)
			saysNothingPrivate(t, page)
		}
		if got := d.at(t, at); got.State != stage.after {
			t.Fatalf("%s: %s", stage.name, got.State)
		}
	}
	for _, b := range find(page, byTag("button")) {
		if strings.Contains(visible(b), "Withdraw") {
			t.Error("what is settled can be withdrawn")
		}
	}
	page = d.press(t, page, "Reopen complaint") // staff have not closed it yet
	saysNothingPrivate(t, page)
	action, fields := d.formWith(t, page, "Yes, reopen it")
	if w := d.say(action, fields); w.Code != 422 || d.at(t, at).Round != 1 ||
		!strings.Contains(visible(parse(t, w)), "Tell us what is still wrong") {
		t.Errorf("opened again without a reason: %d", w.Code)
	}
	fields.Set("text", "The reprint is scuffed.")
	page = d.follow(t, d.say(action, fields))
	saysNothingPrivate(t, page)
	if got := d.at(t, at); got.State != complaint.StateNew || got.Round != 2 || !got.Earlier[0].Open || !got.Freezes() ||
		!strings.Contains(visible(page), "Your complaint is open again") ||
		!strings.Contains(visible(page), "The reprint is scuffed.") {
		t.Errorf("reopened: %s in round %d, %s", got.State, got.Round, visible(page))
	}
	for _, step := range []string{"You reported the problem", "You confirmed that it is settled",
		"The complaint was reopened"} {
		if !strings.Contains(visible(page), step) {
			t.Errorf("the history lacks %q", step)
		}
	}
}

// Who asks from a number that several people share becomes a customer of their own, and shares the number.
func TestAnEnquiryFromASharedNumber(t *testing.T) {
	t.Parallel()
	d, shared := open(t), customer.Reach{Value: "+8613800138222", Shared: true}
	known := d.customer(t)
	if _, err := d.ChangeContact(t.Context(), known.ID,
		func(c customer.Contact, in customer.Customer) (customer.Contact, event.Event, error) {
			said := c
			said.Phones = []customer.Reach{shared}
			return c.Reshape(said, in, staff.Process("test"), d.Clock.Now())
		}); err != nil {
		t.Fatal(err)
	}
	l, err := d.Lead(t.Context(),
		d.leadOf(t, received(t, d.post(url.Values{"name": {"王芳"}, "phone": {"13800138222"}, "product": {"cards"}}))))
	if err != nil {
		t.Fatal(err)
	}
	c, err := d.Contact(t.Context(), l.ContactID)
	if err != nil || c.Customer == known.Customer || len(c.Phones) != 1 || c.Phones[0] != shared {
		t.Errorf("%+v, %v", c, err)
	}
}

package intake_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/caselink"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// contactRule is what becomes of a contact.
type contactRule = func(customer.Contact, customer.Customer) (customer.Contact, event.Event, error)

func (d *door) changeContact(t testing.TB, id string, rule contactRule) {
	t.Helper()
	if _, err := d.ChangeContact(t.Context(), id, rule); err != nil {
		t.Fatal(err)
	}
}

// boss is an owner of the shop.
var boss = staff.Actor{ID: "stf_boss", Roles: []staff.Role{staff.Owner}}

// endings are what ends the right of a link that went to an address of a contact.
func (d *door) endings() map[caselink.Over]contactRule {
	return map[caselink.Over]contactRule{
		caselink.OverLeft: func(c customer.Contact, in customer.Customer) (customer.Contact, event.Event, error) {
			return c.Leave(in, boss, d.Clock.Now())
		},
		caselink.OverAddress: func(c customer.Contact, in customer.Customer) (customer.Contact, event.Event, error) {
			next := c
			next.Emails = []customer.Reach{{Value: "new." + c.Emails[0].Value}}
			return c.Reshape(next, in, boss, d.Clock.Now())
		},
		caselink.OverEnded: func(c customer.Contact, in customer.Customer) (customer.Contact, event.Event, error) {
			return c.EndLinks(in, boss, d.Clock.Now())
		},
	}
}

// overSays is what the page of a link says that opens no more, in both languages.
var overSays = map[caselink.Over]map[string][]string{
	caselink.OverLeft:    {"zh": {"此链接已停用", "打电话给我们"}, "en": {"no longer in use", "call us"}},
	caselink.OverMoved:   {"zh": {"此链接已停用", "打电话给我们"}, "en": {"no longer in use", "call us"}},
	caselink.OverAddress: {"zh": {"此链接已停用", "最新消息"}, "en": {"no longer in use", "latest message"}},
	caselink.OverEnded:   {"zh": {"已停用此链接", "最新收到的链接"}, "en": {"ended this link", "newest one"}},
	caselink.OverTime:    {"zh": {"已过期", "90 天", "打电话给我们"}, "en": {"expired", "90 days", "call us"}},
}

// closesFor fails unless the link says that it is over, says what to do and nothing else, and takes nothing.
func (d *door) closesFor(t *testing.T, what, path string, over caselink.Over, private []string, body url.Values) {
	t.Helper()
	before := d.State()
	path, _, _ = strings.Cut(path, "?")
	for _, lang := range []string{"zh", "en"} {
		get := d.ask("GET", path+"?lang="+lang, "")
		post := d.say(path+"?lang="+lang, body)
		if get.Code != http.StatusNotFound || post.Code != http.StatusNotFound ||
			get.Header().Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s, %s: %d, %d", what, over, get.Code, post.Code)
		}
		for _, w := range []string{get.Body.String(), post.Body.String()} {
			for _, says := range overSays[over][lang] {
				if !strings.Contains(w, says) {
					t.Errorf("%s, %s: the page does not say %q: %s", what, over, says, w)
				}
			}
			for _, secret := range private {
				if strings.Contains(w, secret) {
					t.Errorf("%s, %s: the page says %q", what, over, secret)
				}
			}
		}
	}
	if d.State() != before {
		t.Errorf("%s, %s: it took something", what, over)
	}
}

// given is the address of a link that went to the contact's e-mail address.
func (d *door) given(c customer.Contact, about string) string {
	return caselink.PathTo(d.Office.Tokens, c, c.Emails[0].Value, about, words.En)
}

// TestALinkOpensForAsLongAsItIsTheirs opens each kind of link before and after the contact lost it.
func TestALinkOpensForAsLongAsItIsTheirs(t *testing.T) {
	t.Parallel()
	d := open(t)
	for over, end := range d.endings() {
		contact := d.customer(t)
		at := d.given(contact, contact.ID)
		w := d.say(at, filled())
		c := d.at(t, w.Header().Get("Location"))
		h, _ := asks(t, d, contact.Customer, contact.ID)
		page := d.page(t, w.Header().Get("Location"))
		links := map[string]string{"to complain": at, "a complaint": d.given(contact, c.ID),
			"a complaint, from its own page": w.Header().Get("Location"), "a question": d.given(contact, h.ID),
			"a complaint, of before December 2026": d.caseLink(c.ID, "")}
		for what, to := range links {
			if w := d.ask("GET", to, ""); w.Code != http.StatusOK {
				t.Errorf("%s: %d", what, w.Code)
			}
		}
		action, _ := d.formWith(t, page, "Send message")
		links["what the page posts to"] = action
		files := "/artwork/" + artwork.SignArtwork(d.Office.Tokens, artwork.Invitation{Of: c.ID,
			Ends: d.Clock.Now().Add(time.Hour), Contact: contact.ID,
			Right: caselink.GivenTo(d.Office.Tokens, contact, contact.Emails[0].Value).Text()})
		if w := d.ask("GET", files, ""); w.Code != http.StatusOK {
			t.Errorf("files: %d", w.Code)
		}
		d.changeContact(t, contact.ID, end)
		if over == caselink.OverAddress { // it went nowhere that we know of
			delete(links, "a complaint, of before December 2026")
		}
		private := []string{"李娜", "@example.com", "J-2026-118", "J-5", "封面偏红", words.Reference(c.ID), words.Reference(h.ID)}
		for what, to := range links {
			d.closesFor(t, what, to, over, private, url.Values{"say": {"message"}, "turn": {"1"}, "seen": {"1"},
				"text": {"Hello?"}})
		}
		for _, method := range []string{"GET", "POST"} {
			if w := d.ask(method, files, "name=a.jpg", "Content-Type", formType); w.Code != http.StatusNotFound ||
				strings.Contains(w.Body.String(), words.Reference(c.ID)) {
				t.Errorf("%s files after %s: %d", method, over, w.Code)
			}
		}
	}
}

// A link of one contact opens no record that is another's by now.
func TestALinkOfAnotherContact(t *testing.T) {
	t.Parallel()
	d := open(t)
	_, at := d.opened(t)
	c, other := d.at(t, at), d.customer(t)
	d.closesFor(t, "a complaint", d.given(other, c.ID), caselink.OverMoved, []string{"封面偏红", "J-2026-118"},
		url.Values{"say": {"message"}, "turn": {"1"}, "seen": {"1"}, "text": {"Hello?"}})
}

// New links open after the old ones were ended.
func TestALinkThatIsMadeAfterTheOthersWereEnded(t *testing.T) {
	t.Parallel()
	d := open(t)
	contact := d.customer(t)
	d.changeContact(t, contact.ID, d.endings()[caselink.OverEnded])
	contact, err := d.Contact(t.Context(), contact.ID)
	if err != nil {
		t.Fatal(err)
	}
	if page := d.follow(t, d.say(d.given(contact, contact.ID), filled())); labels(page) == "" {
		t.Error(visible(page))
	}
}

// withdrawnByStaff ends a complaint.
var withdrawnByStaff staffStep = func(c complaint.Complaint, boss staff.Actor, terms setup.Terms,
	now time.Time) (complaint.Complaint, event.Event, error) {
	return c.Withdraw(boss, "客户来电撤回", terms.Complaint(), now)
}

// From its end on a complaint is read at its link, for 90 days. What was typed on a page of before is kept.
func TestALinkAfterTheEndOfItsRecord(t *testing.T) {
	t.Parallel()
	d := open(t)
	c, at := d.opened(t)
	contact := d.customer(t)
	h, question := asks(t, d, contact.Customer, contact.ID)
	action, fields := d.formWith(t, d.page(t, at), "Send message")
	fields.Set("text", "第 3 箱也有。")
	d.staff(t, c.ID, withdrawnByStaff)
	d.follow(t, d.say(question, url.Values{"choice": {"2"}}))
	if page := d.page(t, at); labels(page) != "Reopen complaint" {
		t.Errorf("it is not read alone: %s", labels(page))
	}
	d.follow(t, d.say(action, fields))
	if said := d.replies(t, c.ID); len(said) != 1 || said[0].Text != "第 3 箱也有。" {
		t.Errorf("a message from a page of before the end: %+v", said)
	}
	late := url.Values{"say": {complaint.SayMessage}, "turn": {"99"}, "seen": {"1"}, "text": {"Later."}}
	before := d.State()
	if text := visible(d.follow(t, d.say(at, late))); d.State() != before || !strings.Contains(text, "changed") {
		t.Errorf("a message after the end: %s", text)
	}
	d.Clock.Advance(caselink.Kept - time.Minute)
	for what, to := range map[string]string{"a complaint": at, "a question": question} {
		if page := d.page(t, to); labels(page) != "" {
			t.Errorf("%s after 90 days: %s", what, labels(page))
		}
	}
	d.Clock.Advance(2 * time.Minute)
	private := []string{"封面偏红", "J-2026-118", "J-5", words.Reference(c.ID), words.Reference(h.ID)}
	for what, to := range map[string]string{"a complaint": at, "a question": question} {
		d.closesFor(t, what, to, caselink.OverTime, private, url.Values{"say": {"reopen"}, "turn": {"2"}, "seen": {"1"}})
	}
}

// TestJoiningHandsNobodyAnothersLink joins the complaints of two contacts about one job, each with the older one once.
func TestJoiningHandsNobodyAnothersLink(t *testing.T) {
	t.Parallel()
	d := open(t)
	for name, same := range map[string]bool{"two contacts": false, "one contact": true} {
		first := d.customer(t)
		second := first
		if !same {
			var err error
			if second, err = d.AddContact(t.Context(), first.Customer,
				func(none customer.Contact, in customer.Customer) (customer.Contact, event.Event, error) {
					return none.Reshape(customer.Contact{Name: "王芳", Emails: []customer.Reach{
						{Value: "fang." + first.Emails[0].Value}}}, in, boss, d.Clock.Now())
				}); err != nil {
				t.Fatal(err)
			}
		}
		for n, pair := range [][2]customer.Contact{{first, second}, {second, first}} {
			d.Clock.Advance(25 * time.Hour)
			said := [2]string{"封面偏红。", "书脊开胶。"}
			kinds := [2]defect.Kind{defect.ColourDeviation, defect.Scratch}
			var at [2]string
			var made [2]complaint.Complaint
			for i, who := range pair {
				d.Clock.Advance(time.Minute)
				fields := filled()
				fields.Set("words", said[i])
				fields["defects"] = []string{string(kinds[i])}
				fields.Set("affected", []string{"111", "1999"}[i])
				fields.Set("job", fmt.Sprintf("J-%d-%t", n, same))
				at[i] = d.say(d.given(who, who.ID), fields).Header().Get("Location")
				made[i] = d.at(t, at[i])
			}
			head, _ := d.Shop.Person(seed.StaffID(1))
			terms, err := d.Shop.Terms(made[0].Branch)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := d.JoinComplaints(t.Context(), made[1].ID, made[0].ID,
				func(c, older complaint.Complaint) (complaint.Complaint, complaint.Complaint, [2]event.Event, error) {
					return c.Join(staff.ActorOf(head), older, terms.Complaint(), d.Clock.Now())
				}); err != nil {
				t.Fatal(err)
			}
			older, younger := d.page(t, at[0]), d.page(t, at[1])
			to, linked := "", false
			for _, a := range find(younger, byTag("a")) {
				if strings.TrimSpace(visible(a)) == "Go to that complaint" {
					to, linked = attr(a, "href"), true
				}
			}
			if linked != same || linked && d.at(t, to).ID != made[0].ID {
				t.Errorf("%s: the younger one leads to %q", name, to)
			}
			if text := visible(younger); strings.Contains(text, said[0]) ||
				strings.Contains(text, words.Reference(made[0].ID)) || !same && !strings.Contains(text, "Call us") {
				t.Errorf("%s: the younger one says %s", name, text)
			}
			text := visible(older)
			if strings.Contains(text, said[1]) || !strings.Contains(text, said[0]) ||
				strings.Contains(text, "1,999") != same || strings.Contains(text, "111") == same ||
				strings.Contains(text, "Scratches") != same || !strings.Contains(text, "olour") {
				t.Errorf("%s: the older one says %s", name, text)
			}
		}
	}
}

// TestALinkToChoicesThatOpensNoMore shows and changes nothing, but for a no, which always counts.
func TestALinkToChoicesThatOpensNoMore(t *testing.T) {
	t.Parallel()
	for over := range overSays {
		if over == caselink.OverTime {
			continue
		}
		t.Run(string(over), func(t *testing.T) {
			t.Parallel()
			d := open(t)
			contact, _ := d.subscriber(t)
			right := caselink.GivenTo(d.Office.Tokens, contact, contact.Emails[0].Value)
			if over == caselink.OverMoved {
				right = caselink.GivenTo(d.Office.Tokens, d.customer(t), "")
			}
			at := "/u/" + gate.SignUnsubscribing(d.Office.Tokens, gate.Unsubscribing{Person: contact.ID,
				Channel: message.ChannelEmail, Right: right})
			page := parse(t, d.ask("GET", at+"?lang=en", ""))
			if over != caselink.OverMoved && (ticked(page) != byEmail || !strings.Contains(visible(page), "l***@example.com") ||
				strings.Contains(visible(page), "lina@")) {
				t.Fatal(visible(page))
			}
			if end, ok := d.endings()[over]; ok {
				d.changeContact(t, contact.ID, end)
			}
			before := d.State()
			for _, lang := range []string{"zh", "en"} {
				w := d.ask("GET", at+"?lang="+lang, "")
				page := parse(t, w)
				if w.Code != http.StatusNotFound || ticked(page) != "" || strings.Contains(w.Body.String(), "example.com") ||
					len(find(page, byTag("button"))) != 1 {
					t.Errorf("%d: %s", w.Code, visible(page))
				}
				for _, says := range overSays[over][lang] {
					if !strings.Contains(visible(page), says) {
						t.Errorf("it does not say %q: %s", says, visible(page))
					}
				}
			}
			w := d.say(at, url.Values{"seen": {"99"}, "yes": {"survey/email", byEmail}})
			if w.Code != http.StatusSeeOther || strings.Contains(w.Header().Get("Location"), "stands=saved") ||
				d.State() != before {
				t.Errorf("ticks counted: %d %s", w.Code, w.Header().Get("Location"))
			}
			action := d.ask("POST", at, "stop=all", "Content-Type", formType)
			if page := d.ask("GET", action.Header().Get("Location"), ""); action.Code != http.StatusSeeOther ||
				d.said(t, contact.ID, byEmail).Yes || d.said(t, contact.ID, bySMS) != (gate.Consent{}) ||
				!strings.Contains(visible(parse(t, page)), "Stopped") {
				t.Errorf("a no by the old link: %d, %s", action.Code, visible(parse(t, page)))
			}
		})
	}
}

// TestAConfirmationThatIsNoLongerTheirs confirms nothing after the contact lost the link.
func TestAConfirmationThatIsNoLongerTheirs(t *testing.T) {
	t.Parallel()
	for _, over := range []caselink.Over{caselink.OverLeft, caselink.OverAddress, caselink.OverEnded} {
		t.Run(string(over), func(t *testing.T) {
			t.Parallel()
			d := open(t)
			l, _ := d.reconsidered(t)
			contact, err := d.Contact(t.Context(), l.ContactID)
			if err != nil {
				t.Fatal(err)
			}
			right := caselink.GivenTo(d.Office.Tokens, contact, contact.Emails[0].Value)
			at := "/confirm/" + gate.SignConfirmation(d.Office.Tokens,
				gate.Confirmation{Lead: l.ID, Ends: d.Clock.Now().Add(gate.ConfirmLife), Right: right})
			if w := d.ask("GET", at, ""); w.Code != http.StatusOK || len(find(parse(t, w), byTag("button"))) != 1 {
				t.Fatalf("before: %d", w.Code)
			}
			d.changeContact(t, contact.ID, d.endings()[over])
			before := d.State()
			d.ask("POST", at, "", "Content-Type", formType)
			for _, lang := range []string{"zh", "en"} {
				w := d.ask("GET", at+"?lang="+lang, "")
				text := visible(parse(t, w))
				if w.Code != http.StatusNotFound || len(find(parse(t, w), byTag("button"))) > 0 ||
					strings.Contains(w.Body.String(), `href="/u/`) || !strings.Contains(text, overSays[over][lang][0]) {
					t.Errorf("%d: %s", w.Code, text)
				}
			}
			if d.State() != before {
				t.Error("it confirmed")
			}
		})
	}
}

// Files come by the right of the link behind which they were asked for.
func TestFilesOfALinkThatIsOver(t *testing.T) {
	t.Parallel()
	d := open(t)
	contact := d.customer(t)
	right := caselink.GivenTo(d.Office.Tokens, contact, contact.Emails[0].Value)
	for what, i := range map[string]artwork.Invitation{
		"no such contact": {Contact: "con_1", Right: right.Text()}, "a right that cannot be read": {Contact: contact.ID,
			Right: "x"}, "another's": {Contact: d.customer(t).ID, Right: right.Text()}} {
		i.Of, i.Ends = "cmp_1", d.Clock.Now().Add(time.Hour)
		tok := artwork.SignArtwork(d.Office.Tokens, i)
		if _, err := d.Office.Invited(t.Context(), tok); !errors.Is(err, app.MissingLink) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

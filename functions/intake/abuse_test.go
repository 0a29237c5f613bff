package intake_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/task"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
	"afterpress/shared/store/work"
)

// from posts to the contact form, which stands under the standard limits, from an address of its own.
func (d *door) from(address, kind, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", "/forms/contact?lang=en", strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	r.RemoteAddr = address
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w
}

// person is somebody who opened the form so long ago; another n is another person.
func (d *door) person(n int, ago time.Duration) url.Values {
	return url.Values{
		"name": {"李娜"}, "phone": {fmt.Sprintf("1381380%04d", n)}, "email": {fmt.Sprintf("lina%d@example.com", n)},
		"message": {"hello"}, "homepage": {""},
		"opened": {frontdesk.Stamp(d.Office.Tokens, "contact", d.Clock.Now().Add(-ago))},
	}
}

// outcome is what became of what was just posted.
func (d *door) outcome(t testing.TB, w *httptest.ResponseRecorder) string {
	t.Helper()
	if w.Code != http.StatusSeeOther && w.Code != http.StatusAccepted {
		return strconv.Itoa(w.Code)
	}
	id := ""
	if to, err := url.Parse(w.Header().Get("Location")); err == nil && w.Code == http.StatusSeeOther {
		id = to.Query().Get("ref")
	} else {
		id = decode[struct {
			ID string `json:"submission_id"`
		}](t, w).ID
	}
	sub, err := d.Submission(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if sub.Outcome == form.OutcomeQuarantined {
		return sub.Difficulty
	}
	return sub.Outcome
}

func TestProgramsAreQuarantinedAndAnsweredAlike(t *testing.T) {
	d := open(t)
	trapped := d.person(2, time.Minute)
	trapped.Set("homepage", "https://spam.example")
	late := d.person(4, 25*time.Hour)
	forged := d.person(5, time.Minute)
	forged.Set("opened", forged.Get("opened")+"A")
	foreign := d.person(6, time.Minute)
	foreign.Set("opened", frontdesk.Stamp(d.Office.Tokens, "quote", d.Clock.Now()))
	ahead := d.person(7, -time.Hour)
	for i, c := range []struct {
		what string
		form url.Values
		want string
	}{
		{"a person", d.person(1, time.Minute), form.OutcomeCreated},
		{"the trap", trapped, form.SuspectTrap},
		{"two seconds", d.person(3, 2*time.Second), form.SuspectHaste},
		{"a page left open", late, form.SuspectStamp},
		{"a forged stamp", forged, form.SuspectStamp},
		{"another form's stamp", foreign, form.SuspectStamp},
		{"a stamp of tomorrow", ahead, form.SuspectStamp},
	} {
		w := d.from(fmt.Sprintf("192.0.2.%d", i), formType, c.form.Encode())
		if got := d.outcome(t, w); got != c.want || w.Code != http.StatusSeeOther {
			t.Errorf("%s: %s (%d), want %s", c.what, got, w.Code, c.want)
		}
	}
	json := `{"name":"Tom","email":"tom@example.com"}`
	if got := d.outcome(t, d.from("192.0.2.100", jsonType, json)); got != form.SuspectStamp {
		t.Errorf("JSON without a stamp: %s", got)
	}
	quarantined, err := d.Submissions(t.Context(), form.OutcomeQuarantined, []string{"shanghai"}, table.Paging{Limit: 10})
	if err != nil || len(quarantined.Items) != 7 {
		t.Errorf("%d in quarantine, %v", len(quarantined.Items), err)
	}
	if n := d.leads(t); n != 1 {
		t.Errorf("%d leads", n)
	}
}

// A form that stands on the shop's own pages takes what comes without a stamp of ours.
func TestAFormOnTheShopsOwnPagesAsksForNoStamp(t *testing.T) {
	d := open(t)
	f, _, err := d.Form(t.Context(), "contact")
	if err != nil {
		t.Fatal(err)
	}
	own := f
	own.Origins = []string{"https://shop.example"}
	next, e := f.Reshape(own, staff.Visitor, d.Clock.Now())
	if err := d.SaveForm(t.Context(), next, e); err != nil {
		t.Fatal(err)
	}
	d.Clock.Advance(time.Minute) // a process reads the set-up anew
	if got := d.outcome(t, d.from("192.0.2.1", jsonType, `{"name":"Tom","email":"tom@example.com"}`)); got !=
		form.OutcomeCreated {
		t.Errorf("without a stamp: %s", got)
	}
	trapped := d.person(1, time.Minute)
	trapped.Set("homepage", "https://spam.example")
	if got := d.outcome(t, d.from("192.0.2.2", formType, trapped.Encode())); got != form.SuspectTrap {
		t.Errorf("the trap: %s", got)
	}
}

// What is held of a form brings one task a day, to the branch's manager, with a clock. Once it is done, the next
// submission that is held opens another one.
func TestWhatIsHeldBringsOneTaskADay(t *testing.T) {
	d := open(t)
	tasks := func() (out []task.Task) {
		t.Helper()
		d.Settle(t)
		open, err := d.Tasks(t.Context(), work.TaskQuery{State: task.StateOpen, Branches: []string{seed.Shanghai},
			Paging: table.Paging{Limit: 50, Caller: "test"}})
		if err != nil {
			t.Fatal(err)
		}
		for _, card := range open.Items {
			tsk, err := d.Task(t.Context(), card.ID)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, tsk)
		}
		return out
	}
	held := func(n int) {
		t.Helper()
		if got := d.outcome(t, patient(func() *httptest.ResponseRecorder {
			return d.from(fmt.Sprintf("192.0.2.%d", n), jsonType, fmt.Sprintf(`{"name":"Tom","email":"tom%d@example.com"}`, n))
		})); got != form.SuspectStamp {
			t.Error(got)
		}
	}
	d.Crowd(t)
	var posts sync.WaitGroup
	for n := range 8 {
		posts.Go(func() { held(n) })
	}
	posts.Wait()
	first := tasks()
	manager, _ := d.Shop.Manager(must(d.Shop.Branch(seed.Shanghai)), d.Clock.Now())
	if len(first) != 1 || first[0].Owner != manager.ID || !first[0].Due.After(d.Clock.Now()) || !first[0].ByPolicy ||
		!strings.Contains(first[0].Text, "/submissions?outcome=quarantined&branch=shanghai") {
		t.Fatalf("%+v", first)
	}
	if _, err := d.ChangeTask(t.Context(), first[0].ID, func(tsk task.Task) (task.Task, event.Event, error) {
		return tsk.Complete(staff.ActorOf(manager), false, d.Clock.Now())
	}); err != nil {
		t.Fatal(err)
	}
	held(20)
	held(21)
	if next := tasks(); len(next) != 1 || next[0].ID == first[0].ID {
		t.Errorf("once the first is done: %+v", next)
	}
	d.Clock.Advance(24 * time.Hour)
	held(22)
	if next := tasks(); len(next) != 2 {
		t.Errorf("the next day there are %d", len(next))
	}
}

func must[T any](v T, ok bool) T {
	if !ok {
		panic("it is not there")
	}
	return v
}

func TestLimitsByAddressPersonAndForm(t *testing.T) {
	d := open(t)
	policy := form.StandardPolicy()
	tally := func(n int, post func(i int) *httptest.ResponseRecorder) map[string]int {
		out := map[string]int{}
		for i := range n {
			out[d.outcome(t, post(i))]++
		}
		return out
	}
	same := func(what string, got, want map[string]int) {
		t.Helper()
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	same("one address, many people", tally(25, func(i int) *httptest.ResponseRecorder {
		return d.from("192.0.2.1:4711", formType, d.person(i, time.Minute).Encode())
	}), map[string]int{form.OutcomeCreated: int(policy.Address), form.SuspectAddress: 5})
	same("programs count twice", tally(12, func(i int) *httptest.ResponseRecorder {
		return d.from("192.0.2.2", jsonType, fmt.Sprintf(`{"name":"Tom","email":"tom%d@example.com"}`, i))
	}), map[string]int{form.SuspectStamp: 12})
	same("people beside programs", tally(12, func(i int) *httptest.ResponseRecorder {
		return d.from("192.0.2.2", formType, d.person(50+i, time.Minute).Encode())
	}), map[string]int{form.SuspectAddress: 12})
	same("one /64 is one address", tally(22, func(i int) *httptest.ResponseRecorder {
		return d.from(fmt.Sprintf("[2001:db8:1:1::%x]:80", i), formType, d.person(100+i, time.Minute).Encode())
	}), map[string]int{form.OutcomeCreated: 20, form.SuspectAddress: 2})
	same("one person, many addresses", tally(7, func(i int) *httptest.ResponseRecorder {
		p := d.person(200, time.Minute)
		p.Set("message", fmt.Sprint("again ", i))
		return d.from(fmt.Sprintf("198.51.100.%d", i), formType, p.Encode())
	}), map[string]int{form.OutcomeCreated: 1, form.OutcomeAttached: 4, form.SuspectPerson: 2})
	d.Clock.Advance(time.Hour)
	same("an hour later", tally(1, func(int) *httptest.ResponseRecorder {
		return d.from("192.0.2.1:4711", formType, d.person(300, time.Minute).Encode())
	}), map[string]int{form.OutcomeCreated: 1})
}

func TestFormLimit(t *testing.T) {
	d := open(t)
	f, _, err := d.Form(t.Context(), "contact")
	if err != nil {
		t.Fatal(err)
	}
	f.Policy = &form.Policy{Name: "small", Window: 3600, Address: 10, Refuse: 10, Person: 10, Form: 2}
	at := form.Arrival{Address: "192.0.2.1", At: d.Clock.Now(), Opened: d.Clock.Now().Add(-time.Hour)}
	for i, want := range []string{"", "", form.SuspectForm} {
		if got, err := d.Admit(t.Context(), f, at); got != want || err != nil {
			t.Errorf("arrival %d: %q, %v", i, got, err)
		}
	}
}

// Two hundred addresses post one victim's e-mail over and over while honest people write: they are not hurt, the
// sender gets no more leads than a person may have, and an address that goes on is sent away.
func TestFloodWithOneVictim(t *testing.T) {
	d := open(t)
	d.Crowd(t)
	stamp := frontdesk.Stamp(d.Office.Tokens, "contact", d.Clock.Now().Add(-time.Minute)) // a program opens a page, too
	victim := func(i int) string {
		return fmt.Sprintf(`{"name":"Mallory","email":"victim@example.com","message":"buy %d","opened":%q}`, i, stamp)
	}
	var posts sync.WaitGroup
	lanes := make(chan struct{}, 16)
	for i := range 1000 {
		lanes <- struct{}{}
		posts.Go(func() {
			defer func() { <-lanes }()
			if w := patient(func() *httptest.ResponseRecorder {
				return d.from(fmt.Sprintf("203.0.113.%d", i%200), jsonType, victim(i))
			}); w.Code != http.StatusAccepted {
				t.Errorf("status %d", w.Code)
			}
			if i%20 > 0 {
				return
			}
			if got := d.outcome(t, patient(func() *httptest.ResponseRecorder {
				return d.from(fmt.Sprintf("192.0.2.%d", i/20), formType, d.person(i, time.Minute).Encode())
			})); got != form.OutcomeCreated {
				t.Errorf("an honest visitor: %s", got)
			}
		})
	}
	posts.Wait()
	if n := d.leads(t); n != 50+int(form.StandardPolicy().Person) {
		t.Errorf("%d leads", n)
	}
	before := d.Count(t, d.Tables.Records, "SUBMISSION#")
	stamp = "" // without one each counts twice
	for i := range 100 {
		d.from("203.0.113.7", jsonType, victim(2000+i))
	}
	w := d.from("203.0.113.7", jsonType, victim(3000))
	if wait, err := strconv.Atoi(w.Header().Get("Retry-After")); w.Code != http.StatusTooManyRequests || err != nil ||
		wait < 1 || wait > 3600 {
		t.Errorf("beyond the last limit: %d %v", w.Code, w.Header())
	}
	for lang, says := range map[string]string{"zh": "请直接致电", "en": "call us"} {
		typed := d.person(3000, time.Minute).Encode()
		r := httptest.NewRequest("POST", "/forms/contact?lang="+lang, strings.NewReader(typed))
		r.Header.Set("Content-Type", formType)
		r.Header.Set("Accept", "text/html")
		r.RemoteAddr = "203.0.113.7"
		w := httptest.NewRecorder()
		d.ServeHTTP(w, r)
		if text := visible(parse(t, w)); w.Code != http.StatusTooManyRequests || !strings.Contains(text, says) ||
			!strings.Contains(text, calls(d, seed.Shanghai, lang)) {
			t.Errorf("the page beyond the last limit: %d %s", w.Code, text)
		}
	}
	if grown := d.Count(t, d.Tables.Records, "SUBMISSION#") - before; grown >= 100 {
		t.Errorf("%d were stored beyond the last limit", grown)
	}
	for _, line := range d.Items(t) {
		if strings.Contains(line, "COUNTER#form") &&
			(strings.Contains(line, "victim") || strings.Contains(line, "203.0.113")) {
			t.Fatalf("a counter names who it counts: %s", line)
		}
	}
}

// calls is a branch's number as pages in the language write it.
func calls(d *door, branch, lang string) string {
	return identity.PhoneWritten(d.Shop.Sign(branch).Phone, words.Lang(lang))
}

// busy is a store that takes nothing in.
type busy struct{ frontdesk.Enquiries }

func (busy) Capture(context.Context, lead.Capture, *form.Submission) (lead.Lead, error) {
	return lead.Lead{}, fault.Fail(fault.Unavailable, "忙", "busy")
}

// Who cannot be served now has a number to call: the form's branch, or the first. A page that no retry mends has none.
func TestWhoIsTurnedAwayMayCall(t *testing.T) {
	b := storetest.New(t)
	facts := b.OpenAs(t, "intake")
	d := hang(b, facts, busy{facts})
	for _, lang := range []string{"zh", "en"} {
		w := d.ask("POST", "/forms/quote?lang="+lang, lina().Encode(), "Content-Type", formType)
		if text := visible(parse(t, w)); w.Code != 503 || !strings.Contains(text, calls(d, seed.Shanghai, lang)) {
			t.Errorf("in %s: %d %s", lang, w.Code, text)
		}
	}
	if w := d.ask("GET", "/forms/none", ""); w.Code != 404 || strings.Contains(visible(parse(t, w)), "+86") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// A page that is put right keeps the moment at which it was opened.
func TestStampOutlivesFaults(t *testing.T) {
	d := open(t)
	opened := func(w *httptest.ResponseRecorder) string {
		for _, in := range find(parse(t, w), byTag("input")) {
			if attr(in, "name") == form.FieldOpened {
				return attr(in, "value")
			}
		}
		return ""
	}
	first := opened(d.ask("GET", "/forms/contact?lang=en", ""))
	if first == "" {
		t.Fatal("the page does not say when it was drawn")
	}
	d.Clock.Advance(time.Minute)
	again := d.ask("POST", "/forms/contact?lang=en", url.Values{"opened": {first}}.Encode(), "Content-Type", formType)
	if got := opened(again); again.Code != 422 || got != first {
		t.Errorf("status %d, stamp %q, first %q", again.Code, got, first)
	}
}

// Behind CloudFront every post comes from its addresses. Those of people count where its key stands beside them.
func TestBehindCloudFrontPeopleHaveAddressesOfTheirOwn(t *testing.T) {
	d := open(t)
	keys := [][]byte{[]byte(strings.Repeat("1", 32)), []byte(strings.Repeat("2", 32))}
	d.Server.Front = httpapi.Front{Keys: func() [][]byte { return keys }}
	d.Handler = d.Server.Handler()
	most := int(form.StandardPolicy().Address)
	tally := func(first int, edge, key string) map[string]int {
		out := map[string]int{}
		for i := range most + 2 {
			w := d.ask("POST", "/forms/contact?lang=en", d.person(first+i, time.Minute).Encode(), "Content-Type", formType,
				"X-Origin-Key", key, "CloudFront-Viewer-Address", fmt.Sprintf("%s.%d:4711", edge, i))
			out[d.outcome(t, w)]++
		}
		return out
	}
	for i, c := range []struct{ what, edge, key string }{
		{"one key", "198.51.100", string(keys[0])}, {"the other", "203.0.113", string(keys[1])},
	} {
		if got := tally(100*i, c.edge, c.key); got[form.OutcomeCreated] != most+2 {
			t.Errorf("%s: %v", c.what, got)
		}
	}
	if got := tally(300, "192.0.3", strings.Repeat("3", 32)); got[form.SuspectAddress] != 2 {
		t.Errorf("forged addresses beside a wrong key: %v", got)
	}
}

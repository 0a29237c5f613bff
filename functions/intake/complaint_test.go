package intake_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"maps"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"afterpress/functions/intake/file"
	"afterpress/infra/checks/corpus"
	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/caselink"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/token"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"golang.org/x/net/html"
)

func (d *door) replies(t testing.TB, c string) []complaint.Reply {
	t.Helper()
	page, err := d.ComplaintReplies(t.Context(), c, storePage)
	if err != nil {
		t.Fatal(err)
	}
	return page.Items
}

func (d *door) complaints(t testing.TB) int { return d.CountRecords(t, "COMPLAINT") }

// labels are the buttons of a page.
func labels(page *html.Node) string {
	var out []string
	for _, b := range find(page, byTag("button")) {
		out = append(out, strings.TrimSpace(visible(b)))
	}
	return strings.Join(out, ", ")
}

func TestWhatEachStateShows(t *testing.T) {
	d := open(t)
	c, at := d.opened(t)
	d.Clock.Advance(7 * time.Minute)
	for _, state := range []struct {
		name    string
		steps   []staffStep
		buttons string
	}{
		{"new", nil, "Send message, Withdraw complaint"},
		{"investigating", []staffStep{triaged, asked}, "Send message, Withdraw complaint"},
		{"paused", []staffStep{paused}, "Send message, Withdraw complaint"},
		{"offered", []staffStep{resumed, measured, judged, offered},
			"Accept offer, Decline offer, Send message, Withdraw complaint"},
		{"agreed", []staffStep{accepted}, "Send message, Withdraw complaint"},
		{"carrying-out", []staffStep{carriedOut}, "Send message"},
		{"verifying", []staffStep{completed}, "Yes, it is settled, No, something is still wrong, Send message"},
		{"correcting", []staffStep{settled}, "Reopen complaint, Send message"},
	} {
		d.staff(t, c.ID, state.steps...)
		page := d.page(t, at)
		saysNothingPrivate(t, page)
		if got := labels(page); got != state.buttons {
			t.Errorf("%s: %s", state.name, got)
		}
		golden(t, "complaint_"+state.name+"_en.txt", withoutReference(visible(page), c))
		golden(t, "complaint_"+state.name+"_zh.txt",
			withoutReference(visible(d.page(t, strings.Replace(at, "lang=en", "lang=zh", 1))), c))
	}
}

// withoutReference is a page's text without what is drawn by lot.
func withoutReference(text string, c complaint.Complaint) string {
	return strings.ReplaceAll(text, words.Reference(c.ID), "REFERENCE")
}

var (
	resumed staffStep = func(c complaint.Complaint, boss staff.Actor, terms setup.Terms,
		now time.Time) (complaint.Complaint, event.Event, error) {
		return c.Resume(boss, terms.Complaint(), now)
	}
	accepted staffStep = func(c complaint.Complaint, _ staff.Actor, terms setup.Terms,
		now time.Time) (complaint.Complaint, event.Event, error) {
		return c.Agree(staff.Visitor, c.Turn, terms.Complaint(), now)
	}
	settled staffStep = func(c complaint.Complaint, _ staff.Actor, terms setup.Terms,
		now time.Time) (complaint.Complaint, event.Event, error) {
		return c.Verify(staff.Visitor, true, terms.Complaint(), now)
	}
)

func TestScannersChangeNothing(t *testing.T) {
	d := open(t)
	c, at := d.opened(t)
	d.staff(t, c.ID, triaged, asked, measured, judged, offered)
	person := d.caseLink(c.Contact, "")
	before := d.State()
	for _, agent := range scanners {
		for _, method := range []string{"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"} {
			d.ask(method, at+"&say=agree&turn="+fmt.Sprint(d.at(t, at).Turn)+"&sure=on&ask=withdraw&stands=agree", "",
				"User-Agent", agent)
			d.ask(method, person+"&defects=other&words=x", "", "User-Agent", agent)
		}
	}
	if d.State() != before {
		t.Error("looking changed something")
	}
}

func TestAnOldPageChangesNothing(t *testing.T) {
	d := open(t)
	c, at := d.opened(t)
	d.staff(t, c.ID, triaged, asked, measured, judged, offered)
	old := d.page(t, at)
	d.staff(t, c.ID, offered) // another offer
	before := d.State()
	for _, label := range []string{"Accept offer", "Decline offer"} {
		if text := visible(d.press(t, old, label)); !strings.Contains(text, "Please look again") ||
			!strings.Contains(text, "Accept offer") {
			t.Errorf("%s: %s", label, text)
		}
	}
	action, _ := d.formWith(t, old, "Accept offer")
	for what, fields := range map[string]url.Values{
		"settled":   {"say": {"settled"}, "turn": {fmt.Sprint(d.at(t, at).Turn)}},
		"reopened":  {"say": {"reopen"}, "turn": {fmt.Sprint(d.at(t, at).Turn)}},
		"no turn":   {"say": {"agree"}},
		"withdrawn": {"say": {"withdraw"}, "turn": {"1"}, "sure": {"on"}},
	} {
		if w := d.say(action, fields); w.Code != 303 || !strings.Contains(w.Header().Get("Location"), "stands=changed") {
			t.Errorf("%s: %d %s", what, w.Code, w.Header().Get("Location"))
		}
	}
	if d.State() != before {
		t.Error("an answer to an old page changed something")
	}
	for what, body := range map[string]string{"nothing": "", "another word": "say=approve&turn=1",
		"a field more": "say=agree&turn=1&amount=5", "twice": "say=agree&say=decline", "a bad turn": "say=agree&turn=-1"} {
		if w := d.ask("POST", action, body, "Content-Type", formType); w.Code != 400 && w.Code != 422 ||
			d.State() != before {
			t.Errorf("%s: %d", what, w.Code)
		}
	}
}

func TestASecondClickIsTheFirst(t *testing.T) {
	d := open(t)
	d.Crowd(t)
	contact := d.customer(t)
	var all sync.WaitGroup
	answers := make(chan *httptest.ResponseRecorder, 8)
	for range 8 {
		all.Go(func() {
			answers <- patient(func() *httptest.ResponseRecorder { return d.say(d.caseLink(contact.ID, ""), filled()) })
		})
	}
	all.Wait()
	close(answers)
	locations := map[string]bool{}
	for w := range answers {
		if w.Code != 303 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		locations[w.Header().Get("Location")] = true
	}
	if len(locations) != 1 || d.complaints(t) != 1 {
		t.Fatalf("%d complaints, %v", d.complaints(t), locations)
	}
	var at string
	for at = range locations {
	}
	c := d.at(t, at)
	page := d.page(t, at)
	action, fields := d.formWith(t, page, "Send message")
	fields.Set("text", "第 3 箱也有。")
	for range 3 {
		d.follow(t, d.say(action, fields))
	}
	if said := d.replies(t, c.ID); len(said) != 1 || said[0].By != staff.Visitor.ID || said[0].Text != "第 3 箱也有。" ||
		d.at(t, at).Replies != 1 {
		t.Errorf("%+v", said)
	}
	d.staff(t, c.ID, triaged, asked, measured, judged, offered)
	page = d.press(t, d.page(t, at), "Accept offer")
	for range 3 {
		if text := visible(d.press(t, page, "Yes, accept it")); !strings.Contains(text, "You accepted the offer") {
			t.Error(text)
		}
	}
	page = d.page(t, at)
	ask := d.press(t, page, "Withdraw complaint")
	if d.at(t, at).State != complaint.StateAgreed {
		t.Fatal("withdrawn by one click")
	}
	for range 2 {
		if text := visible(d.press(t, ask, "Yes, withdraw it")); !strings.Contains(text, "is withdrawn") {
			t.Error(text)
		}
	}
	page = d.page(t, at)
	if got := labels(page); got != "Reopen complaint" {
		t.Errorf("withdrawn: %s", got)
	}
	action, fields = d.formWith(t, d.press(t, page, "Reopen complaint"), "Yes, reopen it")
	fields.Set("text", "It is scuffed.")
	for range 2 {
		d.follow(t, d.say(action, fields))
	}
	if c := d.at(t, at); c.State != complaint.StateNew || c.Round != 2 {
		t.Errorf("%s, round %d", c.State, c.Round)
	}
	d.staff(t, c.ID, func(c complaint.Complaint, boss staff.Actor, terms setup.Terms,
		now time.Time) (complaint.Complaint, event.Event, error) {
		return c.Withdraw(boss, "客户来电撤回", terms.Complaint(), now)
	})
	d.Clock.Advance(40 * 24 * time.Hour)
	page = d.page(t, at)
	if got := labels(page); got != "" || !strings.Contains(visible(page), "Open a new complaint") {
		t.Errorf("beyond the window: %s", got)
	}
}

func TestLinksOfCasesThatLeadNowhere(t *testing.T) {
	d := open(t)
	c, at := d.opened(t)
	before := d.State()
	sign := func(about string) string {
		return "/c/" + caselink.Sign(d.Office.Tokens, caselink.Link{About: about})
	}
	pages := map[string]bool{}
	for what, bad := range map[string]string{
		"forged": strings.Split(at, "?")[0] + "A", "nothing": "/c/x", "no complaint": sign(storetest.NewID("cmp")),
		"no question": sign(storetest.NewID("hld")), "no contact": sign("con_1"),
		"a lead": sign("lead_1"), "staff": sign(seed.StaffID(1)), "another use": "/c/" +
			d.Office.Tokens.Sign(token.UseChoices, c.ID), "files": "/c/" +
			artwork.SignArtwork(d.Office.Tokens, artwork.Invitation{Of: c.ID, Ends: d.Clock.Now().Add(time.Hour)}),
	} {
		get, post := d.ask("GET", bad+"?lang=en", ""), d.say(bad+"?lang=en", url.Values{"say": {"agree"}, "turn": {"1"}})
		if get.Code != 404 || post.Code != 404 || get.Header().Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: %d, %d", what, get.Code, post.Code)
		}
		pages[get.Body.String()], pages[post.Body.String()] = true, true
	}
	if len(pages) != 1 || d.State() != before {
		t.Errorf("%d different pages tell what is known, or something changed", len(pages))
	}
	for page := range pages {
		if !strings.Contains(page, "latest message") {
			t.Error("the page does not say what to do")
		}
	}
}

func TestWhatACustomerMayTypeWrongly(t *testing.T) {
	d := open(t)
	link := d.caseLink(d.customer(t).ID, "J-2026-9")
	before := d.State()
	for what, c := range map[string]struct {
		name, value, says string
	}{
		"no defect": {"defects", "", "Tick at least one"}, "an unknown defect": {"defects", "ugly", "Tick at least one"},
		"no words":               {"words", " ", "What do you see?"},
		"too many words":         {"words", strings.Repeat("字", 4001), "What do you see?"},
		"a mark that turns text": {"words", "a\u202eb", "What do you see?"},
		"more than came":         {"affected", "2001", "How many pieces are bad?"},
		"a negative number":      {"affected", "-1", "How many pieces are bad?"},
		"a fraction":             {"affected", "1.5", "How many pieces are bad?"},
		"huge":                   {"delivered", "9000000000000000000", "How many pieces came?"},
		"no number":              {"delivered", "many", "How many pieces came?"},
		"no remedy":              {"wanted", "gold", "What would you like?"}, "no day": {"needed_by", "2026-02-30", "When do you need"},
		"long ago": {"needed_by", "2020-01-01", "When do you need"},
	} {
		fields := filled()
		fields.Set(c.name, c.value)
		w := d.say(link, fields)
		page := parse(t, w)
		if text := visible(page); w.Code != 422 || !strings.Contains(text, "needs changing") &&
			!strings.Contains(text, "need changing") || !strings.Contains(text, c.says) {
			t.Errorf("%s: %d %s", what, w.Code, text)
		}
		saysNothingPrivate(t, page)
		if d.State() != before {
			t.Fatalf("%s changed something", what)
		}
	}
	page := parse(t, d.say(link, url.Values{"defects": {"scratch"}, "words": {""}, "job": {"J-1"}, "affected": {"7"}}))
	golden(t, "complain_faults_en.txt", visible(page))
	for what, body := range map[string]string{"a field more": "words=x&customer=cus_1", "words twice": "words=a&words=b",
		"no form": "%"} {
		if w := d.ask("POST", link, body, "Content-Type", formType); w.Code != 400 {
			t.Errorf("%s: %d", what, w.Code)
		}
	}
	if d.State() != before {
		t.Error("something changed")
	}
	fields := filled()
	fields.Set("job", "J-OTHER")
	w := d.say(link, fields)
	if c := d.at(t, w.Header().Get("Location")); c.Job.Ref != "J-2026-9" {
		t.Errorf("the job of the link became %s", c.Job.Ref)
	}
}

func TestTheFormOfAComplaintReads(t *testing.T) {
	d := open(t)
	contact := d.customer(t)
	for _, lang := range []string{"zh", "en"} {
		page := d.page(t, strings.Replace(d.caseLink(contact.ID, "J-1"), "lang=en", "lang="+lang, 1))
		golden(t, "complain_"+lang+".txt", visible(page))
		if n := len(find(page, func(n *html.Node) bool {
			return attr(n,
				"type") == "checkbox"
		})); n != len(defect.Defects()) {
			t.Errorf("%d of %d defects", n, len(defect.Defects()))
		}
	}
}

func TestAFewComplaintsADay(t *testing.T) {
	d := open(t)
	contact := d.customer(t)
	send := func(n int) *httptest.ResponseRecorder {
		fields := filled()
		fields.Set("words", fmt.Sprint("Nr ", n))
		return d.say(d.caseLink(contact.ID, ""), fields)
	}
	for n := range 5 {
		for range 2 {
			if w := send(n); w.Code != 303 {
				t.Fatalf("%d: %d", n, w.Code)
			}
		}
	}
	before := d.State()
	w := send(5)
	if text := visible(parse(t, w)); w.Code != 429 || w.Header().Get("Retry-After") == "" ||
		!strings.Contains(text, "enough for today") || !strings.Contains(text, "+86 21") {
		t.Errorf("%d %s", w.Code, text)
	}
	if again := send(2); again.Code != 303 || d.State() != before || d.complaints(t) != 5 {
		t.Errorf("a repeat beyond the limit: %d, %d complaints", again.Code, d.complaints(t))
	}
	d.Clock.Advance(24 * time.Hour)
	if w := send(5); w.Code != 303 {
		t.Errorf("the next day: %d", w.Code)
	}
}

// Whatever is typed, the pages hold no element of the customer's making, and the words come back as they were written.
func TestHostileStringsOnTheCasePages(t *testing.T) {
	d := open(t)
	c, at := d.opened(t)
	link := d.caseLink(c.Contact, "")
	action, fields := d.formWith(t, d.page(t, at), "Send message")
	started, said, all := d.Clock.Now(), 0, 0
	everywhere := func(text string) url.Values {
		return url.Values{"words": {text}, "job": {text}, "affected": {text}, "delivered": {text}, "defects": {text},
			"wanted": {text}, "needed_by": {text}}
	}
	harmless := map[string]bool{}
	for _, text := range []string{"", "zz", strings.Repeat("z", 4100)} {
		maps.Copy(harmless, vocabulary(parse(t, d.say(link, everywhere(text)))))
	}
	kept := 0
	for i, text := range corpus.Hostile() {
		w := d.say(link, everywhere(text))
		if w.Code != 422 && w.Code != 400 {
			t.Errorf("%q: %d", text, w.Code)
		}
		for word := range vocabulary(parse(t, w)) {
			if w.Code == 422 && !harmless[word] {
				t.Errorf("%q makes %s", text, word)
			}
		}
		if i%10 != 0 {
			continue
		}
		if said++; said >= message.PerHour { // a person who writes so much waits for the next hour, or the next day
			started, said = started.Add(time.Hour), 0
			if all += message.PerHour; all%message.PerDay == 0 {
				started = started.Add(24 * time.Hour)
			}
			d.Clock.Set(started)
		}
		fields.Set("text", text)
		if w := d.say(action, fields); w.Code == 303 && strings.Contains(w.Header().Get("Location"), "stands=message") {
			kept++
		} else if w.Code != 422 && w.Code != 400 && w.Code != 303 {
			t.Errorf("%q as a message: %d", text, w.Code)
		}
	}
	w := d.ask("GET", at, "")
	plain := vocabulary(parse(t, w))
	for word := range plain {
		if strings.HasPrefix(word, "script") && !strings.HasPrefix(word, "script src") && word != "script" &&
			word != "script defer" || word == "iframe" || word == "img onerror" || word == "svg" {
			t.Errorf("the page holds %s", word)
		}
	}
	if len(d.replies(t, c.ID)) != min(kept, storePage.Limit) || kept < 10 {
		t.Errorf("%d kept, %d there", kept, len(d.replies(t, c.ID)))
	}
}

// withFiles is a door with a bucket, a complaint and the way to its files.
func withFiles(t testing.TB) (d *door, c complaint.Complaint, at, files string) {
	t.Helper()
	b := storetest.NewWithFiles(t)
	facts := b.OpenAs(t, "intake")
	d = hang(b, facts, facts)
	d.UploadOrigin, d.Office.PublicURL = b.Bucket.Origin(), "http://shop.example"
	d.Handler = d.Server.Handler()
	c, at = d.opened(t)
	for _, f := range find(d.page(t, at), byTag("form")) {
		if action := attr(f, "action"); strings.HasPrefix(action, "/artwork/") {
			files, _, _ = strings.Cut(action, "?")
		}
	}
	return d, c, at, files
}

func TestPhotosComeWithAComplaint(t *testing.T) {
	d, c, at, files := withFiles(t)
	photo := storetest.Photo(t)
	if w := d.program("POST", files, fmt.Sprintf(`{"name":"a.jpg","bytes":%d}`, 40<<20)); w.Code != 422 ||
		!strings.Contains(w.Body.String(), "8 MB") {
		t.Errorf("40 MB: %d %s", w.Code, w.Body)
	}
	padding := strings.Repeat(" ", 99)
	for name, sent := range map[string][]byte{
		"svg.jpg":  []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>` + padding),
		"page.jpg": []byte("<!doctype html><script>alert(1)</script>" + padding), "data.jpg": archiveOf("a"),
	} {
		if got := decode[file.ArtworkResult](t, d.handIn(t, files, sent)); got.State != artwork.Refused ||
			!strings.Contains(got.Why, "JPEG, PNG or PDF") {
			t.Errorf("%s: %+v", name, got)
		}
	}
	refused := d.page(t, at)
	action, fields := d.formWith(t, refused, "Remove book.pdf")
	for range 2 { // a second click is the first
		if text := visible(d.follow(t, d.say(action, fields))); strings.Count(text, "Remove book.pdf") != 2 {
			t.Errorf("a refused file that was removed: %s", text)
		}
	}
	// it does not say how large it is
	offer := decode[app.ArtworkOffer](t, d.program("POST", files, `{"name":"big.jpg"}`))
	if status, _ := storetest.Post(t, offer.Upload, make([]byte, 9<<20)); status < 400 {
		t.Errorf("9 MB reached the store: %d", status)
	}
	d.Clock.Advance(artwork.Window)
	d.staff(t, c.ID, triaged, asked, paused)
	for i := range 5 {
		if got := decode[file.ArtworkResult](t, d.handIn(t, files, photo)); got.State != artwork.Attached ||
			got.Kind != artwork.KindJPEG {
			t.Fatalf("photo %d: %+v", i+1, got)
		}
	}
	if w := d.program("POST", files, `{"name":"sixth.jpg"}`); w.Code != 409 ||
		!strings.Contains(w.Body.String(), "No more than 5") || strings.Contains(w.Body.String(), "ZIP") {
		t.Errorf("the sixth: %d %s", w.Code, w.Body)
	}
	folder, err := d.ArtworkFolder(t.Context(), c.ID)
	if err != nil || len(folder.Attached()) != 5 {
		t.Errorf("%+v %v", folder, err)
	}
	told, wakes := 0, 0
	for _, e := range d.Events(t, c.Customer) {
		if e.Type == event.ArtworkAttached && e.Record == c.ID && e.Cause == staff.Visitor.ID {
			told++
		}
		if e.Type == event.ComplaintReplied && e.Record == c.ID && e.Wakes {
			wakes++
		}
	}
	if now, err := d.Complaint(t.Context(), c.ID); err != nil || wakes != 1 || now.Replies != 1 || now.Pause != nil ||
		!slices.ContainsFunc(now.Rungs, func(r ladder.Rung) bool { return r.Do == ladder.DoTellReply }) {
		t.Errorf("%d events tell the owner of five photos, %d words, the pause is %+v: %v", wakes, now.Replies, now.Pause,
			err)
	}
	page := d.page(t, at)
	if text := visible(page); told != 5 || strings.Count(text, "Received\n") != 5 ||
		len(find(page, func(n *html.Node) bool { return strings.Contains(attr(n, "src"), "attached") })) != 0 {
		t.Errorf("%d events: %s", told, text)
	}
	d.staff(t, c.ID, func(c complaint.Complaint, boss staff.Actor, terms setup.Terms,
		now time.Time) (complaint.Complaint, event.Event, error) {
		return c.Withdraw(boss, "客户来电撤回", terms.Complaint(), now)
	})
	before := d.State()
	for _, method := range []string{"GET", "POST"} {
		if w := d.program(method, files, `{"name":"late.jpg"}`); w.Code != 404 {
			t.Errorf("%s after the end: %d", method, w.Code)
		}
	}
	if page := d.page(t, at); len(find(page,
		func(n *html.Node) bool { return strings.HasPrefix(attr(n, "action"), "/artwork/") })) != 0 || d.State() != before {
		t.Error("a complaint that has ended still asks for files")
	}
}

func TestAPhotoWithoutScripts(t *testing.T) {
	d, _, at, files := withFiles(t)
	upload := d.say(files+"?lang=en", url.Values{"name": {"封面"}}).Header().Get("Location")
	bucket, fields := formFields(t, d.page(t, upload), 0)
	status, back := storetest.Post(t, table.Upload{URL: bucket, Fields: fields}, storetest.Photo(t))
	if status != 303 {
		t.Fatalf("%d %s", status, back)
	}
	back = strings.TrimPrefix(strings.Split(back, "<")[0], "http://shop.example")
	all := d.say(back, url.Values{}).Header().Get("Location")
	page := d.page(t, all)
	var home string
	for _, a := range find(page, byTag("a")) {
		if strings.HasPrefix(attr(a, "href"), "/c/") {
			home = attr(a, "href")
		}
	}
	if strings.Split(home, "?")[0] != strings.Split(at, "?")[0] || !strings.Contains(visible(d.page(t, home)), "封面") {
		t.Errorf("the way back leads to %q", home)
	}
}

// archiveOf is a ZIP with files of those names.
func archiveOf(names ...string) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range names {
		f, err := w.Create(name)
		if err == nil {
			_, err = f.Write([]byte("MZ"))
		}
		if err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return out.Bytes()
}

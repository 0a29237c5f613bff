package intake_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/functions/intake/file"
	"afterpress/functions/intake/form"
	"afterpress/shared/app"
	"afterpress/shared/crm/artwork"
	rules "afterpress/shared/crm/form"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/token"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"golang.org/x/net/html"
)

// openWithFiles is a door with a bucket behind it, and the address at which files may be handed in with an enquiry.
func openWithFiles(t testing.TB) (d *door, link string) {
	t.Helper()
	b := storetest.NewWithFiles(t)
	facts := b.OpenAs(t, "intake")
	d = hang(b, facts, facts)
	d.UploadOrigin, d.Office.PublicURL = b.Bucket.Origin(), "http://shop.example"
	d.Handler = d.Server.Handler()
	got := decode[form.Received](t, d.send(`{"name":"Tom","email":"tom@example.com","product":"book"}`))
	if !strings.HasPrefix(got.Artwork, "/artwork/") {
		t.Fatalf("%+v", got)
	}
	return d, got.Artwork
}

// program asks as the script does.
func (d *door) program(method, target, body string) *httptest.ResponseRecorder {
	return d.ask(method, target, body, "Content-Type", jsonType, "Accept", "*/*", "Accept-Language", "en")
}

// handIn sends a file as the script does and gives the door's last answer.
func (d *door) handIn(t testing.TB, link string, sent []byte) *httptest.ResponseRecorder {
	t.Helper()
	w := d.program("POST", link, `{"name":"book.pdf","bytes":100,"type":"application/pdf"}`)
	if w.Code != 201 {
		return w
	}
	offer := decode[app.ArtworkOffer](t, w)
	if status, said := storetest.Post(t, offer.Upload, sent); status != 204 {
		t.Fatalf("%d %s", status, said)
	}
	return d.program("POST", link+"/"+offer.ID, "{}")
}

func (d *door) folder(t testing.TB, link string) artwork.Folder {
	t.Helper()
	i, ok := artwork.OpenArtwork(d.Office.Tokens, strings.TrimPrefix(link, "/artwork/"))
	folder, err := d.ArtworkFolder(t.Context(), i.Of)
	if err != nil || !ok {
		t.Fatal(err, ok)
	}
	return folder
}

func TestFilesAreHandedIn(t *testing.T) {
	d, link := openWithFiles(t)
	for i := range 5 {
		got := decode[file.ArtworkResult](t, d.handIn(t, link, storetest.Brochure))
		if got.State != artwork.Attached || got.Kind != artwork.KindPDF || got.Bytes != int64(len(storetest.Brochure)) ||
			got.Why != "" {
			t.Fatalf("file %d: %+v", i+1, got)
		}
	}
	before := d.State()
	if w := d.handIn(t, link, storetest.Brochure); w.Code != 409 ||
		!strings.Contains(w.Body.String(), "No more than 5 files") {
		t.Errorf("the sixth: %d %s", w.Code, w.Body)
	}
	for _, a := range d.folder(t, link).Files { // a repeat finds what was decided
		if got := decode[file.ArtworkResult](t, d.program("POST", link+"/"+a.ID, "{}")); got.State != artwork.Attached ||
			got.ID != a.ID {
			t.Errorf("%+v", got)
		}
	}
	page := d.ask("GET", link+"?lang=en", "")
	if text := visible(parse(t, page)); strings.Count(text, "Received") != 5 || !strings.Contains(text, "No more files") {
		t.Errorf("%s", text)
	}
	if d.State() != before {
		t.Error("a refusal, a repeat or a look changed the tables")
	}
}

// A file is copied before the record says so. When another one takes the last place meanwhile, the copy goes again.
func TestAFileThatMissesTheLastPlaceIsDropped(t *testing.T) {
	d, link := openWithFiles(t)
	offered := func() app.ArtworkOffer {
		t.Helper()
		offer := decode[app.ArtworkOffer](t, d.program("POST", link, `{"name":"book.pdf"}`))
		if status, said := storetest.Post(t, offer.Upload, storetest.Brochure); status != 204 {
			t.Fatalf("%d %s", status, said)
		}
		return offer
	}
	late := offered()
	d.Clock.Advance(artwork.Window + time.Minute) // its place goes to the next one
	for range 4 {
		if w := d.handIn(t, link, storetest.Brochure); w.Code != 200 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	last, met := offered(), false
	d.Cloud.Around(func(land func() (*http.Response, error)) (*http.Response, error) {
		if !met {
			met = true
			if w := d.program("POST", link+"/"+last.ID, "{}"); w.Code != 200 {
				t.Errorf("the last one: %d %s", w.Code, w.Body)
			}
		}
		return land()
	})
	if w := d.program("POST", link+"/"+late.ID, "{}"); w.Code != 409 || !met {
		t.Errorf("the late one: %d %s", w.Code, w.Body)
	}
	for _, id := range []string{late.ID, last.ID} {
		_, missing, err := d.Bucket.Look(t.Context(), "attached/"+d.folder(t, link).Of+"/"+id, 1)
		if err != nil || missing != (id == late.ID) {
			t.Errorf("%s is missing: %t, %v", id, missing, err)
		}
	}
}

func TestWhatIsNoArtworkIsSaidAndDeleted(t *testing.T) {
	d, link := openWithFiles(t)
	got := decode[file.ArtworkResult](t, d.handIn(t, link, []byte("<!doctype html><script>alert(1)</script>")))
	if got.State != artwork.Refused || !strings.Contains(got.Why, "this is not PDF, AI") {
		t.Errorf("%+v", got)
	}
	for what, c := range map[string]struct {
		body   string
		status int
	}{
		"too large":     {fmt.Sprintf(`{"name":"a.pdf","bytes":%d}`, 100<<20+1), 422},
		"no name":       {`{"bytes":1}`, 422},
		"a long name":   {`{"name":"` + strings.Repeat("a", 201) + `"}`, 422},
		"two lines":     {`{"name":"a\nb"}`, 422},
		"a turned name": {`{"name":"a\u202efdp.exe"}`, 422},
		"a field more":  {`{"name":"a","key":"x"}`, 400},
		"no JSON":       {`{`, 400},
	} {
		before := d.State()
		if w := d.program("POST", link, c.body); w.Code != c.status || d.State() != before {
			t.Errorf("%s: %d %s", what, w.Code, w.Body)
		}
	}
	offered := decode[app.ArtworkOffer](t, d.program("POST", link, `{"name":"C:\\fakepath\\../盒子.pdf"}`))
	if offered.Name != "盒子.pdf" || strings.Contains(offered.Upload.Fields["key"], "盒") ||
		!strings.HasPrefix(offered.Upload.Fields["key"], "quarantine/sub_") {
		t.Errorf("%+v", offered)
	}
	if w := d.program("POST", link+"/"+offered.ID, "{}"); w.Code != 409 {
		t.Errorf("a file that was not sent: %d %s", w.Code, w.Body)
	}
	if w := d.program("POST", link+"/art_none", "{}"); w.Code != 404 {
		t.Errorf("a file that was not offered: %d %s", w.Code, w.Body)
	}
}

func TestALinkToHandInIsForOneEnquiryAndADay(t *testing.T) {
	d, link := openWithFiles(t)
	offer := decode[app.ArtworkOffer](t, d.program("POST", link, `{"name":"a.pdf"}`))
	other := decode[form.Received](t, d.send(`{"name":"Tim","email":"tim@example.com","product":"book"}`)).Artwork
	before := d.State()
	wrong := []string{
		other + "/" + offer.ID, // somebody else's file
		link + "x", "/artwork/none", "/artwork/" + d.Office.Tokens.Sign(token.UseForm, "sub_1 zzzzzzz"),
		"/artwork/" + app.Invite(d.Office, "sub_none", d.Clock.Now()),
	}
	try := func() {
		t.Helper()
		for _, target := range wrong {
			if w := d.program("POST", target, "{}"); w.Code != 404 {
				t.Errorf("POST %s: %d %s", target, w.Code, w.Body)
			}
			if w := d.ask("GET", target, ""); w.Code != 404 && w.Code != 303 {
				t.Errorf("GET %s: %d", target, w.Code)
			}
		}
	}
	try()
	d.Clock.Advance(artwork.Invited)
	wrong = []string{link, link + "/" + offer.ID}
	try()
	if text := visible(parse(t, d.ask("GET", link+"?lang=en", ""))); !strings.Contains(text,
		"This link no longer works") {
		t.Error(text)
	}
	if d.State() != before {
		t.Error("a link that is not good changed the tables")
	}
}

// formFields finds the page's nth form: where it goes, and what is in it.
func formFields(t testing.TB, page *html.Node, n int) (action string, fields map[string]string) {
	t.Helper()
	forms := find(page, byTag("form"))
	if len(forms) <= n {
		t.Fatalf("%d forms on the page: %s", len(forms), visible(page))
	}
	fields = map[string]string{}
	for _, in := range find(forms[n], byTag("input")) {
		if attr(in, "type") == "hidden" {
			fields[attr(in, "name")] = attr(in, "value")
		}
	}
	return attr(forms[n], "action"), fields
}

// The way without scripts, page by page. No GET changes anything.
func TestOneFileWithoutScripts(t *testing.T) {
	d, _ := openWithFiles(t)
	thanks := d.post(lina()).Header().Get("Location")
	look := func(target string) *html.Node {
		t.Helper()
		before := d.State()
		w := d.ask("GET", target, "")
		if w.Code != 200 || d.State() != before {
			t.Fatalf("GET %s: %d, or it changed the tables", target, w.Code)
		}
		if w.Header().Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("GET %s tells its address", target)
		}
		return parse(t, w)
	}
	post := func(target, body string) string {
		t.Helper()
		w := d.ask("POST", target, body, "Content-Type", formType)
		if w.Code != 303 {
			t.Fatalf("POST %s: %d %s", target, w.Code, w.Body)
		}
		return w.Header().Get("Location")
	}
	action, _ := formFields(t, look(thanks), 0)
	upload := post(action, url.Values{"name": {"盒子"}}.Encode())
	bucket, fields := formFields(t, look(upload), 0)
	if origin := d.Bucket.Origin(); !strings.HasPrefix(bucket, origin) ||
		!strings.Contains(d.ask("GET", upload, "").Header().Get("Content-Security-Policy"), "form-action 'self' "+origin) {
		t.Fatalf("it posts to %s", bucket)
	}
	if early := post(strings.Split(upload, "?")[0]+"?lang=en", ""); !strings.HasSuffix(early, "sent=no") ||
		!strings.Contains(visible(look(early)), "has not arrived") {
		t.Errorf("before it was sent: %s", early)
	}
	status, back := storetest.Post(t, table.Upload{URL: bucket, Fields: fields}, storetest.Brochure)
	if status != 303 || !strings.HasPrefix(back, "http://shop.example"+strings.Split(upload, "?")[0]) {
		t.Fatalf("%d %s", status, back)
	}
	back = strings.TrimPrefix(strings.Split(back, "<")[0], "http://shop.example")
	if text := visible(look(back)); !strings.Contains(text, "The file has arrived") {
		t.Error(text)
	}
	all := post(back, "")
	if text := visible(look(all)); !strings.Contains(text, "盒子") || !strings.Contains(text, "Received") {
		t.Error(text)
	}
	if again := post(back, ""); again != all {
		t.Errorf("a second click leads to %s", again)
	}
	if w := d.ask("GET", upload, ""); w.Code != 303 || w.Header().Get("Location") != all {
		t.Errorf("the page of a file that was attached: %d", w.Code)
	}
	if text := visible(look(thanks)); !strings.Contains(text, "盒子") {
		t.Errorf("the thank-you page forgot it: %s", text)
	}
	for range 4 {
		post(action, "name=")
	}
	if full := post(action, "name="); full != all || !strings.Contains(visible(look(full)), "No more files") {
		t.Errorf("the sixth: %s", full)
	}
}

// linked is the address at which files may be handed in with an enquiry that the page posted, and its submission.
func (d *door) linked(t testing.TB, enquiry url.Values) (link, sub string) {
	t.Helper()
	to, err := url.Parse(d.post(enquiry).Header().Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	return "/artwork/" + to.Query().Get("artwork"), to.Query().Get("ref")
}

// An enquiry that is quarantined for how many came is answered like any other, and its files wait with it.
func TestFilesOfAQuarantinedEnquiry(t *testing.T) {
	d, _ := openWithFiles(t)
	link, sub := d.linked(t, lina())
	before, err := d.Submission(t.Context(), sub)
	if err != nil {
		t.Fatal(err)
	}
	held := before.Quarantine(rules.SuspectAddress)
	held.Version++
	if err := d.Quarantine(t.Context(), held); err != nil {
		t.Fatal(err)
	}
	if got := decode[file.ArtworkResult](t, d.handIn(t, link, storetest.Brochure)); got.State != artwork.Attached {
		t.Errorf("%+v", got)
	}
	if n := d.Count(t, d.Tables.Events, "CUSTOMER#"+sub); n != 1 {
		t.Errorf("%d events in its own log", n)
	}
}

// What the trap caught is answered like any other, and no file of it comes into the bucket.
func TestNothingIsUploadedForAProgram(t *testing.T) {
	d, _ := openWithFiles(t)
	honest := d.post(lina())
	trapped := lina()
	trapped.Set("homepage", "https://spam.example")
	trapped.Set("email", "spam@example.com")
	trapped.Del("phone")
	caught := d.post(trapped)
	shape := func(w *httptest.ResponseRecorder) (int, string) {
		to, err := url.Parse(w.Header().Get("Location"))
		if err != nil {
			t.Fatal(err)
		}
		page := visible(parse(t, d.ask("GET", w.Header().Get("Location"), "")))
		return w.Code, strings.Replace(page, words.Reference(to.Query().Get("ref")), "R", 1)
	}
	code, page := shape(honest)
	if c, p := shape(caught); c != code || p != page {
		t.Errorf("%d %q is not %d %q", c, p, code, page)
	}
	to, err := url.Parse(caught.Header().Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	link, before := "/artwork/"+to.Query().Get("artwork"), d.State()
	w := d.program("POST", link, `{"name":"book.pdf","bytes":100}`)
	if w.Code != 409 || strings.Contains(w.Body.String(), "x-amz") || !strings.Contains(w.Body.String(), "call us") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	plain := d.ask("POST", link+"?lang=en", "name=book", "Content-Type", formType)
	said := visible(parse(t, d.ask("GET", plain.Header().Get("Location"), "")))
	if plain.Code != 303 || !strings.Contains(said, "No more files can be sent here") {
		t.Errorf("without scripts: %d %s", plain.Code, said)
	}
	if d.State() != before || len(d.folder(t, link).Files) != 0 {
		t.Error("a refused file changed the tables")
	}
}

// A network sends files up to the form's limit in a day, by whatever enquiry, and is then told what to do.
func TestANetworkSendsSoManyBytesADay(t *testing.T) {
	b := storetest.NewWithFiles(t)
	d := hang(b, b.OpenAs(t, "intake"), b.OpenAs(t, "intake"))
	d.UploadOrigin = b.Bucket.Origin()
	d.limitUpload(t, 150<<20)
	d.Handler = d.Server.Handler()
	var links []string
	for i := range 2 {
		links = append(links, decode[form.Received](t,
			d.send(fmt.Sprintf(`{"name":"Tom","email":"tom%d@example.com","product":"book"}`, i))).Artwork)
	}
	if w := d.program("POST", links[0], `{"name":"a.pdf","bytes":104857600}`); w.Code != 201 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	before := d.State()
	w := d.program("POST", links[1], `{"name":"b.pdf","bytes":62914560}`)
	if w.Code != 429 || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), "tomorrow") ||
		d.State() != before {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	if w := d.ask("POST", links[1], `{"name":"b.pdf","bytes":62914560}`, "Content-Type", jsonType, "Accept", "*/*",
		"Accept-Language", "zh"); w.Code != 429 || !strings.Contains(w.Body.String(), "请明天再上传") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := d.program("POST", links[1], `{"name":"b.pdf","bytes":52428800}`); w.Code != 201 {
		t.Errorf("what still fits: %d %s", w.Code, w.Body)
	}
}

// limitUpload gives the seeded form a limit for the bytes of one network in a day.
func (d *door) limitUpload(t testing.TB, most int64) {
	t.Helper()
	f, _, err := d.Form(t.Context(), "quote")
	if err != nil {
		t.Fatal(err)
	}
	next := f
	policy := f.Limits()
	policy.Upload = most
	next.Policy = &policy
	next, told := f.Reshape(next, staff.Process("test"), d.Clock.Now())
	if err := d.SaveForm(t.Context(), next, told); err != nil {
		t.Fatal(err)
	}
}

func TestAFormWithoutFilesInvitesNobody(t *testing.T) {
	d, _ := openWithFiles(t)
	w := d.ask("POST", "/forms/contact", `{"name":"Tom","email":"tom@example.com","message":"hello"}`, "Content-Type",
		jsonType, "Accept", "*/*")
	got := decode[form.Received](t, w)
	if w.Code != 202 || got.Artwork != "" {
		t.Errorf("%d %+v", w.Code, got)
	}
	forged := "/artwork/" + artwork.SignArtwork(d.Office.Tokens,
		artwork.Invitation{Of: got.Submission, Ends: d.Clock.Now().Add(time.Hour)})
	if w := d.program("POST", forged, `{"name":"a.pdf"}`); w.Code != 404 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	page := d.ask("GET", "/forms/contact", "")
	if policy := page.Header().Get("Content-Security-Policy"); strings.Contains(policy, "script-src") ||
		len(find(parse(t, page), byTag("script"))) > 0 {
		t.Error("a form without files has a script")
	}
}

// A file is kept under the name that it was given, which stands in no log line, as the link does not.
func TestAFileNameIsNotLogged(t *testing.T) {
	b := storetest.NewWithFiles(t)
	facts := b.OpenAs(t, "intake")
	d := hang(b, facts, facts)
	var lines bytes.Buffer
	d.Log = slog.New(slog.NewJSONHandler(io.Writer(&lines), nil))
	d.Handler = d.Server.Handler()
	link := decode[form.Received](t, d.send(`{"name":"Tom","email":"tom@example.com","product":"book"}`)).Artwork
	d.program("POST", link, `{"name":"secret-plan.pdf"}`)
	if text := lines.String(); strings.Contains(text, "secret-plan") ||
		strings.Contains(text, strings.TrimPrefix(link, "/artwork/")) {
		t.Error(text)
	}
	if !slices.ContainsFunc(b.Items(t), func(line string) bool { return strings.Contains(line, "secret-plan.pdf") }) {
		t.Error("the name is nowhere")
	}
}

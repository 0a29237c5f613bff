package hook_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/functions/intake/hook"
	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
)

// told is what the bucket tells of a new object.
func told(key, mark string) string {
	return fmt.Sprintf(`{"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"artwork"},`+
		`"object":{"key":%q,"eTag":%q}}}]}`, strings.ReplaceAll(key, "/", "%2F"), mark)
}

// asks is a call that asks to send a mail of so many bytes through the bucket.
func (d *door) asks(t testing.TB, id, body string) *httptest.ResponseRecorder {
	t.Helper()
	return d.call(hook.SourceMail, body, append(signed(t, oldKey, id, d.Clock.Now(), body), "Content-Type", jsonType)...)
}

// sent does what an offer says, but for changes of its headers. It gives the key under which the letter lies then.
func (d *door) sent(t testing.TB, w *httptest.ResponseRecorder, mail string, changes ...string) (status int,
	key string) {
	t.Helper()
	var offer hook.HookReceived
	if err := json.Unmarshal(w.Body.Bytes(), &offer); err != nil || w.Code != http.StatusOK || offer.LetterOffer == nil {
		t.Fatalf("%d %s: %v", w.Code, w.Body, err)
	}
	r, err := http.NewRequestWithContext(t.Context(), offer.Send.Method, offer.Send.URL, strings.NewReader(mail))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", offer.Send.Headers["Content-Type"])
	for i := 0; i < len(changes); i += 2 {
		r.Header.Set(changes[i], changes[i+1])
	}
	status, _ = storetest.Fetch(t, r)
	_, key, _ = strings.Cut(r.URL.Path, "/artwork/")
	return status, key
}

// lies reports whether there is such an object, and how large it is.
func (d *door) lies(t testing.TB, key string) (size int64, there bool) {
	t.Helper()
	found, missing, err := d.Bucket.Look(t.Context(), key, 1)
	if err != nil {
		t.Fatal(err)
	}
	return found.Bytes, !missing
}

// A letter that is too large for a call comes through the bucket. Its photos are the complaint's, its notice may come
// before it, and twice, and it is kept whole.
func TestALetterThroughTheBucket(t *testing.T) {
	t.Parallel()
	d := hookedWithFiles(t)
	d.Clock.Set(time.Now()) // the bucket's clock is the real one
	c, _, address, from := mailed(t, d)
	photo := append(storetest.Photo(t), bytes.Repeat([]byte("\x00"), 3<<20)...)
	mail := enclosing("见照片", map[string][]byte{"1.jpg": photo, "2.exe": []byte("MZ" + strings.Repeat("x", 99))}, from,
		"To: "+address)
	offer := d.asks(t, "mail_1", fmt.Sprintf(`{"bytes":%d}`, len(mail)))
	_, key, _ := strings.Cut(offer.Body.String(), "/artwork/")
	key, _, _ = strings.Cut(key, "?")
	if err := d.Server.Arrived(t.Context(), told(key, "0")); err == nil {
		t.Error("a letter that is not there was taken in")
	}
	if status, at := d.sent(t, offer, mail); status != http.StatusOK || at != key {
		t.Fatalf("%d, %s and %s", status, at, key)
	}
	size, there := d.lies(t, key)
	found, _, err := d.Bucket.Look(t.Context(), key, 1)
	if err != nil || !there || size != int64(len(mail)) {
		t.Fatal(size, there, err)
	}
	for range 2 {
		if err := d.Server.Arrived(t.Context(), told(key, strings.Trim(found.Mark, `"`))); err != nil {
			t.Fatal(err)
		}
	}
	said := d.replies(t, c.ID)
	if len(said) != 1 || !strings.HasPrefix(string(said[0].Text), "见照片") ||
		!strings.Contains(string(said[0].Text), "2.exe") || !slices.Equal(d.attachedTo(t, c.ID), []string{"1.jpg"}) {
		t.Fatalf("%+v, files %q", said, d.attachedTo(t, c.ID))
	}
	if _, there := d.lies(t, key); there {
		t.Error("what was taken in lies there still")
	}
	if size, _ := d.lies(t, "letters/done/"+c.Branch+"/"+said[0].Letter); size != int64(len(mail)) {
		t.Errorf("the letter is kept with %d of %d bytes", size, len(mail))
	}
	if status, _ := d.sent(t, offer, mail); status != http.StatusOK {
		t.Fatal(status)
	}
	if err := d.Server.Arrived(t.Context(), told(key, "0")); err != nil || len(d.replies(t, c.ID)) != 1 {
		t.Errorf("sent again: %v, %d words", err, len(d.replies(t, c.ID)))
	}
	if _, there := d.lies(t, key); there {
		t.Error("what was sent again lies there still")
	}
}

// Only what was offered may be sent: so many bytes, as a letter.
func TestWhatAnOfferTakes(t *testing.T) {
	t.Parallel()
	d := hookedWithFiles(t)
	d.Clock.Set(time.Now())
	offer, mail := d.asks(t, "mail_1", `{"bytes":100}`), strings.Repeat("x", 100)
	for what, try := range map[string]func() (int, string){
		"a byte more":  func() (int, string) { return d.sent(t, offer, mail+"x") },
		"a byte less":  func() (int, string) { return d.sent(t, offer, mail[1:]) },
		"another type": func() (int, string) { return d.sent(t, offer, mail, "Content-Type", "text/html") },
	} {
		if status, key := try(); status != http.StatusForbidden {
			t.Errorf("%s: %d", what, status)
		} else if _, there := d.lies(t, key); there {
			t.Errorf("%s lies there", what)
		}
	}
	if status, key := d.sent(t, offer, mail); status != http.StatusOK {
		t.Errorf("what was offered: %d, %s", status, key)
	}
}

// A letter that nothing follows from is over after its first notice.
func TestAnAutomaticLetterThroughTheBucket(t *testing.T) {
	t.Parallel()
	d := hookedWithFiles(t)
	key := "letters/in/ses/1"
	mail := letter("x", "From: a@b.example", "Auto-Submitted: auto-replied")
	if _, err := d.Bucket.Put(t.Context(), key, []byte(mail)); err != nil {
		t.Fatal(err)
	}
	found, _, err := d.Bucket.Look(t.Context(), key, 1)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := d.Server.Arrived(t.Context(), told(key, strings.Trim(found.Mark, `"`))); err != nil {
			t.Fatal(err)
		}
	}
	if _, there := d.lies(t, key); there || len(d.quarantined(t)) != 0 {
		t.Error("it is kept")
	}
}

// Beyond 25 MB a call is told what to do. A letter that SES took all the same is kept whole and listed with its
// beginning, the record that it is about, and no file.
func TestALetterThatIsTooLarge(t *testing.T) {
	t.Parallel()
	d := hookedWithFiles(t)
	if w := d.asks(t, "mail_1", fmt.Sprintf(`{"bytes":%d}`, 25<<20+1)); w.Code != http.StatusRequestEntityTooLarge ||
		!strings.Contains(w.Body.String(), "25 MB") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := d.asks(t, "mail_2", `{"bytes":0}`); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	c, _, address, from := mailed(t, d)
	mail := enclosing("见附件", map[string][]byte{"1.pdf": append(slices.Clone(storetest.Brochure),
		bytes.Repeat([]byte("x"), 19<<20)...)}, from, "To: "+address)
	if _, err := d.Bucket.Put(t.Context(), "letters/in/ses/1", []byte(mail)); err != nil {
		t.Fatal(err)
	}
	if err := d.Server.Arrived(t.Context(), told("letters/in/ses/1", "0")); err != nil {
		t.Fatal(err)
	}
	kept := d.quarantined(t)
	if len(kept) != 1 || kept[0].Branch != c.Branch {
		t.Fatalf("%+v", kept)
	}
	sub, err := d.Submission(t.Context(), kept[0].ID)
	if err != nil || sub.Letter == nil || !strings.HasPrefix(sub.Letter.Text, "见附件") ||
		!strings.Contains(sub.Letter.Text, "1.pdf") || len(d.attachedTo(t, sub.ID)) != 0 || len(d.replies(t, c.ID)) != 0 {
		t.Fatalf("%+v, %v, files %q", sub.Letter, err, d.attachedTo(t, sub.ID))
	}
	for _, text := range []string{sub.Why().Zh, sub.Why().En} {
		if !strings.Contains(text, words.Reference(c.ID)) || !strings.Contains(text, "25 MB") {
			t.Error(text)
		}
	}
	if size, _ := d.lies(t, "letters/held/"+c.Branch+"/"+sub.Letter.Raw); size != int64(len(mail)) {
		t.Errorf("the letter is kept with %d of %d bytes", size, len(mail))
	}
	if tasks := d.openTasks(t); len(tasks) != 1 || tasks[0].About != sub.ID {
		t.Errorf("%+v", tasks)
	}
}

// What came in place of a letter is kept for a colleague.
func TestWhatIsNoLetterIsKept(t *testing.T) {
	t.Parallel()
	d := hookedWithFiles(t)
	for i, content := range []string{"nothing that mails have", "\xff\xfe\x00"} {
		key := fmt.Sprint("letters/in/mail/", i)
		if _, err := d.Bucket.Put(t.Context(), key, []byte(content)); err != nil {
			t.Fatal(err)
		}
		if err := d.Server.Arrived(t.Context(), told(key, "0")); err != nil {
			t.Fatal(err)
		}
	}
	kept := d.quarantined(t)
	if len(kept) != 2 || kept[0].Difficulty != form.Unplaced {
		t.Fatalf("%+v", kept)
	}
	for _, card := range kept {
		sub, err := d.Submission(t.Context(), card.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, there := d.lies(t, "letters/held/"+sub.Branch+"/"+sub.Letter.Raw); !there {
			t.Error("it is not kept")
		}
	}
}

// A notice that says nothing that the door knows waits, and changes nothing.
func TestNoticesOfTheBucket(t *testing.T) {
	t.Parallel()
	d := hookedWithFiles(t)
	before := d.State()
	for text, known := range map[string]bool{`{"Service":"Amazon S3","Event":"s3:TestEvent"}`: true, `{}`: false,
		`x`: false, told("attached/sub_1/art_1", "0"): false, told("letters/in/%zz", "0"): false,
		strings.Replace(told("letters/in/ses/1", "0"), "Created", "Removed", 1): false} {
		if err := d.Server.Arrived(t.Context(), text); (err == nil) != known {
			t.Errorf("%s: %v", text, err)
		}
	}
	if d.State() != before {
		t.Error("something changed")
	}
}

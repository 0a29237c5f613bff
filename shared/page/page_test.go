package page

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"

	"github.com/a-h/templ"
)

var over = Sign{Shop: words.Text{Zh: "澜印", En: "Lanyin"}, Branch: words.Text{Zh: "上海", En: "Shanghai"},
	Phone: "+862162580188"}

// drawn is a component as a browser gets it.
func drawn(t *testing.T, c templ.Component) string {
	t.Helper()
	var out bytes.Buffer
	if err := c.Render(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestAFrameSpeaksTwoLanguages(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ target, accepts, lang, title, other, phone string }{
		{"/x?lang=zh&ref=1&stands=2", "en", "zh-Hans", "标题 · 澜印", "?lang=en&amp;ref=1", "021-6258 0188"},
		{"/x?ref=&sent=1", "en-GB", "en", "标题 · Lanyin", "?lang=zh", "+86 21 6258 0188"},
		{"/x", "", "zh-Hans", "标题 · 澜印", "?lang=en", "021-6258 0188"}, // the house's
	} {
		r := httptest.NewRequest("GET", c.target, nil)
		r.Header.Set("Accept-Language", c.accepts)
		f := NewFrame(r, over, words.Zh, "ref")
		f.Title = "标题"
		text := drawn(t, Layout(f))
		for _, part := range []string{`<html lang="` + c.lang + `">`, "<title>" + c.title + "</title>",
			`href="` + c.other + `"`, `href="tel:+862162580188">` + c.phone + `</a>`} {
			if !strings.Contains(text, part) {
				t.Errorf("%s: no %s in %s", c.target, part, text)
			}
		}
		if strings.Contains(text, "<script") {
			t.Errorf("%s: a page without scripts has one", c.target)
		}
	}
	f := NewFrame(httptest.NewRequest("GET", "/x", nil), Sign{}, words.En)
	f.Title, f.Scripts = "Title", []Asset{Mark}
	if text := drawn(t, Layout(f)); f.DocumentTitle() != "Title" || strings.Contains(text, "<footer>") ||
		!strings.Contains(text, `<script src="`+Mark.Path+`" defer></script>`) {
		t.Errorf("a page that knows no shop: %s", text)
	}
}

func TestFaultsStandBesideTheirFields(t *testing.T) {
	t.Parallel()
	said := func(text string) words.Text { return words.Text{Zh: text, En: text} }
	v := Form{Frame: Frame{W: &wordsEn, Lang: words.En}, Fields: []Field{{Name: "name", Label: "Name"},
		{Name: "phone", Label: "Phone"}, {Name: "box", Label: "Box"}}}
	v.Blame([]fault.Field{{Pointer: "/elsewhere", Text: said("gone")}, {Pointer: "/phone", Text: said("Phone is odd")},
		{Pointer: "/name", Text: said("first")}, {Pointer: "/name", Text: said("second")}})
	want := []Fault{{"name", "Name: first"}, {"phone", "Phone is odd"}, {"", "gone"}}
	if len(v.Faults) != len(want) || v.Faults[0] != want[0] || v.Faults[1] != want[1] || v.Faults[2] != want[2] ||
		v.Fields[0].Error != "first" || v.Fields[2].Error != "" {
		t.Errorf("%+v, %+v", v.Faults, v.Fields)
	}
	if text := drawn(t, FaultSummary(v.Faults, v.W)); !strings.Contains(text, "3 things need changing") ||
		!strings.Contains(text, `<a href="#name">Name: first</a>`) || !strings.Contains(text, "<li>gone</li>") {
		t.Error(text)
	}
	if text := drawn(t, FaultSummary(nil, v.W)); text != "" {
		t.Errorf("no faults: %s", text)
	}
}

func TestFieldsOfEachKind(t *testing.T) {
	t.Parallel()
	two := []Option{{"a", "A", false}, {"b", "B", true}}
	for want, f := range map[string]Field{
		`<input type="tel" id="f" name="f" value="1&#34;" maxlength="9" autocomplete="tel" inputmode="tel" ` +
			`aria-describedby="f-hint f-error" aria-invalid="true" required>`: {Input: Input{"tel", "tel", "tel", 9},
			Value: `1"`, Hint: "H", Error: "E", Required: true},
		`value="x" readonly>`: {Input: Input{Type: "text"}, Value: "x", Fixed: true},
		`<textarea id="f" name="f" rows="5">` + "\n</textarea>":         {Input: Input{Type: "area"}},
		`<option value="b" selected>B</option></select>`:                {Input: Input{Type: "select", Max: 9}, Options: two},
		`<input type="radio" id="f" name="f" value="a">`:                {Input: Input{Type: "radio"}, Options: two},
		`<input type="radio" id="f-1" name="f" value="b" checked>`:      {Input: Input{Type: "radio"}, Options: two},
		`<input type="checkbox" id="f" name="f" checked>`:               {Input: Input{Type: "box"}, Value: "on"},
		`<span class="optional">optional</span>`:                        {Input: Input{Type: "text"}, Optional: true},
		`<input type="date" id="f" name="f" value="" min="2026-11-23">`: {Input: Input{Type: "date"}, Min: "2026-11-23"},
	} {
		f.Name, f.Label = "f", "Label"
		if text := drawn(t, FormField(f, &wordsEn)); !strings.Contains(text, want) || !strings.Contains(text, "Label") {
			t.Errorf("no %s in %s", want, text)
		}
	}
}

func TestAssetsMayBeKeptForEver(t *testing.T) {
	t.Parallel()
	own := func(text string) Asset {
		return NewAsset(fstest.MapFS{"assets/x.js.gz": {Data: httpapi.Zip([]byte(text + "b"))}}, "x.js", "text/javascript")
	}
	one := own("a")
	if one.Path == own("other").Path || one.Path != own("a").Path || !strings.HasPrefix(one.Path, "/assets/x.") {
		t.Errorf("%s does not follow its content", one.Path)
	}
	answer := Assets(one)
	r := httptest.NewRequest("GET", one.Path, nil)
	if a, err := answer(r); err != nil || string(a.Bytes) != "ab" || a.Type != "text/javascript" ||
		!strings.Contains(a.Header.Get("Cache-Control"), "immutable") || a.Header.Get("Content-Encoding") != "" {
		t.Errorf("%+v, %v", a, err)
	}
	r.Header.Set("Accept-Encoding", "br, gzip")
	a, err := answer(r)
	if err != nil || a.Header.Get("Content-Encoding") != "gzip" ||
		!strings.Contains(a.Header.Get("Vary"), "Accept-Encoding") {
		t.Fatalf("%+v, %v", a, err)
	}
	small, err := gzip.NewReader(bytes.NewReader(a.Bytes))
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(small); err != nil || string(text) != "ab" {
		t.Errorf("%s, %v", text, err)
	}
	for _, path := range []string{sheet.Path, Mark.Path} {
		if _, err := answer(httptest.NewRequest("GET", path, nil)); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := answer(httptest.NewRequest("GET", "/assets/x.js", nil)); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a name without its hash: %v", err)
	}
}

func TestAPrivatePageKeepsItsAddress(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest("GET", "/x", nil)
	a, err := Private(Drawn(r, 200, words.En, Layout(NewFrame(r, over, words.En))))
	if err != nil || a.Header.Get("Referrer-Policy") != "no-referrer" || a.Header.Get("Content-Language") != "en" ||
		strings.Contains(a.Header.Get("Content-Security-Policy"), "script-src") {
		t.Errorf("%v, %v", a.Header, err)
	}
	a = Scripted(a, "https://bucket.example")
	if policy := a.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "script-src 'self'") ||
		!strings.Contains(policy, "connect-src 'self' https://bucket.example") {
		t.Error(policy)
	}
}

func TestAProblemKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	for status, c := range map[int]struct {
		title string
		kept  bool
	}{404: {wordsEn.Missing.Title, false}, 429: {wordsEn.Flooded.Title, true}, 503: {wordsEn.Busy.Title, true},
		500: {wordsEn.Broken.Title, true}, 413: {wordsEn.Unreadable.Title, false}} {
		r := httptest.NewRequest("POST", "/x?next=https%3A%2F%2Fshop.example%2F&ref=1", nil)
		r.PostForm = map[string][]string{"name": {`<b>"Tom"`}}
		a := Problem(r, httpapi.Problem{Status: status}, over, "ref")
		text := string(a.Bytes)
		if a.Status != status || !strings.Contains(text, "<h1>"+c.title+"</h1>") || !strings.Contains(text, "ref=1") ||
			!strings.Contains(text, "tel:"+over.Phone) ||
			strings.Contains(text, `name="name" value="&lt;b&gt;&#34;Tom&#34;"`) != c.kept ||
			strings.Contains(text, `<form method="post" action="?ref=1">`) != c.kept {
			t.Errorf("%d: %d %s", status, a.Status, text)
		}
	}
	a, err := Gone(httptest.NewRequest("GET", "/x?lang=zh", nil), over,
		func(lang words.Lang) Notice { return Note("没有了", string(lang)) })
	if err != nil || a.Status != 404 || !strings.Contains(string(a.Bytes), "<h1>没有了</h1><p>zh</p>") ||
		a.Header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("%d %s, %v", a.Status, a.Bytes, err)
	}
}

func TestTimesAndNumbersAsPeopleReadThem(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)
	m := Clock{"Asia/Shanghai", now, words.En}.At(now.Add(48 * time.Hour))
	if m.Stamp != "2026-11-26T02:00:00Z" || !strings.Contains(m.Words, "10:00") {
		t.Errorf("%+v", m)
	}
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 12_800: "12,800", 1_234_567: "1,234,567"} {
		if got := Grouped(n); got != want {
			t.Errorf("%d is %s", n, got)
		}
	}
	if text := drawn(t, Banner(Note("Saved", "It stands."), true)); !strings.Contains(text, `class="again"`) ||
		!strings.Contains(text, "<h2>Saved</h2>") || drawn(t, Banner(Notice{}, false)) != "" {
		t.Error(text)
	}
}

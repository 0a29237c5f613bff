package intake_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"afterpress/infra/checks/corpus"
	"afterpress/infra/local/seed"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/storetest"

	"golang.org/x/net/html"
)

// places are where a person may write something, each with a mark of its own that no log may show.
var places = []string{
	"name", "company", "phone", "email", "product", "quantity", "needed_by", "message", "heard_from", "homepage", "opened",
}

func mark(place string) string { return "canary-" + place + "-zq3x" }

// besieged is a door in memory with a log that can be read.
type besieged struct {
	*door
	log *bytes.Buffer
}

func besiege(t *testing.T) besieged {
	t.Helper()
	bench := &storetest.Bench{Clock: new(storetest.Clock)}
	bench.Store = storetest.Idle(bench.Clock)
	bench.Clock.Set(storetest.Began)
	m := &memory{seed.Shop(storetest.Began), map[string]form.Submission{}}
	b := besieged{hang(bench, bench.Store, m), new(bytes.Buffer)}
	b.Receipts = m
	b.Server.Log = slog.New(slog.NewJSONHandler(b.log, nil))
	b.Handler = b.Server.Handler()
	return b
}

// spoiled is a good enquiry with the text in the places.
func spoiled(text string, where ...string) map[string]string {
	typed := map[string]string{"name": "Tom", "email": "tom@example.com", "product": "book"}
	for _, place := range where {
		typed[place] = text + mark(place)
	}
	return typed
}

func (b besieged) fill(typed map[string]string) *httptest.ResponseRecorder {
	fields := url.Values{}
	for name, value := range typed {
		fields.Set(name, value)
	}
	return b.post(fields, "User-Agent", mark("name"), "Referer", "https://x.example/"+mark("email"))
}

// logged fails unless exactly one line was logged since the last time, with nothing in it of what was sent.
func (b besieged) logged(t *testing.T, what string) {
	t.Helper()
	line := strings.TrimSuffix(b.log.String(), "\n")
	b.log.Reset()
	var entry map[string]any
	if err := json.Unmarshal([]byte(line), &entry); err != nil || strings.Contains(line, "\n") ||
		entry["msg"] != "request" || entry["status"] == nil {
		t.Errorf("%s: logged %q, %v", what, line, err)
	}
	if strings.Contains(line, "canary-") || strings.Contains(line, "-zq3x") {
		t.Errorf("%s: the log says %s", what, line)
	}
}

// asParsed is what a reader of HTML makes of a text that was kept as it is.
var asParsed = strings.NewReplacer("\x00", "\uFFFD", "\r\n", "\n")

// vocabulary is every element with each of its attributes.
func vocabulary(page *html.Node) map[string]bool {
	out := map[string]bool{}
	for n := range page.Descendants() {
		if n.Type == html.CommentNode {
			out["comment"] = true
		}
		if n.Type != html.ElementNode {
			continue
		}
		out[n.Data] = true
		for _, a := range n.Attr {
			out[n.Data+" "+a.Key] = true
			if slices.Contains([]string{"href", "src", "action", "formaction"}, a.Key) {
				out[n.Data+" "+a.Key+"="+a.Val] = true
			}
		}
	}
	return out
}

func TestFiveHundredHostileStringsMakeNothing(t *testing.T) {
	b := besiege(t)
	known := map[string]bool{}
	// wrong, too long for each field, too long for the door
	for _, harmless := range []string{"zz", strings.Repeat("z", 2100), strings.Repeat("z", 12_000)} {
		maps.Copy(known, vocabulary(parse(t, b.fill(spoiled(harmless, places...)))))
	}
	b.log.Reset()
	all := corpus.Hostile()
	if len(all) < 500 || len(places) < 11 {
		t.Fatalf("%d strings, %d places", len(all), len(places))
	}
	for _, text := range all {
		w := b.fill(spoiled(text, places...))
		b.logged(t, fmt.Sprintf("%q everywhere", text))
		page := parse(t, w)
		for word := range vocabulary(page) {
			if !known[word] {
				t.Errorf("%q makes %s", text, word)
			}
		}
		if w.Code == 422 {
			if got := attr(byID(t, page, "company"), "value"); got != asParsed.Replace(text)+mark("company") {
				t.Errorf("%q is kept as %q", text, got)
			}
		}
		for _, place := range places {
			what := fmt.Sprintf("%q as %s", text, place)
			if w := b.fill(spoiled(text, place)); !slices.Contains([]int{303, 400, 413, 422}, w.Code) {
				t.Errorf("%s: status %d", what, w.Code)
			}
			b.logged(t, what)
		}
	}
}

// failing is the store when it breaks in one way or another over what it was given.
type failing struct {
	*memory
	breaks func(said string) error
}

func (f failing) Capture(_ context.Context, c lead.Capture, _ *form.Submission) (lead.Lead, error) {
	return lead.Lead{}, f.breaks(c.Enquiry.Name + c.Enquiry.Email + c.Enquiry.Message)
}

// Neither a store that fails nor code that panics brings into the log what the person wrote. What no rule can take is
// kept, and the person is thanked.
func TestFaultsDoNotTellWhatWasTyped(t *testing.T) {
	for what, c := range map[string]struct {
		breaks func(string) error
		status int
	}{
		"a panic of text":     {func(said string) error { panic(said) }, 303},
		"a panic of an error": {func(said string) error { panic(errors.New(said)) }, 303},
		"a panic of Go":       {func(said string) error { return []error{}[len(said)] }, 303},
		"a number":            {func(said string) error { _, err := strconv.Atoi(said); return err }, 303},
		"a time":              {func(said string) error { _, err := time.Parse(time.RFC3339, said); return err }, 303},
		"plain words":         {errors.New, 303},
		"a cause": {func(said string) error {
			return fault.Fail(fault.Unavailable, "请稍候", "Wait").Because(fmt.Errorf("%q", said))
		}, 503},
		"a flood": {func(said string) error {
			return fault.Fail(fault.TooMany, "请稍候", "Wait").Because(fmt.Errorf("the host %q", said))
		}, 429},
	} {
		b := besiege(t)
		b.Enquiries = failing{b.Enquiries.(*memory), c.breaks}
		b.Handler = b.Server.Handler()
		typed := map[string]string{"name": mark("name"), "email": mark("email") + "@example.com", "product": "book",
			"message": mark("message")}
		if w := b.fill(typed); w.Code != c.status {
			t.Errorf("%s: status %d %s", what, w.Code, w.Body)
		}
		log := b.log.String()
		for line := range strings.Lines(log) {
			if !json.Valid([]byte(line)) {
				t.Errorf("%s: no line of JSON: %s", what, line)
			}
		}
		if strings.Count(log, `"msg":"request"`) != 1 || strings.Contains(log, "canary-") || strings.Contains(log, "-zq3x") {
			t.Errorf("%s: the log says %s", what, log)
		}
	}
}

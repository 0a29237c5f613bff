package intake_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/message"
)

// Who writes too much about a complaint keeps what was typed and reads whom to call. A second click on the last message
// that was taken is still the first.
func TestACustomerWhoWritesTooMuchIsAskedToCall(t *testing.T) {
	d := open(t)
	c, at := d.opened(t)
	say := func(text string, seen int64) *httptest.ResponseRecorder {
		return d.say(at, url.Values{"say": {"message"}, "text": {text}, "seen": {fmt.Sprint(seen)}})
	}
	seen := int64(0)
	for n := range message.PerHour {
		seen = d.at(t, at).Version
		if w := say(fmt.Sprint("word ", n), seen); w.Code != http.StatusSeeOther {
			t.Fatalf("word %d: %d", n, w.Code)
		}
	}
	if w := say(fmt.Sprint("word ", message.PerHour-1), seen); w.Code != http.StatusSeeOther {
		t.Errorf("the last word a second time: %d", w.Code)
	}
	events := d.Count(t, d.Tables.Events, "CUSTOMER#"+c.Customer)
	for lang, says := range map[string]string{"en": "Please call us", "zh": "请致电我们"} {
		w := d.say(strings.Replace(at, "lang=en", "lang="+lang, 1), url.Values{"say": {"message"},
			"text": {"one more <b>"}, "seen": {fmt.Sprint(d.at(t, at).Version)}})
		text := visible(parse(t, w))
		if wait, err := strconv.Atoi(w.Header().Get("Retry-After")); w.Code != http.StatusTooManyRequests || err != nil ||
			wait < 1 || wait > 3600 {
			t.Errorf("%s: %d, wait %d, %v", lang, w.Code, wait, err)
		}
		if !strings.Contains(text, says) || !strings.Contains(text, calls(d, seed.Shanghai, lang)) ||
			!strings.Contains(w.Body.String(), "one more &lt;b&gt;") {
			t.Errorf("%s: %s", lang, text)
		}
	}
	if n := len(d.replies(t, c.ID)); n != message.PerHour {
		t.Errorf("%d words are kept", n)
	}
	if n := d.Count(t, d.Tables.Events, "CUSTOMER#"+c.Customer); n != events {
		t.Errorf("%d events more", n-events)
	}
	d.Clock.Advance(time.Hour)
	if w := say("later", d.at(t, at).Version); w.Code != http.StatusSeeOther {
		t.Errorf("an hour later: %d", w.Code)
	}
}

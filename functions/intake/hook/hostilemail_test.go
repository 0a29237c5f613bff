package hook_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"afterpress/functions/intake/hook"
	"afterpress/infra/checks/corpus"
)

// mailPlaces are where a mail says something, its parts and the call around it included.
var mailPlaces = []string{
	"subject", "from name", "from address", "to name", "cc", "delivered-to", "in-reply-to", "references", "message-id",
	"reply-to", "date", "auto-submitted",
	"a header of their own", "a header's name", "content-type", "charset", "boundary", "transfer encoding", "file name",
	"text", "page", "page, encoded", "subject, encoded",
	"report status", "report action", "report about", "returned header", "call id", "user agent",
}

// hostileMail is an answer to our lead with the text in one place, and the call that hands it over.
func hostileMail(place, text, to string) (mail, id string, headers []string) {
	at := func(name, otherwise string) string {
		if name == place {
			return text
		}
		return otherwise
	}
	encoded := base64.StdEncoding.EncodeToString([]byte(text))
	lines := []string{
		"From: " + at("from name", "Lina") + " <" + at("from address", "lina@example.com") + ">",
		"To: " + at("to name", "Shop") + " <" + to + ">", "Cc: " + at("cc", "x@example.com"), "Delivered-To: " +
			at("delivered-to", "hello@shop.example"),
		"Subject: " + at("subject", at("subject, encoded", "")), "In-Reply-To: " +
			at("in-reply-to", "<"+ourTag+"@shop.example>"),
		"References: " + at("references", "<"+ourTag+"@shop.example>"), "Message-ID: " + at("message-id", "<1@example.com>"),
		"Reply-To: " + at("reply-to", "lina@example.com"), "Date: " + at("date", "Tue, 24 Nov 2026 10:00:00 +0800"),
		"X-Their-Own: " + at("a header of their own", "x"),
	}
	switch place {
	case "subject, encoded":
		lines[4] = "Subject: =?utf-8?B?" + encoded + "?="
	case "auto-submitted":
		lines = append(lines, "Auto-Submitted: "+text)
	case "a header's name":
		lines = append(lines, text+": x")
	case "report status", "report action", "report about", "returned header":
		status := "Reporting-MTA: dns; mx\r\n\r\nAction: " + at("report action", "failed") + "\r\nStatus: " +
			at("report status", "5.1.1") + "\r\nFeedback-Type: " + at("report about", "abuse")
		return report("delivery-status", status, "Message-ID: <"+ourTag+"@shop.example>", "X-Afterpress-Key: "+
			at("returned header", ourTag)), "", nil
	}
	kind := at("content-type", "multipart/mixed") + "; boundary=" + at("boundary", "b")
	parts := strings.Join([]string{
		"--b", "Content-Type: text/plain; charset=" + at("charset", "utf-8"), "Content-Transfer-Encoding: " +
			at("transfer encoding", "8bit"), "", at("text", "Yes."),
		"--b", "Content-Type: image/png; name=\"" + at("file name", "x.png") + "\"",
		"Content-Disposition: attachment; filename=" + at("file name", "x.png"), "", "AAAA", "--b--", "",
	}, "\r\n")
	switch place {
	case "page":
		kind, parts = "text/html; charset=utf-8", "<p>"+text+"</p>"
	case "page, encoded":
		kind, parts = "text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64", encoded
	}
	return letter(parts, append(lines, "Content-Type: "+kind)...), at("call id", ""),
		[]string{"User-Agent", at("user agent", "hook")}
}

// oneLine reports whether the text stays in the line where it is shown, and moves nothing around it.
func oneLine(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) && r != '\t' || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
	})
}

// Whatever a mail says, and wherever: it is taken or refused, in one line of the log that repeats nothing of it; what
// is kept of an answer is plain text under the lead that its address names. A report is of the message that it names
// or of none.
func TestFiveHundredHostileStringsInAMail(t *testing.T) {
	b := besiege(t)
	p := b.memory
	to := b.Frontdesk.Replies.For(ourLead, "reply.shop.example")
	all, kept, codes := corpus.Hostile(), map[string]int{}, map[int]int{}
	if len(all) < 500 || len(mailPlaces) < 12 {
		t.Fatalf("%d strings, %d places", len(all), len(mailPlaces))
	}
	for i, text := range all {
		for n, place := range mailPlaces {
			what := fmt.Sprintf("%q as %s", text, place)
			p.touches, p.leads, p.reports = nil, nil, nil
			mail, id, headers := hostileMail(place, text+mark(place), to)
			if id == "" {
				id = fmt.Sprintf("mail_%d_%d", i, n)
			}
			w := b.call(hook.SourceMail, mail,
				slices.Concat(signed(t, oldKey, id, b.Clock.Now(), mail), []string{"Content-Type", mailType}, headers)...)
			if !slices.Contains([]int{202, 400, 401}, w.Code) ||
				strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") || strings.Contains(w.Body.String(), "canary-") ||
				place == "call id" && w.Code != 401 {
				t.Errorf("%s: status %d %s", what, w.Code, w.Body)
			}
			codes[w.Code]++
			b.logged(t, what)
			for k, touch := range p.touches {
				kept[place]++
				if p.leads[k] != ourLead || !oneLine(touch.Subject) || !oneLine(touch.From) ||
					!oneLine(strings.ReplaceAll(touch.Text, "\n", "")) {
					t.Errorf("%s: kept under %s as %+v", what, p.leads[k], touch)
				}
			}
			for _, tag := range p.reports {
				if tag != ourTag {
					t.Errorf("%s: a report of %s", what, tag)
				}
				kept[place]++
			}
		}
	}
	for _, place := range mailPlaces {
		if (kept[place] == 0) != (place == "call id") { // a call of such an id is refused before it is read
			t.Errorf("as %s nothing was ever kept, so that nothing was shown", place)
		}
	}
	t.Logf("%d strings, %d places, answers %v", len(all), len(mailPlaces), codes)
}

package intake_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/setup"

	"golang.org/x/net/html"
)

// notes gives the shop another privacy notice, and gives the reference of the version of the policy that has it.
func (d *door) notes(t testing.TB, zh, en string) string {
	t.Helper()
	shop, err := d.ShopNow(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	before := shop.Policies[0]
	next := before
	next.Texts.Privacy = &setup.PolicyText{Zh: zh, En: en}
	next, e, err := before.Reshape(next, boss, shop, d.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := d.SavePolicy(t.Context(), before, next, e); err != nil {
		t.Fatal(err)
	}
	d.Clock.Advance(time.Minute) // the door keeps the set-up for half a minute
	return next.Ref()
}

// TestThePrivacyNotice stands under every form and every page of a link, in the reader's language, and the submission
// keeps its version.
func TestThePrivacyNotice(t *testing.T) {
	t.Parallel()
	d := open(t)
	first := received(t, d.post(url.Values{"name": {"李娜"}, "email": {"first@example.com"}, "product": {"cards"}}))
	contact, choices := d.subscriber(t)
	_, confirm := d.reconsidered(t)
	_, question := asks(t, d, contact.Customer, contact.ID)
	complaint := d.say(d.caseLink(contact.ID, ""), filled()).Header().Get("Location")
	pages := map[string]string{
		"the form": "/forms/quote", "thanks": "/forms/quote/thanks", "to complain": d.caseLink(contact.ID, ""),
		"a complaint": complaint, "a question": question, "choices": choices, "a confirmation": confirm, "no link": "/c/x",
		"no choices": "/u/x", "no files": "/artwork/x",
	}
	const zh = "我们只为答复您而使用您的资料。\n保存两年。"
	const en = "We use your data to answer you.\nWe keep it for two years."
	const at = "https://print.example/privacy?a=1&b=2"
	for n, c := range []struct {
		zh, en string
		says   map[string]string
		link   string
	}{
		{zh, en, map[string]string{"zh": "我们只为答复您而使用您的资料。\n保存两年。", "en": en}, ""},
		{at, at, map[string]string{"zh": "隐私说明", "en": "Privacy notice"}, at},
	} {
		version := d.notes(t, c.zh, c.en)
		for what, to := range pages {
			path, _, _ := strings.Cut(to, "?")
			for lang, says := range c.says {
				page := parse(t, d.ask("GET", path+"?lang="+lang, ""))
				foot := find(page, byTag("footer"))
				if len(foot) != 1 || !strings.Contains(visible(foot[0]), says) {
					t.Errorf("%s in %s does not say it: %s", what, lang, visible(page))
					continue
				}
				links := find(foot[0], func(n *html.Node) bool { return attr(n, "href") == c.link && c.link != "" })
				if (len(links) == 1) != (c.link != "") || len(links) == 1 && attr(links[0], "rel") != "noreferrer" {
					t.Errorf("%s in %s: %d links", what, lang, len(links))
				}
			}
		}
		script := d.ask("GET", "/forms/quote/embed.js?lang=en", "").Body.String()
		want := `"privacy":["We use your data to answer you.","We keep it for two years."]`
		if c.link != "" {
			want = `"privacy_at":"https://print.example/privacy?a=1`
		}
		if !strings.Contains(script, want) {
			t.Errorf("the script on another website: %s", script[max(0, len(script)-1500):])
		}
		typed := url.Values{"name": {"王芳"}, "email": {[]string{"a", "b"}[n] + "@example.com"}, "product": {"cards"}}
		sub, err := d.Submission(t.Context(), received(t, d.post(typed)))
		if err != nil || sub.Privacy != version {
			t.Errorf("the submission has %q, not %q: %v", sub.Privacy, version, err)
		}
	}
	if sub, err := d.Submission(t.Context(), first); err != nil || sub.Privacy != "" {
		t.Errorf("one of before the notice: %q, %v", sub.Privacy, err)
	}
}

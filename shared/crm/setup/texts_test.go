package setup_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"afterpress/infra/checks/corpus"
	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// signed is the standard policy with a signature.
func signed(zh, en string) setup.Policy {
	p := setup.StandardPolicy()
	p.Texts.Signature = &setup.PolicyText{Zh: zh, En: en}
	return p
}

func TestPolicyTextsThatCannotBe(t *testing.T) {
	long, six := strings.Repeat("印", 500), "1\n2\n3\n4\n5\n6"
	for _, c := range []struct{ name, zh, en, want string }{
		{"usual", "澜印印刷\n周一至周六 08:30–18:00", "Lanyin Print\nMon to Sat", ""},
		{"as long as may be", long, six, ""},
		{"too long", long + "印", "x", "/texts/signature/zh"},
		{"too many lines", "好", six + "\n7", "/texts/signature/en"},
		{"too many lines in both", six + "\n7", six + "\n7", "/texts/signature/zh /texts/signature/en"},
		{"no Chinese", "", "x", "/texts/signature/zh"},
		{"no English", "好", "", "/texts/signature/en"},
		{"only spaces", "\u200b \u3000", "x", "/texts/signature/zh"},
		{"a control character", "好\x1b[31m", "x\r\ny", "/texts/signature/zh /texts/signature/en"},
		{"the direction turned", "好\u202egnp.exe", "x\u2066y", "/texts/signature/zh /texts/signature/en"},
		{"a separator of lines", "好\u2028", "x", "/texts/signature/zh"},
		{"not UTF-8", "好\xff", "x", "/texts/signature/zh"},
		{"markup and placeholders are text", "<b>{{link}}</b>", "{{env \"HOME\"}} https://evil.example", ""},
	} {
		if got := kerneltest.PointersOf(signed(c.zh, c.en).Check()); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	every := setup.StandardPolicy()
	for i, slot := range every.Texts.Slots() {
		*slot.Text = &setup.PolicyText{Zh: "好", En: "x\x00"}
		if got := strings.Fields(kerneltest.PointersOf(every.Check())); len(got) != i+1 || got[i] != "/texts/"+slot.Name+
			"/en" {
			t.Errorf("%s: %v", slot.Name, got)
		}
	}
}

// A slot that the list leaves out would be neither checked nor said.
func TestEverySlotOfThePolicyTextsIsListed(t *testing.T) {
	var fields, listed []string
	for f := range reflect.TypeFor[setup.PolicyTexts]().Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		fields = append(fields, name)
	}
	var texts setup.PolicyTexts
	for _, slot := range texts.Slots() {
		listed = append(listed, slot.Name)
		*slot.Text = &setup.PolicyText{Zh: "中 " + slot.Name, En: "en " + slot.Name}
	}
	if !slices.Equal(fields, listed) {
		t.Errorf("fields %v, listed %v", fields, listed)
	}
	for lang, mark := range map[words.Lang]string{words.Zh: "中 ", words.En: "en ", "fr": "en "} {
		said := texts.In(lang)
		for _, name := range fields {
			if said[name] != mark+name {
				t.Errorf("%s in %s says %q", name, lang, said[name])
			}
		}
	}
	if said := (setup.PolicyTexts{}).In(words.Zh); len(said) != 0 {
		t.Errorf("no texts say %v", said)
	}
}

// What somebody types is kept whole, but for the space around it and the spelling of its characters, or refused
// with its place.
func TestPolicyTextsAreKeptWholeOrRefused(t *testing.T) {
	now, shop, owner := time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC), crmtest.Shop(),
		staff.Actor{ID: "stf_o", Roles: []staff.Role{staff.Owner}}
	p, kept := shop.Policies[0], 0
	try := func(typed string) (ok bool, why string) {
		next := p
		next.Texts.LeadAcknowledge = &setup.PolicyText{Zh: typed, En: "x" + typed}
		out, _, err := p.Reshape(next, owner, shop, now)
		if err != nil {
			return false, err.Error()
		}
		if got, want := out.Texts.LeadAcknowledge.Zh, strings.TrimSpace(norm.NFC.String(typed)); got != want ||
			utf8.RuneCountInString(got) > 500 || strings.Count(got, "\n") > 5 {
			return true, fmt.Sprintf("%q became %q", typed, got)
		}
		raw, err := json.Marshal(out)
		var again setup.Policy
		if err != nil || json.Unmarshal(raw, &again) != nil || !reflect.DeepEqual(again.Texts, out.Texts) {
			return true, fmt.Sprintf("%q does not come back", typed)
		}
		if twice, e, err := out.Reshape(out, owner, shop, now); err != nil || twice.Version != out.Version || e.Type != "" {
			return true, fmt.Sprintf("%q said again is a change", typed)
		}
		return true, ""
	}
	for _, bad := range corpus.Hostile() {
		ok, why := try(bad)
		if ok && why != "" {
			t.Error(why)
		}
		if ok {
			kept++
		}
	}
	if kept < 200 {
		t.Errorf("only %d of the corpus were taken", kept)
	}
	rapid.Check(t, func(rt *rapid.T) {
		if ok, why := try(rapid.String().Draw(rt, "typed")); ok && why != "" {
			rt.Fatal(why)
		}
	})
}

// New words are a new version with its event. They move no deadline, so nothing is planned anew and an open record
// keeps the version, and the words, that it named before.
func TestNewTextsMoveNoDeadline(t *testing.T) {
	now, shop, owner := crmtest.Tuesday, crmtest.Shop(), staff.Actor{ID: "stf_o", Roles: []staff.Role{staff.Owner}}
	before := shop.Policies[0]
	change := func(texts setup.PolicyTexts, contact int64) (setup.Policy, event.Event) {
		next := before
		next.Texts, next.Lead.FirstContact = texts, contact
		out, evt, err := before.Reshape(next, owner, shop, now)
		if err != nil {
			t.Fatal(err)
		}
		return out, evt
	}
	text := setup.PolicyTexts{Signature: &setup.PolicyText{Zh: "澜印印刷\n", En: " Lanyin"}}
	next, e := change(text, before.Lead.FirstContact)
	if next.Version != before.Version+1 || e.Type != event.PolicyChanged || e.Data["changed"] != "texts" ||
		e.Data["from"] != before.Ref() ||
		e.Data["to"] != next.Ref() || e.Wakes || e.Pending || next.Texts.Signature.Zh != "澜印印刷" ||
		text.Signature.Zh != "澜印印刷\n" {
		t.Errorf("%+v %+v", next.Texts.Signature, e)
	}
	if raw, err := json.Marshal(e); err != nil || strings.Contains(string(raw), "澜印") {
		t.Errorf("the event holds the words: %s", raw)
	}
	if _, evt := change(text, before.Lead.FirstContact*2); !evt.Wakes || !evt.Pending ||
		evt.Data["changed"] != "lead texts" {
		t.Errorf("with another time: %+v", evt)
	}
	l, terms := crmtest.Lead(t), crmtest.Terms(t)
	terms.Policy = next
	if again, told, err := l.Replan(terms.Lead(), now); err != nil || told.Type != "" || again.Policy != l.Policy ||
		again.Version != l.Version {
		t.Errorf("the lead moved: %+v %v", told, err)
	}
	if quiet, _, err := next.Reshape(setup.Policy{ID: next.ID, Lead: next.Lead, Task: next.Task,
		Complaint: next.Complaint, Hold: next.Hold, SMS: next.SMS, Life: next.Life,
		Preference: next.Preference}, owner, shop, now); err != nil || quiet.Version != next.Version+1 ||
		quiet.Texts.Signature != nil {
		t.Errorf("taken away: %+v %v", quiet.Texts, err)
	}
	raw, err := json.Marshal(before)
	if err != nil || strings.Contains(string(raw), "texts") {
		t.Errorf("a policy without texts is written as %s", raw)
	}
}

func TestPolicyOf(t *testing.T) {
	for ref, want := range map[string]string{
		"standard@3": "standard 3", "strict-2@12": "strict-2 12", "standard@0": "", "standard@-1": "", "standard@03": "",
		"standard@+3": "", "standard": "", "@3": "",
		"": "", "a@b@3": "", "standard@3 ": "", "standard@٣": "", "standard@9223372036854775808": "", "../x@1": "",
		"a#b@1": "",
	} {
		got := ""
		if id, version, ok := setup.ParseRef(ref); ok {
			got = fmt.Sprint(id, " ", version)
		}
		if got != want {
			t.Errorf("%q is %q, want %q", ref, got, want)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		p := setup.Policy{ID: rapid.StringMatching(`[a-z][a-z0-9-]{1,39}`).Draw(rt, "id"),
			Version: rapid.Int64Min(1).Draw(rt, "version")}
		if id, version, ok := setup.ParseRef(p.Ref()); !ok || id != p.ID || version != p.Version {
			rt.Fatalf("%s is %s, %d, %v", p.Ref(), id, version, ok)
		}
	})
}

func TestThePrivacyNoticeOfABranch(t *testing.T) {
	text := func(zh, en string) *setup.PolicyText { return &setup.PolicyText{Zh: zh, En: en} }
	with := func(id string, version int64, notice *setup.PolicyText) setup.Policy {
		return setup.Policy{ID: id, Version: version, Texts: setup.PolicyTexts{Privacy: notice}}
	}
	shop := setup.Shop{Policies: []setup.Policy{with("standard", 3, text("我们保护您的资料。", "We keep your data.")),
		with("abroad", 1, nil)}}
	shop.Branches = []firm.Branch{{ID: "shanghai", Policy: "standard"}, {ID: "berlin", Policy: "abroad"}}
	for branch, want := range map[string][2]string{
		"shanghai": {"We keep your data.", "standard@3"}, "berlin": {"", ""}, "gone": {"We keep your data.", "standard@3"},
	} {
		notice, version := shop.PrivacyAt(branch)
		if notice.En != want[0] || version != want[1] || shop.Sign(branch).Privacy != notice {
			t.Errorf("%s: %q of %q", branch, notice.En, version)
		}
	}
	if notice, version := (setup.Shop{}).PrivacyAt(""); notice != (words.Text{}) || version != "" ||
		(setup.Shop{}).House() != (setup.Sign{}) {
		t.Errorf("an empty shop: %q of %q", notice, version)
	}
	for notice, mail := range map[string]string{
		"https://print.example/privacy": "Privacy notice: https://print.example/privacy",
		"http://print.example/privacy":  "http://print.example/privacy", "We keep your data.": "We keep your data.",
		"https://print.example/a\nsecond line": "https://print.example/a\nsecond line", "https://": "https://",
		"https://print.example and more": "https://print.example and more",
	} {
		if got := (setup.PolicyTexts{Privacy: text("x", notice)}).In(words.En)["privacy"]; got != mail {
			t.Errorf("%q: %q", notice, got)
		}
	}
}

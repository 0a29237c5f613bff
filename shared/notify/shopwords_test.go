package notify

import (
	"html"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/words"
)

// worded is the sample of a message with all that a shop may add to it.
func worded(name string, lang words.Lang) map[string]string {
	own := map[words.Lang]map[string]string{
		words.Zh: {
			"signature":             "晨光印务 · 包装与画册\n周一至周六 08:30–18:00 · 021 6234 5678",
			"lead_acknowledge":      "一般当天报价。文件请用 PDF/X，出血 3 mm，文字转曲。",
			"complaint_acknowledge": "请保留全部印张，先不要丢弃或继续加工。",
			"complaint_evidence":    "样品请寄：上海市浦东新区印刷路 8 号\n质检室 收，电话 021 6234 5678",
			"hold_ask":              "印刷机正在等您的答复，晚答复可能影响交期。",
			"privacy":               "隐私说明：https://print.example/yinsi\n您的资料只用于答复您。",
		},
		words.En: {
			"signature":             "Dawn & Sons Print · packaging, catalogues\nMon to Sat 08:30–18:00 · +86 21 6234 5678",
			"lead_acknowledge":      "We usually quote the same day. Send PDF/X with 3 mm bleed & fonts outlined.",
			"complaint_acknowledge": "Please keep all sheets: do not throw them away or work on them.",
			"complaint_evidence":    "Samples go to: 8 Print Road, Pudong, Shanghai\nQuality, phone +86 21 6234 5678",
			"hold_ask":              "The press waits for you: a late answer may move the delivery.",
			"privacy":               "Privacy notice: https://print.example/privacy\nWe use your data to answer you.",
		},
	}[lang]
	out := sample(name, lang)
	for _, p := range shopPlaces[name] {
		out[p] = own[p]
	}
	return out
}

func TestShopWordsAreAsWritten(t *testing.T) {
	for _, name := range []string{message.TemplateLeadAcknowledged, message.TemplateLeadConfirm,
		message.TemplateComplaintAcknowledged, message.TemplateComplaintEvidence, message.TemplateComplaintVerify,
		message.TemplateHoldAsked, message.TemplateHoldReminded} {
		for _, lang := range languages {
			_, text, page, err := Render(name, lang, worded(name, lang))
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name+"-words."+string(lang), text+"\n"+page)
		}
	}
}

// Each slot of a policy has a place in some mail. Each mail to a customer has one for the signature, and none to a
// colleague has any.
func TestEveryTextOfAPolicyHasItsPlace(t *testing.T) {
	slots := map[string]bool{}
	for f := range reflect.TypeFor[setup.PolicyTexts]().Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		slots[name] = false
	}
	for name, list := range placeholders {
		customers, places := slices.Contains(list, "shop"), ShopPlaces(name)
		if customers == slices.Contains(list, "staff") || customers != slices.Contains(places, signature) || !customers &&
			len(places) > 0 {
			t.Errorf("%s has places for %v", name, places)
		}
		for _, p := range places {
			if _, known := slots[p]; !known {
				t.Errorf("%s has a place for %s, of which no policy has words", name, p)
			}
			slots[p] = true
		}
	}
	for name, said := range slots {
		if !said {
			t.Errorf("%s is said nowhere", name)
		}
	}
}

// With each choice of the shop's words the mail says those, once in the text and once in the page, and nothing else
// differs; blank ones leave no gap.
func TestShopWordsAreSaidOrLeaveNoTrace(t *testing.T) {
	for name, places := range shopPlaces {
		for _, lang := range languages {
			full := worded(name, lang)
			_, bareText, barePage, err := Render(name, lang, sample(name, lang))
			if err != nil {
				t.Fatal(err)
			}
			for choice := range 1 << len(places) {
				values := maps.Clone(full)
				var said []string
				for i, p := range places {
					if choice>>i&1 == 0 {
						values[p] = []string{"", " \n"}[i%2]
					} else {
						said = append(said, full[p])
					}
				}
				_, text, page, err := Render(name, lang, values)
				if err != nil {
					t.Fatal(err)
				}
				for _, phrase := range said {
					block, inPage := "\n"+phrase+"\n", `<p class="lines">`+html.EscapeString(phrase)+"</p>\n"
					if strings.Count(text, "\n"+block) != 1 || strings.Count(page, inPage) != 1 {
						t.Errorf("%s.%s does not say %q once:\n%s\n%s", name, lang, phrase, text, page)
					}
					text, page = strings.Replace(text, block, "", 1), strings.Replace(page, inPage, "", 1)
				}
				if text != bareText || page != barePage {
					t.Errorf("%s.%s with %q says something else:\n%s\n%s", name, lang, said, text, page)
				}
			}
		}
	}
}

// The words of an SMS are registered with the carrier.
func TestAnSMSSaysNoWordsOfTheShop(t *testing.T) {
	for _, name := range SMSNames() {
		for _, lang := range languages {
			want, _, errWant := RenderSMS(name, lang, sample(name, lang))
			got, _, err := RenderSMS(name, lang, worded(name, lang))
			if err != nil || errWant != nil || got != want {
				t.Errorf("%s.%s: %q, want %q; %v", name, lang, got, want, err)
			}
		}
	}
}

func TestShopWordsAreOfMailsToCustomersAlone(t *testing.T) {
	values := sample(message.TemplateLeadAssigned, words.En)
	values[signature] = "Dawn Print"
	if _, _, _, err := Render(message.TemplateLeadAssigned, words.En, values); err == nil {
		t.Error("a colleague reads the signature for customers")
	}
	values = sample(message.TemplateLeadAcknowledged, words.En)
	values["hold_ask"] = "The press waits."
	if _, _, _, err := Render(message.TemplateLeadAcknowledged, words.En, values); err == nil {
		t.Error("a reply to an enquiry takes the words of a question")
	}
}

// Two places that follow each other leave no gap where one of them, or both, say nothing.
func TestPlacesThatFollowEachOther(t *testing.T) {
	for source, want := range map[string][4]string{ // with both, the first, the second, neither
		"a\n\n{{own}}\n\n{{also}}\n": {"a\n\nX\n\nY\n", "a\n\nX\n", "a\n\nY\n", "a\n"},
		"<p>a</p>\n<p>{{own}}</p>\n<i>{{also}}</i>\n": {"<p>a</p>\n<p>X</p>\n<i>Y</i>\n", "<p>a</p>\n<p>X</p>\n",
			"<p>a</p>\n<i>Y</i>\n", "<p>a</p>\n"},
		"a\n\n{{own}}\n\nb\n\n{{also}}\n": {"a\n\nX\n\nb\n\nY\n", "a\n\nX\n\nb\n", "a\n\nb\n\nY\n", "a\n\nb\n"},
	} {
		parsed, err := parseLeaving(source, nil, []string{"own", "also"})
		if err != nil {
			t.Errorf("%q: %v", source, err)
			continue
		}
		for i, values := range []map[string]string{{"own": "X", "also": "Y"}, {"own": "X"}, {"also": "Y"}, {}} {
			if got, err := parsed.fill(values, strings.Clone); err != nil || got != want[i] {
				t.Errorf("%q with %v: %q, want %q; %v", source, values, got, want[i], err)
			}
		}
	}
}

func TestLinesThatMayBeLeftOut(t *testing.T) {
	for _, c := range []struct{ source, with, without string }{
		{"a\n\n{{own}}\n\nb\n", "a\n\nX\n\nb\n", "a\n\nb\n"},
		{"a\n\n{{own}}\n", "a\n\nX\n", "a\n"},
		{"{{own}}\n\nb\n", "X\n\nb\n", "\nb\n"},
		{"<p>a</p>\n<p>{{own}}</p>\n<p>b</p>\n", "<p>a</p>\n<p>X</p>\n<p>b</p>\n", "<p>a</p>\n<p>b</p>\n"},
		{"{{name}}\n<p>{{own}}</p>\n{{name}}", "N\n<p>X</p>\nN", "N\nN"},
		{"a {{own}}", "", ""}, {"{{name}} {{own}}\n", "", ""}, {"a\n{{own}} {{name}}\n", "", ""},
		{"a\n{{own}}{{own}}\n", "", ""},
	} {
		parsed, err := parseLeaving(c.source, []string{"name"}, []string{"own"})
		if c.with == "" {
			if err == nil {
				t.Errorf("%q was taken", c.source)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", c.source, err)
			continue
		}
		for own, want := range map[string]string{"X": c.with, "": c.without, " \n": c.without} {
			if got, err := parsed.fill(map[string]string{"name": "N", "own": own}, strings.Clone); err != nil || got != want {
				t.Errorf("%q with %q: %q, want %q; %v", c.source, own, got, want, err)
			}
		}
	}
	if _, err := parseLeaving("a\n{{link}}\n", []string{"name"}, []string{"own"}); err == nil {
		t.Error("a placeholder of neither list was taken")
	}
}

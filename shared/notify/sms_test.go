package notify

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/words"
)

var noon = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)

func thanks() Text {
	return Text{
		Key: "cus_1/lead/led_1/1/acknowledge/sms", To: "+8613800138000", Template: message.TemplateLeadAcknowledged,
		Lang: words.Zh, Body: "晨光印务已收到您的询价（编号7K3Q9）。",
		Values: []Value{{"shop", "晨光印务"}, {"reference", "7K3Q9"}},
	}
}

func account(provider, endpoint string) SMSAccount {
	return SMSAccount{Provider: provider, KeyID: "id", Key: "key", App: "1400006666", Sign: "晨光印务", Endpoint: endpoint,
		Templates: map[string]string{"lead-acknowledged.zh": "SMS_1", "lead-acknowledged.en": "SMS_2"}}
}

func TestSegments(t *testing.T) {
	for s, want := range map[string]int{
		"": 1, strings.Repeat("a", 160): 1, strings.Repeat("a", 161): 2, strings.Repeat("a", 306): 2,
		strings.Repeat("a", 307): 3,
		strings.Repeat("€", 80):  1, strings.Repeat("€", 81): 2, strings.Repeat("印", 70): 1, strings.Repeat("印", 71): 2,
		strings.Repeat("印", 134): 2,
		strings.Repeat("印", 135): 3, strings.Repeat("𠮷", 35): 1, strings.Repeat("𠮷", 36): 2, strings.Repeat("a", 70) +
			"’": 2, strings.Repeat("印", 402): 6, strings.Repeat("印", 403): 7,
	} {
		if got := Segments(s); got != want {
			t.Errorf("%d letters %.6s…: %d, want %d", len([]rune(s)), s, got, want)
		}
	}
}

func TestATextThatIsNoneIsRefused(t *testing.T) {
	for _, to := range []string{"", "13800138000", "+", "+0123456789", "+8613800138000,+8613900139000",
		"+8613800138000\n", "+86 138", "+861380013800000000", "８６", "+86138001380o0"} {
		text := thanks()
		text.To = to
		fails(t, text.check(""), Rejected, "to")
	}
	for field, change := range map[string]func(*Text){
		"key": func(t *Text) { t.Key = "" }, "text": func(t *Text) { t.Body = " " },
		"segments": func(t *Text) { t.Body = strings.Repeat("印", 397) },
		"shop":     func(t *Text) { t.Values[0].Text = "a\r\nb" }, "reference": func(t *Text) { t.Values[1].Text = "" },
	} {
		text := thanks()
		change(&text)
		fails(t, text.check("【晨光印务】"), Rejected, field)
	}
	for _, body := range []string{"a\nb", "a\x00b", "a\u2028b", "\xff"} {
		text := thanks()
		text.Body = body
		fails(t, text.check(""), Rejected, "text")
	}
	if err := thanks().check("【晨光印务】"); err != nil {
		t.Error(err)
	}
}

func FuzzText(f *testing.F) {
	f.Add("+8613800138000", "words", "value")
	f.Add("+8613800138000\r\n+8613900139000", "a\nb", "\u2028")
	f.Fuzz(func(t *testing.T, to, body, value string) {
		text := Text{Key: "k", To: to, Body: body, Values: []Value{{"shop", value}}}
		if text.check("") != nil {
			return
		}
		if len(to) > 16 || strings.Trim(to, "+0123456789") != "" || strings.ContainsAny(body+value, "\r\n\x00") ||
			Segments(body) > MaxSegments {
			t.Errorf("sent %q to %q", body, to)
		}
	})
}

func TestAnSMSIsShortAndSaysWhatItIsGiven(t *testing.T) {
	for name, places := range smsPlaces {
		for _, lang := range languages {
			values := sample(name, lang)
			body, list, err := RenderSMS(name, lang, values)
			if err != nil {
				t.Fatal(err)
			}
			most := 2
			if slices.Contains(places, linkPlaceholder) {
				most = 4 // the link is signed, and as long as two
				body = strings.Replace(body, values[linkPlaceholder], "https://print.shop.example/c/"+strings.Repeat("x", 108)+
					"?lang=zh", 1)
			}
			if n := Segments("【" + values["shop"] + "】" + body); n > most {
				t.Errorf("%s.%s is cut into %d", name, lang, n)
			}
			body, _, _ = RenderSMS(name, lang, values)
			if len(list) != len(places) {
				t.Errorf("%s.%s says %v", name, lang, list)
			}
			rest := body
			for _, v := range list {
				before, after, found := strings.Cut(rest, v.Text)
				if !found || v.Text != values[v.Name] {
					t.Errorf("%s.%s: %q does not stand in its order in %q", name, lang, v.Name, before)
				}
				rest = after
			}
			golden(t, name+"."+string(lang)+".sms", body+"\n")
		}
	}
}

func TestRenderSMSRefuses(t *testing.T) {
	values := sample(message.TemplateLeadAcknowledged, words.Zh)
	delete(values, "promise")
	for name, given := range map[string]map[string]string{message.TemplateLeadAcknowledged: values,
		message.TemplateLeadAssigned: sample(message.TemplateLeadAssigned, words.Zh), "lead-forgotten": nil} {
		if body, _, err := RenderSMS(name, words.Zh, given); err == nil {
			t.Errorf("%s: %q", name, body)
		}
	}
	values["promise"] = "明天\r\n下午"
	if body, _, err := RenderSMS(message.TemplateLeadAcknowledged, words.Zh, values); err != nil ||
		!strings.Contains(body, "明天下午") {
		t.Errorf("%q, %v", body, err)
	}
}

func TestReadChannels(t *testing.T) {
	const sms = `"sms": {"provider": "aliyun", "key_id": "hunter2", "key": "hunter2", "sign": "晨光", "templates": {"lead-acknowledged.zh": "1", "lead-acknowledged.en": "2", "complaint-acknowledged.zh": "3", "complaint-acknowledged.en": "4",
		"complaint-offered.zh": "5", "complaint-offered.en": "6", "complaint-verify.zh": "7", "complaint-verify.en": "8",
		"hold-asked.zh": "9", "hold-asked.en": "10", "hold-reminded.zh": "11", "hold-reminded.en": "12", "complaint-withdrawn.zh": "13", "complaint-withdrawn.en": "14",
		"complaint-evidence.zh": "15", "complaint-evidence.en": "16", "complaint-replied.zh": "17", "complaint-replied.en": "18", "complaint-promise.zh": "19", "complaint-promise.en": "20",
		"lead-postponed.zh": "21", "lead-postponed.en": "22", "contact-code.zh": "23", "contact-code.en": "24",
		"contact-written.zh": "25", "contact-written.en": "26", "contact-infected.zh": "27",
		"contact-infected.en": "28", "complaint-code.zh": "29", "complaint-code.en": "30"}`
	for text, want := range map[string]string{
		`{`: "not the JSON", `[]`: "not the JSON", `{"sms": {"password": "hunter2"}}`: "not the JSON",
		`{} {}`: "more than one", `{}hunter2`: "more than one",
		`{"sms": {"provider": "hunter2"}}`: "provider", `{"sms": {"provider": "aliyun"}}`: "key_id",
		`{"sms": {"provider": "tencent", "key_id": "a", "key": "b", "sign": "c"}}`:                    "app",
		`{"sms": {"provider": "aliyun", "key_id": "a", "key": "b", "sign": "c", "templates": {}}}`:    "the template ",
		`{` + sms + `, "endpoint": "http://hunter2.example"}}`:                                        "endpoint",
		`{"robots": {"pudong": {"url": "http://oapi.dingtalk.com/robot/send?access_token=hunter2"}}}`: `"pudong"`,
		`{"robots": {"pudong": {"url": "https://hunter2@qyapi.weixin.qq.com/"}}}`:                     `"pudong"`,
		`{"robots": {"pudong": {"url": "hunter2"}}}`:                                                  `"pudong"`,
		``: "", `{}`: "", `{` + sms + `}}`: "", `{"sms": {"provider": "sns"}}`: "",
		`{` + sms + `, "endpoint": "http://127.0.0.1:4571/aliyun"}, "robots": {"a": {"url": "http://127.0.0.1:4571/x"}}}`: "",
	} {
		_, err := ReadChannels(text, "127.0.0.1:4571")
		if (err == nil) != (want == "") || err != nil &&
			(!strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2")) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestNoSettingNoTexter(t *testing.T) {
	if texter := (Channels{}).Texter(http.DefaultClient, cloud(""), time.Now); texter != nil {
		t.Errorf("%T", texter)
	}
}

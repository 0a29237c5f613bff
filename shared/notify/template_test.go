package notify

import (
	"flag"
	"html"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/words"

	xhtml "golang.org/x/net/html"
)

var update = flag.Bool("update", false, "write the golden files")

var languages = []words.Lang{words.Zh, words.En}

// sample is a value of each placeholder, as a real shop would have it.
func sample(name string, lang words.Lang) map[string]string {
	said := map[words.Lang]map[string]string{
		words.Zh: {
			"branch": "浦东店", "branch_phone": "021 6234 5678", "opening_hours": "周一至周五 08:30–12:00、13:00–17:30\n周六 09:00–12:00",
			"promise": "11月24日（周二）15:30", "until": "12月24日（周四）15:30", "due": "11月24日（周二）15:30", "shop": "晨光印务", "staff": "李娜",
			"cases":   "投诉L-7K3Q9：正在调查。11月24日（周二）15:30之前完成，或再次给您答复。\nhttps://crm.example.com/c/1\n\n投诉L-8M4R2：已受理。",
			"details": "客户：王芳（晨光文化）\n电话：+8613800138000\n需求：画册，2000",
			"owner":   "王强", "previous": "赵敏", "title": "给客户寄纸样",
			"cause": "未发送：该企业邮箱域名今天的自动回复已达上限",
			"after": "届时我们将按已有资料继续处理。", "defects": "色差、套印不准", "evidence": "请拍照，照片中放一把直尺。\n请提供批号或箱贴。", "next": "请受理：定级并确定负责人",
			"offer": "部分重印，300 件\n降价留用，1,000.00 元", "outcome": "高建国没有批准，理由见投诉。", "decision": "补救成本 1,000.00 元",
			"severity": "2 级", "stage": "正在调查",
			"text": "王女士，您好：\n样品已收到，明天上午测量。", "wanted": "您寄回的样品",
			"answer": "换纸", "asker": "高建国",
			"fingerprint": strings.Repeat("9f3a", 16), "seed": strings.Repeat("07bc", 16), "number": "K7QF-2M9D-XR41",
			"prize": "名片一盒（500 张）", "choices": "1. 继续\n2. 换纸", "job": "J-2026-118", "asked": "内页纸张比签样偏黄，\n继续印吗？",
			"author": "高建国", "colleague": "王强", "changes": "登录账号、角色", "moment": "11月24日（周二）15:30",
		},
		words.En: {
			"branch": "Pudong", "branch_phone": "+86 21 6234 5678",
			"opening_hours": "Mon to Fri 08:30–12:00, 13:00–17:30\nSat 09:00–12:00",
			"promise":       "Tue 24 Nov, 15:30", "until": "Thu 24 Dec, 15:30", "due": "Tue 24 Nov, 15:30",
			"shop": "Dawn & Sons Print", "staff": "Li Na", "owner": "Wang Qiang", "previous": "Zhao Min",
			"title": "Send paper samples",
			"cases": "Complaint L-7K3Q9: Being investigated. By Tue 24 Nov, 15:30 it will be done, or you will hear " +
				"from us again.\nhttps://crm.example.com/c/1",
			"details": "Customer: Wang Fang (Dawn & Co)\nPhone: +8613800138000\nNeeds: brochures, 2000",
			"cause":   "Not sent: the address's domain had as many automatic letters as a day allows",
			"after":   "After that we go on with what we have.", "defects": "colour deviation, misregister",
			"evidence": "Take photos with a ruler in them.\nGive the batch number or the carton label.",
			"next":     "triage it: settle severity and owner",
			"offer":    "partial reprint, 300 pieces\nprice reduction and keep, CNY 1,000.00",
			"outcome":  "Gao Jianguo did not approve it; the reason stands there.",
			"decision": "remedies of CNY 1,000.00 for the customer",
			"severity": "severity 2", "stage": "Being investigated",
			"text": "Dear Ms Wang,\nwe have the samples & measure them tomorrow.", "wanted": "the samples that you send back",
			"answer": "Change the paper", "asker": "Gao Jianguo",
			"fingerprint": strings.Repeat("9f3a", 16), "seed": strings.Repeat("07bc", 16), "number": "K7QF-2M9D-XR41",
			"prize": "A box of 500 cards", "choices": "1. Go on\n2. Change the paper",
			"job": "J-2026-118", "asked": "The inner pages are yellower than the proof.\nGo on & print?",
			"author": "Gao Jianguo", "colleague": "Wang Qiang", "changes": "sign-in account, roles",
			"moment": "Tue 24 Nov, 15:30",
		},
	}[lang]
	said["code"] = "048213"
	said["reference"], said["other"] = "L-7K3Q9", "L-4M2P8"
	said["link"] = "https://crm.example.com/console/leads/led_1?from=mail&lang=zh"
	out := map[string]string{}
	for _, p := range placeholders[name] {
		out[p] = said[p]
	}
	return out
}

func TestRenderIsAsWritten(t *testing.T) {
	for name := range placeholders {
		for _, lang := range languages {
			t.Run(name+"."+string(lang), func(t *testing.T) {
				subject, text, page, err := Render(name, lang, sample(name, lang))
				if err != nil {
					t.Fatal(err)
				}
				golden(t, name+"."+string(lang), "Subject: "+subject+"\n\n"+text+"\n"+page)
			})
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (write it anew with -update):\n%s", file, got)
	}
}

// Every file in templates is read by load, so none is a leftover or misspelt.
func TestTemplatesAreAllUsed(t *testing.T) {
	want := []string{frameFile}
	for name := range placeholders {
		parts := []string{"html", "subject", "txt"}
		if _, ok := smsPlaces[name]; ok {
			parts = append(parts, "sms")
		}
		for _, lang := range languages {
			for _, part := range parts {
				want = append(want, fileOf(name, lang, part))
			}
		}
	}
	slices.Sort(want)
	if got := slices.Sorted(maps.Keys(shippedFiles(t))); !slices.Equal(got, want) {
		t.Errorf("files %v, want %v", got, want)
	}
}

// shippedFiles is a copy of the files by their paths.
func shippedFiles(t *testing.T) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(files, "templates", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := files.ReadFile(path)
		out[path] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A value that a message is given is said in each of its parts but the subject, in both languages.
func TestMessagesSayWhatTheyAreGiven(t *testing.T) {
	for name, list := range placeholders {
		for _, lang := range languages {
			_, text, page, err := Render(name, lang, sample(name, lang))
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range list {
				value := sample(name, lang)[p]
				if !strings.Contains(text, value) || !strings.Contains(page, html.EscapeString(value)) {
					t.Errorf("%s.%s does not say %s", name, lang, p)
				}
			}
		}
	}
}

// The acknowledgement goes to an address that anybody may have typed, so it carries nothing that was typed beside it.
func TestAcknowledgementHasNoPlaceForWhatWasTyped(t *testing.T) {
	ours := []string{"branch", "branch_phone", "opening_hours", "promise", "reference", "shop"}
	if !slices.Equal(placeholders[message.TemplateLeadAcknowledged], ours) {
		t.Errorf("placeholders %v, want %v", placeholders[message.TemplateLeadAcknowledged], ours)
	}
}

func TestRenderRefuses(t *testing.T) {
	change := func(f func(map[string]string)) map[string]string {
		values := sample(message.TemplateLeadAssigned, words.En)
		f(values)
		return values
	}
	for why, c := range map[string]struct {
		name   string
		values map[string]string
	}{
		"an unknown message": {"lead-forgotten", nil},
		"a path":             {"../lead-assigned", nil},
		"a missing value":    {message.TemplateLeadAssigned, change(func(v map[string]string) { delete(v, "due") })},
		"a blank value":      {message.TemplateLeadAssigned, change(func(v map[string]string) { v["due"] = " \n" })},
		"a value too many": {message.TemplateLeadAssigned,
			change(func(v map[string]string) { v["message"] = "typed by a visitor" })},
		"a link that is code": {message.TemplateLeadAssigned,
			change(func(v map[string]string) { v["link"] = "javascript:alert(1)" })},
		"a link without a host": {message.TemplateLeadAssigned,
			change(func(v map[string]string) { v["link"] = "/leads/led_1" })},
		"a text over 64 kB": {message.TemplateLeadAssigned,
			change(func(v map[string]string) { v["staff"] = strings.Repeat("a", longestPart) })},
		"one that grows over": {message.TemplateLeadAssigned,
			change(func(v map[string]string) { v["staff"] = strings.Repeat("&", longestPart/4) })},
	} {
		if subject, text, page, err := Render(c.name, words.En, c.values); err == nil || subject+text+page != "" {
			t.Errorf("%s: got %q, %v", why, subject, err)
		}
	}
}

func TestRenderReadsEnglishUnlessChinese(t *testing.T) {
	want, _, _, errWant := Render(message.TemplateLeadPooled, words.En, sample(message.TemplateLeadPooled, words.En))
	got, _, _, errGot := Render(message.TemplateLeadPooled, "fr", sample(message.TemplateLeadPooled, words.En))
	if errWant != nil || errGot != nil || got != want {
		t.Errorf("got %q, want %q (%v, %v)", got, want, errGot, errWant)
	}
}

// What the loader refuses never reaches a release: TestRenderIsAsWritten loads the shipped files by the same code.
func TestLoadRefuses(t *testing.T) {
	for why, change := range map[string]func(fstest.MapFS){
		"a missing file":         func(m fstest.MapFS) { delete(m, "templates/lead/pooled.zh.txt") },
		"a missing frame":        func(m fstest.MapFS) { delete(m, frameFile) },
		"an unknown placeholder": text("lead/pooled.zh.txt", "{{customer}}"),
		"another's placeholder":  text("lead/pooled.en.html", "{{due}}"),
		"a spaced placeholder":   text("lead/pooled.en.html", "{{ link }}"),
		"a function":             text("lead/pooled.en.txt", `{{env "HOME"}}`),
		"a condition":            text("lead/pooled.en.txt", "{{if link}}x{{end}}"),
		"an open end":            text("lead/pooled.en.txt", "{{link"),
		"an empty subject":       text("lead/pooled.en.subject", "\n"),
		"a subject of two lines": text("lead/pooled.en.subject", "one\ntwo\n"),
	} {
		m := shippedFiles(t)
		if _, err := load(m); err != nil {
			t.Fatal(err)
		}
		change(m)
		if _, err := load(m); err == nil {
			t.Errorf("%s was loaded", why)
		}
	}
}

func text(file, source string) func(fstest.MapFS) {
	return func(m fstest.MapFS) { m["templates/"+file] = &fstest.MapFile{Data: []byte(source)} }
}

// hostile are values of the kinds that got through elsewhere: markup, attributes, schemes, placeholders, line
// breaks, broken bytes.
var hostile = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' autofocus onfocus='alert(1)`,
	`</style><svg onload=alert(1)>`, `</title><script>x</script>`,
	`<!--`, `-->`, `<![CDATA[`, `&lt;b&gt;`, `&#x3c;script&#x3e;`, "`${1}`", `javascript:alert(1)`, `{{link}}`,
	`{{env "HOME"}}`, `{{`, `}}`, `{{{{link}}}}`, `%s%n`,
	`{% debug %}`, `${7*7}`, "a\r\nBcc: evil@example.org", "a\nb", "a\u2028b", "a\x00b", "a\x1b[31mb", "\xff\xfe<b>",
	"\xc3<b>", "\u202egnp.exe", `=?utf-8?q?=0D=0ABcc:x?=`,
	strings.Repeat("漢", 2000),
}

func TestValuesStayText(t *testing.T) {
	for name, list := range placeholders {
		for _, lang := range languages {
			_, _, plain, err := Render(name, lang, worded(name, lang))
			if err != nil {
				t.Fatal(err)
			}
			want := skeleton(t, plain)
			for _, p := range slices.Concat(list, shopPlaces[name]) {
				for _, bad := range hostile {
					values := worded(name, lang)
					values[p] = bad
					if p == linkPlaceholder {
						values[p] = "https://crm.example.com/" + bad
					}
					subject, text, page, err := Render(name, lang, values)
					if err != nil {
						t.Fatalf("%s %s=%q: %v", name, p, bad, err)
					}
					if got := skeleton(t, page); !slices.Equal(got, want) {
						t.Errorf("%s.%s %s=%q: page is %v, want %v", name, lang, p, bad, got, want)
					}
					if strings.ContainsFunc(subject, breaksLine) {
						t.Errorf("%s.%s %s=%q: subject %q", name, lang, p, bad, subject)
					}
					if !strings.Contains(text, strings.ToValidUTF8(bad, "\uFFFD")) {
						t.Errorf("%s.%s %s=%q: the text does not say it literally", name, lang, p, bad)
					}
				}
			}
		}
	}
}

// skeleton lists the page's tags with the names of their attributes, and where each link's scheme leads.
func skeleton(t testing.TB, page string) []string {
	t.Helper()
	var out []string
	tokens := xhtml.NewTokenizer(strings.NewReader(page))
	for tokens.Next() != xhtml.ErrorToken {
		token := tokens.Token()
		if token.Type == xhtml.TextToken {
			continue
		}
		line := token.Type.String() + " " + token.Data
		for _, a := range token.Attr {
			line += " " + a.Key
			if a.Key == "href" && !strings.HasPrefix(a.Val, "https://crm.example.com/") {
				t.Errorf("a link leads to %q", a.Val)
			}
		}
		out = append(out, line)
	}
	return out
}

func FuzzTemplate(f *testing.F) {
	for _, source := range []string{"", "{{name}}", "a {{name}} b {{name}}", "{{{name}}}", "{{ name }}", "{{name",
		"}}{{name}}", "{{env}}", "{{}}", "{{{{name}}}}", "<p title=\"{{name}}\">"} {
		for _, value := range []string{"x", "{{name}}", "<b>", "a\r\nb", "\xff"} {
			f.Add(source, value)
		}
	}
	f.Fuzz(func(t *testing.T, source, value string) {
		parsed, err := parse(source, []string{"name"})
		if err != nil {
			if !strings.Contains(source, "{{{") && strings.Count(source, open) == strings.Count(source, "{{name}}") {
				t.Fatalf("%q was refused: %v", source, err)
			}
			return
		}
		valid := strings.ToValidUTF8(value, "\uFFFD")
		for kind, escape := range map[string]func(string) string{"text": strings.Clone, "html": html.EscapeString,
			"subject": inSubject} {
			want := strings.ReplaceAll(source, "{{name}}", escape(valid))
			got, err := parsed.fill(map[string]string{"name": value}, escape)
			if err != nil && len(want) <= longestPart || err == nil && got != want || len(got) > longestPart {
				t.Fatalf("%s: %q, %q (%v), want %q", kind, source, got, err, want)
			}
			if kind == "html" && err == nil && strings.Count(got, "<") != strings.Count(source, "<") {
				t.Fatalf("%q became a tag in %q", value, got)
			}
		}
	})
}

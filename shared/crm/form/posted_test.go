package form_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/words"
)

var asks = form.Form{Fields: []form.Field{{Name: "name", Label: words.Text{Zh: "姓名", En: "Name"}}}}

const parts = "--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n王芳\r\n" +
	"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n12345\r\n--b--\r\n"

func TestWhatWasPostedIsReadFieldByField(t *testing.T) {
	for _, c := range []struct{ kind, body, want string }{
		{"application/json", `{"name":"王芳","quantity":1000,"marketing_consent":true}`,
			"name 姓名=王芳|quantity quantity=1000|marketing_consent 同意接收营销信息=true"},
		{"application/json; charset=utf-8", `{"z":"1","a":{"b" : [1, null]},"z":"2"}`,
			`z z=1|a a={"b":[1,null]}|z z=2`},
		{"application/json", `{"name":"\u0041\n2"}`, "name 姓名=A\n2"},
		{"application/json", `{}`, ""},
		{"application/json", `["name"]`, "raw"},
		{"application/json", `{"name":"a"} x`, "raw"},
		{"application/json", `{"name":"a"`, "raw"},
		{"application/json", `{"name":}`, "raw"},
		{"application/json", ``, "raw"},
		{"application/x-www-form-urlencoded", "name=%E7%8E%8B+%E8%8A%B3&b=2&name=3&=4&c",
			"name 姓名=王 芳|b b=2|name 姓名=3| =4|c c="},
		{"application/x-www-form-urlencoded", "name=%CD%F5", "name 姓名=\uFFFD"},
		{"application/x-www-form-urlencoded", "homepage=x&&opened=y",
			"homepage 陷阱字段（访客看不到，程序会填写）=x|opened 打开表单的时间（签名）=y"},
		{"application/x-www-form-urlencoded", "name=%zz", "raw"},
		{"application/x-www-form-urlencoded", "", ""},
		{"multipart/form-data; boundary=b", parts, "name 姓名=王芳|file file=a.pdf (5 B)"},
		{"multipart/form-data; boundary=c", parts, "raw"},
		{"multipart/form-data; boundary=b", parts[:40], "raw"},
		{"multipart/form-data", parts, "raw"},
		{"text/plain", "name=1", "raw"},
		{"message/rfc822", "Subject: name=1", "raw"},
		{"", "name=1", "raw"},
		{"application/json; =", "{}", "raw"},
	} {
		fields, ok := form.Submission{Type: c.kind, Body: c.body}.Posted(asks, words.Zh)
		var lines []string
		for _, f := range fields {
			lines = append(lines, fmt.Sprintf("%s %s=%s", f.Name, f.Label, f.Value))
		}
		got := strings.Join(lines, "|")
		if !ok {
			got += "raw"
		}
		if got != c.want {
			t.Errorf("%s %q: %q, want %q", c.kind, c.body, got, c.want)
		}
	}
	if en, _ := (form.Submission{Type: "application/json", Body: `{"name":"a"}`}).Posted(asks, words.En); len(en) != 1 ||
		en[0].Label != "Name" {
		t.Errorf("%+v", en)
	}
}

func FuzzPosted(f *testing.F) {
	f.Add("application/json", `{"name":"a","b":[1]}`)
	f.Add("application/x-www-form-urlencoded", "name=%E7&b")
	f.Add("multipart/form-data; boundary=b", parts)
	f.Fuzz(func(t *testing.T, kind, body string) {
		fields, ok := form.Submission{Type: kind, Body: body}.Posted(asks, words.En)
		if !ok && len(fields) > 0 {
			t.Fatalf("what is not read has %d fields", len(fields))
		}
		for _, field := range fields {
			if !utf8.ValidString(field.Name + field.Label + field.Value) {
				t.Fatalf("%+v", field)
			}
			if _, err := json.Marshal(field); err != nil {
				t.Fatal(err)
			}
		}
		if ok && strings.HasPrefix(kind, "application/json") && !json.Valid([]byte(body)) {
			t.Fatalf("%q is no JSON", body)
		}
	})
}

package httpapi_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
)

type openLead struct {
	Name     string     `json:"name" validate:"required,oneline,max=10"`
	Role     string     `json:"role" validate:"omitempty,oneof=buyer owner"`
	Quantity int64      `json:"quantity" validate:"min=0,max=1000"`
	Rush     bool       `json:"rush"`
	At       *time.Time `json:"at,omitempty"`
	Note     string     `json:"note" validate:"text,max=100"`
	Parts    []part     `json:"parts" validate:"max=3,dive"`
}

type part struct {
	Size string `json:"size" validate:"required"`
}

func jsonRequest(body string) *http.Request {
	r := httptest.NewRequest("POST", "/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	return r
}

func deep(levels int) string {
	return `{"note":` + strings.Repeat("[", levels-1) + strings.Repeat("]", levels-1) + `}`
}

func wide(fields int) string {
	var b strings.Builder
	for i := range fields {
		fmt.Fprintf(&b, `,"f%d":0`, i)
	}
	return "{" + b.String()[1:] + "}"
}

func TestDecode(t *testing.T) {
	for _, c := range []struct {
		body    string
		kind    fault.Kind
		pointer string // of the only fault; "-" is none
	}{
		{`{"name":"王小明","role":"buyer","quantity":1000,"rush":true,"at":"2026-11-30T09:00:00+08:00","note":"一\n二","parts":[{"size":"A4"}]}`, "", "-"},
		{" {\"name\":\"王\"}\n", "", "-"},
		{`{"name":"a","at":null,"parts":null}`, "", "-"},
		{``, fault.Unreadable, ""},
		{`null`, fault.Unreadable, ""},
		{`[]`, fault.Unreadable, ""},
		{`"name"`, fault.Unreadable, ""},
		{`{"name":"a"`, fault.Unreadable, "-"},
		{`{"name":"a",}`, fault.Unreadable, ""},
		{`{'name':'a'}`, fault.Unreadable, ""},
		{`{"name":"a"} {}`, fault.Unreadable, ""},
		{`{"name":"a"}x`, fault.Unreadable, ""},
		{`{"name":"a","color":1}`, fault.Unreadable, "/color"},
		{`{"NAME":"a"}`, fault.Unreadable, "/NAME"},
		{`{"name":"a","Role":"buyer"}`, fault.Unreadable, "/Role"},
		{`{"name":"a","name":"b"}`, fault.Unreadable, "/name"},
		{`{"name":"a","\u006eame":"b"}`, fault.Unreadable, "/name"},
		{`{"name":"a","parts":[{"size":"A4"},{"size":"A4","size":"A5"}]}`, fault.Unreadable, "/parts/1/size"},
		{`{"name":"a","parts":[{"Size":"A4"}]}`, fault.Unreadable, "/parts/0/Size"},
		{"{\"name\":\"\xff\"}", fault.Unreadable, "-"},
		{`{"name":"\ud800"}`, fault.Unreadable, "/name"},
		{`{"name":7}`, fault.Invalid, "/name"},
		{`{"name":"a","quantity":"7"}`, fault.Invalid, "/quantity"},
		{`{"name":"a","quantity":1.5}`, fault.Invalid, "/quantity"},
		{`{"name":"a","quantity":1e2}`, fault.Invalid, "/quantity"},
		{`{"name":"a","quantity":9223372036854775808}`, fault.Invalid, "/quantity"},
		{`{"name":"a","quantity":-1}`, fault.Invalid, "/quantity"},
		{`{"name":"a","rush":"true"}`, fault.Invalid, "/rush"},
		{`{"name":"a","at":"tomorrow"}`, fault.Invalid, "/at"},
		{`{"name":"a","parts":{}}`, fault.Invalid, "/parts"},
		{`{"name":"a","parts":["A4"]}`, fault.Invalid, "/parts/0"},
		{`{}`, fault.Invalid, "/name"},
		{`{"name":null}`, fault.Invalid, "/name"},
		{`{"name":"一二三四五六七八九十一"}`, fault.Invalid, "/name"},
		{`{"name":"a\nb"}`, fault.Invalid, "/name"},
		{`{"name":"a\u0000"}`, fault.Invalid, "/name"},
		{`{"name":"a","role":"OWNER"}`, fault.Invalid, "/role"},
		{`{"name":"a","parts":[{"size":"A4"},{}]}`, fault.Invalid, "/parts/1/size"},
		{`{"name":"a","parts":[{"size":"1"},{"size":"1"},{"size":"1"},{"size":"1"}]}`, fault.Invalid, "/parts"},
		{deep(8), fault.Invalid, "/note"},
		{deep(9), fault.Unreadable, "/note/0/0/0/0/0/0/0"},
		{wide(64), fault.Unreadable, "/f0"},
		{wide(65), fault.Unreadable, ""},
		{`{"name":"a","` + strings.Repeat("x", 3000) + `":1}`, fault.Unreadable, "/" + strings.Repeat("x", 255)},
	} {
		_, err := httpapi.Decode[openLead](jsonRequest(c.body))
		if c.kind == "" {
			if err != nil {
				t.Errorf("%.80s: %v", c.body, err)
			}
			continue
		}
		checkFault(t, c.body, err, c.kind, c.pointer)
	}
}

func checkFault(t *testing.T, input string, err error, kind fault.Kind, pointer string) {
	t.Helper()
	var e *fault.Error
	if !errors.As(err, &e) || e.Kind != kind {
		t.Errorf("%.80q: %v, want %s", input, err, kind)
		return
	}
	if e.Text.Zh == "" || e.Text.En == "" {
		t.Errorf("%.80q: without words: %v", input, e)
	}
	if pointer == "-" {
		return
	}
	if len(e.Fields) != 1 || e.Fields[0].Pointer != pointer || e.Fields[0].Text.Zh == "" || e.Fields[0].Text.En == "" {
		t.Errorf("%.80q: fields %+v, want %q", input, e.Fields, pointer)
	}
}

func TestDecodeFillsWhatWasSent(t *testing.T) {
	got, err := httpapi.Decode[openLead](jsonRequest(`{"name":"王","quantity":7,"rush":true,"at":"2026-11-30T09:00:00Z","parts":[{"size":"A4"}]}`))
	at := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	want := openLead{Name: "王", Quantity: 7, Rush: true, At: &at, Parts: []part{{Size: "A4"}}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestMediaTypes(t *testing.T) {
	for header, want := range map[string]fault.Kind{
		"application/json": "", "application/json; charset=utf-8": "", "Application/JSON;charset=UTF-8": "",
		"": fault.Unsupported, "text/json": fault.Unsupported,
		"application/json; charset=gbk": fault.Unsupported, "application/json; v=2": fault.Unsupported,
		"application/json, text/plain": fault.Unsupported,
		"application/problem+json":     fault.Unsupported, "application/x-www-form-urlencoded": fault.Unsupported,
		"json": fault.Unsupported,
	} {
		r := jsonRequest(`{"name":"a"}`)
		r.Header.Set("Content-Type", header)
		if _, err := httpapi.Decode[openLead](r); (err == nil) != (want == "") || (err != nil && fault.KindOf(err) != want) {
			t.Errorf("%q: %v", header, err)
		}
	}
	zipped := jsonRequest(`{"name":"a"}`)
	zipped.Header.Set("Content-Encoding", "gzip")
	if _, err := httpapi.Decode[openLead](zipped); fault.KindOf(err) != fault.Unsupported {
		t.Errorf("gzip: %v", err)
	}
	twice := jsonRequest(`{"name":"a"}`)
	twice.Header.Add("Content-Type", "application/json")
	if _, err := httpapi.Decode[openLead](twice); fault.KindOf(err) != fault.Unsupported {
		t.Errorf("two content types: %v", err)
	}
}

type enquiry struct {
	Name     string     `json:"name" validate:"required,oneline,max=10"`
	Quantity int64      `json:"quantity" validate:"min=0,max=1000"`
	Copies   *int       `json:"copies" validate:"omitempty,min=1"`
	Consent  bool       `json:"marketing_consent"`
	Message  string     `json:"message" validate:"text,max=20"`
	Lang     words.Lang `json:"lang" validate:"omitempty,lang"`
}

func formRequest(body string) *http.Request {
	r := httptest.NewRequest("POST", "/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// Boxes of one name are a list; every other field stands there once.
func TestDecodeFormTakesBoxes(t *testing.T) {
	type boxes struct {
		Kinds []string `json:"kinds" validate:"max=2,dive,max=5"`
		Words string   `json:"words"`
	}
	for body, want := range map[string]int{"kinds=a&words=x&kinds=b": 2, "kinds=a": 1, "words=x": 0} {
		if in, err := httpapi.DecodeForm[boxes](formRequest(body)); err != nil || len(in.Kinds) != want {
			t.Errorf("%s: %v, %v", body, in.Kinds, err)
		}
	}
	for body, want := range map[string]fault.Kind{"kinds=a&kinds=b&kinds=c": fault.Invalid,
		"kinds=abcdef": fault.Invalid, "words=x&words=y": fault.Unreadable, "kinds=%FF": fault.Unreadable,
		"kinds=a&kinds=%FF": fault.Unreadable} {
		if _, err := httpapi.DecodeForm[boxes](formRequest(body)); fault.KindOf(err) != want {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func TestDecodeForm(t *testing.T) {
	for _, c := range []struct {
		body    string
		kind    fault.Kind
		pointer string
	}{
		{"name=%E7%8E%8B&quantity=500&copies=2&marketing_consent=on&message=a%0D%0Ab&lang=zh", "", "-"},
		{"name=a&quantity=&copies=&marketing_consent=&message=&lang=", "", "-"},
		{"", fault.Invalid, "/name"},
		{"name=", fault.Invalid, "/name"},
		{"name=a%0Ab", fault.Invalid, "/name"},
		{"name=a&quantity=1e3", fault.Invalid, "/quantity"},
		{"name=a&quantity=%2B5", fault.Invalid, "/quantity"},
		{"name=a&quantity=007", fault.Invalid, "/quantity"},
		{"name=a&quantity=%D9%A1%D9%A2", fault.Invalid, "/quantity"},
		{"name=a&quantity=1001", fault.Invalid, "/quantity"},
		{"name=a&copies=0", fault.Invalid, "/copies"},
		{"name=a&copies=x", fault.Invalid, "/copies"},
		{"name=a&marketing_consent=yes", fault.Invalid, "/marketing_consent"},
		{"name=a&lang=fr", fault.Invalid, "/lang"},
		{"name=a&name=b", fault.Unreadable, "/name"},
		{"Name=a", fault.Unreadable, "/Name"},
		{"name=a&role=owner", fault.Unreadable, "/role"},
		{"name=%FF", fault.Unreadable, "/name"},
		{"name=a&%FF=b", fault.Unreadable, "/\ufffd"},
		{"name=%zz", fault.Unreadable, "-"},
		{"name=a;role=b", fault.Unreadable, "-"},
	} {
		_, err := httpapi.DecodeForm[enquiry](formRequest(c.body))
		if c.kind == "" {
			if err != nil {
				t.Errorf("%s: %v", c.body, err)
			}
			continue
		}
		checkFault(t, c.body, err, c.kind, c.pointer)
	}
	multipart := formRequest("name=a")
	multipart.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	if _, err := httpapi.DecodeForm[enquiry](multipart); fault.KindOf(err) != fault.Unsupported {
		t.Errorf("multipart: %v", err)
	}
}

func TestDecodeFormKeepsWhatWasTyped(t *testing.T) {
	r := formRequest("name=&quantity=many&message=a%0D%0Ab&marketing_consent=on")
	got, err := httpapi.DecodeForm[enquiry](r)
	var e *fault.Error
	if !errors.As(err, &e) || len(e.Fields) != 2 {
		t.Fatalf("both faults at once: %v", err)
	}
	if want := (enquiry{Message: "a\nb", Consent: true}); got != want {
		t.Errorf("read %+v", got)
	}
	if typed := r.PostForm.Get("quantity"); typed != "many" {
		t.Errorf("typed %q", typed)
	}
}

// Paging is what lists take.
type Paging struct {
	Limit  int    `json:"limit" validate:"min=1,max=100" default:"25"`
	Cursor string `json:"cursor" validate:"max=2048"`
}

type leadQuery struct {
	Paging
	State string `json:"state" validate:"omitempty,oneof=new assigned"`
}

func TestQuery(t *testing.T) {
	for _, c := range []struct {
		query   string
		kind    fault.Kind
		pointer string
		limit   int
	}{
		{"", "", "-", 25},
		{"limit=1", "", "-", 1},
		{"limit=100&state=new&cursor=abc", "", "-", 100},
		{"limit=0", fault.Invalid, "?limit", 0},
		{"limit=", fault.Invalid, "?limit", 0},
		{"limit=101", fault.Invalid, "?limit", 0},
		{"limit=-1", fault.Invalid, "?limit", 0},
		{"limit=1e9", fault.Invalid, "?limit", 0},
		{"limit=2147483648", fault.Invalid, "?limit", 0},
		{"limit=99999999999999999999", fault.Invalid, "?limit", 0},
		{"limit=" + url.QueryEscape("١٢"), fault.Invalid, "?limit", 0},
		{"limit=%2012", fault.Invalid, "?limit", 0},
		{"state=lost", fault.Invalid, "?state", 0},
		{"cursor=" + strings.Repeat("c", 2049), fault.Invalid, "?cursor", 0},
		{"limit=1&limit=2", fault.Unreadable, "?limit", 0},
		{"Limit=1", fault.Unreadable, "?Limit", 0},
		{"Paging=1", fault.Unreadable, "?Paging", 0},
		{"sort=name", fault.Unreadable, "?sort", 0},
		{"limit=%zz", fault.Unreadable, "-", 0},
		{"limit=1;state=new", fault.Unreadable, "-", 0},
	} {
		got, err := httpapi.Query[leadQuery](httptest.NewRequest("GET", "/leads?"+c.query, nil))
		if c.kind != "" {
			checkFault(t, c.query, err, c.kind, c.pointer)
			continue
		}
		if err != nil || got.Limit != c.limit {
			t.Errorf("%s: %+v, %v", c.query, got, err)
		}
	}
}

// Whatever is sent, the answer is a value that holds or an error that may be shown.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{"name":"a"}`, `{"name":"a","parts":[{"size":"A4"}],"at":"2026-11-30T09:00:00Z"}`,
		deep(9), wide(65), `{"name":"a","name":"b"}`, `{"NAME":1}`, "\xff", `{"name":"\ud800"}`, `{"a":{"b":[{}]}}x`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		in, err := httpapi.Decode[openLead](jsonRequest(body))
		switch kind := fault.KindOf(err); {
		case err == nil && (in.Name == "" || in.Quantity < 0 || strings.Contains(body, `"NAME"`)):
			t.Errorf("%q was taken as %+v", body, in)
		case err != nil && kind != fault.Unreadable && kind != fault.Invalid:
			t.Errorf("%q: %v", body, err)
		}
	})
}

func FuzzDecodeForm(f *testing.F) {
	for _, seed := range []string{"name=a", "name=a&name=b", "name=%E7%8E%8B&quantity=5&message=a%0D%0Ab",
		"quantity=1e9", "NAME=a", "name=%FF", "a;b", "%zz=", "name=a&copies=-1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		in, err := httpapi.DecodeForm[enquiry](formRequest(body))
		switch kind := fault.KindOf(err); {
		case err == nil && (in.Name == "" || strings.ContainsAny(in.Name, "\r\n") || in.Quantity < 0):
			t.Errorf("%q was taken as %+v", body, in)
		case err != nil && kind != fault.Unreadable && kind != fault.Invalid:
			t.Errorf("%q: %v", body, err)
		}
	})
}

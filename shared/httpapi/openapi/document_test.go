package openapi_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/httpapi"
	"afterpress/shared/httpapi/openapi"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/valid"
	"afterpress/shared/kernel/words"
)

type lead struct {
	ID      string            `json:"id"`
	Version int64             `json:"version"`
	Owner   string            `json:"owner,omitempty"`
	DueAt   *time.Time        `json:"due_at"`
	Tags    []string          `json:"tags"`
	Labels  map[string]string `json:"labels"`
	Title   words.Text        `json:"title"`
	Record  any               `json:"record,omitempty"`
}

func (lead) ETagVersion() int64 { return 0 }

type page[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next"`
}

// Paging is what lists take.
type Paging struct {
	Limit  int    `json:"limit" validate:"min=1,max=100" default:"25"`
	Cursor string `json:"cursor" validate:"max=2048"`
}

type listLeads struct {
	Paging
	State string `json:"state" validate:"omitempty,oneof=new assigned"`
}

type openLead struct {
	Name     string     `json:"name" validate:"required,oneline,max=80"`
	Quantity int64      `json:"quantity" validate:"min=0,max=1000"`
	Day      string     `json:"day" validate:"omitempty,datetime=2006-01-02"`
	Lang     words.Lang `json:"lang" validate:"omitempty,lang"`
	Owner    string     `json:"owner" validate:"omitempty,id=stf"`
	Parts    []part     `json:"parts" validate:"max=5,dive"`
	Cover    *cover     `json:"cover"`
	Codes    []string   `json:"codes" validate:"max=3,dive,max=9"`
	Title    words.Text `json:"title" validate:"required"`
}

type cover struct {
	Foil bool `json:"foil"`
}

type part struct {
	Size string `json:"size" validate:"required,oneof=A4 A5"`
}

var routes = []httpapi.Route{
	{Pattern: "GET /leads", Action: permission.ReadLeads,
		Doc: httpapi.Doc{Summary: "List leads", Query: listLeads{}, Answer: page[lead]{}}},
	{Pattern: "POST /leads", Action: permission.OpenLead,
		Doc: httpapi.Doc{Summary: "Enter a lead", Body: openLead{}, Answer: lead{}, Status: 201}},
	{Pattern: "PUT /leads/{id}", Action: permission.AssignLead,
		Doc: httpapi.Doc{Summary: "Change a lead", Body: part{}, Answer: lead{}, Changes: true}},
	{Pattern: "PATCH /leads/{id}", Action: permission.AssignLead,
		Doc: httpapi.Doc{Summary: "Change a part of a lead", Body: part{}, Answer: lead{}, Changes: true}},
	{Pattern: "POST /leads/{id}/assign", Action: permission.AssignLead,
		Doc: httpapi.Doc{Summary: "Assign a lead", Answer: lead{}, Versioned: true}},
	{Pattern: "POST /forms/{form}", Action: permission.Public,
		Doc: httpapi.Doc{Summary: "Post a form", Body: part{}, Form: true, Answer: part{}, Status: 202, Pages: true}},
	{Pattern: "GET /assets/{file...}", Action: permission.Public,
		Doc: httpapi.Doc{Summary: "Read a file", Type: "text/css"}},
	{Pattern: "GET /openapi.json", Action: permission.Public,
		Doc: httpapi.Doc{Summary: "Read this", Type: "application/json"}},
}

func document(t *testing.T, routes ...httpapi.Route) []byte {
	t.Helper()
	doc, err := openapi.Document(openapi.Info{Title: "Test", Version: "1", Description: "For the test."}, nil, routes...)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestAnUnknownListIsAnError: its enum would be empty, and take nothing.
func TestAnUnknownListIsAnError(t *testing.T) {
	type named struct {
		Role  string   `json:"role" validate:"required,one=role"`
		Roles []string `json:"roles" validate:"dive,one=role"`
	}
	route := httpapi.Route{Pattern: "POST /leads", Action: permission.OpenLead,
		Doc: httpapi.Doc{Summary: "Enter a lead", Body: named{}, Answer: lead{}, Status: 201}}
	for _, tt := range []struct {
		lists valid.Lists
		fails bool
	}{{valid.Lists{"role": {"owner"}}, false}, {valid.Lists{"roles": {"owner"}}, true}, {nil, true}} {
		_, err := openapi.Document(openapi.Info{Title: "Test", Version: "1", Description: "For the test."}, tt.lists, route)
		if (err != nil) != tt.fails || tt.fails && !strings.Contains(err.Error(), "no list is called role") {
			t.Errorf("%v: %v", tt.lists, err)
		}
	}
}

// at walks the document by names; a number in a list is not needed here.
func at(t *testing.T, doc []byte, path ...string) any {
	t.Helper()
	var value any
	if err := json.Unmarshal(doc, &value); err != nil {
		t.Fatal(err)
	}
	for _, name := range path {
		object, ok := value.(map[string]any)
		if !ok || object[name] == nil {
			t.Fatalf("no %q of %q in %v", name, path, value)
		}
		value = object[name]
	}
	return value
}

func TestTheDocumentSaysWhatTheRoutesDo(t *testing.T) {
	doc := document(t, routes...)
	schema := func(name string, path ...string) []string {
		return append([]string{"components", "schemas", name}, path...)
	}
	for _, c := range []struct {
		path []string
		want string
	}{
		{[]string{"openapi"}, `"3.1.0"`},
		{[]string{"paths", "/leads", "get", "operationId"}, `"getLeads"`},
		{[]string{"paths", "/leads/{id}/assign", "post", "operationId"}, `"postLeadsByIdAssign"`},
		{[]string{"paths", "/leads/{id}/assign", "post", "security"}, `[{"staff":[]}]`},
		{[]string{"paths", "/leads/{id}/assign", "post", "x-action"}, `"lead.assign"`},
		{[]string{"components", "securitySchemes", "staff", "scheme"}, `"bearer"`},
		{schema("OpenLead", "required"), `["name","title"]`},
		{schema("OpenLead", "additionalProperties"), `false`},
		{schema("Cover", "additionalProperties"), `false`},
		{[]string{"paths", "/openapi.json", "get", "responses", "200", "content"}, `{"application/json":{}}`},
		{schema("OpenLead", "properties", "name"),
			`{"maxLength":80,"minLength":1,"pattern":"^[^\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]*$","type":"string"}`},
		{schema("OpenLead", "properties", "quantity"),
			`{"format":"int64","maximum":1000,"minimum":0,"type":["integer","null"]}`},
		{schema("OpenLead", "properties", "day"), `{"format":"date","type":["string","null"]}`},
		{schema("OpenLead", "properties", "lang"), `{"enum":["zh","en","",null],"type":["string","null"]}`},
		{schema("OpenLead", "properties", "parts"),
			`{"items":{"$ref":"#/components/schemas/Part"},"maxItems":5,"type":["array","null"]}`},
		{schema("OpenLead", "properties", "codes"),
			`{"items":{"maxLength":9,"type":"string"},"maxItems":3,"type":["array","null"]}`},
		{schema("OpenLead", "properties", "cover"), `{"anyOf":[{"$ref":"#/components/schemas/Cover"},{"type":"null"}]}`},
		{schema("TextSent", "properties", "zh", "minLength"), `1`},
		{schema("Text", "properties", "zh"), `{"type":"string"}`},
		{schema("Part", "properties", "size", "enum"), `["A4","A5"]`},
		{[]string{"paths", "/leads/{id}", "patch", "requestBody", "content", "application/merge-patch+json", "schema"},
			`{"additionalProperties":false,"properties":{"size":{"enum":["A4","A5"],"minLength":1,"type":"string"}},"type":"object"}`},
		{[]string{"paths", "/leads/{id}", "patch", "requestBody", "content", "application/json-patch+json"},
			`{"schema":{"$ref":"#/components/schemas/JSONPatch"}}`},
		{schema("JSONPatch", "items", "required"), `["op","path"]`},
		{[]string{"components", "responses", "Problem-401", "content", "application/json", "schema", "required"},
			`["message"]`},
		{[]string{"components", "responses", "Problem-422-or-page", "content", "text/html", "schema"}, `{"type":"string"}`},
		{[]string{"paths", "/forms/{form}", "post", "responses", "422"},
			`{"$ref":"#/components/responses/Problem-422-or-page"}`},
		{schema("Lead", "required"), `["id","version","due_at","tags","labels","title"]`},
		{schema("Lead", "properties", "due_at"), `{"format":"date-time","type":["null","string"]}`},
		{schema("Lead", "properties", "tags"), `{"items":{"type":"string"},"type":"array"}`},
		{schema("Lead", "properties", "labels", "type"), `"object"`},
		{schema("PageOfLead", "properties", "items", "items"), `{"$ref":"#/components/schemas/Lead"}`},
		{schema("PageOfLead", "required"), `["items","next"]`},
		{schema("Problem", "required"), `["type","title","status","detail","instance"]`},
		{[]string{"paths", "/leads", "get", "responses", "400"}, `{"$ref":"#/components/responses/Problem-400"}`},
		{[]string{"paths", "/leads/{id}", "put", "responses", "428"}, `{"$ref":"#/components/responses/Problem-428"}`},
		{[]string{"paths", "/leads/{id}", "put", "responses", "200", "headers", "ETag", "schema"}, `{"type":"string"}`},
		{[]string{"paths", "/leads", "post", "responses", "201", "headers", "Location", "schema"}, `{"type":"string"}`},
		{[]string{"paths", "/leads", "post", "requestBody", "required"}, `true`},
		{[]string{"paths", "/forms/{form}", "post", "requestBody", "content", "application/x-www-form-urlencoded",
			"schema"}, `{"$ref":"#/components/schemas/Part"}`},
		{[]string{"paths", "/assets/{file}", "get", "responses", "200", "content", "text/css", "schema"},
			`{"type":"string"}`},
		{[]string{"components", "responses", "Problem-503", "headers", "Retry-After", "schema"}, `{"type":"integer"}`},
	} {
		if got, _ := json.Marshal(at(t, doc, c.path...)); string(got) != c.want {
			t.Errorf("%s\n got %s\nwant %s", strings.Join(c.path, " "), got, c.want)
		}
	}
}

func TestParameters(t *testing.T) {
	doc := document(t, routes...)
	names := func(path, method string) (out []string) {
		for _, p := range at(t, doc, "paths", path, method, "parameters").([]any) {
			p := p.(map[string]any)
			out = append(out, p["in"].(string)+" "+p["name"].(string))
		}
		return out
	}
	if got := names("/leads", "get"); !slices.Equal(got,
		[]string{"query cursor", "query limit", "query state", "header Accept-Language"}) {
		t.Errorf("GET /leads: %q", got)
	}
	if got := names("/leads/{id}", "put"); !slices.Equal(got,
		[]string{"path id", "header If-Match", "header Accept-Language"}) {
		t.Errorf("PUT /leads/{id}: %q", got)
	}
	if got := names("/leads/{id}/assign", "post"); !slices.Equal(got,
		[]string{"path id", "header If-Match", "header Idempotency-Key", "header Accept-Language"}) {
		t.Errorf("assign: %q", got)
	}
	limit, _ := json.Marshal(at(t, doc, "paths", "/leads", "get", "parameters").([]any)[1].(map[string]any)["schema"])
	if string(limit) != `{"default":25,"maximum":100,"minimum":1,"type":"integer"}` {
		t.Errorf("limit: %s", limit)
	}
}

func TestTheDocumentIsTheSameEachTime(t *testing.T) {
	first := document(t, routes...)
	for range 20 {
		if !bytes.Equal(first, document(t, routes...)) {
			t.Fatal("differs")
		}
	}
	if _, err := openapi.Document(openapi.Info{}, nil, routes[0], routes[0]); err == nil {
		t.Error("took a route twice")
	}
}

func TestKeep(t *testing.T) {
	path := filepath.Join(t.TempDir(), "openapi.json")
	if err := openapi.Keep(path, []byte("a"), false); !os.IsNotExist(err) {
		t.Errorf("without a file: %v", err)
	}
	if err := openapi.Keep(path, []byte("a"), true); err != nil {
		t.Error(err)
	}
	if err := openapi.Keep(path, []byte("a"), false); err != nil {
		t.Error(err)
	}
	if err := openapi.Keep(path, []byte("b"), false); err == nil || !strings.Contains(err.Error(), "-update") {
		t.Errorf("another document: %v", err)
	}
	if err := os.WriteFile(path+".gz", httpapi.Zip([]byte("b")), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := openapi.Keep(path, []byte("a"), false); err == nil || !strings.Contains(err.Error(), "-update") {
		t.Errorf("another document gzipped: %v", err)
	}
}

package openapi_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
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
	{Pattern: "GET /pages/{token}", Action: permission.Public,
		Doc: httpapi.Doc{Summary: "A page", Type: "text/html", Pages: true}},
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
		{[]string{"paths", "/leads", "get", "operationId"}, `"listLeads"`},
		{[]string{"paths", "/leads/{id}/assign", "post", "operationId"}, `"assignLead"`},
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
			`{"example":[{"op":"replace","path":"/name","value":"李娜"}],` +
				`"schema":{"$ref":"#/components/schemas/JSONPatch"}}`},
		{schema("JSONPatch", "items", "required"), `["op","path"]`},
		{[]string{"paths", "/forms/{form}", "post", "responses", "default"},
			`{"$ref":"#/components/responses/Problem"}`},
		{[]string{"components", "responses", "Problem", "content", "application/json", "schema"},
			`{"$ref":"#/components/schemas/Problem"}`},
		{[]string{"components", "responses", "Problem", "content", "application/problem+json", "schema"},
			`{"$ref":"#/components/schemas/Problem"}`},
		{[]string{"paths", "/pages/{token}", "get", "responses", "default"},
			`{"$ref":"#/components/responses/ProblemOrPage"}`},
		{[]string{"components", "responses", "ProblemOrPage", "content", "text/html", "schema"}, `{"type":"string"}`},
		{[]string{"paths", "/leads/{id}", "put", "x-statuses"},
			`[200,400,401,403,404,405,409,412,413,415,422,428,429,431,500,503]`},
		{[]string{"servers"}, `[{"description":"The shop from which this file was read.","url":"/"}]`},
		{[]string{"paths", "/leads", "post", "requestBody", "content", "application/json", "example"},
			`{"lang":"zh","name":"李娜","owner":"stf_019b0000-0000-7000-8000-000000000001",` +
				`"title":{"en":"Business cards","zh":"名片"}}`},
		{schema("Lead", "required"), `["id","version","due_at","tags","labels","title"]`},
		{schema("Lead", "properties", "due_at"), `{"format":"date-time","type":["null","string"]}`},
		{schema("Lead", "properties", "tags"), `{"items":{"type":"string"},"type":"array"}`},
		{schema("Lead", "properties", "labels", "type"), `"object"`},
		{schema("PageOfLead", "properties", "items", "items"), `{"$ref":"#/components/schemas/Lead"}`},
		{schema("PageOfLead", "required"), `["items","next"]`},
		{schema("Problem", "properties", "message", "type"), `"string"`},
		{[]string{"paths", "/leads/{id}", "put", "responses", "200", "headers", "ETag", "schema"}, `{"type":"string"}`},
		{[]string{"paths", "/leads", "post", "responses", "201", "headers", "Location", "schema"}, `{"type":"string"}`},
		{[]string{"paths", "/leads", "post", "requestBody", "required"}, `true`},
		{[]string{"paths", "/forms/{form}", "post", "requestBody", "content", "application/x-www-form-urlencoded",
			"schema"}, `{"$ref":"#/components/schemas/Part"}`},
		{[]string{"paths", "/assets/{file}", "get", "responses", "200", "content", "text/css", "schema"},
			`{"type":"string"}`},
		{[]string{"components", "responses", "Problem", "headers", "Retry-After", "schema"}, `{"type":"integer"}`},
	} {
		if got, _ := json.Marshal(at(t, doc, c.path...)); string(got) != c.want {
			t.Errorf("%s\n got %s\nwant %s", strings.Join(c.path, " "), got, c.want)
		}
	}
}

// One answer stands for all that goes wrong, and nothing in it is always there: the gateway says a message alone.
func TestNothingOfAProblemIsAlwaysThere(t *testing.T) {
	problem := at(t, document(t, routes...), "components", "schemas", "Problem").(map[string]any)
	if problem["required"] != nil || problem["properties"].(map[string]any)["title"] == nil {
		t.Errorf("%v", problem)
	}
}

func TestEachSourceOfSignedCallsHasItsPath(t *testing.T) {
	doc := document(t, httpapi.Route{Pattern: "POST /hooks/{source}", Action: permission.Public, Signed: true,
		Doc: httpapi.Doc{Summary: "Hand over", Body: part{}, Answer: part{}, Status: 202, Sources: []httpapi.Source{
			{Name: "leads", Summary: "A lead", Body: part{}},
			{Name: "mail", Summary: "A mail", Raw: []string{"message/rfc822"}, Own: true}}}})
	leads, _ := json.Marshal(at(t, doc, "paths", "/hooks/leads", "post", "requestBody", "content", "application/json",
		"schema"))
	mail, _ := json.Marshal(at(t, doc, "paths", "/hooks/mail", "post", "requestBody", "content"))
	if string(leads) != `{"$ref":"#/components/schemas/Part"}` ||
		string(mail) != `{"message/rfc822":{"schema":{"type":"string"}}}` {
		t.Errorf("%s, %s", leads, mail)
	}
	for path, signed := range map[string]bool{"/hooks/leads": true, "/hooks/mail": false} {
		if statuses := at(t, doc, "paths", path, "post", "x-statuses").([]any); !slices.Contains(statuses, any(401.0)) {
			t.Errorf("%s: a call may be unsigned: %v", path, statuses)
		}
		parameters, _ := json.Marshal(at(t, doc, "paths", path, "post", "parameters"))
		if strings.Contains(string(parameters), "webhook-signature") != signed || strings.Contains(string(parameters),
			`"in":"path"`) {
			t.Errorf("%s: %s", path, parameters)
		}
	}
}

// The description refuses a chapter, a list or a field that is not there.
func TestTheDescriptionIsCompleteOrNone(t *testing.T) {
	for name, info := range map[string]openapi.Info{
		"a segment of no chapter": {Groups: []openapi.Group{{Name: "forms", Segments: []string{"forms"}}}},
		"a list of no rule":       {Types: map[reflect.Type]string{reflect.TypeFor[string](): "colour"}},
	} {
		if _, err := openapi.Document(info, valid.Lists{"role": {"owner"}}, routes...); err == nil {
			t.Errorf("%s passes", name)
		}
	}
	doc, err := openapi.Document(openapi.Info{Types: map[reflect.Type]string{reflect.TypeFor[string](): "role"},
		Names: map[string]string{"GET /leads": "findLeads"}}, valid.Lists{"role": {"owner"}}, routes...)
	if err != nil {
		t.Fatal(err)
	}
	owner, _ := json.Marshal(at(t, doc, "components", "schemas", "Lead", "properties", "owner", "enum"))
	tags, _ := json.Marshal(at(t, doc, "components", "schemas", "Lead", "properties", "tags", "items", "enum"))
	if id := at(t, doc, "paths", "/leads", "get", "operationId"); string(owner) != `["owner"]` ||
		string(tags) != `["owner"]` || id != "findLeads" {
		t.Errorf("%s, %s, %v", owner, tags, id)
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

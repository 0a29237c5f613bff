package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"afterpress/functions/api"
	"afterpress/functions/intake"
	"afterpress/shared/app"
	"afterpress/shared/httpapi"
	"afterpress/shared/httpapi/openapi"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

var update = flag.Bool("update", false, "write openapi.json and docs.html anew")

// operation is one route on the page: what stands in the document, and the roles that the permission table grants
// it to.
type operation struct {
	Method, Path string
	Roles        []staff.Role
	ID           string      `json:"operationId"`
	Tags         []string    `json:"tags"`
	Description  string      `json:"description"`
	Statuses     []int       `json:"x-statuses"`
	Summary      string      `json:"summary"`
	Parameters   []parameter `json:"parameters"`
	RequestBody  content     `json:"requestBody"`
	Responses    map[string]content
	schemas      map[string]schema
}

type parameter struct {
	Name        string `json:"name"`
	In          string `json:"in"`
	Description string `json:"description"`
	Schema      schema `json:"schema"`
}

type content struct {
	Content map[string]struct {
		Schema  schema          `json:"schema"`
		Example json.RawMessage `json:"example"`
	} `json:"content"`
}

type schema struct {
	Ref        string            `json:"$ref"`
	AnyOf      []schema          `json:"anyOf"` // an object or null, which stands for an absent one
	Type       any               `json:"type"`  // a name, or a list of names
	Enum       []any             `json:"enum"`
	Format     string            `json:"format"`
	Pattern    string            `json:"pattern"`
	Minimum    *int64            `json:"minimum"`
	Maximum    *int64            `json:"maximum"`
	Words      string            `json:"description"`
	MaxLength  int               `json:"maxLength"`
	Default    any               `json:"default"`
	Required   []string          `json:"required"`
	Properties map[string]schema `json:"properties"`
	Items      *schema           `json:"items"`
	Name       string            `json:"-"` // of the type, where it has one
}

// sentences splits "English · 中文".
func sentences(both string) words.Text {
	en, zh, _ := strings.Cut(both, " · ")
	return words.Text{Zh: zh, En: en}
}

// Title is the summary in both languages.
func (o operation) Title() words.Text { return sentences(o.Summary) }

// About is the description in both languages.
func (s schema) About() words.Text { return sentences(s.Words) }

// Kind is the type, without the null that stands for an absent value.
func (s schema) Kind() string {
	if s.Type == nil {
		return "any"
	}
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(s.Type), "null", ""), "[] ")
}

// Chosen are the words of a closed list that a person would send. An empty one stands for an absent value.
func (s schema) Chosen() []any {
	return slices.DeleteFunc(slices.Clone(s.Enum), func(value any) bool { return value == nil || value == "" })
}

// Entry is what a list is of.
func (s schema) Entry() *schema {
	if s.Items == nil {
		return nil
	}
	entry := *s.Items
	if len(entry.AnyOf) > 0 {
		entry = entry.AnyOf[0]
	}
	entry.Name = strings.TrimPrefix(entry.Ref, "#/components/schemas/")
	return &entry
}

// Query is what may be asked in the address; headers are the same everywhere and stand at the head of the page.
func (o operation) Query() []parameter {
	return slices.DeleteFunc(slices.Clone(o.Parameters), func(p parameter) bool { return p.In != "query" })
}

// field is one line of a body: "spoken.channel".
type field struct {
	Name     string
	Required bool
	Schema   schema
}

// Body lists the fields of the body, those of objects within it with the path to them.
func (o operation) Body() []field {
	sent := o.RequestBody.Content
	if patch, ok := sent["application/merge-patch+json"]; ok {
		return o.fields("", patch.Schema)
	}
	return o.fields("", sent["application/json"].Schema)
}

func (o operation) fields(prefix string, s schema) []field {
	s = o.resolve(s)
	var out []field
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		property := o.resolve(s.Properties[name])
		out = append(out, field{prefix + name, slices.Contains(s.Required, name), property})
		out = append(out, o.fields(prefix+name+".", property)...)
		if entry := property.Entry(); entry != nil && entry.Name == "" {
			out = append(out, o.fields(prefix+name+"[].", *entry)...)
		}
	}
	return out
}

func (o operation) resolve(s schema) schema {
	if len(s.AnyOf) > 0 {
		s.Ref = s.AnyOf[0].Ref
	}
	if s.Ref == "" {
		if s.Pattern = strings.TrimPrefix(s.Pattern, "^$|"); strings.Contains(s.Pattern, `\u00`) {
			s.Pattern = "" // control characters are refused everywhere, and such a pattern says nothing more
		}
		s.Enum = slices.DeleteFunc(slices.Clone(s.Enum), func(value any) bool { return value == nil || value == "" })
		return s
	}
	name := strings.TrimPrefix(s.Ref, "#/components/schemas/")
	named := o.schemas[name]
	named.Words, named.Name = s.Words, name
	return named
}

// kind is a type that fields of answers and bodies have.
type kind struct {
	Name   string
	Fields []field
}

// kinds lists the types of the document, by name, with their fields.
func kinds(schemas map[string]schema) (out []kind) {
	o := operation{schemas: schemas}
	for _, name := range slices.Sorted(maps.Keys(schemas)) {
		k := kind{Name: name}
		for _, property := range slices.Sorted(maps.Keys(schemas[name].Properties)) {
			is := slices.Contains(schemas[name].Required, property)
			k.Fields = append(k.Fields, field{property, is, o.resolve(schemas[name].Properties[property])})
		}
		if len(k.Fields) > 0 {
			out = append(out, k)
		}
	}
	return out
}

// Answer lists the fields of the answer to a success. For a page of a list, those of its records stand below it.
func (o operation) Answer() (out []field) {
	for status, answer := range o.Responses {
		if given, has := answer.Content["application/json"]; has && status != "default" {
			out = o.answered("", given.Schema, 2)
		}
	}
	return out
}

func (o operation) answered(prefix string, s schema, deep int) []field {
	s = o.resolve(s)
	var out []field
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		property := o.resolve(s.Properties[name])
		out = append(out, field{prefix + name, slices.Contains(s.Required, name), property})
		if deep > 1 && name == "items" && property.Items != nil {
			out = append(out, o.answered("items[].", *property.Items, deep-1)...)
		}
	}
	return out
}

// Example is a request's body, or the answer where none is sent.
func (o operation) Example() string {
	contents := []content{o.RequestBody}
	for _, status := range slices.Sorted(maps.Keys(o.Responses)) {
		contents = append(contents, o.Responses[status])
	}
	for _, c := range contents {
		for _, kind := range slices.Sorted(maps.Keys(c.Content)) {
			var out bytes.Buffer
			if kind != "application/json-patch+json" && json.Indent(&out, c.Content[kind].Example, "", "  ") == nil {
				return out.String()
			}
		}
	}
	return ""
}

// Sent names the media types of the body.
func (o operation) Sent() []string { return slices.Sorted(maps.Keys(o.RequestBody.Content)) }

// chapter is a group of operations on the page.
type chapter struct {
	Name       string
	About      words.Text
	Operations []operation
}

// docsPage is what the page of the description says.
type docsPage struct {
	SignIn   string
	Chapters []chapter
	Kinds    []kind
}

func docsOf(all []operation) docsPage {
	out := docsPage{SignIn: strings.ReplaceAll(signInHow, "`", ""), Kinds: kinds(all[0].schemas)}
	for _, g := range chapters {
		c := chapter{Name: g.Name, About: sentences(g.Description)}
		for _, o := range all {
			if slices.Contains(o.Tags, g.Name) {
				c.Operations = append(c.Operations, o)
			}
		}
		out.Chapters = append(out.Chapters, c)
	}
	return out
}

// operations reads the document in the order of the routes.
func operations(t *testing.T, document []byte) []operation {
	t.Helper()
	var read struct {
		Paths      map[string]map[string]operation `json:"paths"`
		Components struct {
			Schemas map[string]schema `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(document, &read); err != nil {
		t.Fatal(err)
	}
	var out []operation
	for _, route := range described() {
		method, paths := openapi.Paths(route)
		for _, path := range paths {
			o, found := read.Paths[path][strings.ToLower(method)]
			if !found {
				t.Fatalf("%s %s is not in the document", method, path)
			}
			o.Method, o.Path, o.schemas = method, path, read.Components.Schemas
			o.Roles = granted(route.Action)
			out = append(out, o)
		}
	}
	return out
}

// granted lists the roles that may do the action. What is open to everybody is granted to no role.
func granted(action permission.Action) []staff.Role {
	return slices.DeleteFunc(slices.Clone(staff.Roles), func(role staff.Role) bool {
		return action == permission.Public || permission.Permit(staff.Actor{Roles: []staff.Role{role}}, action) != nil
	})
}

// described is every route of both doors: one document, one gateway.
func described() []httpapi.Route {
	return append((&api.Server{}).Routes(), (&intake.Server{}).Routes()...)
}

func describe(t *testing.T) []byte {
	t.Helper()
	document, err := openapi.Document(openapi.Info{
		Title: "Afterpress", Version: "1",
		Description: "The staff API and the public forms of Afterpress, the customer side of a print shop. 印厂客户服务系统的员工接口与公开表单。",
		SignIn:      signInHow, Groups: chapters, Names: operationNames, Types: enumerated, Glossary: glossary,
		Examples: keptExamples(t),
	}, closedLists(), described()...)
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// TestDocumentIsCurrent compares openapi.json and docs.html with the routes; -update writes them.
func TestDocumentIsCurrent(t *testing.T) {
	t.Parallel()
	document := describe(t)
	if err := openapi.Keep("openapi.json", document, *update); err != nil {
		t.Error(err)
	}
	drawn, err := template.ParseFiles("testdata/docs.html.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := drawn.Execute(&out, docsOf(operations(t, document))); err != nil {
		t.Fatal(err)
	}
	if err := openapi.Keep("docs.html", out.Bytes(), *update); err != nil {
		t.Error(err)
	}
}

// operationWord is a name as functions of a client have it.
var operationWord = regexp.MustCompile(`^[a-z][a-z]*([A-Z][A-Za-z]*|Staff|360)?$`)

func TestDocumentNamesEveryOperationOnce(t *testing.T) {
	t.Parallel()
	var read struct {
		OpenAPI string `json:"openapi"`
		Paths   map[string]map[string]struct {
			OperationID string `json:"operationId"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(describe(t), &read); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for path, methods := range read.Paths {
		for method, o := range methods {
			if !operationWord.MatchString(o.OperationID) || seen[o.OperationID] {
				t.Errorf("%s %s is called %q", method, path, o.OperationID)
			}
			seen[o.OperationID] = true
		}
	}
	routes := 0
	for _, route := range described() {
		_, paths := openapi.Paths(route)
		routes += len(paths)
	}
	if len(seen) != routes || !strings.HasPrefix(read.OpenAPI, "3.1") {
		t.Errorf("OpenAPI %s with %d operations for %d routes", read.OpenAPI, len(seen), routes)
	}
}

// TestPublicPages reads what needs no sign-in, with tables that do not exist: none of it asks them.
func TestPublicPages(t *testing.T) {
	t.Parallel()
	handler := (&api.Server{Office: app.Office{Now: fixed}, Log: quiet, Version: "v1.2.3"}).Door().Handler()
	b := &bench{t: t, handler: handler}
	for path, kind := range map[string]string{
		"/openapi.json": "application/json", "/docs": "text/html; charset=utf-8",
		"/docs/style.css": "text/css; charset=utf-8", "/health": "application/json",
	} {
		got := b.call("", "GET "+path, nil).want(http.StatusOK)
		if got.Header().Get("Content-Type") != kind || got.Body.Len() == 0 ||
			got.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", path, got.Header())
		}
		if policy := got.Header().Get("Content-Security-Policy"); (path == "/docs") != strings.HasPrefix(policy,
			"default-src 'none'; style-src 'self'") {
			t.Errorf("%s: policy %q", path, policy)
		}
		if head := b.call("", "HEAD "+path, nil).want(http.StatusOK); head.Body.Len() != 0 {
			t.Errorf("HEAD %s has a body", path)
		}
	}
	if got := b.call("", "GET /health", nil).Body.String(); got != `{"status":"ok","version":"v1.2.3"}` {
		t.Error(got)
	}
	text, err := os.ReadFile("docs.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, forbidden := range []string{"<script", "style=", "http://", "//cdn"} {
		if bytes.Contains(text, []byte(forbidden)) {
			t.Errorf("the page contains %s", forbidden)
		}
	}
}

// Package openapi writes the description of an API (OpenAPI 3.1) from the very routes and types that serve it.
// Doors do not link it: the document is made by a test, kept beside the door, and embedded.
package openapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"

	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/valid"

	"github.com/swaggest/jsonschema-go"
	"github.com/swaggest/openapi-go"
	"github.com/swaggest/openapi-go/openapi31"
)

// Info heads the document.
type Info struct {
	Title       string
	Version     string
	Description string
	SignIn      string                  // where a token comes from
	Groups      []Group                 // the chapters; none: the first segment of each path is one
	Names       map[string]string       // of operations, by method and path
	Types       map[reflect.Type]string // which closed list a type of words is of
	Glossary    map[string]string       // what a field of the name means where no tag says it
	Examples    map[string]Example      // of operations, by their ids; of others one is made up
}

const (
	signIn      = "staff"
	typeProblem = "application/problem+json"
	typeForm    = "application/x-www-form-urlencoded"
	typePatch   = "application/merge-patch+json"
)

// Keep compares doc with the file at path and with the same file gzipped beside it, which the program holds. Or it
// writes both. Its error says how to bring the files up to date.
func Keep(path string, doc []byte, update bool) error {
	if update {
		return errors.Join(os.WriteFile(path, doc, 0o644), os.WriteFile(path+".gz", httpapi.Zip(doc), 0o644))
	}
	kept, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	small, err := os.ReadFile(path + ".gz")
	if err != nil {
		return err
	}
	held, err := httpapi.Unzip(small)
	if err != nil || !bytes.Equal(kept, doc) || !bytes.Equal(held, doc) {
		return fmt.Errorf("%s differs from the routes; run this test with -update and read the difference", path)
	}
	return nil
}

// Document describes the routes, the same for the same routes, indented. Their types name the lists. A type that cannot be described is an error.
func Document(info Info, lists valid.Lists, routes ...httpapi.Route) ([]byte, error) {
	d := newDescriber(info, lists)
	d.Spec.SetTitle(info.Title)
	d.Spec.SetVersion(info.Version)
	d.Spec.SetDescription(info.Description)
	d.Spec.SetHTTPBearerTokenSecurity(signIn, "JWT",
		"The access token of a staff member. Roles decide what it allows. "+info.SignIn)
	server := openapi31.Server{URL: "/"}
	d.Spec.WithServers(*server.WithDescription("The shop from which this file was read.")).WithTags(d.tags()...)
	if err := d.problems(); err != nil {
		return nil, err
	}
	for _, route := range routes {
		if err := d.add(route); err != nil {
			return nil, fmt.Errorf("%s: %w", route.Pattern, err)
		}
	}
	for _, op := range *d.operations {
		d.examples(op)
	}
	compact, err := json.Marshal(d.Spec)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, compact, "", "  "); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

type describer struct {
	*openapi31.Reflector
	info       Info
	lists      valid.Lists
	operations *[]*openapi31.Operation // that were described
}

// add describes one route. Each source of signed calls has a path of its own.
func (d describer) add(route httpapi.Route) error {
	method, paths := Paths(route)
	for i, path := range paths {
		one := route
		if len(route.Doc.Sources) > 0 {
			source := route.Doc.Sources[i]
			one.Doc.Summary, one.Doc.Body, one.Doc.Raw, one.Signed = source.Summary, source.Body, source.Raw, !source.Own
		}
		if err := d.addPath(method, path, one); err != nil {
			return err
		}
	}
	return nil
}

func (d describer) addPath(method, path string, route httpapi.Route) error {
	oc, err := d.NewOperationContext(method, path)
	if err != nil {
		return err
	}
	op := oc.(openapi31.OperationExposer).Operation()
	segments := strings.Split(strings.Trim(path, "/"), "/")
	tag, err := d.tag(segments[0])
	if err != nil {
		return err
	}
	op.WithID(d.operationID(method, path, route.Doc)).WithSummary(route.Doc.Summary).WithTags(tag).
		WithMapOfAnythingItem("x-action", string(route.Action)).
		WithMapOfAnythingItem("x-statuses", statuses(method, path, route))
	if method == http.MethodPatch {
		op.WithDescription(patchHow)
	}
	if route.Action != permission.Public {
		oc.AddSecurity(signIn)
	}
	if op.Parameters, err = d.parameters(method, segments, route); err != nil {
		return err
	}
	if op.RequestBody, err = d.body(method, route.Doc); err != nil {
		return err
	}
	d.success(oc, method, route.Doc)
	if err := d.AddOperation(oc); err != nil {
		return err
	}
	described, err := d.Spec.Paths.MapOfPathItemValues[path].Operation(method)
	if err != nil {
		return err
	}
	described.ResponsesEns().WithDefault(problemReference(route.Doc))
	*d.operations = append(*d.operations, described)
	return nil
}

// patchHow says what a PATCH has to bring.
const patchHow = "Send If-Match with the ETag of the record as it was read: without it the answer is 428, for another " +
	"version 412. Content-Type is application/merge-patch+json (RFC 7396), or application/json-patch+json (RFC 6902) " +
	"to add to a list or remove from it."

func (d describer) parameters(method string, segments []string,
	route httpapi.Route) ([]openapi31.ParameterOrReference, error) {
	doc := route.Doc
	var out []openapi31.ParameterOrReference
	add := func(name string, in openapi31.ParameterIn, required bool, description string, schema map[string]any) {
		p := openapi31.Parameter{Name: name, In: in, Schema: schema}
		if required {
			p.WithRequired(true)
		}
		if description != "" {
			p.WithDescription(description)
		}
		out = append(out, p.ToParameterOrRef())
	}
	for _, segment := range segments {
		if name, ok := strings.CutPrefix(segment, "{"); ok {
			add(strings.TrimSuffix(name, "}"), openapi31.ParameterInPath, true, "",
				map[string]any{"type": "string", "pattern": `^[A-Za-z0-9_-][A-Za-z0-9._-]*$`})
		}
	}
	if doc.Query != nil {
		query, err := d.Reflect(doc.Query, jsonschema.InlineRefs)
		if err != nil {
			return nil, err
		}
		for _, name := range slices.Sorted(maps.Keys(query.Properties)) {
			property := query.Properties[name]
			schema, err := property.ToSimpleMap()
			if err != nil {
				return nil, err
			}
			asText(schema)
			add(name, openapi31.ParameterInQuery, slices.Contains(query.Required, name), "", schema)
		}
	}
	version := map[string]any{"type": "string", "pattern": `^"[1-9][0-9]{0,17}"$`, "examples": []string{`"1"`}}
	switch {
	case doc.Changes:
		add("If-Match", openapi31.ParameterInHeader, true, "The ETag of the record as it was read.", version)
	case doc.Versioned:
		add("If-Match", openapi31.ParameterInHeader, false,
			"The ETag of the record as it was read: the command is refused where the record has changed since.", version)
	}
	switch {
	case route.Signed:
		add("webhook-id", openapi31.ParameterInHeader, true, "Names the call; a repeat within 7 days has no second effect.",
			map[string]any{"type": "string", "pattern": "^[A-Za-z0-9_:/+=@~-]{1,128}$"})
		add("webhook-timestamp", openapi31.ParameterInHeader, true, "Unix time in seconds, at most 300 from now.",
			map[string]any{"type": "string", "pattern": "^[1-9][0-9]{0,10}$"})
		add("webhook-signature", openapi31.ParameterInHeader, true,
			"v1 and the base64 of HMAC-SHA256 over id.timestamp.body (Standard Webhooks); at most five.",
			map[string]any{"type": "string"})
	case method == http.MethodPost:
		add("Idempotency-Key", openapi31.ParameterInHeader, false,
			"Makes a repeat of this request safe for 72 hours: it gets the same answer and has no second effect.",
			map[string]any{"type": "string", "pattern": "^[!-~]{1,255}$"})
	}
	add("Accept-Language", openapi31.ParameterInHeader, false, "The language of problems: zh or en.",
		map[string]any{"type": "string"})
	return out, nil
}

// body is what the route takes: the object, or a merge patch over it.
func (d describer) body(method string, doc httpapi.Doc) (*openapi31.RequestBodyOrReference, error) {
	if doc.Body == nil && len(doc.Raw) == 0 {
		return nil, nil
	}
	raw := map[string]openapi31.MediaType{}
	for _, kind := range doc.Raw {
		raw[kind] = openapi31.MediaType{Schema: map[string]any{"type": "string"}}
	}
	if doc.Body == nil {
		body := openapi31.RequestBody{Content: raw}
		return &openapi31.RequestBodyOrReference{RequestBody: body.WithRequired(true)}, nil
	}
	options, kind := []func(*jsonschema.ReflectContext){jsonschema.InlineRefs}, typePatch
	if method != http.MethodPatch {
		options = []func(*jsonschema.ReflectContext){jsonschema.RootRef,
			jsonschema.DefinitionsPrefix("#/components/schemas/"), jsonschema.CollectDefinitions(d.collect),
			jsonschema.InterceptDefName(sentName)}
		kind = "application/json"
	}
	schema, err := d.Reflect(doc.Body, options...)
	if err != nil {
		return nil, err
	}
	simple, err := schema.ToSchemaOrBool().ToSimpleMap()
	if err != nil {
		return nil, err
	}
	body := openapi31.RequestBody{Content: raw}
	body.Content[kind] = openapi31.MediaType{Schema: simple}
	if kind == typePatch {
		patching(simple)
		body.Content[typeOperations] = d.jsonPatch()
	}
	body.WithRequired(reflect.TypeOf(doc.Body).NumField() > 0) // without fields, an empty body does
	if doc.Form {
		body.Content[typeForm] = body.Content[kind]
	}
	return &openapi31.RequestBodyOrReference{RequestBody: &body}, nil
}

// patching makes the schema of an object that of a merge patch over it (RFC 7396): nothing has to be there.
func patching(object map[string]any) {
	properties, _ := object["properties"].(map[string]any)
	delete(object, "required")
	for _, property := range properties {
		patching(property.(map[string]any))
	}
}

// asText takes null out of the schema of a query's parameter, which has a value or is not there.
func asText(schema map[string]any) {
	kinds, _ := schema["type"].([]any)
	if kinds = slices.DeleteFunc(slices.Clone(kinds), func(kind any) bool { return kind == "null" }); len(kinds) == 1 {
		schema["type"] = kinds[0]
	}
	if values, ok := schema["enum"].([]any); ok {
		schema["enum"] = slices.DeleteFunc(slices.Clone(values), func(value any) bool { return value == nil })
	}
}

func (d describer) success(oc openapi.OperationContext, method string, doc httpapi.Doc) {
	status := doc.Status
	if status == 0 {
		status = http.StatusOK
	}
	options := []openapi.ContentOption{openapi.WithHTTPStatus(status),
		openapi.WithCustomize(func(cor openapi.ContentOrReference) {
			response := cor.(*openapi31.ResponseOrReference).Response
			response.Headers = headers(method, status, doc)
			for _, other := range doc.Types {
				response.Content[other] = openapi31.MediaType{Schema: map[string]any{"type": "string"}}
			}
			if doc.Answer == nil && doc.Type == "application/json" {
				response.Content[doc.Type] = openapi31.MediaType{} // any JSON, where the library would say text
			}
		})}
	if doc.Type != "" {
		options = append(options, openapi.WithContentType(doc.Type))
	}
	oc.AddRespStructure(doc.Answer, options...)
	if doc.Moves {
		oc.AddRespStructure(nil, openapi.WithHTTPStatus(http.StatusSeeOther),
			openapi.WithCustomize(func(cor openapi.ContentOrReference) {
				cor.(*openapi31.ResponseOrReference).Response.Headers = headers(method, http.StatusSeeOther, httpapi.Doc{})
			}))
	}
}

// headers are those of a success.
func headers(method string, status int, doc httpapi.Doc) map[string]openapi31.HeaderOrReference {
	out := map[string]openapi31.HeaderOrReference{}
	add := func(name, description string) {
		h := openapi31.Header{Schema: map[string]any{"type": "string"}}
		out[name] = openapi31.HeaderOrReference{Header: h.WithDescription(description)}
	}
	add("X-Request-Id", "The name of this request in our logs.")
	if _, ok := doc.Answer.(interface{ ETagVersion() int64 }); ok {
		add("ETag", "The version of the record, for If-Match.")
	}
	if status == http.StatusCreated || status == http.StatusSeeOther {
		add("Location", "Where it stands now.")
	}
	if method == http.MethodPost {
		add("Idempotent-Replayed", "\"true\" on the answer to a repeat.")
	}
	return out
}

// failures are the statuses of a route besides that of its success. They are all there are.
func failures(method, path string, route httpapi.Route) []int {
	kinds, doc := []fault.Kind{fault.Internal, fault.Unavailable, fault.TooMany, fault.TooLarge, fault.Unreadable},
		route.Doc
	if route.Signed || len(doc.Sources) > 0 {
		kinds = append(kinds, fault.Unsigned)
	}
	if route.Action != permission.Public {
		kinds = append(kinds, fault.Unauthenticated, fault.Forbidden)
	}
	statuses, out := httpapi.Statuses(), []int{statusBeyond}
	if strings.Contains(path, "{") { // what stands for an id may make another address of the path
		out = append(out, http.StatusMethodNotAllowed)
	}
	if strings.Contains(path, "{") || doc.Query != nil || doc.Body != nil {
		kinds = append(kinds, fault.NotFound)
	}
	if doc.Query != nil || doc.Body != nil || method == http.MethodPost {
		kinds = append(kinds, fault.Invalid)
	}
	if method != http.MethodGet {
		kinds = append(kinds, fault.Refused)
	}
	if doc.Body != nil || method == http.MethodPost {
		kinds = append(kinds, fault.Unsupported)
	}
	if doc.Changes || doc.Versioned {
		kinds = append(kinds, fault.Stale)
	}
	if doc.Changes {
		kinds = append(kinds, fault.Unversioned)
	}
	for _, kind := range kinds {
		out = append(out, statuses[kind])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// statusBeyond is what the gateway says of a request line and headers that together are over 10,240 bytes; no door
// says it.
const statusBeyond = http.StatusRequestHeaderFieldsTooLarge

func (d describer) collect(name string, schema jsonschema.Schema) {
	simple, err := schema.ToSchemaOrBool().ToSimpleMap()
	if err != nil {
		panic(err) // a schema that the library made itself
	}
	d.Spec.ComponentsEns().WithSchemasItem(name, simple)
}

// typeName is how a type is called in the document. A generic one is named by what it is of.
func typeName(t reflect.Type, _ string) string {
	base, of, generic := strings.Cut(t.Name(), "[")
	name := nounName(t.PkgPath(), base)
	if generic {
		of = strings.TrimSuffix(of, "]")
		dot := max(strings.LastIndex(of, "."), 0)
		name += "Of" + nounName(of[:dot], strings.TrimPrefix(of[dot:], "."))
	}
	return name
}

// short are the types whose name says nothing without their package: the document calls lead.Card a LeadCard.
var short = map[string][]string{
	"canned":   {"Reply"},
	"approval": {"Policy"},
	"proposal": {"Basis"},
	"complaint": {"Card", "Cause", "Decision", "Earlier", "Job", "Pause", "Policy", "Said", "Stop", "Timely",
		"Times", "Note", "Reply"},
	"customer": {"Address", "Card"},
	"defect":   {"Cause"},
	"form":     {"Field", "Option"},
	"hold":     {"Answer", "Card", "Policy"},
	"lead":     {"Card", "Policy"},
	"overview": {"Contact", "Liking", "Open", "Touch", "Warning"},
	"remedy":   {"Job"},
	"task":     {"Card", "Note", "Policy", "Watcher"},
	"verdict":  {"Case", "Policy", "Reason"},
}

// called are types that the document knows by a name of their own.
var called = map[string]string{
	"proposal.Case": "RemedyCase", "proposal.Cost": "RemedyCost", "proposal.Policy": "RemedyPolicy",
	"ladder.Rule":  "RungRule",
	"tally.Report": "ComplaintReport", "tally.Row": "ComplaintReportRow", "tally.Stage": "ComplaintStage",
	"why.File": "ComplaintWhy", "why.Verdict": "VerdictWhy", "why.Remedy": "RemedyWhy",
	"why.Proposal": "ProposalWhy", "why.Approval": "ApprovalWhy", "why.Deadline": "ComplaintDeadline",
}

// nounName is the name of a type in the document: readers of the API know no packages.
func nounName(path, name string) string {
	noun := path[strings.LastIndex(path, "/")+1:]
	if known, ok := called[noun+"."+name]; ok {
		return known
	}
	if ofDomain(path) && slices.Contains(short[noun], name) {
		return title(noun) + name
	}
	return title(name)
}

func ofDomain(path string) bool {
	return strings.Contains(path, "/shared/crm/") || strings.Contains(path, "/shared/kernel/")
}

// sentName is typeName for what is sent to us. Types of the domain are answered with as well. Then they hold what the
// doors let pass, and more.
func sentName(t reflect.Type, name string) string {
	if ofDomain(t.PkgPath()) {
		return typeName(t, name) + "Sent"
	}
	return typeName(t, name)
}

func title(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

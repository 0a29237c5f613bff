package openapi

import (
	"net/http"
	"reflect"
	"slices"

	"afterpress/shared/httpapi"

	"github.com/swaggest/jsonschema-go"
	"github.com/swaggest/openapi-go/openapi31"
)

// problemAnswer is how every operation answers when it does not succeed. The one answer for all statuses keeps the
// clients that programs generate small. x-statuses of the operation has the statuses.
const problemAnswer = "Problem"

// pageAnswer is the same of what is made for browsers alone: it may be a page.
const pageAnswer = "ProblemOrPage"

// problems puts the one answer into the components. The gateway says the same statuses with a message of its own, so
// nothing is always there.
func (d describer) problems() error {
	schema, err := d.Reflect(httpapi.Problem{}, jsonschema.RootRef,
		jsonschema.DefinitionsPrefix("#/components/schemas/"), jsonschema.CollectDefinitions(d.collect),
		func(rc *jsonschema.ReflectContext) { rc.Context = answering(rc.Context) })
	if err != nil {
		return err
	}
	simple, err := schema.ToSchemaOrBool().ToSimpleMap()
	if err != nil {
		return err
	}
	problem := d.Spec.ComponentsEns().Schemas[problemAnswer]
	delete(problem, "required")
	problem["properties"].(map[string]any)["message"] = map[string]any{"type": "string",
		"description": "Of the gateway, for a request that no door has seen; then nothing else is there."}
	for _, name := range []string{problemAnswer, pageAnswer} {
		d.problemAnswer(name, simple)
	}
	return nil
}

// problemAnswer puts one of the two answers into the components.
func (d describer) problemAnswer(name string, simple map[string]any) {
	response := openapi31.Response{Description: "What went wrong, and what to do next: a problem (RFC 9457) in the " +
		"language of Accept-Language, or the gateway's message.",
		Headers: headers("", 0, httpapi.Doc{}), Content: map[string]openapi31.MediaType{
			typeProblem: {Schema: simple}, "application/json": {Schema: simple}}}
	h := openapi31.Header{Schema: map[string]any{"type": "integer"}}
	response.Headers["Retry-After"] = openapi31.HeaderOrReference{
		Header: h.WithDescription("Of 429 and 503: seconds after which the request may be sent again.")}
	if name == pageAnswer {
		response.Content["text/html"] = openapi31.MediaType{Schema: map[string]any{"type": "string"}}
	}
	d.Spec.ComponentsEns().WithResponsesItem(name, openapi31.ResponseOrReference{Response: &response})
}

// problemReference leads to how the route says what went wrong. A route that answers in JSON never sends a program a
// page, so its clients have one type to read.
func problemReference(doc httpapi.Doc) openapi31.ResponseOrReference {
	name := problemAnswer
	if doc.Pages && doc.Answer == nil {
		name = pageAnswer
	}
	return openapi31.ResponseOrReference{Reference: &openapi31.Reference{Ref: "#/components/responses/" + name}}
}

// statuses are all that the route answers with.
func statuses(method, path string, route httpapi.Route) []int {
	out := append(failures(method, path, route), max(route.Doc.Status, http.StatusOK))
	if route.Doc.Moves {
		out = append(out, http.StatusSeeOther)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// lists reports whether an answer is a page of a list.
func lists(answer any) bool {
	if answer == nil || reflect.TypeOf(answer).Kind() != reflect.Struct {
		return false
	}
	_, has := reflect.TypeOf(answer).FieldByName("Items")
	return has
}

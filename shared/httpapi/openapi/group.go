package openapi

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"afterpress/shared/httpapi"

	"github.com/swaggest/openapi-go/openapi31"
)

// Group is a chapter of the description: the routes whose path begins with one of the segments.
type Group struct {
	Name        string // as a tag, and as the anchor of the chapter
	Description string // English · Chinese
	Segments    []string
}

// tag names the chapter of a path's first segment. A segment of no chapter is an error where there are chapters.
func (d describer) tag(segment string) (string, error) {
	for _, g := range d.info.Groups {
		if slices.Contains(g.Segments, segment) {
			return g.Name, nil
		}
	}
	if len(d.info.Groups) > 0 {
		return "", fmt.Errorf("no group has the segment %q", segment)
	}
	return segment, nil
}

// tags are the chapters, in their order.
func (d describer) tags() (out []openapi31.Tag) {
	for _, g := range d.info.Groups {
		tag := openapi31.Tag{Name: g.Name}
		out = append(out, *tag.WithDescription(g.Description))
	}
	return out
}

// Paths are the paths under which the description has the route, as OpenAPI writes them: one for each source of signed
// calls, and else one.
func Paths(route httpapi.Route) (method string, paths []string) {
	method, path, _ := strings.Cut(route.Pattern, " ")
	path = strings.NewReplacer("...}", "}", "{$}", "").Replace(path)
	for _, source := range route.Doc.Sources {
		paths = append(paths, strings.Replace(path, "{source}", source.Name, 1))
	}
	if len(paths) == 0 {
		paths = []string{path}
	}
	return method, paths
}

// operationID is what a person would call the operation: "POST /leads/{id}/assign" is assignLead, and "GET /leads" is
// listLeads. Info.Names has those for which no rule finds good words.
func (d describer) operationID(method, path string, doc httpapi.Doc) string {
	if name, named := d.info.Names[method+" "+path]; named {
		return name
	}
	var nouns []string // of the path; those before a variable in the singular
	segments := strings.Split(strings.Trim(path, "/"), "/")
	for i, segment := range segments {
		switch {
		case strings.HasPrefix(segment, "{"):
		case i+1 < len(segments) && strings.HasPrefix(segments[i+1], "{"):
			nouns = append(nouns, singular(segment))
		default:
			nouns = append(nouns, segment)
		}
	}
	last := segments[len(segments)-1]
	if verb, rest, _ := strings.Cut(last, "-"); method == http.MethodPost && len(nouns) > 1 && !strings.HasSuffix(last,
		"s") {
		return camel(append(append([]string{verb}, nouns[:len(nouns)-1]...), rest)...) // check-effect: checkComplaintEffect
	}
	return camel(append([]string{verbOf(method, last, doc)}, ended(nouns, method)...)...)
}

// ended has the last noun in the singular where one record is made.
func ended(nouns []string, method string) []string {
	if method == http.MethodPost && len(nouns) > 0 {
		nouns[len(nouns)-1] = singular(nouns[len(nouns)-1])
	}
	return nouns
}

func verbOf(method, last string, doc httpapi.Doc) string {
	switch method {
	case http.MethodGet:
		if !strings.HasPrefix(last, "{") && lists(doc.Answer) {
			return "list"
		}
		return "get"
	case http.MethodPost:
		return "create"
	case http.MethodPatch:
		return "update"
	}
	return strings.ToLower(method)
}

func singular(noun string) string {
	switch {
	case strings.HasSuffix(noun, "ies"):
		return strings.TrimSuffix(noun, "ies") + "y"
	case strings.HasSuffix(noun, "ches"):
		return strings.TrimSuffix(noun, "es")
	}
	return strings.TrimSuffix(noun, "s")
}

// camel joins words as the names of functions are written.
func camel(parts ...string) string {
	out := ""
	for _, part := range parts {
		for _, word := range strings.FieldsFunc(part, func(r rune) bool { return strings.ContainsRune("_-./", r) }) {
			if out != "" {
				word = title(word)
			}
			out += word
		}
	}
	return out
}

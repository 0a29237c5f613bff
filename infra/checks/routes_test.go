package checks

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"afterpress/functions/api"
	"afterpress/functions/console"
	"afterpress/functions/intake"
	"afterpress/infra/local/sam"
	"afterpress/shared/httpapi"
	"afterpress/shared/httpapi/openapi"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
)

// door is a function with the table that it answers by.
type door struct {
	function string // logical id
	routes   []httpapi.Route
	asks     bool // it finds out by itself who asks: the gateway needs no token
}

// doors are all functions that the gateway calls. The last is for browsers and stands in no description of the API.
var doors = []door{{function: "Api", routes: (&api.Server{}).Routes()},
	{function: "Intake", routes: (&intake.Server{}).Routes()},
	{function: "Console", routes: new(console.Server).Routes(), asks: true}}

var wildcard = regexp.MustCompile(`\{[^}]*\}`)

// split takes "GET /leads/{id}" apart. The path of the front page, /{$}, is / alone.
func split(pattern string) (method, path string) {
	method, path, _ = strings.Cut(pattern, " ")
	return method, strings.TrimSuffix(path, "{$}")
}

// prefix is what the template routes by: the first element of a path.
func prefix(path string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return "/" + first
}

// muxPaths are a path of the gateway as ServeMux writes it: {proxy+} stands for one element or more, {rest...} for
// none as well.
func muxPaths(path string) []string {
	if above, below := strings.CutSuffix(path, "/{proxy+}"); below {
		return []string{above + "/{first}", above + "/{first}/{rest...}"}
	}
	if path == "/" {
		return []string{"/{$}"}
	}
	return []string{path}
}

// prefixFaults lists where what the gateway lets through differs from what the doors answer.
func prefixFaults(doors []door, routes []sam.Route) []string {
	gateway := http.NewServeMux()
	byPattern := map[string]sam.Route{}
	for _, r := range routes {
		for _, path := range muxPaths(r.Path) {
			pattern := strings.TrimPrefix(r.Method+" "+path, "ANY ")
			byPattern[pattern] = r
			gateway.Handle(pattern, http.NotFoundHandler())
		}
	}
	var faults []string
	answered := map[string]bool{}
	for _, d := range doors {
		for _, r := range d.routes {
			method, path := split(r.Pattern)
			answered[d.function+prefix(path)] = true
			_, pattern := gateway.Handler(&http.Request{Method: method,
				URL: &url.URL{Path: wildcard.ReplaceAllString(path, "x")}})
			way, found := byPattern[pattern]
			switch {
			case !found:
				faults = append(faults, fmt.Sprintf("%s of %s: no route of the template leads there", r.Pattern, d.function))
			case way.Function != d.function:
				faults = append(faults, fmt.Sprintf("%s of %s: the template leads to %s", r.Pattern, d.function, way.Function))
			case d.asks && way.JWT != nil:
				faults = append(faults, fmt.Sprintf("%s of %s needs no token, and the template's %s asks for one", r.Pattern,
					d.function, way.Path))
			case !d.asks && (way.JWT == nil) != (r.Action == permission.Public):
				faults = append(faults, fmt.Sprintf("%s of %s is %s, and the template's %s disagrees", r.Pattern, d.function,
					r.Action, way.Path))
			}
		}
	}
	for _, r := range routes {
		if !answered[r.Function+prefix(r.Path)] && (r.Path != "/{proxy+}" || r.JWT == nil) { // all else, for who has a token
			faults = append(faults, fmt.Sprintf("%s %s of the template leads to %s, which answers nothing there", r.Method,
				r.Path, r.Function))
		}
	}
	return faults
}

// actionFaults lists routes that nobody may use, actions that no route asks for, and routes on which nobody decided.
func actionFaults(doors []door, granted []permission.Action) []string {
	var faults []string
	var used []permission.Action
	for _, d := range doors {
		for _, r := range d.routes {
			used = append(used, r.Action)
			if r.Action != permission.Public && !slices.Contains(granted, r.Action) {
				faults = append(faults, fmt.Sprintf("%s of %s needs %q, which the permission table does not have", r.Pattern,
					d.function, r.Action))
			}
		}
	}
	for _, a := range granted {
		if !slices.Contains(used, a) {
			faults = append(faults, fmt.Sprintf("%s is granted, and no route asks for it", a))
		}
	}
	return faults
}

// description is what the checks need of an OpenAPI document: paths, and under each its operations by method in
// lower case.
type description struct {
	Paths map[string]map[string]json.RawMessage `json:"paths"`
}

// descriptionFaults lists where the description of the API differs from the routes.
func descriptionFaults(routes []httpapi.Route, doc description) []string {
	var faults []string
	described := map[string]bool{}
	for path, operations := range doc.Paths {
		for method := range operations {
			described[strings.ToUpper(method)+" "+path] = true
		}
	}
	for _, r := range routes {
		method, paths := openapi.Paths(r)
		for _, path := range paths {
			if !described[method+" "+path] {
				faults = append(faults, method+" "+path+" is not described")
			}
			delete(described, method+" "+path)
		}
	}
	for pattern := range described {
		faults = append(faults, pattern+" is described, and no route answers it")
	}
	return faults
}

// shopParameters are what a shop has to choose before the template says anything.
var shopParameters = map[string]string{
	"TemporalAddress": "temporal.example:7233", "SenderAddress": "shop@print.example",
	"TokenIssuer": "https://issuer.example", "TokenAudience": "staff",
	"PublicUrl": "https://print.example", "SmtpSecret": "smtp",
}

func TestRoutesAndTemplateAgree(t *testing.T) {
	template, err := sam.Load(filepath.Join(root, "template.yaml"), shopParameters)
	if err != nil {
		t.Fatal(err)
	}
	holds(t, prefixFaults(doors, template.Routes))
}

func TestRoutesAndPermissionsAgree(t *testing.T) {
	holds(t, actionFaults(doors, permission.Actions()))
	for _, a := range permission.Actions() {
		if !slices.ContainsFunc(staff.Roles,
			func(role staff.Role) bool { return permission.Permit(staff.Actor{Roles: []staff.Role{role}}, a) == nil }) {
			t.Errorf("%s is granted to nobody", a)
		}
	}
}

func TestRoutesAndDescriptionAgree(t *testing.T) {
	var doc description
	if err := json.Unmarshal([]byte(read(t, "functions/api/openapi.json").text), &doc); err != nil {
		t.Fatal(err)
	}
	var all []httpapi.Route
	for _, d := range doors[:2] {
		all = append(all, d.routes...)
	}
	holds(t, descriptionFaults(all, doc))
}

// planted is a door with one route that is right.
func planted(routes ...httpapi.Route) []door {
	return []door{{function: "Api",
		routes: append(routes, httpapi.Route{Pattern: "GET /leads/{id}", Action: permission.ReadLeads})}}
}

func TestPrefixFaultsAreFound(t *testing.T) {
	below := sam.Route{Method: "ANY", Path: "/leads/{proxy+}", Function: "Api", JWT: &sam.JWT{}}
	list := sam.Route{Method: "ANY", Path: "/leads", Function: "Api", JWT: &sam.JWT{}}
	rest := sam.Route{Method: "ANY", Path: "/{proxy+}", Function: "Api", JWT: &sam.JWT{}}
	unguarded := sam.Route{Method: "ANY", Path: "/{proxy+}", Function: "Api"}
	open := sam.Route{Method: "ANY", Path: "/health", Function: "Api"}
	other := sam.Route{Method: "ANY", Path: "/leads/import", Function: "Intake"}
	finds(t, prefixFaults(planted(), []sam.Route{list, below}))
	finds(t, prefixFaults(planted(), []sam.Route{rest}))
	finds(t, prefixFaults(planted(), []sam.Route{unguarded}), "GET /leads/{id} of Api is lead.read",
		"ANY /{proxy+} of the template leads to Api, which answers nothing")
	finds(t, prefixFaults(planted(httpapi.Route{Pattern: "GET /leads", Action: permission.ReadLeads}),
		[]sam.Route{below}), "GET /leads of Api: no route")
	finds(t, prefixFaults(planted(), []sam.Route{below, open}),
		"ANY /health of the template leads to Api, which answers nothing")
	finds(t, prefixFaults(planted(httpapi.Route{Pattern: "GET /health", Action: permission.ReadMe}),
		[]sam.Route{below, open}), "GET /health of Api is me.read")
	finds(t, prefixFaults(planted(httpapi.Route{Pattern: "GET /leads/{id}/card", Action: permission.Public}),
		[]sam.Route{below}), "GET /leads/{id}/card of Api is public")
	asks := planted()
	asks[0].asks = true
	finds(t, prefixFaults(asks, []sam.Route{below}), "GET /leads/{id} of Api needs no token")
	finds(t, prefixFaults(asks, []sam.Route{{Method: "ANY", Path: "/leads/{proxy+}", Function: "Api"}}))
	finds(t, prefixFaults(planted(httpapi.Route{Pattern: "POST /leads/import", Action: permission.OpenLead}),
		[]sam.Route{below, other}),
		"the template leads to Intake", "leads to Intake, which answers nothing")
}

func TestActionFaultsAreFound(t *testing.T) {
	finds(t, actionFaults(planted(httpapi.Route{Pattern: "GET /health", Action: permission.Public}),
		[]permission.Action{permission.ReadLeads}))
	finds(t, actionFaults(planted(httpapi.Route{Pattern: "GET /me"}),
		[]permission.Action{permission.ReadLeads, permission.ReadDesk}), `GET /me of Api needs ""`, "desk.read is granted")
}

func TestDescriptionFaultsAreFound(t *testing.T) {
	doc := description{Paths: map[string]map[string]json.RawMessage{"/leads/{id}": {"get": nil},
		"/leads": {"delete": nil}}}
	finds(t, descriptionFaults(planted(httpapi.Route{Pattern: "GET /leads"})[0].routes, doc),
		"GET /leads is not described", "DELETE /leads is described")
}

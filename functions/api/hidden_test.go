package api_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"afterpress/functions/api"
	"afterpress/infra/local/seed"
	"afterpress/shared/kernel/staff"
)

// shownWhole are filters by what no field of a line says: words that are looked for, times, and switches.
var shownWhole = []string{"q", "month", "due_before", "from", "to", "watching", "archived", "by", "staff"}

// TestAFilterAsksForNothingThatItsReaderDoesNotSee asks every list for every filter as every role. Where a line comes
// back, it shows the value that was asked for: else the filter tells what the line hides.
func TestAFilterAsksForNothingThatItsReaderDoesNotSee(t *testing.T) {
	t.Parallel()
	b := start(t)
	here := b.premises(premises{branch: seed.Shanghai, manager: "manager", sales: "sales", name: "沪上书局"})
	b.Index(t)
	b.AddUp(t)
	lines, refused := map[string]int{}, map[string]bool{}
	for _, route := range (&api.Server{}).Routes() {
		if route.Doc.Query == nil || strings.Contains(route.Pattern, "{") || route.Pattern == "GET /tasks/load" {
			continue // a load is of colleagues, whose branches its readers know
		}
		for name := range filtersOf(reflect.TypeOf(route.Doc.Query)) {
			if slices.Contains(shownWhole, name) {
				continue
			}
			values, known := filters[route.Pattern+" "+name]
			if !known {
				values = filters[name]
			}
			for _, value := range values(here) {
				for _, role := range staff.Roles {
					asked := route.Pattern + "?" + url.Values{name: {value}}.Encode()
					got := b.call(string(role), asked, nil)
					if got.Code != http.StatusOK {
						refused[string(role)+" "+route.Pattern+" "+name] = true
						continue
					}
					if value == "me" {
						value = b.staff(string(role)).ID
					}
					for _, line := range listed(t, got) {
						lines[route.Pattern+" "+name]++
						said := value
						if name == "category" { // a line says the leaf below it
							said = `"category":"`
						}
						if !strings.Contains(line, said) {
							t.Errorf("%s asks for %s and is shown a line that does not say it: %s", role, asked, line)
						}
					}
				}
			}
		}
	}
	if n := lines["GET /complaints customer"]; n == 0 || !refused["production GET /complaints customer"] {
		t.Errorf("%d lines of complaints by customer, production: %v", n, refused["production GET /complaints customer"])
	}
	if len(lines) < 15 {
		t.Errorf("only %d filters show a line: %v", len(lines), lines)
	}
}

// listed are the lines of a list.
func listed(t *testing.T, got response) (lines []string) {
	t.Helper()
	var page struct {
		Items []json.RawMessage `json:"items"`
	}
	if err := json.Unmarshal(got.Body.Bytes(), &page); err != nil {
		t.Fatal(err)
	}
	for _, item := range page.Items {
		lines = append(lines, string(item))
	}
	return lines
}

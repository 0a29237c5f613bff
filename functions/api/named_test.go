package api_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"

	"afterpress/shared/httpapi"
)

// namedLists are the lists that are asked by a reference, with who may read them and the prefix of their ids.
var namedLists = map[string]struct {
	action permission.Action
	prefix string
}{
	"/leads":       {permission.ReadLeads, "lead"},
	"/tasks":       {permission.ReadTasks, "tsk"},
	"/complaints":  {permission.ReadComplaints, "cmp"},
	"/holds":       {permission.ReadHolds, "hld"},
	"/submissions": {permission.ReadSubmissions, "sub"},
}

// TestAReferenceFindsItsRecordInItsList types the reference of every record of a branch as people do, as every role and
// as people of another branch. Who may read the list is shown that record alone, in whatever state it is.
func TestAReferenceFindsItsRecordInItsList(t *testing.T) {
	t.Parallel()
	b := start(t)
	here := b.premises(premises{branch: seed.Shanghai, manager: "manager", sales: "sales", name: "沪上书局"})
	b.Index(t)
	for path, list := range namedLists {
		found := 0
		for _, id := range here.ids {
			if !strings.HasPrefix(id, list.prefix+"_") {
				continue
			}
			found++
			seen := words.Reference(id)
			for _, typed := range []string{seen, strings.ToLower(seen), id, strings.TrimPrefix(id, list.prefix+"_"),
				seen[:4] + " " + seen[4:], "受理编号：" + seen, list.prefix + "_" + seen} {
				if got := b.ids("owner", path+"?q="+url.QueryEscape(typed), "id", 25); !slices.Equal(got, []string{id}) {
					t.Errorf("%s %q finds %v, want %s", path, typed, got, id)
				}
			}
			if got := b.ids("manager-hangzhou", path+"?q="+seen, "id", 25); len(got) > 0 {
				t.Errorf("%s shows another branch %v", path, got)
			}
			for _, role := range staff.Roles {
				got := b.call(string(role), "GET "+path+"?q="+seen, nil)
				if permission.Permit(staff.ActorOf(b.staff(string(role))), list.action) != nil {
					got.want(http.StatusForbidden)
				} else if p := into[page](got.want(http.StatusOK)); len(p.Items) != 1 || p.Items[0]["id"] != id || p.Next != nil {
					t.Errorf("%s %s finds %v", role, path, p.Items)
				}
			}
		}
		if found < 2 {
			t.Errorf("%s has %d records here", path, found)
		}
		if got := b.ids("owner", path+"?q=00000000", "id", 25); len(got) > 0 {
			t.Errorf("%s: nothing finds %v", path, got)
		}
	}
}

// TestAJobFindsItsComplaintsAndQuestions: several are about one job, and one that has ended is among them.
func TestAJobFindsItsComplaintsAndQuestions(t *testing.T) {
	t.Parallel()
	b := start(t)
	here := b.premises(premises{branch: seed.Shanghai, manager: "manager", sales: "sales", name: "沪上书局"})
	b.Index(t)
	for _, who := range []string{"manager", "production"} {
		for _, typed := range []string{"J-1", "j1", "Ｊ－１", " J 1 "} {
			got := b.ids(who, "/holds?q="+url.QueryEscape(typed), "id", 25)
			want := idsHere(here, "hld")
			if slices.Sort(got); !slices.Equal(got, want) {
				t.Errorf("%s %q finds %v, want %v", who, typed, got, want)
			}
		}
	}
	job := complained(nil)["job"].(fields)["ref"].(string)
	got, want := b.ids("service", "/complaints?q="+url.QueryEscape(job), "id", 25), idsHere(here, "cmp")
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("%q finds %v, want %v", job, got, want)
	}
	if got := b.ids("manager", "/holds?q=J-2", "id", 25); len(got) > 0 {
		t.Errorf("another job finds %v", got)
	}
	p := into[page](b.call("manager", "GET /holds?q=J-1&limit=1", nil).want(http.StatusOK))
	if len(p.Items) != 1 || p.Next != nil {
		t.Errorf("%+v", p)
	}
}

func idsHere(p premises, prefix string) (out []string) {
	for _, id := range p.ids {
		if strings.HasPrefix(id, prefix+"_") {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// TestANumberStandsAlone refuses what is no number, and every other condition beside one, and says which.
func TestANumberStandsAlone(t *testing.T) {
	t.Parallel()
	b := start(t)
	for line, pointers := range map[string][]string{
		"/leads?q=9F3A09B":                           {"?q"},
		"/leads?q=%20":                               {"?q"},
		"/leads?q=J-2026-118":                        {"?q"},
		"/tasks?q=lina@example.com":                  {"?q"},
		"/submissions?q=9F3A09BG":                    {"?q"},
		"/complaints?q=%20-%20":                      {"?q"},
		"/holds?q=%23":                               {"?q"},
		"/leads?q=9F3A09BC&state=lost":               {"?state"},
		"/leads?q=9F3A09BC&month=2026-11":            {"?month"},
		"/leads?q=9F3A09BC&owner=me&branch=shanghai": {"?owner", "?branch"},
		"/leads?q=9F3A09BC&cursor=x":                 {"?cursor"},
		"/leads?q=9F3A&state=lost":                   {"?q", "?state"},
		"/tasks?q=9F3A09BC&state=open&customer=cus_1&about=lead_1&watching=true": {"?state", "?customer", "?about",
			"?watching"},
		"/complaints?q=J-1&severity=2&due_before=2026-12-01T00:00:00Z": {"?severity", "?due_before"},
		"/complaints?q=J-1&customer=cus_1&state=closed&month=2026-11":  {"?state", "?customer", "?month"},
		"/holds?q=J-1&customer=cus_1&state=asked&owner=me&month=2026-11": {"?state", "?owner", "?customer",
			"?month"},
		"/submissions?q=9F3A09BC&outcome=created&branch=shanghai": {"?outcome", "?branch"},
	} {
		p := into[httpapi.Problem](b.call("owner", "GET "+line, nil).want(http.StatusUnprocessableEntity))
		var got []string
		for _, e := range p.Errors {
			got = append(got, e.Pointer)
			if e.Pointer == "?q" && !strings.Contains(e.Detail, "8") {
				t.Errorf("%s: %s", line, e.Detail)
			}
		}
		slices.Sort(got)
		if slices.Sort(pointers); !slices.Equal(got, pointers) {
			t.Errorf("%s: %v, want %v", line, got, pointers)
		}
	}
	b.call("owner", "GET /leads?q="+strings.Repeat("9", 255), nil).want(http.StatusUnprocessableEntity)
}

// TestAReferenceFindsItsCustomer asks the search of customers for the reference of each kind of record. Who may not
// read the record, and who does not see the customer, finds nobody.
func TestAReferenceFindsItsCustomer(t *testing.T) {
	t.Parallel()
	b := start(t)
	here := b.premises(premises{branch: seed.Shanghai, manager: "manager", sales: "sales", name: "沪上书局"})
	b.Index(t)
	for _, id := range here.ids {
		kind, _, _ := strings.Cut(id, "_")
		path := map[string]string{"lead": "/leads", "tsk": "/tasks", "cmp": "/complaints", "hld": "/holds"}[kind]
		if path == "" {
			continue
		}
		for _, who := range []string{"owner", "manager", "sales", "service", "marketing", "finance"} {
			var want []string
			if permission.Permit(staff.ActorOf(b.staff(who)), namedLists[path].action) == nil {
				want = []string{here.customer}
			}
			if got := b.ids(who, "/customers?q="+words.Reference(id), "id", 25); !slices.Equal(got, want) {
				t.Errorf("%s by %s finds %v, want %v", who, id, got, want)
			}
		}
		if got := b.ids("manager-hangzhou", "/customers?q="+words.Reference(id), "id", 25); len(got) > 0 {
			t.Errorf("another branch finds %v", got)
		}
	}
	b.call("production", "GET /customers?q=00000000", nil).want(http.StatusForbidden)
}

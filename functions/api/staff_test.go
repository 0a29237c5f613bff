package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/setup"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
)

var staffTrials = map[string]trial{
	"GET /staff":      {},
	"POST /staff":     {body: newcomer, elsewhere: http.StatusForbidden},
	"GET /staff/{id}": {record: colleague, own: oneself, customerless: true},
	"PATCH /staff/{id}": {record: colleague, own: oneself, customerless: true, body: fields{"name": "陈晓"},
		header: patching(1)},
}

func patching(version int64) []string {
	return []string{"If-Match", quoted(version), "Content-Type", mergePatch}
}

// newcomer is a sales person for Shanghai, under a new account each time it is asked for.
func newcomer() fields {
	return fields{"subject": fmt.Sprint("local|newcomer-", another()), "name": "周敏", "email": "zhou@lanyin.example",
		"lang": "zh", "phone": "13800138000",
		"roles": []string{"sales"}, "branches": []string{seed.Shanghai}}
}

// colleague makes a sales person in Shanghai.
func colleague(b *bench, _ staff.Staff) string {
	return b.hire(staff.Staff{Roles: []staff.Role{staff.Sales}, Branches: []string{seed.Shanghai}}).ID
}

// oneself is the person's own record.
func oneself(_ *bench, p staff.Staff) string { return p.ID }

// hire sets up a person as the shop's first set-up does; what p leaves out is made up.
func (b *bench) hire(p staff.Staff) staff.Staff {
	b.t.Helper()
	now := b.Clock.Now()
	p.ID, p.Version, p.CreatedAt, p.UpdatedAt = storetest.NewID("stf"), 1, now, now
	p.Name, p.Email, p.Lang = "陈立", "chen@lanyin.example", words.Zh
	if p.Subject == "" {
		p.Subject = "local|" + p.ID
	}
	if err := b.Establish(b.t.Context(),
		setup.Shop{Name: b.Shop.Name, Roster: firm.Roster{Staff: []staff.Staff{p}}}); err != nil {
		b.t.Fatal(err)
	}
	return p
}

// patchSetup sends a merge patch for a version.
func (b *bench) patchSetup(who, path string, version int64, body any) response {
	b.t.Helper()
	return b.patient(who, "PATCH "+path, body, patching(version)...)
}

func TestAStaffMemberIsAddedAndChanged(t *testing.T) {
	t.Parallel()
	b := start(t)
	in := newcomer()
	w := b.call("manager", "POST /staff", in).want(http.StatusCreated)
	p := into[staff.Staff](w)
	place := w.Header().Get("Location")
	if place != "/staff/"+p.ID || w.Header().Get("ETag") != quoted(1) || p.Phone != "+8613800138000" || p.Version != 1 {
		t.Fatalf("%v %+v", w.Header(), p)
	}
	b.call(strings.TrimPrefix(p.Subject, "local|"), "GET /me", nil).want(http.StatusOK) // signed in at once
	taken := into[httpapi.Problem](b.call("owner", "POST /staff", in).want(http.StatusUnprocessableEntity))
	if len(taken.Errors) != 1 || taken.Errors[0].Pointer != "/subject" {
		t.Errorf("%+v", taken)
	}
	b.call("manager", "PATCH "+place, fields{"lang": "en"}, "Content-Type",
		mergePatch).want(http.StatusPreconditionRequired)
	away := fields{"absences": []fields{{"from": "2026-12-01T00:00:00Z", "to": "2026-12-05T00:00:00Z",
		"reason": "sick"}}, "phone": nil}
	got := into[staff.Staff](b.patchSetup("manager", place, 1, away).want(http.StatusOK))
	if got.Version != 2 || got.Phone != "" || len(got.Absences) != 1 || got.Name != p.Name ||
		!got.CreatedAt.Equal(p.CreatedAt) {
		t.Errorf("%+v", got)
	}
	stale := into[httpapi.Problem](b.patchSetup("manager", place, 1,
		fields{"lang": "en"}).want(http.StatusPreconditionFailed))
	if stale.Record == nil {
		t.Error("the answer does not show the person as stored")
	}
	e := b.logged(t, "staff/"+p.ID, event.StaffChanged)
	if e.Data["changed"] != "absences phone" || e.Pending || e.Branch != seed.Shanghai || e.Seq != 2 ||
		strings.Contains(encoded(t, e), "周敏") {
		t.Errorf("%+v", e)
	}
	// The account moves: the old one is free again, and nobody else has the new one.
	b.patchSetup("owner", place, 2, fields{"subject": "local|moved"}).want(http.StatusOK)
	b.call("owner", "POST /staff", in).want(http.StatusCreated)
	in["subject"] = "local|moved"
	b.call("owner", "POST /staff", in).want(http.StatusUnprocessableEntity)
}

// logged reads the one event of a type in a log.
func (b *bench) logged(t *testing.T, log string, kind event.Type) event.Event {
	t.Helper()
	var out []event.Event
	for _, e := range b.Events(t, log) {
		if e.Type == kind {
			out = append(out, e)
		}
	}
	if len(out) != 1 {
		t.Fatalf("%d events %s of %s", len(out), kind, log)
	}
	return out[0]
}

// TestNobodyRaisesHimself tries to gain rights in every way that the routes leave open. None changes anything.
func TestNobodyRaisesHimself(t *testing.T) {
	t.Parallel()
	b := start(t)
	me, finance, owner := b.staff("manager").ID, b.staff("finance").ID, b.staff("owner").ID
	both := b.hire(staff.Staff{Roles: []staff.Role{staff.Sales}, Branches: []string{seed.Shanghai, seed.Hangzhou}}).ID
	leaving := b.Clock.Now().AddDate(0, 1, 0)
	b.hire(staff.Staff{Subject: seed.Subject("leaver"), Roles: []staff.Role{staff.Manager},
		Branches: []string{seed.Shanghai}, LeavesAt: &leaving})
	leaver := into[staff.Staff](b.call("leaver", "GET /me", nil).want(http.StatusOK)).ID
	sales := colleague(b, staff.Staff{})
	before := b.State()
	for _, c := range []struct {
		who, id string
		patch   fields
		pointer string
	}{
		{"manager", me, fields{"roles": []string{"manager", "owner"}}, "/roles"},
		{"manager", me, fields{"roles": []string{"manager", "sales"}}, "/roles"},
		{"manager", me, fields{"branches": []string{seed.Shanghai, seed.Hangzhou}}, "/branches"},
		{"manager", me, fields{"head_office": true}, "/head_office"},
		{"manager", me, fields{"subject": "local|mine"}, "/subject"},
		{"owner", owner, fields{"subject": "local|mine"}, "/subject"},
		{"leaver", leaver, fields{"leaves_at": nil}, "/leaves_at"},
		{"leaver", leaver, fields{"leaves_at": "2099-01-01T00:00:00Z"}, "/leaves_at"},
		{"manager", sales, fields{"roles": []string{"sales", "owner"}}, "/roles/1"},
		{"manager", sales, fields{"roles": []string{"manager"}}, "/roles/0"},
		{"manager", sales, fields{"roles": []string{"finance"}}, "/roles/0"},
		{"manager", sales, fields{"branches": []string{seed.Hangzhou}}, "/branches/0"},
		{"manager", sales, fields{"branches": []string{"nowhere"}}, "/branches/0"},
		{"manager", sales, fields{"head_office": true}, "/head_office"},
		{"manager", finance, fields{"subject": "local|mine"}, ""},
		{"manager", owner, fields{"subject": "local|mine"}, ""},
		{"manager", owner, fields{"leaves_at": "2026-11-25T00:00:00Z"}, ""},
		{"manager", leaver, fields{"name": "x"}, ""},
		{"manager", both, fields{"roles": []string{"service"}}, ""},
	} {
		p := into[httpapi.Problem](b.patchSetup(c.who, "/staff/"+c.id, 1, c.patch).want(http.StatusForbidden))
		if (c.pointer == "") != (len(p.Errors) == 0) || c.pointer != "" && p.Errors[0].Pointer != c.pointer ||
			p.Detail == "" {
			t.Errorf("%s %v: %+v", c.who, c.patch, p)
		}
	}
	for field, value := range map[string]any{"roles": []string{"owner"}, "branches": []string{seed.Hangzhou},
		"head_office": true} {
		in := newcomer()
		in[field] = value
		b.call("manager", "POST /staff", in).want(http.StatusForbidden)
	}
	b.patchSetup("sales", "/staff/"+sales, 1, fields{"roles": []string{"manager"}}).want(http.StatusForbidden)
	if b.State() != before {
		t.Error("a refused change changed the tables")
	}
	// A manager changes what a manager may; the owner gives what others may not.
	b.patchSetup("manager", "/staff/"+me, 1, fields{"lang": "en", "roles": []string{"manager"}}).want(http.StatusOK)
	b.patchSetup("owner", "/staff/"+owner, 1, fields{"roles": []string{"owner", "sales"}}).want(http.StatusOK)
	b.patchSetup("owner", "/staff/"+sales, 1,
		fields{"roles": []string{"manager"}, "head_office": true}).want(http.StatusOK)
}

// TestALostRoleIsLostAtOnce: another process took the role away a moment ago, and this one still has the old set-up
// in its cache.
func TestALostRoleIsLostAtOnce(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.hire(staff.Staff{Subject: seed.Subject("second"), Roles: []staff.Role{staff.Owner},
		Branches: []string{seed.Shanghai}, HeadOffice: true})
	second := into[staff.Staff](b.call("second", "GET /me", nil).want(http.StatusOK))
	here, sales := b.handler, colleague(b, staff.Staff{})
	b.handler = b.door()
	b.patchSetup("owner", "/staff/"+second.ID, 1, fields{"roles": []string{"production"}}).want(http.StatusOK)
	b.handler = here
	b.patchSetup("second", "/staff/"+sales, 1, fields{"roles": []string{"owner"}}).want(http.StatusForbidden)
	b.call("second", "POST /staff", newcomer()).want(http.StatusForbidden)
	b.patchSetup("second", "/branches/"+seed.Shanghai, 1, fields{"phone": "+862150801199"}).want(http.StatusForbidden)
}

func TestTheLastOwnerStays(t *testing.T) {
	t.Parallel()
	b := start(t)
	owner := b.staff("owner").ID
	for pointer, patch := range map[string]fields{"/roles": {"roles": []string{"manager"}},
		"/leaves_at": {"leaves_at": "2026-12-31T00:00:00Z"}} {
		p := into[httpapi.Problem](b.patchSetup("owner", "/staff/"+owner, 1, patch).want(http.StatusUnprocessableEntity))
		if len(p.Errors) != 1 || p.Errors[0].Pointer != pointer {
			t.Errorf("%v: %+v", patch, p.Errors)
		}
	}
	second := b.hire(staff.Staff{Subject: seed.Subject("second"), Roles: []staff.Role{staff.Owner},
		Branches: []string{seed.Shanghai}, HeadOffice: true}).ID
	b.Crowd(t)
	var all sync.WaitGroup
	statuses := make([]int, 2)
	// each lets the other go, at once
	for i, c := range []struct{ who, id string }{{"owner", second}, {"second", owner}} {
		all.Go(func() {
			statuses[i] = b.patchSetup(c.who, "/staff/"+c.id, 1, fields{"roles": []string{"sales"}}).Code
		})
	}
	all.Wait()
	slices.Sort(statuses)
	shop, err := b.Open(t).Shop(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	owners := slices.DeleteFunc(shop.Staff, func(p staff.Staff) bool { return !p.Has(staff.Owner) })
	if len(owners) != 1 || statuses[0] != http.StatusOK || statuses[1] < 400 {
		t.Errorf("%d owners after %v", len(owners), statuses)
	}
}

func TestWhoLeavesIsToldWhatHeLeavesBehind(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.lead(lead.StateAssigned, b.staff("sales"))
	b.lead(lead.StateAssigned, b.staff("sales"))
	after := into[struct {
		OpenItems *int     `json:"open_items"`
		Manages   []string `json:"manages"`
	}](b.patchSetup("owner", "/staff/"+b.staff("sales").ID, 1,
		fields{"leaves_at": "2026-11-30T00:00:00Z"}).want(http.StatusOK))
	if after.OpenItems == nil || *after.OpenItems != 2 || after.Manages != nil {
		t.Errorf("%+v", after)
	}
	manager := "/staff/" + b.staff("manager").ID
	p := into[httpapi.Problem](b.patchSetup("owner", manager, 1,
		fields{"roles": []string{"sales"}}).want(http.StatusUnprocessableEntity))
	if len(p.Errors) != 1 || p.Errors[0].Pointer != "/roles" {
		t.Errorf("%+v", p)
	}
	w := b.patchSetup("owner", manager, 1, fields{"leaves_at": "2026-11-24T00:00:00Z"}).want(http.StatusOK)
	if !strings.Contains(w.Body.String(), `"manages":["shanghai"]`) {
		t.Errorf("%s", w.Body)
	}
	b.call("manager", "GET /me", nil).want(http.StatusUnauthorized)
}

func TestStaffThatCannotBe(t *testing.T) {
	t.Parallel()
	b := start(t)
	place := "/staff/" + colleague(b, staff.Staff{})
	absence := func(from, to string) fields {
		return fields{"from": from + "T00:00:00Z", "to": to + "T00:00:00Z", "reason": "leave"}
	}
	before := b.State()
	for _, c := range []struct {
		patch   fields
		pointer string
	}{
		{fields{"email": "chen"}, "/email"}, {fields{"email": "a@b.cn\r\nBcc: x@y.cn"}, "/email"},
		{fields{"phone": "12"}, "/phone"}, {fields{"lang": "fr"}, "/lang"},
		{fields{"roles": []string{}}, "/roles"}, {fields{"roles": []string{"boss"}}, "/roles/0"},
		{fields{"roles": []string{"sales", "sales"}}, "/roles"},
		{fields{"branches": []string{"nowhere"}}, "/branches/0"}, {fields{"branches": nil}, "/branches"},
		{fields{"calendar": "nowhere"}, "/calendar"},
		{fields{"name": " "}, "/name"}, {fields{"name": "a\u202eb"}, "/name"},
		{fields{"name": strings.Repeat("名", 101)}, "/name"}, {fields{"subject": nil}, "/subject"},
		{fields{"subject": seed.Subject("sales")}, "/subject"}, {fields{"leaves_at": "9999-01-01T00:00:00Z"}, "/leaves_at"},
		{fields{"leaves_at": "tomorrow"}, "/leaves_at"},
		{fields{"absences": []fields{absence("2026-12-05", "2026-12-01")}}, "/absences/0/to"},
		{fields{"absences": []fields{absence("2026-12-01", "2026-12-05"), absence("2026-12-04", "2026-12-06")}},
			"/absences/1"},
		{fields{"absences": []fields{{"from": "2026-12-01T00:00:00Z", "to": "2026-12-02T00:00:00Z", "reason": "hangover"}}},
			"/absences/0/reason"},
		{fields{"absences": []fields{{"from": "2026-12-01", "to": "2026-12-02", "reason": "sick"}}}, "/absences/0/from"},
		{fields{"version": 9}, "/version"}, {fields{"Roles": []string{"owner"}}, "/Roles"}, {fields{"id": "stf_1"}, "/id"},
	} {
		w := b.patchSetup("owner", place, 1, c.patch)
		p := into[httpapi.Problem](w)
		if w.Code != http.StatusUnprocessableEntity && w.Code != http.StatusBadRequest || len(p.Errors) == 0 ||
			p.Errors[0].Pointer != c.pointer {
			t.Errorf("%v: %d %+v", c.patch, w.Code, p.Errors)
		}
	}
	b.call("owner", "GET /staff?role=boss", nil).want(http.StatusUnprocessableEntity)
	b.call("sales", "GET /staff?branch=hangzhou", nil).want(http.StatusNotFound)
	if b.State() != before {
		t.Error("a refused change changed the tables")
	}
	touching := fields{"absences": []fields{absence("2026-12-01", "2026-12-05"), absence("2026-12-05", "2026-12-06")}}
	b.patchSetup("owner", place, 1, touching).want(http.StatusOK)
}

// TestStaffFieldsByRole holds which fields of a colleague each role reads, of himself, and of the owner.
func TestStaffFieldsByRole(t *testing.T) {
	t.Parallel()
	b := start(t)
	now := b.Clock.Now()
	leaves := now.AddDate(0, 1, 0)
	away := []staff.Absence{{From: now, To: now.Add(time.Hour), Reason: "sick"}}
	id := b.hire(staff.Staff{Subject: seed.Subject("whole"), Roles: []staff.Role{staff.Sales},
		Branches: []string{seed.Shanghai}, Phone: "+8613800138000",
		Calendar: seed.Shanghai, Absences: away, LeavesAt: &leaves}).ID
	chief := b.hire(staff.Staff{Roles: []staff.Role{staff.Owner}, Branches: []string{seed.Hangzhou}, HeadOffice: true,
		Phone: "+8613800138001", Absences: away}).ID
	var lines []string
	for _, who := range []string{"owner", "manager", "sales", "service", "marketing", "production", "finance", "whole",
		"manager-hangzhou"} {
		for name, id := range map[string]string{"sales": id, "owner": chief} {
			w := b.call(who, "GET /staff/"+id, nil)
			if w.Code != http.StatusOK {
				lines = append(lines, fmt.Sprintf("%-17s reads a %-6s %d", who, name, w.Code))
				continue
			}
			got := into[map[string]json.RawMessage](w)
			names := slices.Sorted(maps.Keys(got))
			if strings.Contains(string(got["absences"]), `"reason"`) {
				names = append(names, "absences.reason")
			}
			lines = append(lines, fmt.Sprintf("%-17s reads a %-6s %s", who, name, strings.Join(names, " ")))
		}
	}
	slices.Sort(lines)
	b.call("integration", "GET /staff/"+id, nil).want(http.StatusForbidden)
	golden(t, "staff-fields.txt", strings.Join(lines, "\n")+"\n")
	list := b.call("sales", "GET /staff?role=sales", nil).want(http.StatusOK)
	if people := into[table.Page[staff.Staff]](list).Items; len(people) != 4 ||
		strings.Contains(list.Body.String(), `"reason"`) {
		t.Errorf("%s", list.Body)
	}
}

// golden compares with a file of testdata, which -update writes.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil || string(want) != got {
		t.Errorf("%s is not what the door answers (-update writes it), %v:\n%s", path, err, got)
	}
}

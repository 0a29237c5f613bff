package api_test

import (
	"net/http"
	"testing"

	"afterpress/shared/app"
	"afterpress/shared/app/casework"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/app/worklist"
	"afterpress/shared/crm/lead"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/table"
)

// first is the only card of a list, as the colleague sees it.
func first[T any](b *bench, who, path string) T {
	b.t.Helper()
	page := into[table.Page[T]](b.call(who, "GET "+path, nil).want(http.StatusOK))
	if len(page.Items) != 1 {
		b.t.Fatalf("%s shows %s %d cards", path, who, len(page.Items))
	}
	return page.Items[0]
}

// A card of a lead has what a colleague calls about: who asks, by which number, for what, how many and until when.
func TestACardOfALeadHasWhatABoardNeeds(t *testing.T) {
	t.Parallel()
	b := start(t)
	l := into[lead.Lead](b.call("sales", "POST /leads", with(b.walkIn(), fields{"name": "李娜", "company": "小满茶业有限公司",
		"product": "packaging", "quantity": "2000", "needed_by": "2026-12-24",
		"spoken": fields{"channel": "call", "outcome": "call-back"}})).want(http.StatusCreated))
	want := lead.Card{ID: l.ID, State: l.State, Branch: l.Branch, Owner: l.Owner, Due: l.Due, Source: l.Source,
		Name: "李娜", Company: "小满茶业有限公司", Phone: l.Person.Phone, Product: "packaging", Quantity: 2000,
		NeededBy: "2026-12-24", CreatedAt: l.CreatedAt}
	for _, path := range []string{"/leads", "/leads?owner=me", "/leads?q=" + l.ID} {
		if got := first[frontdesk.LeadCard](b, "sales", path); got.Card != want || got.OwnerName != b.staff("sales").Name {
			t.Errorf("%s: %+v\nwant %+v", path, got, want)
		}
	}
	if got := want.For(staff.Actor{Roles: []staff.Role{staff.Production}}); got.Phone != "" || got.Name == "" {
		t.Errorf("a role that reads no contacts sees %+v", got)
	}
}

// The names on cards are those of now, and a role that reads no customers sees no customer's.
func TestNamesAreJoinedWhenAListIsRead(t *testing.T) {
	t.Parallel()
	b := start(t)
	l := b.lead(lead.StateAssigned, b.staff("sales"))
	into[worklist.Task](b.call("sales", "POST /tasks", fields{"title": "寄纸样", "about": l.ID}).want(http.StatusCreated))
	b.openedComplaint(nil)
	h := b.hold("asked")
	names := func(who string) map[string]app.Names {
		t.Helper()
		return map[string]app.Names{
			"task":      first[worklist.TaskCard](b, who, "/tasks?about="+l.ID).Names,
			"complaint": first[casework.ComplaintCard](b, who, "/complaints").Names,
			"hold":      first[casework.HoldCard](b, who, "/holds").Names,
		}
	}
	c, err := b.Customer(t.Context(), l.Customer)
	if err != nil {
		t.Fatal(err)
	}
	got := names("manager")
	if got["task"] != (app.Names{OwnerName: b.staff("sales").Name, CustomerName: c.Name}) ||
		got["complaint"].CustomerName == "" || got["hold"].CustomerName == "" || got["hold"].OwnerName == "" {
		t.Errorf("%+v, %+v", got, h)
	}
	b.patched("manager", c, fields{"name": "小满茶业"})
	if got := names("manager")["task"]; got.CustomerName != "小满茶业" {
		t.Errorf("after the change of the name: %+v", got)
	}
	for kind, n := range names("production") {
		if n.CustomerName != "" {
			t.Errorf("production sees of a %s: %+v", kind, n)
		}
	}
	for _, line := range into[table.Page[worklist.DeskLine]](b.call("sales", "GET /desk", nil).want(http.StatusOK)).Items {
		if line.OwnerName == "" || line.Kind == "task" && line.CustomerName != "小满茶业" {
			t.Errorf("on the desk: %+v", line)
		}
	}
}

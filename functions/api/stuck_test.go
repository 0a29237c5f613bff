package api_test

import (
	"fmt"
	"net/http"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/app/worklist"
	"afterpress/shared/crm/stuck"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/table"
)

var stuckTrials = map[string]trial{
	"GET /operations/stuck":             {},
	"GET /operations/stuck/{id}":        {record: stuckStep, ownerless: true, customerless: true},
	"POST /operations/stuck/{id}/retry": {record: stuckStep, ownerless: true, customerless: true, body: fields{}},
	"POST /operations/stuck/{id}/skip": {record: stuckStep, ownerless: true, customerless: true,
		body: fields{"reason": "客户已经电话确认"}},
}

// stuckStep is a step of a lead in Shanghai that cannot be done.
func stuckStep(b *bench, owner staff.Staff) string {
	b.t.Helper()
	seen := stuck.Stuck{What: stuck.KindStep, Record: fmt.Sprint("lead_", b.people.Add(1)), Step: "1/half",
		Process: "lead", Round: 1, Branch: seed.Shanghai, Owner: owner.ID, Cause: string(fault.Impossible)}
	if _, err := b.NoteStuck(b.t.Context(), seen, true); err != nil {
		b.t.Fatal(err)
	}
	return stuck.IDOf(seen)
}

// TestWhatIsStuck goes the way of a branch's manager: it stands on their desk, the list says what and why,
// a retry is told to the process, and what is left out is gone.
func TestWhatIsStuck(t *testing.T) {
	t.Parallel()
	b := start(t)
	id := stuckStep(b, staff.Staff{ID: seed.StaffID(3)})
	lists := func(who string) table.Page[worklist.StuckCard] {
		return into[table.Page[worklist.StuckCard]](b.call(who, "GET /operations/stuck", nil))
	}
	desk := into[table.Page[worklist.DeskLine]](b.call("manager", "GET /desk", nil)).Items
	if len(desk) != 1 || desk[0].Link != "/operations/stuck/"+id || desk[0].Title != "Step not done: 1/half" {
		t.Errorf("the desk has %+v", desk)
	}
	if page := lists("manager"); len(page.Items) != 1 || page.Items[0].Link != "/operations/stuck/"+id {
		t.Errorf("the list has %+v", page)
	}
	retried := into[worklist.StuckItem](b.call("manager", "POST /operations/stuck/"+id+"/retry", fields{}))
	if retried.State != stuck.StateRetried || retried.Text == "" {
		t.Errorf("retried: %+v", retried)
	}
	b.call("manager", "POST /operations/stuck/"+id+"/skip", fields{"reason": ""}).want(http.StatusUnprocessableEntity)
	b.call("manager", "POST /operations/stuck/"+id+"/skip", fields{"reason": "not needed"}).want(http.StatusOK)
	b.call("manager", "POST /operations/stuck/"+id+"/skip", fields{"reason": "again"}).want(http.StatusConflict)
	if page := lists("manager"); len(page.Items) != 0 {
		t.Errorf("the list still has %+v", page)
	}
}

package api_test

import (
	"fmt"
	"net/http"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/firm"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/table"
)

var branchTrials = map[string]trial{
	"GET /branches":      {},
	"POST /branches":     {body: suzhou},
	"GET /branches/{id}": {record: branch, ownerless: true, customerless: true, elsewhere: http.StatusOK},
	"PATCH /branches/{id}": {record: branch, ownerless: true, customerless: true,
		body: fields{"phone": "+8651288001199"}, header: patching(1), elsewhere: http.StatusForbidden},
}

// suzhou is a branch under an id of its own each time it is asked for.
func suzhou() fields {
	return fields{"id": fmt.Sprint("suzhou-", another()), "name": fields{"zh": "苏州分店", "en": "Suzhou"},
		"phone": "+86 512 8800 1188", "calendar": seed.Shanghai,
		"policy": "standard", "manager": seed.StaffID(2)}
}

func branch(b *bench, _ staff.Staff) string {
	in := suzhou()
	b.call("owner", "POST /branches", in).want(http.StatusCreated)
	return in["id"].(string)
}

func TestABranchIsAddedAndChanged(t *testing.T) {
	t.Parallel()
	b := start(t)
	in := suzhou()
	w := b.call("owner", "POST /branches", in, "Idempotency-Key", "k").want(http.StatusCreated)
	got := into[firm.Branch](w)
	id := in["id"].(string)
	if w.Header().Get("Location") != "/branches/"+id || w.Header().Get("ETag") != quoted(1) ||
		got.Phone != "+8651288001188" {
		t.Fatalf("%v %+v", w.Header(), got)
	}
	again := b.call("owner", "POST /branches", in, "Idempotency-Key", "k").want(http.StatusCreated)
	if again.Body.String() != w.Body.String() {
		t.Errorf("the repeat answers %s", again.Body)
	}
	b.call("owner", "POST /branches", in).want(http.StatusUnprocessableEntity) // the id is taken
	b.call("owner", "DELETE /branches/"+id, nil).want(http.StatusMethodNotAllowed)
	// It works at once: its manager is given it, and a lead of it has a deadline.
	b.patchSetup("owner", "/staff/"+seed.StaffID(2), 1,
		fields{"branches": []string{seed.Shanghai, id}}).want(http.StatusOK)
	lead := b.walkIn()
	lead["branch"] = id
	b.call("manager", "POST /leads", lead).want(http.StatusCreated)

	changed := into[firm.Branch](b.patchSetup("owner", "/branches/"+id, 1,
		fields{"phone": "0512 8800 1199", "robot": fields{"kind": "wecom", "name": "suzhou"}}).want(http.StatusOK))
	if changed.Version != 2 || changed.Phone != "+8651288001199" || changed.Robot == nil || changed.Name.En != "Suzhou" {
		t.Errorf("%+v", changed)
	}
	b.patchSetup("owner", "/branches/"+id, 1, fields{"robot": nil}).want(http.StatusPreconditionFailed)
	if got := into[firm.Branch](b.patchSetup("owner", "/branches/"+id, 2,
		fields{"robot": nil}).want(http.StatusOK)); got.Robot != nil {
		t.Errorf("%+v", got)
	}
	events := b.Events(t, "branch/"+id)
	if len(events) != 3 || events[0].Type != event.BranchOpened || events[1].Data["changed"] != "phone robot" ||
		!events[1].Pending || events[1].Branch != id || events[1].Record != id {
		t.Errorf("%+v", events)
	}
	if list := into[table.Page[firm.Branch]](b.call("sales-hangzhou", "GET /branches", nil)); len(list.Items) != 3 {
		t.Errorf("%d branches", len(list.Items))
	}
}

func TestBranchesThatCannotWork(t *testing.T) {
	t.Parallel()
	b := start(t)
	place := "/branches/" + seed.Shanghai
	b.call("owner", "POST /calendars",
		fields{"id": "thin", "name": fields{"zh": "少", "en": "Thin"}, "zone": "Asia/Shanghai",
			"week": fields{"mon": []fields{{"from": "08:00", "to": "08:01"}}}}).want(http.StatusCreated)
	before := b.State()
	for _, c := range []struct {
		patch   fields
		pointer string
	}{
		{fields{"phone": "12"}, "/phone"}, {fields{"phone": "+80012345678"}, "/phone"},
		{fields{"phone": "021-50801188-801"}, "/phone"},
		{fields{"name": fields{"zh": ""}}, "/name/zh"}, {fields{"name": nil}, "/name/zh"},
		{fields{"calendar": "nowhere"}, "/calendar"}, {fields{"policy": "nowhere"}, "/policy"},
		{fields{"policy": "standard@1"}, "/policy"},
		{fields{"manager": seed.StaffID(99)}, "/manager"}, {fields{"manager": seed.StaffID(3)}, "/manager"},
		{fields{"manager": seed.StaffID(11)}, "/manager"},
		{fields{"manager": "me"}, "/manager"}, {fields{"robot": fields{"kind": "email"}}, "/robot/kind"},
		{fields{"calendar": "thin"}, "/policy"},
		{fields{"Phone": "x"}, "/Phone"}, {fields{"version": 4}, "/version"},
	} {
		w := b.patchSetup("owner", place, 1, c.patch)
		p := into[httpapi.Problem](w)
		if w.Code != http.StatusUnprocessableEntity && w.Code != http.StatusBadRequest || len(p.Errors) == 0 ||
			p.Errors[0].Pointer != c.pointer {
			t.Errorf("%v: %d %+v", c.patch, w.Code, p.Errors)
		}
	}
	for _, id := range []string{"", "S", "Suzhou", "su zhou", "su/zhou", "-suzhou", "苏州", "a"} {
		in := suzhou()
		in["id"] = id
		b.call("owner", "POST /branches", in).want(http.StatusUnprocessableEntity)
	}
	if b.State() != before {
		t.Error("a refused change changed the tables")
	}
}

package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"

	"afterpress/shared/app/backoffice"
	"afterpress/shared/crm/customer"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/staff"
)

var categoryTrials = map[string]trial{
	"GET /categories":      {},
	"POST /categories":     {body: newCategory},
	"GET /categories/{id}": {record: category, ownerless: true, customerless: true},
	"PATCH /categories/{id}": {record: category, ownerless: true, customerless: true, body: fields{"order": 7},
		header: []string{"If-Match", quoted(1), "Content-Type", mergePatch}},
}

// newCategory is a category under an id of its own each time.
func newCategory() fields {
	return fields{"id": fmt.Sprint("segment-", another()), "parent": "commercial",
		"name": fields{"zh": "新类别", "en": "New"}, "order": 5}
}

func category(b *bench, _ staff.Staff) string {
	b.t.Helper()
	return into[customer.Category](b.call("owner", "POST /categories", newCategory()).want(http.StatusCreated)).ID
}

func (b *bench) moveCategory(id string, version int64, patch fields) response {
	b.t.Helper()
	return b.patient("owner", "PATCH /categories/"+id, patch, "If-Match", quoted(version), "Content-Type", mergePatch)
}

func TestCategoriesAreATree(t *testing.T) {
	t.Parallel()
	b := start(t)
	tree := into[backoffice.Categories](b.call("sales", "GET /categories", nil).want(http.StatusOK))
	var ids []string
	for _, c := range tree.Items {
		ids = append(ids, c.ID)
	}
	if want := []string{"channel", "distributor", "regional-distributor", "agent", "dealer", "exclusive-shop",
		"end-user", "commercial", "order",
		"direct-key-account", "indirect-key-account", "regional-key-account", "opportunity", "lead", "one-off", "consumer",
		"person", "household"}; !slices.Equal(ids, want) {
		t.Errorf("%v", ids)
	}
	if len(tree.Classes["industry"]) != len(customer.Industries) || tree.Classes["scope"][3].Words.Zh != "内部客户" {
		t.Errorf("classes %v", tree.Classes)
	}
	for _, c := range []struct {
		id      string
		patch   fields
		status  int
		pointer string
	}{
		{"end-user", fields{"parent": "order"}, http.StatusUnprocessableEntity, "/parent"},
		{"end-user", fields{"parent": "end-user"}, http.StatusUnprocessableEntity, "/parent"},
		{"agent", fields{"parent": "nowhere"}, http.StatusUnprocessableEntity, "/parent"},
		{"agent", fields{"id": "agents"}, http.StatusBadRequest, "/id"},
		{"agent", fields{"name": fields{"en": ""}}, http.StatusUnprocessableEntity, "/name/en"},
		{"order", fields{"closed": true}, http.StatusConflict, ""},
	} {
		before := b.State()
		p := into[httpapi.Problem](b.moveCategory(c.id, 1, c.patch).want(c.status))
		if b.State() != before || c.pointer != "" && (len(p.Errors) != 1 || p.Errors[0].Pointer != c.pointer) {
			t.Errorf("%s %v: %+v", c.id, c.patch, p)
		}
	}
	moved := into[customer.Category](b.moveCategory("order", 1,
		fields{"parent": "channel", "order": 9}).want(http.StatusOK))
	b.moveCategory("order", 1, fields{"order": 1}).want(http.StatusPreconditionFailed)
	if again := into[customer.Category](b.moveCategory("order", 2,
		fields{"order": 9}).want(http.StatusOK)); moved.Parent != "channel" || again.Version != 2 {
		t.Errorf("moved %+v, changed by nothing %+v", moved, again)
	}
	b.call("owner", "PATCH /categories/order", fields{"order": 1}, "Content-Type",
		mergePatch).want(http.StatusPreconditionRequired)
	b.moveCategory("agent", 1, fields{"closed": true}).want(http.StatusOK)
	b.moveCategory("dealer", 1, fields{"parent": "agent"}).want(http.StatusUnprocessableEntity)
	taken := newCategory()
	taken["id"] = "agent"
	b.call("owner", "POST /categories", taken).want(http.StatusUnprocessableEntity)
}

// TestNoTwoMovesMakeACircle moves two categories below one another at the same time, again and again.
func TestNoTwoMovesMakeACircle(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.Crowd(t)
	for range 10 {
		pair := []string{category(b, staff.Staff{}), category(b, staff.Staff{})}
		var both sync.WaitGroup
		codes := make([]int, 2)
		for i, id := range pair {
			both.Go(func() { codes[i] = b.moveCategory(id, 1, fields{"parent": pair[1-i]}).Code })
		}
		both.Wait()
		slices.Sort(codes)
		if !slices.Equal(codes, []int{http.StatusOK, http.StatusUnprocessableEntity}) {
			t.Errorf("answered %v", codes)
		}
	}
	if tree, err := b.Categories(t.Context()); err != nil || len(tree.Subtree("")) != len(tree) {
		t.Errorf("%d of %d hang on a root, %v", len(tree.Subtree("")), len(tree), err)
	}
}

// TestACategoryOfAnotherProcessWorksAtOnce makes a category through one process and uses it through another that
// read the set-up before.
func TestACategoryOfAnotherProcessWorksAtOnce(t *testing.T) {
	t.Parallel()
	b := start(t)
	other := b.door()
	b.handler, other = other, b.handler
	b.call("sales", "GET /categories", nil).want(http.StatusOK)
	b.handler, other = other, b.handler
	id := category(b, staff.Staff{})
	b.handler = other
	c := b.made(with(newCompany(), fields{"category": id}))
	b.Index(t)
	if got := b.ids("sales", "/customers?category="+id, "id", 5); !slices.Equal(got, []string{c.ID}) {
		t.Errorf("found %v", got)
	}
}

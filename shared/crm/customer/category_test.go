package customer_test

import (
	"fmt"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"

	"pgregory.net/rapid"
)

var placedAt = time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)

// TestTheTreeStaysATree places categories anywhere, again and again. Whatever is taken leaves each node under a
// root, at most 8 levels deep, and nothing open below what was closed.
func TestTheTreeStaysATree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree := customer.CategoryTree(seed.Shop(placedAt).Categories)
		for range rapid.IntRange(1, 40).Draw(t, "moves") {
			ids := []string{""}
			for _, c := range tree {
				ids = append(ids, c.ID)
			}
			next := customer.Category{
				ID:     rapid.SampledFrom(append(ids[1:], fmt.Sprint("new-", len(tree)))).Draw(t, "id"),
				Parent: rapid.SampledFrom(ids).Draw(t, "parent"), Closed: rapid.Bool().Draw(t, "closed"),
				Name: words.Text{Zh: "类", En: "class"},
			}
			placed, events, err := tree.Place(next, staff.Visitor, placedAt)
			if err != nil {
				if len(events) > 0 {
					t.Fatal("a refusal with an event")
				}
				continue
			}
			before, known := tree.Find(next.ID)
			if len(events) == 1 && placed.Version != before.Version+1 || len(events) == 0 && placed != before {
				t.Fatalf("version %d after %d, %d events", placed.Version, before.Version, len(events))
			}
			if known {
				for i := range tree {
					if tree[i].ID == placed.ID {
						tree[i] = placed
					}
				}
			} else {
				tree = append(tree, placed)
			}
			if len(tree.Subtree("")) != len(tree) {
				t.Fatalf("%d of %d hang on a root", len(tree.Subtree("")), len(tree))
			}
		}
	})
}

func TestPlacing(t *testing.T) {
	tree := customer.CategoryTree(seed.Shop(placedAt).Categories)
	text := words.Text{Zh: "类", En: "class"}
	for _, c := range []struct {
		next customer.Category
		kind fault.Kind
		tell event.Type
	}{
		{customer.Category{ID: "fair", Name: text}, "", event.CategoryOpened},
		{customer.Category{ID: "fair", Name: text, Parent: "person"}, "", event.CategoryOpened},
		{customer.Category{ID: "fair", Name: text, Parent: "fair"}, fault.Invalid, ""},
		{customer.Category{ID: "fair", Name: text, Parent: "none"}, fault.Invalid, ""},
		{customer.Category{ID: "channel", Name: text, Parent: "agent"}, fault.Invalid, ""},
		{customer.Category{ID: "channel", Name: text, Closed: true}, fault.Refused, ""},
		{customer.Category{ID: "agent", Name: text, Parent: "channel", Closed: true}, "", event.CategoryChanged},
		{customer.Category{ID: "agent", Name: text, Parent: "person"}, "", event.CategoryChanged},
		{customer.Category{ID: "agent", Name: words.Text{Zh: "代理商", En: "Agent"}, Parent: "channel", Order: 3}, "", ""},
	} {
		_, events, err := tree.Place(c.next, staff.Visitor, placedAt)
		if (c.kind == "") != (err == nil) || err != nil && fault.KindOf(err) != c.kind {
			t.Errorf("%+v: %v", c.next, err)
		}
		if (c.tell == "") != (len(events) == 0) || len(events) == 1 && events[0].Type != c.tell {
			t.Errorf("%+v: %+v", c.next, events)
		}
		if before, known := tree.Find(c.next.ID); len(events) == 1 &&
			events[0].Wakes != (known && before.Parent != c.next.Parent) {
			t.Errorf("%+v: wakes %v", c.next, events[0].Wakes)
		}
	}
	deep := tree
	parent := ""
	for i := range 9 {
		c, _, err := deep.Place(customer.Category{ID: fmt.Sprint("deep-", i), Name: text, Parent: parent}, staff.Visitor,
			placedAt)
		if (i == 8) != (err != nil) {
			t.Errorf("level %d: %v", i+1, err)
		}
		deep, parent = append(deep, c), c.ID
	}
	for i := len(tree); i < 91; i++ {
		c, _, err := tree.Place(customer.Category{ID: fmt.Sprint("wide-", i), Name: text}, staff.Visitor, placedAt)
		if (i == 90) != (err != nil) {
			t.Errorf("node %d: %v", i+1, err)
		}
		tree = append(tree, c)
	}
}

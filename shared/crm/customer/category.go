package customer

import (
	"cmp"
	"slices"
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"

	"github.com/samber/lo"
)

// deepestCategory is how many levels the tree may have.
const deepestCategory = 8

// mostCategories is how many nodes the tree may have, closed ones included. A query for a subtree reads each
// node.
const mostCategories = 90

// Category is a node of the tree by which customers are classed. New customers stand at its leaves.
type Category struct {
	ID        string     `json:"id"`
	Version   int64      `json:"version"`
	CreatedAt time.Time  `json:"created_at"`
	UpdatedAt time.Time  `json:"updated_at"`
	Parent    string     `json:"parent,omitempty"` // empty: a root
	Name      words.Text `json:"name"`
	Order     int        `json:"order"`            // among its siblings
	Closed    bool       `json:"closed,omitempty"` // takes no more customers
}

// ETagVersion is the version that an If-Match names.
func (c Category) ETagVersion() int64 { return c.Version }

// CategoryTree is all categories of the shop.
type CategoryTree []Category

// StandardCategories is the tree of a new shop. Its roots are sales channels and end users. The commercial
// end users are divided by how they buy. Each parent comes before its children.
func StandardCategories(now time.Time) CategoryTree {
	var out CategoryTree
	add := func(parent string, nodes ...[3]string) {
		for i, n := range nodes {
			out = append(out, Category{ID: n[0], Version: 1, CreatedAt: now, UpdatedAt: now, Parent: parent,
				Name: words.Text{Zh: n[1], En: n[2]}, Order: i + 1})
		}
	}
	add("", [3]string{"channel", "渠道客户", "Sales channels"}, [3]string{"end-user", "终端用户", "End users"})
	add("channel", [3]string{"distributor", "分销商", "Distributor"},
		[3]string{"regional-distributor", "区域分销商", "Regional distributor"},
		[3]string{"agent", "代理商", "Agent"}, [3]string{"dealer", "经销商", "Dealer"},
		[3]string{"exclusive-shop", "专卖店", "Exclusive shop"})
	add("end-user", [3]string{"commercial", "商用客户", "Commercial customers"}, [3]string{"consumer", "消费客户", "Consumers"})
	add("consumer", [3]string{"person", "个人", "Person"}, [3]string{"household", "家庭", "Household"})
	add("commercial", [3]string{"order", "订单客户", "Order customers"},
		[3]string{"opportunity", "商机客户", "Opportunity customers"},
		[3]string{"lead", "线索客户", "Lead customers"}, [3]string{"one-off", "一次性客户", "One-off customers"})
	add("order", [3]string{"direct-key-account", "直接的指名大客户", "Direct named key account"},
		[3]string{"indirect-key-account", "间接（渠道）的指名大客户", "Indirect (channel) named key account"},
		[3]string{"regional-key-account", "区域大客户", "Regional key account"})
	return out
}

// Find finds a category by id.
func (t CategoryTree) Find(id string) (Category, bool) {
	return lo.Find(t, func(c Category) bool { return c.ID == id })
}

// children lists the nodes directly below id, in their order.
func (t CategoryTree) children(id string) []Category {
	var out []Category
	for _, c := range t {
		if c.Parent == id {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b Category) int {
		return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// Leaf reports whether no category stands below this one.
func (t CategoryTree) Leaf(id string) bool {
	return !slices.ContainsFunc(t, func(c Category) bool { return c.Parent == id })
}

// Subtree lists id and everything below it, depth first and in order; "" gives the whole tree. A customer
// whose category later gained a child stays at the inner node. A query for a subtree must therefore ask its
// inner nodes too.
func (t CategoryTree) Subtree(id string) []Category {
	var out []Category
	if c, found := t.Find(id); found {
		out = append(out, c)
	}
	for _, c := range t.children(id) {
		out = append(out, t.Subtree(c.ID)...)
	}
	return out
}

// Within reports whether id is above, or stands anywhere below it.
func (t CategoryTree) Within(id, above string) bool {
	for range deepestCategory {
		if id == above || id == "" {
			break
		}
		c, _ := t.Find(id)
		id = c.Parent
	}
	return id == above
}

// level is the level of id, 1 for a root. It is 0 when the chain of parents ends nowhere or is a circle.
func (t CategoryTree) level(id string) int {
	for level := 1; level <= len(t); level++ {
		c, found := t.Find(id)
		switch {
		case !found:
			return 0
		case c.Parent == "":
			return level
		}
		id = c.Parent
	}
	return 0
}

// with is the tree with the category replaced, or added where its id is new.
func (t CategoryTree) with(c Category) CategoryTree {
	out := slices.Clone(t)
	if i := slices.IndexFunc(out, func(x Category) bool { return x.ID == c.ID }); i >= 0 {
		out[i] = c
		return out
	}
	return append(out, c)
}

// Place puts a category into the tree. An id that the tree does not have makes a new category. A known one
// takes its new parent, name and order, or is closed or opened again. The error is Invalid for a circle, a
// parent that is not open, and a tree that is too deep or too large. It is Refused for closing a category
// with open ones below. Without a change the category comes back as it is, without an event.
func (t CategoryTree) Place(next Category, by staff.Actor, now time.Time) (Category, []event.Event, error) {
	before, known := t.Find(next.ID)
	next.Version, next.CreatedAt, next.UpdatedAt = before.Version, before.CreatedAt, before.UpdatedAt
	if known && next == before {
		return before, nil, nil
	}
	if faults := t.placeFaults(before, next, known); len(faults) > 0 {
		return before, nil, fault.Faulty(faults...)
	}
	if next.Closed && !before.Closed &&
		slices.ContainsFunc(t.children(next.ID), func(c Category) bool { return !c.Closed }) {
		return before, nil, fault.Fail(fault.Refused, "这个类别下还有未停用的类别。请先停用或移走它们。",
			"There are open categories below this one. Close or move them first.")
	}
	kind := event.CategoryChanged
	if !known {
		kind, next.CreatedAt = event.CategoryOpened, now
	}
	next.Version, next.UpdatedAt = before.Version+1, now
	e := event.New(kind, by, "category/"+next.ID, next.ID, next.Version, "", now,
		map[string]string{"parent": next.Parent})
	// with the same parent every cadence rule applies to the same customers, so no process has to plan anew
	if next.Parent == before.Parent {
		e.Wakes, e.Pending = false, false
	}
	return next, []event.Event{e}, nil
}

// placeFaults says why next cannot stand at its place.
func (t CategoryTree) placeFaults(before, next Category, known bool) []fault.Field {
	flt := func(zh, en string) []fault.Field {
		return []fault.Field{{Pointer: "/parent", Text: words.Text{Zh: zh, En: en}}}
	}
	if !known && len(t) >= mostCategories {
		return []fault.Field{{Pointer: "/id",
			Text: words.Text{Zh: "类别已达 90 个。请改用已有的类别。", En: "There are 90 categories already. Use one of them."}}}
	}
	parent, found := t.Find(next.Parent)
	moved := next.Parent != before.Parent || !known || before.Closed && !next.Closed
	if next.Parent != "" && moved && (!found || parent.Closed && !next.Closed) {
		return flt("请填写一个未停用的类别，或留空作为顶层。", "Enter an open category, or leave it out for a root.")
	}
	tree := t.with(next)
	for _, c := range tree {
		switch level := tree.level(c.ID); {
		case level == 0:
			return flt("类别不能放在自己或自己的下级之下。请选择别的上级。", "A category cannot stand below itself. Choose another parent.")
		case level > deepestCategory:
			return flt("类别最多 8 层。请选择更高的上级。", "The tree has at most 8 levels. Choose a higher parent.")
		}
	}
	return nil
}

package backoffice

import (
	"context"

	"afterpress/shared/app"
	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
)

// Categories is the whole tree, depth first in its order, and the closed lists of a customer's other fields.
type Categories struct {
	Items   []customer.Category         `json:"items"`
	Classes map[string][]customer.Class `json:"classes" description:"By field of a customer · 按客户字段"`
}

// CategoryEntry is what people say of a category.
type CategoryEntry struct {
	Parent string     `json:"parent,omitempty" validate:"omitempty,max=40,slug" description:"Absent: a root. Customers already at a category that gains one below it stay there · 不填则为顶层"`
	Name   words.Text `json:"name"`
	Order  int        `json:"order,omitempty" validate:"min=0,max=1000" description:"Among its siblings · 同级中的次序"`
	Closed bool       `json:"closed,omitempty" description:"Takes no more customers; those who are there stay · 停用后不再归入新客户"`
}

// OpenCategory is a new category under an id that customers carry.
type OpenCategory struct {
	ID string `json:"id" validate:"required,min=2,max=40,slug" pattern:"^[a-z][a-z0-9-]*$" description:"Letters a to z, digits, hyphens · 小写字母、数字、连字符"`
	CategoryEntry
}

func (e CategoryEntry) category(id string) customer.Category {
	return customer.Category{ID: id, Parent: e.Parent, Name: e.Name, Order: e.Order, Closed: e.Closed}
}

// Category is the new category as the rules take it.
func (o OpenCategory) Category() customer.Category { return o.category(o.ID) }

// categoryEntry is what people said of a category, for an edit.
func categoryEntry(c customer.Category) CategoryEntry {
	return CategoryEntry{Parent: c.Parent, Name: c.Name, Order: c.Order, Closed: c.Closed}
}

// Categories lists the tree of customer categories, and the words of a customer's other classes.
func (d Desk) Categories(ctx context.Context, by app.Caller) (Categories, error) {
	shop, err := d.cached(ctx, by, permission.ReadCategories)
	return Categories{customer.CategoryTree(shop.Categories).Subtree(""), customer.Classes}, err
}

// Category reads one category as it is now.
func (d Desk) Category(ctx context.Context, by app.Caller, at app.Record) (customer.Category, error) {
	return d.category(ctx, by, permission.ReadCategories, at)
}

func (d Desk) category(ctx context.Context, by app.Caller, action permission.Action,
	at app.Record) (customer.Category, error) {
	if err := permission.Permit(by.Actor, action); err != nil {
		return customer.Category{}, err
	}
	tree, err := d.Store.Categories(ctx)
	if err != nil {
		return customer.Category{}, err
	}
	c, found := tree.Find(at.ID)
	if !found {
		return c, fault.Missing("类别", "category")
	}
	return c, nil
}

// OpenCategory adds a category to the tree.
func (d Desk) OpenCategory(ctx context.Context, by app.Caller, in OpenCategory) (customer.Category, error) {
	if err := permission.Permit(by.Actor, permission.ChangeCategories); err != nil {
		return customer.Category{}, err
	}
	return d.Store.ChangeCategory(ctx, func(tree customer.CategoryTree) (customer.Category, []event.Event, error) {
		if _, taken := tree.Find(in.ID); taken {
			return customer.Category{}, nil, fault.Faulty(fault.Field{Pointer: "/id",
				Text: words.Text{Zh: "这个编号已经用过。请换一个。", En: "This id was used before. Choose another one."}})
		}
		return tree.Place(in.Category(), by.Actor, d.Now())
	})
}

// ChangeCategory moves, renames, closes or opens a category. The version is looked at again where it is written: the
// tree may have changed while the entry was edited.
func (d Desk) ChangeCategory(ctx context.Context, by app.Caller, at app.Record,
	edit app.Edit[CategoryEntry]) (customer.Category, error) {
	before, err := d.category(ctx, by, permission.ChangeCategories, at)
	if err == nil {
		err = at.Named(before.Version, before)
	}
	if err != nil {
		return customer.Category{}, err
	}
	entry, err := edit(categoryEntry(before))
	if err != nil {
		return customer.Category{}, err
	}
	return d.Store.ChangeCategory(ctx, func(tree customer.CategoryTree) (customer.Category, []event.Event, error) {
		now, _ := tree.Find(before.ID) // categories are never taken away
		if err := at.Current(now.Version, now); err != nil {
			return now, nil, err
		}
		return tree.Place(entry.category(before.ID), by.Actor, d.Now())
	})
}

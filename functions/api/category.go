package api

import (
	"net/http"

	"afterpress/shared/crm/customer"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
)

func (s *Server) categoryRoutes() []httpapi.Route {
	return []httpapi.Route{
		on("GET /categories", permission.ReadCategories, s.listCategories,
			httpapi.Doc{Summary: "List the tree of customer categories and the words of a customer's other classes · 客户类别与分类用语", Answer: Categories{}}),
		on("POST /categories", permission.ChangeCategories, s.openCategory,
			httpapi.Doc{Summary: "Add a category to the tree · 新建类别", Body: OpenCategory{}, Answer: customer.Category{},
				Status: created}),
		on("GET /categories/{id}", permission.ReadCategories, s.readCategory,
			httpapi.Doc{Summary: "Read a category · 查看类别", Answer: customer.Category{}}),
		on("PATCH /categories/{id}", permission.ChangeCategories, s.changeCategory,
			httpapi.Doc{Summary: "Move, rename, close or open a category by a merge patch (RFC 7396) · 修改类别",
				Body: CategoryEntry{}, Answer: customer.Category{}, Changes: true}),
	}
}

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

func (s *Server) listCategories(r *http.Request) (httpapi.Answer, error) {
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(Categories{customer.CategoryTree(shop.Categories).Subtree(""), customer.Classes}), nil
}

func (s *Server) readCategory(r *http.Request) (httpapi.Answer, error) {
	category, err := s.category(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(category), nil
}

// category reads the category in the path as it is now.
func (s *Server) category(r *http.Request) (customer.Category, error) {
	tree, err := s.Store.Categories(r.Context())
	if err != nil {
		return customer.Category{}, err
	}
	category, found := tree.Find(r.PathValue("id"))
	if !found {
		return category, fault.Missing("类别", "category")
	}
	return category, nil
}

func (s *Server) openCategory(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[OpenCategory](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	opened := func(result any) httpapi.Answer { return httpapi.Created("/categories/"+in.ID, result) }
	category, err := s.Store.ChangeCategory(httpapi.Answering(r, opened),
		func(tree customer.CategoryTree) (customer.Category, []event.Event, error) {
			if _, taken := tree.Find(in.ID); taken {
				return customer.Category{}, nil,
					fault.Faulty(fault.Field{Pointer: "/id",
						Text: words.Text{Zh: "这个编号已经用过。请换一个。", En: "This id was used before. Choose another one."}})
			}
			return tree.Place(in.category(in.ID), httpapi.Actor(r), s.Now())
		})
	if err != nil {
		return httpapi.Answer{}, err
	}
	return opened(category), nil
}

func (s *Server) changeCategory(r *http.Request) (httpapi.Answer, error) {
	if _, err := httpapi.MustVersion(r); err != nil {
		return httpapi.Answer{}, err
	}
	before, err := s.category(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	if err := current(r, before.Version, before); err != nil {
		return httpapi.Answer{}, err
	}
	entry, err := httpapi.Patch(r,
		CategoryEntry{Parent: before.Parent, Name: before.Name, Order: before.Order, Closed: before.Closed})
	if err != nil {
		return httpapi.Answer{}, err
	}
	next, err := s.Store.ChangeCategory(r.Context(),
		func(tree customer.CategoryTree) (customer.Category, []event.Event, error) {
			now, _ := tree.Find(before.ID) // categories are never taken away
			if err := current(r, now.Version, now); err != nil {
				return now, nil, err
			}
			return tree.Place(entry.category(before.ID), httpapi.Actor(r), s.Now())
		})
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(next), nil
}

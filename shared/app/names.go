package app

import (
	"context"
	"slices"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/store/table"
)

// Names are joined to a card when it is read. No card holds them, so a name that changes is right at once.
type Names struct {
	OwnerName    string `json:"owner_name,omitempty"`
	CustomerName string `json:"customer_name,omitempty" description:"Absent: a customer whom you do not see · 无权查看的客户不显示"`
}

// Namer gives the names of a page.
type Namer struct {
	shop      setup.Shop
	customers map[string]string
}

// Of are the names of an owner and a customer, by their ids.
func (n Namer) Of(owner, cust string) Names {
	out := Names{CustomerName: n.customers[cust]}
	if p, found := n.shop.Person(owner); found {
		out.OwnerName = p.Name
	}
	return out
}

// NamesOn reads the names of a page's customers in one call, as far as the caller sees them. Without
// permission.ReadCustomers there are none.
func NamesOn(ctx context.Context, o Office, by Caller, customers []string) (n Namer, err error) {
	if n.shop, err = o.Store.Shop(ctx); err != nil || permission.Permit(by.Actor, permission.ReadCustomers) != nil {
		return n, err
	}
	ids := slices.Compact(slices.Sorted(slices.Values(customers)))
	ids = slices.DeleteFunc(ids, func(id string) bool { return id == "" })
	n.customers, err = o.Store.CustomerNames(ctx, ids, func(c customer.Customer) bool { return c.SeenBy(by.Actor) })
	return n, err
}

// Joined shows the cards of a page with the names of owner and customer.
func Joined[C, T any](ctx context.Context, o Office, by Caller, page table.Page[C], err error,
	ids func(C) (owner, cust string), show func(C, Names) T) (table.Page[T], error) {
	out := table.Page[T]{Items: []T{}, Next: page.Next}
	if err != nil {
		return out, err
	}
	var customers []string
	for _, c := range page.Items {
		_, cust := ids(c)
		customers = append(customers, cust)
	}
	names, err := NamesOn(ctx, o, by, customers)
	if err != nil {
		return out, err
	}
	for _, c := range page.Items {
		out.Items = append(out.Items, show(c, names.Of(ids(c))))
	}
	return out, nil
}

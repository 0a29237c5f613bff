package frontdesk

import (
	"context"
	"strings"

	"afterpress/shared/app"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/directory"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/finder"
	"afterpress/shared/store/naming"
	"afterpress/shared/store/table"
)

// ListCustomers is the query of the list of customers; all that it names must hold.
type ListCustomers struct {
	Q         string `json:"q" validate:"max=254" description:"Any part of a Chinese name, simplified or traditional; the beginning of a Latin word or of pinyin; initials; a phone number or its last digits; an e-mail address or its domain; a whole tax number; the reference of a lead, task, complaint or question on a job. Two signs or more. A customer has at most 95 search entries, and 8 more for each contact after the first: each contact's name, its pinyin and initials and the ends of the first two numbers come first; where names are very long, other readings and parts of addresses and numbers may find nobody · 名称的任意部分（简体或繁体）、拼音、首字母、电话、邮箱、完整税号，或线索、任务、投诉、生产问题的受理编号，至少两个字。每个客户最多 95 个检索项，每多一位联系人加 8 个：联系人的姓名、拼音、首字母和前两个号码的尾号优先；名称过长时，其他读音以及邮箱、号码的其余部分可能查不到"`
	Owner     string `json:"owner" validate:"max=64" description:"A staff id, or me · 员工编号，或 me"`
	LifeCycle string `json:"life_cycle" validate:"omitempty,one=life-stage" description:"exit: the archived ones; first-order, active, at-risk and won-back come with orders, which this system does not keep yet: nobody is in them · exit 即已归档的客户；first-order、active、at-risk、won-back 由订单得出，系统尚无订单，目前没有客户处于这些阶段"`
	Branch    string `json:"branch" validate:"max=64" description:"Absent: all that you see, and the shared customers · 不填则为您可查看的全部网点及共享客户"`
	Category  string `json:"category" validate:"max=40" description:"A category and all below it · 类别及其全部下级"`
	Archived  bool   `json:"archived" description:"The archived ones, and no others · 只看已归档的"`
	app.Paging
}

// query is the question to the store.
func (q ListCustomers) query(by app.Caller, shop setup.Shop) (finder.CustomerQuery, error) {
	out := finder.CustomerQuery{Paging: q.For(by), Owner: q.Owner, LifeCycle: q.LifeCycle, Branch: q.Branch,
		Archived: q.Archived || q.LifeCycle == customer.LifeExit, Everywhere: by.HeadOffice}
	if out.Owner == "me" {
		out.Owner = by.ID
	}
	var faults []fault.Field
	flt := func(pointer, zh, en string) {
		faults = append(faults, fault.Field{Pointer: pointer, Text: words.Text{Zh: zh, En: en}})
	}
	if _, found := shop.Person(out.Owner); out.Owner != "" && !found {
		flt("?owner", "请填写 me 或一位同事的编号。", "Enter me, or the id of a colleague.")
	}
	ok := true
	if out.Question, ok = directory.Question(q.Q); q.Q != "" && !ok {
		flt("?q", "请至少输入两个字、字母或数字。", "Enter at least two letters, digits or characters.")
	}
	out.Others, out.Parts = directory.Others(q.Q), directory.Parts(q.Q)
	for _, c := range customer.CategoryTree(shop.Categories).Subtree(q.Category) {
		out.Categories = append(out.Categories, c.ID)
	}
	switch {
	case q.Category == "":
		out.Categories = nil
	case len(out.Categories) == 0:
		flt("?category", "没有这个类别。GET /categories 列出全部类别。", "There is no such category; GET /categories lists them.")
	}
	if len(faults) > 0 {
		return out, fault.Faulty(faults...)
	}
	if _, err := app.Branches(by, shop, q.Branch); err != nil {
		return out, err
	}
	var err error
	out.Branches, err = app.Branches(by, shop, "")
	return out, err
}

// claims are what the question is when it is a whole e-mail address, phone number or tax number.
func (q ListCustomers) claims(by app.Caller, shop setup.Shop) []identity.Claim {
	var out []identity.Claim
	if email, err := identity.Email(q.Q); err == nil {
		out = append(out, identity.Claim{Kind: identity.ClaimEmail, Value: email})
	}
	var at identity.Place
	if len(by.Branches) > 0 {
		home, _ := shop.Branch(by.Branches[0])
		at = home.Place()
	}
	if phone, err := at.Phone(q.Q); err == nil {
		out = append(out, identity.Claim{Kind: identity.ClaimPhone, Value: phone})
	}
	// one that was stored before its signs were checked is found as well
	if number, _ := identity.TaxNumber(q.Q); strings.ContainsAny(number, "0123456789") &&
		customer.SeesField(by.Actor, "tax_number") {
		out = append(out, identity.Claim{Kind: identity.ClaimTax, Value: number})
	}
	return out
}

// Customers finds customers, or lists them, by name.
func (d Desk) Customers(ctx context.Context, by app.Caller,
	q ListCustomers) (page table.Page[customer.Card], err error) {
	if err := permission.Permit(by.Actor, permission.ReadCustomers); err != nil {
		return page, err
	}
	shop, err := d.Store.Shop(ctx)
	if err != nil {
		return page, err
	}
	query, err := q.query(by, shop)
	if err != nil {
		return page, err
	}
	page, err = d.findCustomers(ctx, query, q.claims(by, shop))
	if err != nil || len(page.Items) > 0 || q.Cursor != "" {
		return page, err
	}
	return d.customersNamed(ctx, by, q.Q, query)
}

// customersNamed finds the customer by the reference of a lead, task, complaint or question that the caller may see.
func (d Desk) customersNamed(ctx context.Context, by app.Caller, asked string,
	q finder.CustomerQuery) (page table.Page[customer.Card], err error) {
	page.Items = []customer.Card{}
	reference, ok := identity.Reference(asked)
	if !ok {
		return page, nil
	}
	var kinds []string
	for _, may := range []struct {
		kind   string
		action permission.Action
	}{{"lead", permission.ReadLeads}, {"task", permission.ReadTasks}, {"complaint", permission.ReadComplaints},
		{"hold", permission.ReadHolds}} {
		if permission.Permit(by.Actor, may.action) == nil {
			kinds = append(kinds, may.kind)
		}
	}
	found, err := d.Store.CustomersNamed(ctx, naming.Query{Reference: reference, Branches: q.Branches, Limit: q.Limit},
		kinds)
	for _, card := range found {
		if q.Admits(card) && len(page.Items) < q.Limit {
			page.Items = append(page.Items, card)
		}
	}
	return page, err
}

// findCustomers asks the claims first. A whole number or address has one customer, who is found as soon as they are
// stored.
func (d Desk) findCustomers(ctx context.Context, q finder.CustomerQuery,
	claims []identity.Claim) (table.Page[customer.Card], error) {
	if q.Question != "" && q.Cursor == "" {
		c, found, err := d.Store.FindClaimed(ctx, claims)
		if err != nil {
			return table.Page[customer.Card]{}, err
		}
		if card := c.Card(); found && q.Admits(card) {
			return table.Page[customer.Card]{Items: []customer.Card{card}}, nil
		}
	}
	return d.Store.Customers(ctx, q)
}

package app

import (
	"context"

	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/naming"
	"afterpress/shared/store/table"
)

// Given is a condition of a list, by its name in the query, and whether the caller gave it.
type Given struct {
	Name string
	Is   bool
}

// Numbered is the reference by which a list is asked. Embed it in the list's query.
type Numbered struct {
	Q string `json:"q" validate:"max=254" description:"A reference, 8 signs or more, alone · 受理编号，至少 8 位，单独使用"`
}

// JobNumbered is Numbered for records that are found by the number of their job as well.
type JobNumbered struct {
	Q string `json:"q" validate:"max=254" description:"A reference (8 signs) or a job's number, alone · 受理编号或订单号，单独使用"`
}

// Finding asks a list for the records that people call so.
type Finding struct {
	Q      string
	Jobs   bool // the records are found by the number of their job as well
	Paging Paging
	With   []Given
}

var (
	notReference = words.Text{
		Zh: "请填写受理编号，至少 8 个字符，例如 9F3A09BC，可以从信件或网页上复制。",
		En: "Enter a reference, at least 8 characters of it, such as 9F3A09BC. Letters and pages show it."}
	notNumber = words.Text{
		Zh: "请填写受理编号（至少 8 个字符，例如 9F3A09BC）或完整的订单号；订单号较长时，前 8 个字符即可。",
		En: "Enter a reference, at least 8 characters of it, such as 9F3A09BC, or the number of a job. " +
			"Of a long number the first 8 characters are enough."}
	alone = words.Text{
		Zh: "按编号查找时不看其他条件，已结束的记录也会查到。请去掉此项。",
		En: "A number finds its record in any state, also one that has ended. Leave this out."}
)

// naming is the question to the store. What is no number, and any condition beside it, is Invalid.
func (f Finding) naming(by Caller, shop setup.Shop) (naming.Query, error) {
	out := naming.Query{Limit: f.Paging.Limit}
	var faults fault.List
	reference, ok := identity.Reference(f.Q)
	if ok {
		out.Reference = reference
	}
	if f.Jobs {
		out.Job = identity.JobNumber(f.Q)
	}
	switch {
	case f.Jobs && !ok && out.Job == "":
		faults.Add("?q", notNumber.Zh, notNumber.En)
	case !f.Jobs && !ok:
		faults.Add("?q", notReference.Zh, notReference.En)
	}
	for _, given := range append(f.With, Given{"cursor", f.Paging.Cursor != ""}) {
		if given.Is {
			faults.Add("?"+given.Name, alone.Zh, alone.En)
		}
	}
	if len(faults) > 0 {
		return out, fault.Faulty(faults...)
	}
	var err error
	out.Branches, err = Branches(by, shop, "")
	return out, err
}

// Found answers a list by the number that people call its records by.
func Found[T any](ctx context.Context, o Office, by Caller, f Finding,
	list func(context.Context, naming.Query) (table.Page[T], error)) (page table.Page[T], err error) {
	shop, err := o.Store.Shop(ctx)
	if err != nil {
		return page, err
	}
	n, err := f.naming(by, shop)
	if err != nil {
		return page, err
	}
	return list(ctx, n)
}

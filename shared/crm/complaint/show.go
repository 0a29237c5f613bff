package complaint

import (
	"slices"
	"strings"

	"afterpress/shared/crm/complaint/approval"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// NoMoney reports whether the actor sees no amounts: without permission.ReadCustomers they only make the goods.
func NoMoney(by staff.Actor) bool { return permission.Permit(by, permission.ReadCustomers) != nil }

// For is the complaint as the actor may see it. Without permission.ReadContacts it has no contact. Without
// permission.ReadCustomers it has neither customer nor amounts.
func (c Complaint) For(by staff.Actor) Complaint {
	if permission.Permit(by, permission.ReadContacts) != nil {
		c.Contact = ""
	}
	if !NoMoney(by) {
		return c
	}
	c.Customer, c.Account, c.Cost, c.Proposals, c.ProposedFrom = "", "", nil, nil, nil
	c.Job.Value = nil
	c.Remedies = unpriced(c.Remedies)
	if c.Approval != nil {
		a := *c.Approval
		a.Amount, a.Before = money.Money{}, approval.Granted{}
		c.Approval = &a
	}
	c.Refused = slices.Clone(c.Refused)
	for i := range c.Refused {
		c.Refused[i].Amount = nil
	}
	c.Earlier = slices.Clone(c.Earlier)
	for i := range c.Earlier {
		c.Earlier[i].Remedies = unpriced(c.Earlier[i].Remedies)
	}
	return c
}

func unpriced(remedies []remedy.Remedy) []remedy.Remedy {
	out := slices.Clone(remedies)
	for i := range out {
		out[i].Amount, out[i].Value, out[i].CustomerPays = money.Money{}, money.Money{}, money.Money{}
	}
	return out
}

// For is the line as the actor may see it.
func (e RemedyEntry) For(by staff.Actor) RemedyEntry {
	if NoMoney(by) {
		e.Customer, e.Remedy = "", unpriced([]remedy.Remedy{e.Remedy})[0]
	}
	return e
}

// For is the card as the actor may see it.
func (c Card) For(by staff.Actor) Card {
	if NoMoney(by) {
		c.Customer = ""
	}
	return c
}

// Title is a complaint's title in lists: its defects, else its reference, and its job where that is known.
func Title(defects []defect.Kind, job, id string) words.Text {
	var zh, en []string
	for _, kind := range defects {
		if d, known := defect.Of(kind); known {
			zh, en = append(zh, d.Name.Zh), append(en, d.Name.En)
		}
	}
	what := words.Text{Zh: strings.Join(zh, "、"), En: strings.Join(en, ", ")}
	if len(zh) == 0 {
		what = words.Text{Zh: words.Reference(id), En: words.Reference(id)}
	}
	if job != "" {
		what.Zh, what.En = what.Zh+"（"+job+"）", what.En+" ("+job+")"
	}
	return words.Text{Zh: "投诉：" + what.Zh, En: "Complaint: " + what.En}
}

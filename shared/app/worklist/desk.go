package worklist

import (
	"cmp"
	"context"
	"slices"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/erase"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/stuck"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/table"
	"afterpress/shared/store/work"
)

// ReadDesk is the query of a desk. What has no owner yet, such as a new lead or one in the pool, stands on the
// desks of those who manage its branch.
type ReadDesk struct {
	Staff string `json:"staff" validate:"max=64" description:"A colleague of your branches, for managers; absent: yourself · 经理可查看本网点同事，不填则为本人"`
	app.Paging
}

// DeskLine is one open thing on a desk, in the reader's words.
type DeskLine struct {
	work.DeskLine
	app.Names
	Title   string `json:"title"`
	Why     string `json:"why,omitempty" description:"Why a customer waits for an answer · 客户等待答复的原因"`
	Overdue bool   `json:"overdue"`
	Link    string `json:"link"` // where this API shows it; a message in doubt is settled there
}

// ReadDesk lists what the caller, or a colleague of their branches, has to do, most urgent first.
func (d Desk) ReadDesk(ctx context.Context, by app.Caller, q ReadDesk) (table.Page[DeskLine], error) {
	out := table.Page[DeskLine]{Items: []DeskLine{}}
	if err := permission.Permit(by.Actor, permission.ReadDesk); err != nil {
		return out, err
	}
	asked, err := d.deskOf(ctx, by, q.Staff)
	if err != nil {
		return out, err
	}
	asked.Paging = q.Paging.For(by)
	page, err := d.Store.Desk(ctx, asked)
	if err != nil {
		return out, err
	}
	customers := make([]string, len(page.Items))
	for i, l := range page.Items {
		customers[i] = l.Said("customer")
	}
	names, err := app.NamesOn(ctx, d.Office, by, customers)
	if err != nil {
		return out, err
	}
	for i, l := range page.Items {
		if permission.Permit(by.Actor, permission.ReadContacts) != nil {
			delete(l.Card, "phone")
		}
		line := deskLine(l, by.Lang, d.Now())
		line.Names = names.Of(l.Said("owner"), customers[i])
		out.Items = append(out.Items, line)
	}
	out.Next = page.Next
	return out, nil
}

// deskOf says whose desk is asked for, and of which branches. People's own desk has whatever is their own. That of a
// colleague is for those who manage them, and shows what is of the manager's branches.
func (d Desk) deskOf(ctx context.Context, by app.Caller, asked string) (work.DeskQuery, error) {
	own := asked == "" || asked == "me" || asked == by.ID
	if !own {
		if err := permission.Permit(by.Actor, permission.ReadLoad); err != nil {
			return work.DeskQuery{}, err
		}
	}
	shop, err := d.Store.Shop(ctx)
	if err != nil {
		return work.DeskQuery{}, err
	}
	if own {
		me, _ := shop.Person(by.ID)
		return work.DeskQuery{Staff: by.ID, AnswersFor: shop.AnswersFor(me, d.Now())}, nil
	}
	seen, err := app.Branches(by, shop, "")
	if err != nil {
		return work.DeskQuery{}, err
	}
	colleague, found := shop.Person(asked)
	if !found || !slices.ContainsFunc(seen, colleague.WorksIn) {
		return work.DeskQuery{}, app.MissingStaff
	}
	theirs := func(branch string) bool { return !slices.Contains(seen, branch) }
	return work.DeskQuery{Staff: colleague.ID,
		AnswersFor: slices.DeleteFunc(shop.AnswersFor(colleague, d.Now()), theirs), Branches: seen}, nil
}

// deskLine words a line for its reader.
func deskLine(l work.DeskLine, lang words.Lang, now time.Time) DeskLine {
	due, err := time.Parse(time.RFC3339, l.Due)
	said := l.Said
	out := DeskLine{DeskLine: l, Overdue: err == nil && due.Before(now), Link: "/" + l.Kind + "s/" + l.ID}
	switch l.Kind {
	case "lead":
		out.Title = lead.Title(cmp.Or(said("company"), said("name")), said("product"), l.ID).In(lang)
	case "complaint":
		out.Title = complaintTitle(l).In(lang)
	case "stuck":
		out.Link = "/operations/stuck/" + l.ID
		out.Title = stuck.Card{What: said("what"), Step: said("step")}.Title().In(lang)
	case "erase":
		out.Link = "/contacts/" + said("contact") + "/erase"
		out.Title = erase.Title(said("state"), l.ID).In(lang)
	case "message":
		out.Link += "/settle"
		out.Title = message.Message{State: said("state")}.Words().In(lang)
	default:
		out.Title, out.Why = said("title"), task.Why(said("asked")).In(lang)
	}
	return out
}

// complaintTitle is how a complaint is called on a desk.
func complaintTitle(l work.DeskLine) words.Text {
	var defects []defect.Kind
	known, _ := l.Card["defects"].([]any)
	for _, d := range known {
		kind, _ := d.(string)
		defects = append(defects, defect.Kind(kind))
	}
	job, _ := l.Card["job"].(string)
	return complaint.Title(defects, job, l.ID)
}

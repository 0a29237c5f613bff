package worklist

import (
	"context"
	"fmt"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/table"
	"afterpress/shared/store/work"
)

// maxLoads is how many people one answer holds.
const maxLoads = 200

// ReadLoad is the query of the load.
type ReadLoad struct {
	Branch string `json:"branch" validate:"max=64" description:"Absent: all that you see · 不填则为您可查看的全部网点"`
}

// Load is what one colleague has to do, and did in the last 30 days.
type Load struct {
	Staff string `json:"staff"`
	Name  string `json:"name"`
	work.StaffLoad
}

// ReadLoad says what each colleague has to do, and did in the last 30 days.
func (d Desk) ReadLoad(ctx context.Context, by app.Caller, q ReadLoad) (table.Page[Load], error) {
	out := table.Page[Load]{Items: []Load{}}
	if err := permission.Permit(by.Actor, permission.ReadLoad); err != nil {
		return out, err
	}
	shop, err := d.Store.Shop(ctx)
	if err != nil {
		return out, err
	}
	seen, err := app.Branches(by, shop, q.Branch)
	if err != nil {
		return out, err
	}
	people, asked, err := loaded(shop, seen, d.Now())
	if err != nil {
		return out, err
	}
	loads, err := d.Store.Loads(ctx, asked)
	if err != nil {
		return out, err
	}
	for i, p := range people {
		out.Items = append(out.Items, Load{Staff: p.ID, Name: p.Name, StaffLoad: loads[i]})
	}
	return out, nil
}

// loaded are the people of the branches who can have work, each with the end of their day. It is that of the
// first of the branches in which they work.
func loaded(shop setup.Shop, seen []string, now time.Time) (people []staff.Staff, asked []work.LoadOf, err error) {
	for _, p := range shop.Staff {
		if !p.Employed(now) || permission.Permit(staff.ActorOf(p), permission.ReadDesk) != nil {
			continue
		}
		for _, b := range seen {
			if !p.WorksIn(b) {
				continue
			}
			terms, err := shop.Terms(b)
			if err != nil {
				return nil, nil, err
			}
			ends, err := terms.DayEnds(now)
			if err != nil {
				return nil, nil, err
			}
			people, asked = append(people, p), append(asked, work.LoadOf{Staff: p.ID, DayEnds: ends})
			break
		}
	}
	if len(people) > maxLoads {
		return nil, nil, fault.Faulty(fault.Field{Pointer: "?branch", Text: words.Text{
			Zh: fmt.Sprintf("人员超过 %d 位。请指定一个网点。", maxLoads),
			En: fmt.Sprintf("There are more than %d people. Name one branch.", maxLoads)}})
	}
	return people, asked, nil
}

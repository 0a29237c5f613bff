package backoffice

import (
	"context"

	"afterpress/shared/app"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/table"
)

// BranchDetails is what an owner says of a branch.
type BranchDetails struct {
	Name     words.Text   `json:"name"`
	Phone    string       `json:"phone" validate:"required,max=40,oneline" description:"With its country code, which reads the numbers that come without one · 带国家代码，用于识别不带国家代码的号码"`
	Calendar string       `json:"calendar" validate:"required,max=64" description:"By which its deadlines count · 期限按此日历计算"`
	Policy   string       `json:"policy" validate:"required,max=64" description:"By which its records are followed up · 记录按此规则跟进"`
	Manager  string       `json:"manager" validate:"required,id=stf" description:"Gets what nobody else can take · 无人可接时由其负责"`
	Robot    *BranchRobot `json:"robot,omitempty" validate:"omitempty" description:"Posts into the branch's group chat · 群机器人"`
}

// BranchRobot is the robot of a branch's group chat.
type BranchRobot struct {
	Kind string `json:"kind" validate:"required,one=chat-channel"`
	Name string `json:"name" validate:"required,max=64,oneline" description:"Under which the settings keep its address · 在设置中的名称"`
}

// OpenBranch is a new branch under an id that records name.
type OpenBranch struct {
	ID string `json:"id" validate:"required,min=2,max=40,slug" pattern:"^[a-z][a-z0-9-]*$" description:"Small letters, digits, hyphens · 小写字母、数字、连字符"`
	BranchDetails
}

// Branch is the branch as the rules know it, without id and version.
func (d BranchDetails) Branch() firm.Branch {
	b := firm.Branch{Name: d.Name, Phone: d.Phone, Calendar: d.Calendar, Policy: d.Policy, Manager: d.Manager}
	if d.Robot != nil {
		b.Robot = &firm.Robot{Kind: d.Robot.Kind, Name: d.Robot.Name}
	}
	return b
}

// branchDetails is a branch as its details say it, for an edit.
func branchDetails(b firm.Branch) BranchDetails {
	d := BranchDetails{Name: b.Name, Phone: b.Phone, Calendar: b.Calendar, Policy: b.Policy, Manager: b.Manager}
	if b.Robot != nil {
		d.Robot = &BranchRobot{Kind: b.Robot.Kind, Name: b.Robot.Name}
	}
	return d
}

func branchIn(shop setup.Shop, id string) (firm.Branch, error) {
	b, found := shop.Branch(id)
	if !found {
		return b, fault.Missing("网点", "branch")
	}
	return b, nil
}

// Branches lists the branches of the shop.
func (d Desk) Branches(ctx context.Context, by app.Caller) (table.Page[firm.Branch], error) {
	shop, err := d.cached(ctx, by, permission.ReadBranches)
	return table.Page[firm.Branch]{Items: shop.Branches}, err
}

// Branch reads one branch as it is now.
func (d Desk) Branch(ctx context.Context, by app.Caller, at app.Record) (firm.Branch, error) {
	shop, _, err := d.latest(ctx, by, permission.ReadBranches)
	if err != nil {
		return firm.Branch{}, err
	}
	return branchIn(shop, at.ID)
}

// OpenBranch adds a branch.
func (d Desk) OpenBranch(ctx context.Context, by app.Caller, in OpenBranch) (firm.Branch, error) {
	shop, by, err := d.latest(ctx, by, permission.ChangeBranches)
	if err != nil {
		return firm.Branch{}, err
	}
	next, event, err := setup.ReshapeBranch(firm.Branch{ID: in.ID}, in.Branch(), by.Actor, shop, d.Now())
	if err != nil {
		return firm.Branch{}, err
	}
	return next, d.Store.SaveBranch(ctx, next, event)
}

// ChangeBranch changes a branch. Another calendar or policy moves the deadlines of its open records.
func (d Desk) ChangeBranch(ctx context.Context, by app.Caller, at app.Record,
	edit app.Edit[BranchDetails]) (firm.Branch, error) {
	shop, by, err := d.latest(ctx, by, permission.ChangeBranches)
	if err != nil {
		return firm.Branch{}, err
	}
	b, err := branchIn(shop, at.ID)
	if err == nil {
		err = at.Named(b.Version, b)
	}
	if err != nil {
		return firm.Branch{}, err
	}
	in, err := edit(branchDetails(b))
	if err != nil {
		return firm.Branch{}, err
	}
	next, event, err := setup.ReshapeBranch(b, in.Branch(), by.Actor, shop, d.Now())
	if err != nil {
		return firm.Branch{}, err
	}
	return next, d.Store.SaveBranch(ctx, next, event)
}

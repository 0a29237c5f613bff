package event

import (
	"afterpress/shared/kernel/words"
)

// Types of events about the set-up of the shop.
const (
	CategoryOpened  Type = "category.opened"
	CategoryChanged Type = "category.changed"
	StaffOpened     Type = "staff.opened"
	StaffChanged    Type = "staff.changed"
	BranchOpened    Type = "branch.opened"
	BranchChanged   Type = "branch.changed"
	CalendarOpened  Type = "calendar.opened"
	CalendarChanged Type = "calendar.changed"
	PolicyOpened    Type = "policy.opened"
	PolicyChanged   Type = "policy.changed"

	MarketingReleased Type = "marketing.released"
	MarketingStopped  Type = "marketing.stopped"
)

// setupEvents are the entries of the catalogue for the set-up of the shop.
var setupEvents = map[Type]Entry{
	CategoryOpened:  {Words: words.Text{Zh: "新建了客户类别", En: "Category opened"}},
	CategoryChanged: {Process: "replan", Words: words.Text{Zh: "修改了客户类别", En: "Category changed"}},
	StaffOpened:     {Words: words.Text{Zh: "新增了员工", En: "Staff member added"}},
	StaffChanged:    {Process: "notice", Words: words.Text{Zh: "修改了员工资料", En: "Staff member changed"}},
	BranchOpened:    {Words: words.Text{Zh: "新增了网点", En: "Branch added"}},
	BranchChanged:   {Process: "replan", Words: words.Text{Zh: "修改了网点", En: "Branch changed"}},
	CalendarOpened:  {Words: words.Text{Zh: "新增了日历", En: "Calendar added"}},
	CalendarChanged: {Process: "replan", Words: words.Text{Zh: "修改了日历", En: "Calendar changed"}},
	PolicyOpened:    {Words: words.Text{Zh: "新增了规则", En: "Policy added"}},
	PolicyChanged:   {Process: "replan", Words: words.Text{Zh: "修改了规则", En: "Policy changed"}},

	MarketingReleased: {Words: words.Text{Zh: "营销消息已放行", En: "Marketing released"}},
	MarketingStopped:  {Words: words.Text{Zh: "营销消息已暂停", En: "Marketing stopped"}},
}

package crm

// What happens to the set-up of the shop.
const (
	CategoryOpened  EventType = "category.opened"
	CategoryChanged EventType = "category.changed"
	StaffOpened     EventType = "staff.opened"
	StaffChanged    EventType = "staff.changed"
	BranchOpened    EventType = "branch.opened"
	BranchChanged   EventType = "branch.changed"
	CalendarOpened  EventType = "calendar.opened"
	CalendarChanged EventType = "calendar.changed"
	PolicyOpened    EventType = "policy.opened"
	PolicyChanged   EventType = "policy.changed"
)

// setupEvents are the entries of the catalogue for the set-up of the shop.
var setupEvents = map[EventType]EventEntry{
	CategoryOpened:  {Words: Text{Zh: "新建了客户类别", En: "Category opened"}},
	CategoryChanged: {Process: "replan", Words: Text{Zh: "修改了客户类别", En: "Category changed"}},
	StaffOpened:     {Words: Text{Zh: "新增了员工", En: "Staff member added"}},
	StaffChanged:    {Words: Text{Zh: "修改了员工资料", En: "Staff member changed"}},
	BranchOpened:    {Words: Text{Zh: "新增了网点", En: "Branch added"}},
	BranchChanged:   {Process: "replan", Words: Text{Zh: "修改了网点", En: "Branch changed"}},
	CalendarOpened:  {Words: Text{Zh: "新增了日历", En: "Calendar added"}},
	CalendarChanged: {Process: "replan", Words: Text{Zh: "修改了日历", En: "Calendar changed"}},
	PolicyOpened:    {Words: Text{Zh: "新增了规则", En: "Policy added"}},
	PolicyChanged:   {Process: "replan", Words: Text{Zh: "修改了规则", En: "Policy changed"}},
}

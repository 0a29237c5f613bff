package crm

// What happens to customers, their contacts and preferences.
const (
	CustomerOpened   EventType = "customer.opened"
	CustomerChanged  EventType = "customer.changed"
	CustomerMoved    EventType = "customer.moved"
	CustomerAged     EventType = "customer.aged"
	CustomerTouched  EventType = "customer.touched"
	CustomerArchived EventType = "customer.archived"
	ContactAdded     EventType = "contact.added"
	ContactChanged   EventType = "contact.changed"
	ContactLeft      EventType = "contact.left"
	PreferenceSet    EventType = "preference.set"
	PreferenceGone   EventType = "preference.removed"
)

// customerEvents are the entries of the catalogue for customers, their contacts and preferences.
var customerEvents = map[EventType]EventEntry{
	CustomerOpened:   {Words: Text{Zh: "建立了客户档案", En: "Customer file opened"}, Search: true},
	CustomerChanged:  {Words: Text{Zh: "修改了客户资料", En: "Customer's data changed"}, Search: true},
	CustomerMoved:    {Words: Text{Zh: "客户归入其他类别", En: "Customer moved to another category"}, Search: true},
	CustomerAged:     {Words: Text{Zh: "客户生命周期阶段变化", En: "Customer entered another stage of the life cycle"}, Search: true},
	CustomerTouched:  {Words: Text{Zh: "与客户有一次接触", En: "A touch with the customer"}},
	CustomerArchived: {Words: Text{Zh: "客户档案已归档", En: "Customer file archived"}, Search: true},
	ContactAdded:     {Words: Text{Zh: "新增了联系人", En: "Contact added"}, Search: true},
	ContactChanged:   {Words: Text{Zh: "修改了联系人", En: "Contact changed"}, Search: true},
	ContactLeft:      {Words: Text{Zh: "联系人已离开该客户", En: "Contact left the customer"}, Search: true},
	PreferenceSet:    {Words: Text{Zh: "登记了偏好或特殊要求", En: "Preference or requirement recorded"}},
	PreferenceGone:   {Words: Text{Zh: "移除了偏好或特殊要求", En: "Preference or requirement removed"}},
}

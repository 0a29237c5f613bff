package event

import (
	"afterpress/shared/kernel/words"
)

// Types of events about customers, their contacts and preferences.
const (
	CustomerOpened    Type = "customer.opened"
	CustomerChanged   Type = "customer.changed"
	CustomerMoved     Type = "customer.moved"
	CustomerAged      Type = "customer.aged"
	CustomerTouched   Type = "customer.touched"
	CustomerWritten   Type = "customer.written"
	CustomerArchived  Type = "customer.archived"
	ContactAdded      Type = "contact.added"
	ContactChanged    Type = "contact.changed"
	ContactLeft       Type = "contact.left"
	ContactReturned   Type = "contact.returned"
	ContactHeard      Type = "contact.heard"
	ContactAnswered   Type = "contact.answered"
	ContactVouched    Type = "contact.vouched"
	ContactCodeAsked  Type = "contact.code-asked"
	VisitorCodeAsked  Type = "visitor.code-asked"
	ContactProven     Type = "contact.proven"
	ContactLinksEnded Type = "contact.links-ended"
	ChannelClosed     Type = "contact.channel-closed"
	ChannelOpened     Type = "contact.channel-opened"
	PreferenceSet     Type = "preference.set"
	PreferenceRemoved Type = "preference.removed"
)

// customerEvents are the entries of the catalogue for customers, their contacts and preferences.
var customerEvents = map[Type]Entry{
	CustomerOpened:  {Words: words.Text{Zh: "建立了客户档案", En: "Customer file opened"}, Search: true},
	CustomerChanged: {Words: words.Text{Zh: "修改了客户资料", En: "Customer's data changed"}, Search: true},
	CustomerMoved:   {Words: words.Text{Zh: "客户归入其他类别", En: "Customer moved to another category"}, Search: true},
	CustomerAged: {Words: words.Text{Zh: "客户生命周期阶段变化", En: "Customer entered another stage of the life cycle"},
		Search: true},
	CustomerTouched:  {Words: words.Text{Zh: "与客户有一次接触", En: "A touch with the customer"}},
	CustomerWritten:  {Process: "notice", Words: words.Text{Zh: "同事写信给客户", En: "A colleague wrote to the customer"}},
	CustomerArchived: {Words: words.Text{Zh: "客户档案已归档", En: "Customer file archived"}, Search: true},
	ContactAdded:     {Words: words.Text{Zh: "新增了联系人", En: "Contact added"}, Search: true},
	ContactChanged:   {Words: words.Text{Zh: "修改了联系人", En: "Contact changed"}, Search: true},
	ContactLeft:      {Words: words.Text{Zh: "联系人已离开该客户", En: "Contact left the customer"}, Search: true},
	ContactReturned: {Words: words.Text{Zh: "联系人的删除已撤回，联系人恢复", En: "Contact is back: the erasure was taken back"},
		Search: true},
	ContactHeard: {Words: words.Text{Zh: "来访者以此联系人留下了其他电话或邮箱，尚未核实",
		En: "An enquiry named another phone or e-mail of the contact, not confirmed yet"}},
	ContactAnswered: {Words: words.Text{Zh: "有人从联系人的邮箱答复，邮箱可用",
		En: "Somebody answered from an e-mail of the contact: it is read"}},
	ContactVouched: {Words: words.Text{Zh: "同事已与联系人通话，确认电话或邮箱属于本人",
		En: "A colleague spoke with the contact: the phone or e-mail is theirs"}, Search: true},
	ContactCodeAsked: {Process: "notice", Words: words.Text{Zh: "申请向联系人的电话或邮箱发送验证码",
		En: "A code was asked for, to a phone or e-mail of the contact"}},
	VisitorCodeAsked: {Process: "notice", Words: words.Text{Zh: "访客在投诉页面申请验证码",
		En: "A visitor asked for a code on the complaint page"}},
	ContactProven: {Words: words.Text{Zh: "联系人说出了验证码，电话或邮箱属于本人",
		En: "The contact said the code: the phone or e-mail is theirs"}, Search: true},
	ContactLinksEnded: {Words: words.Text{Zh: "停用了联系人此前收到的全部链接", En: "All links that the contact had got were ended"}},
	ChannelClosed:     {Words: words.Text{Zh: "两天各有退信，已停用该渠道", En: "Returned on two days: channel closed"}},
	ChannelOpened:     {Words: words.Text{Zh: "员工恢复了该渠道", En: "A colleague opened the channel again"}},
	PreferenceSet:     {Words: words.Text{Zh: "登记了偏好或特殊要求", En: "Preference or requirement recorded"}},
	PreferenceRemoved: {Words: words.Text{Zh: "移除了偏好或特殊要求", En: "Preference or requirement removed"}},
}

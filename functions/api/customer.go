package api

import (
	"afterpress/shared/app"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/gate"
	"afterpress/shared/kernel/permission"
)

func customerRoutes(d frontdesk.Desk) []route {
	place := func(c customer.Customer) string { return "/customers/" + c.ID }
	return []route{
		list("GET /customers", permission.ReadCustomers, d.Customers, "Find customers, or list them, by name · 查找客户"),
		open("POST /customers", permission.OpenCustomer, d.OpenCustomer, place,
			"Make a customer, with a first contact if you like · 新建客户"),
		read("GET /customers/{id}", permission.ReadCustomers, d.Customer,
			"Read a customer; what your role does not see is left out · 查看客户"),
		change("PATCH /customers/{id}", permission.ChangeCustomer, d.ChangeCustomer,
			"Change a customer by a merge patch (RFC 7396) · 修改客户"),
		remove("DELETE /customers/{id}", permission.ArchiveCustomer, d.ArchiveCustomer,
			"Archive a customer; money and history stay, and the next enquiry restores the file · 归档客户"),
	}
}

func contactRoutes(d frontdesk.Desk) []route {
	place := func(_ app.Record, c customer.Contact) string { return "/contacts/" + c.ID }
	return []route{
		read("GET /customers/{id}/contacts", permission.ReadContacts, d.Contacts,
			"List the people at a customer, oldest first, those who have left as well · 客户的联系人"),
		add("POST /customers/{id}/contacts", permission.ChangeContacts, d.AddContact, place,
			"Add a person at a customer · 新增联系人"),
		read("GET /contacts/{id}", permission.ReadContacts, d.Contact, "Read a contact · 查看联系人"),
		change("PATCH /contacts/{id}", permission.ChangeContacts, d.ChangeContact,
			"Change a contact by a merge patch (RFC 7396) · 修改联系人"),
		command("POST /contacts/{id}/vouch", permission.VouchContacts, d.VouchContact,
			"Note that you spoke with a contact and that a phone or e-mail is theirs: links go there · 已与联系人通话，确认电话或邮箱属于本人"),
		ask("POST /contacts/{id}/channels/code", permission.VouchContacts, d.AskCode,
			"Have a code sent to a phone or e-mail in doubt; the contact says it to you by another channel · 向待核实的电话或邮箱发送验证码"),
		ask("POST /contacts/{id}/channels/prove", permission.VouchContacts, d.ProveContact,
			"Enter the code that the contact said: the phone or e-mail is theirs · 输入联系人说出的验证码，确认属于本人"),
		command("POST /contacts/{id}/links/end", permission.EndLinks, d.EndLinks,
			"End every link that a contact got so far; new ones work · 停用联系人此前收到的全部链接"),
		remove("DELETE /contacts/{id}", permission.ChangeContacts, d.ContactLeft,
			"Note that a contact has left: they get no more messages, their phones and e-mails are free, and the record stays"+
				" · 联系人已离开"),
	}
}

// eraseRoutes are about a contact who is to be forgotten. What is asked for, a second person confirms.
func eraseRoutes(d frontdesk.Desk) []route {
	return []route{
		read("GET /contacts/{id}/erase", permission.ReadErasures, d.Erasure,
			"Read how far the erasure of a contact is, what stays and why, and when backups are over · 查看删除进度"),
		command("POST /contacts/{id}/erase", permission.AskErasure, d.AskErase,
			"Ask for a contact to be erased; a second person has to confirm it · 申请删除联系人的信息"),
		command("POST /contacts/{id}/erase/confirm", permission.ConfirmErasure, d.ConfirmErase,
			"Confirm what a colleague asked for: marketing, links and search end at once · 确认删除"),
		command("POST /contacts/{id}/erase/take-back", permission.TakeBackErasure, d.TakeBackErase,
			"Take an erasure back, before it begins · 撤回删除"),
	}
}

func consentRoutes(d frontdesk.Desk) []route {
	place := func(at app.Record, _ gate.ConsentEntry) string { return "/contacts/" + at.ID + "/consents" }
	return []route{
		listOf("GET /contacts/{id}/consents", permission.ReadConsents, d.Consents,
			"List what a contact said yes or no to, as it was recorded, newest first · 联系人的同意记录"),
		add("POST /contacts/{id}/consents", permission.RecordConsent, d.RecordConsent, place,
			"Record what a contact said; their newest word counts, an older one is kept · 登记联系人的同意或拒绝"),
		ask("POST /contacts/{id}/channels/open", permission.OpenChannel, d.OpenChannel,
			"Open a channel again that returned messages closed, with a reason · 恢复因退信停用的渠道"),
	}
}

// historyRoutes are about what is known of a customer: touches, preferences, and all of it at once.
func historyRoutes(d frontdesk.Desk) []route {
	touched := func(at app.Record, _ customer.Touch) string { return "/customers/" + at.ID + "/activities" }
	preferred := func(at app.Record, p frontdesk.Preference) string {
		return "/customers/" + at.ID + "/preferences/" + p.ID
	}
	return []route{
		listOf("GET /customers/{id}/activities", permission.ReadCustomers, d.Activities,
			"List calls, visits and other touches with a customer, newest first · 客户接触记录"),
		add("POST /customers/{id}/activities", permission.RecordTouch, d.RecordActivity, touched,
			"Write down a touch with a customer · 登记一次接触"),
		write("POST /customers/{id}/messages", permission.RecordTouch, d.WriteCustomer, touched,
			"Write to a contact of a customer, by e-mail or SMS · 写信给客户联系人"),
		read("GET /customers/{id}/preferences", permission.ReadPreferences, d.Preferences,
			"List what a customer requires and likes, requirements first · 客户偏好与特殊要求"),
		add("POST /customers/{id}/preferences", permission.ChangePreferences, d.AddPreference, preferred,
			"Add a preference or requirement · 登记偏好或要求"),
		read("GET /customers/{id}/preferences/{preference}", permission.ReadPreferences, d.Preference,
			"Read a preference or requirement · 查看偏好或要求"),
		change("PATCH /customers/{id}/preferences/{preference}", permission.ChangePreferences, d.ChangePreference,
			"Change a preference by a merge patch (RFC 7396); another value confirms it · 修改偏好或要求，内容变更即视为确认"),
		remove("DELETE /customers/{id}/preferences/{preference}", permission.ChangePreferences, d.RemovePreference,
			"Remove a preference that no longer holds · 移除偏好或要求"),
		confirm("POST /customers/{id}/preferences/{preference}/confirm", permission.ChangePreferences, d.ConfirmPreference,
			"Confirm that a preference still holds · 确认偏好或要求仍然有效"),
		read("GET /customers/{id}/360", permission.ReadCustomers, d.Overview,
			"Read all that matters of a customer at once; what your role does not see is left out · 客户 360° 视图"),
		listOf("GET /customers/{id}/timeline", permission.ReadCustomers, d.Timeline,
			"List what happened with a customer, newest first · 客户时间线"),
	}
}

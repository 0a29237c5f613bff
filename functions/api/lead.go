package api

import (
	"afterpress/shared/app"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/permission"
)

func leadRoutes(d frontdesk.Desk) []route {
	place := func(l frontdesk.Lead) string { return "/leads/" + l.ID }
	written := func(at app.Record, _ customer.Touch) string { return "/leads/" + at.ID + "/touches" }
	return []route{
		list("GET /leads", permission.ReadLeads, d.Leads,
			"List leads, most urgent first; closed ones by month, newest first · 线索列表"),
		open("POST /leads", permission.OpenLead, d.OpenLead, place, "Enter a lead that did not come by a form · 录入线索"),
		read("GET /leads/{id}", permission.ReadLeads, d.Lead, "Read a lead and what you may do with it · 查看线索"),
		command("POST /leads/{id}/assign", permission.AssignLead, d.AssignLead, "Give a lead to a colleague · 分配线索"),
		command("POST /leads/{id}/contact", permission.ContactLead, d.ContactLead,
			"Record a contact, or an attempt · 登记联系"),
		command("POST /leads/{id}/qualify", permission.QualifyLead, d.QualifyLead,
			"Say that a lead is worth a quotation: its owner gets a task to quote · 转为商机"),
		command("POST /leads/{id}/win", permission.WinLead, d.WinLead, "Close a lead as won: the order came · 登记成交"),
		command("POST /leads/{id}/lose", permission.LoseLead, d.LoseLead, "Close a lead as lost · 标记流失"),
		command("POST /leads/{id}/recycle", permission.RecycleLead, d.RecycleLead, "Return a lead to the pool · 退回公海"),
		command("POST /leads/{id}/claim", permission.ClaimLead, d.ClaimLead,
			"Take a lead from the pool, a limited number each day · 领取线索"),
		write("POST /leads/{id}/messages", permission.ContactLead, d.WriteLead, written,
			"Write to the person of a lead; it counts as a contact, and answers come back to the lead · 写信给线索客户"),
		listOf("GET /leads/{id}/touches", permission.ReadLeads, d.LeadTouches,
			"List what the person wrote back, newest first, as plain text · 客户的回复"),
		read("GET /leads/{id}/artwork", permission.ReadLeads, d.LeadFiles,
			"List the files that came with a lead · 客户上传的文件"),
		read("GET /leads/{id}/artwork/{artwork}", permission.ReadLeads, d.LeadFile,
			"Get a link from which a file can be downloaded for five minutes · 下载文件的临时链接"),
		ask("POST /leads/{id}/artwork/{artwork}/release", permission.ReleaseFile, d.ReleaseLeadFile,
			"Let a file be opened that the scan did not find clean · 放行未能查毒的文件"),
		ask("POST /leads/{id}/artwork/{artwork}/discard", permission.DiscardFile, d.DiscardLeadFile,
			"Delete a file that the scan did not find clean · 丢弃未能查毒的文件"),
	}
}

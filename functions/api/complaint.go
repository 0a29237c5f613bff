package api

import (
	"afterpress/shared/app"
	"afterpress/shared/app/casework"
	"afterpress/shared/kernel/permission"
)

func complaintRoutes(d casework.Desk) []route {
	place := func(c casework.OpenedComplaint) string { return "/complaints/" + c.ID }
	return []route{
		list("GET /complaints", permission.ReadComplaints, d.Complaints,
			"List complaints, most urgent first; ended ones by month, newest first · 投诉列表"),
		open("POST /complaints", permission.OpenComplaints, d.OpenComplaint, place,
			"Open a complaint for a customer; the answer names the customer's other open ones about the same job · 登记投诉"),
		read("GET /complaints/{id}", permission.ReadComplaints, d.Complaint,
			"Read a complaint, its deadlines, and what you may do with it · 查看投诉"),
		read("GET /complaints/{id}/why", permission.ReadComplaints, d.ComplaintWhy,
			"Read the reasons for its deadlines, verdict, remedies and approval, each with rule and inputs · 期限、判定、补救与审批的依据"),
		listOf("GET /complaints/{id}/replies", permission.ReadComplaints, d.ComplaintReplies,
			"List messages with the customer, newest first · 与客户的往来"),
		listOf("GET /complaints/{id}/notes", permission.ReadComplaints, d.ComplaintNotes,
			"List what staff wrote for staff, newest first · 内部备注"),
		read("GET /complaints/{id}/canned-replies", permission.ReadComplaints, d.CannedReplies,
			"List replies to the customer, filled for this complaint; those that suit come first · 可用的回复范文"),
		read("GET /complaints/{id}/artwork/{artwork}", permission.ReadComplaints, d.LinkComplaintFile,
			"Get a link from which a photo can be downloaded for five minutes · 下载照片的临时链接"),
		command("POST /complaints/{id}/assign", permission.AssignComplaint, d.AssignComplaint,
			"Give a complaint to a colleague; what is due stays due · 分配投诉"),
		command("POST /complaints/{id}/triage", permission.TriageComplaint, d.TriageComplaint,
			"Settle severity, owner and the job's figures, or correct them before anything is offered; a verdict on other figures falls · 受理投诉或更正资料"),
		command("POST /complaints/{id}/request-evidence", permission.RequestEvidence, d.RequestEvidence,
			"Ask the customer for evidence · 请客户提供证据"),
		command("POST /complaints/{id}/measure", permission.MeasureComplaint, d.MeasureComplaint,
			"Record a measurement of the pieces · 登记测量结果"),
		command("POST /complaints/{id}/pause", permission.PauseComplaint, d.PauseComplaint,
			"Stop the clock, for a reason and no longer than the round's budget · 暂停计时"),
		command("POST /complaints/{id}/resume", permission.ResumeComplaint, d.ResumeComplaint, "Let the clock go on · 恢复计时"),
		command("POST /complaints/{id}/decide", permission.DecideComplaint, d.DecideComplaint,
			"Let the rule judge who is liable · 判定责任"),
		command("POST /complaints/{id}/overrule", permission.OverruleComplaint, d.OverruleComplaint,
			"Ask for another verdict; another person approves it · 提出改判"),
		command("POST /complaints/{id}/propose", permission.ProposeComplaint, d.ProposeRemedies,
			"Choose remedies; beyond your limit another person is asked · 选择补救办法"),
		command("POST /complaints/{id}/approve", permission.ApproveComplaint, d.ApproveComplaint,
			"Approve what was asked, naming the question that you have read · 批准"),
		command("POST /complaints/{id}/reject", permission.RejectComplaint, d.RejectComplaint,
			"Refuse what was asked, with a reason · 驳回"),
		command("POST /complaints/{id}/agree", permission.AgreeComplaint, d.AgreeComplaint,
			"Record the customer's yes to the offer of that turn · 登记客户接受"),
		command("POST /complaints/{id}/decline", permission.DeclineComplaint, d.DeclineComplaint,
			"Record the customer's no · 登记客户拒绝"),
		command("POST /complaints/{id}/carry-out", permission.CarryOutComplaint, d.CarryOutComplaint,
			"Begin what was agreed, give the goods a day, or enter the credit's number · 执行补救"),
		command("POST /complaints/{id}/complete", permission.CompleteComplaint, d.CompleteComplaint,
			"Say that all that was agreed is done · 补救已完成"),
		command("POST /complaints/{id}/verify", permission.VerifyComplaint, d.VerifyComplaint,
			"Record whether the customer is satisfied · 登记客户反馈"),
		command("POST /complaints/{id}/find-cause", permission.FindCauseComplaint, d.FindCause,
			"Record the root cause · 登记根本原因"),
		command("POST /complaints/{id}/correct", permission.CorrectComplaint, d.CorrectComplaint,
			"Record the corrective action · 登记纠正措施"),
		command("POST /complaints/{id}/check-effect", permission.CorrectComplaint, d.CheckEffect,
			"Record whether the correction worked, once it is due · 检查纠正效果"),
		command("POST /complaints/{id}/close", permission.CloseComplaint, d.CloseComplaint,
			"Close a complaint that is settled · 关闭投诉"),
		command("POST /complaints/{id}/reopen", permission.ReopenComplaint, d.ReopenComplaint,
			"Begin a new round · 重新打开投诉"),
		command("POST /complaints/{id}/withdraw", permission.WithdrawComplaint, d.WithdrawComplaint,
			"End a complaint that the customer takes back · 撤回投诉"),
		command("POST /complaints/{id}/comment", permission.CommentComplaint, d.CommentComplaint,
			"Write to the customer, or for staff alone · 回复客户或写内部备注"),
		command("POST /complaints/{id}/join", permission.JoinComplaint, d.JoinComplaint,
			"End a complaint in favour of an older one about the same job · 并入较早的投诉"),
		all("GET /defects", permission.ReadDefects, d.Defects,
			"Read the catalogue: defects with limits and sources, measures, product classes, evidence, remedies · 缺陷目录"),
		list("GET /reports/complaints", permission.ReadReports, d.ReportComplaints,
			"Read what became of the complaints opened in a period, by defect, product, press, operator, paper or customer; seconds old · 投诉统计，数字可能滞后几秒"),
	}
}

// caseFileRoutes are about the files of complaints and of questions from production.
func caseFileRoutes(d casework.Desk) []route {
	below := func(records string) func(app.Record, app.ArtworkOffer) string {
		return func(at app.Record, o app.ArtworkOffer) string { return records + at.ID + "/artwork/" + o.ID }
	}
	return []route{
		read("GET /complaints/{id}/artwork", permission.ReadComplaints, d.ComplaintFiles,
			"List the files of a complaint · 投诉的照片与文件"),
		add("POST /complaints/{id}/artwork", permission.CommentComplaint, d.OfferComplaintFile, below("/complaints/"),
			"Announce a file of a complaint, and get the form by which it is sent to the store · 登记要上传的投诉照片"),
		ask("POST /complaints/{id}/artwork/{artwork}/check", permission.CommentComplaint, d.CheckComplaintFile,
			"Have a file that was sent looked at: it is attached, or refused and deleted · 检查并附上投诉照片"),
		read("GET /holds/{id}/artwork", permission.ReadHolds, d.HoldFiles,
			"List the files of a question from production · 生产问题的照片与文件"),
		add("POST /holds/{id}/artwork", permission.OpenHold, d.OfferHoldFile, below("/holds/"),
			"Announce a file of a question from production, and get the form by which it is sent to the store · 登记要上传的生产问题照片"),
		ask("POST /holds/{id}/artwork/{artwork}/check", permission.OpenHold, d.CheckHoldFile,
			"Have a file that was sent looked at: it is attached, or refused and deleted · 检查并附上生产问题照片"),
		ask("POST /complaints/{id}/artwork/{artwork}/release", permission.ReleaseFile, d.ReleaseComplaintFile,
			"Let a file of a complaint be opened that the scan did not find clean · 放行未能查毒的投诉文件"),
		ask("POST /complaints/{id}/artwork/{artwork}/discard", permission.DiscardFile, d.DiscardComplaintFile,
			"Delete a file of a complaint that the scan did not find clean · 丢弃未能查毒的投诉文件"),
		ask("POST /holds/{id}/artwork/{artwork}/release", permission.ReleaseFile, d.ReleaseHoldFile,
			"Let a file of a question be opened that the scan did not find clean · 放行未能查毒的生产问题文件"),
		ask("POST /holds/{id}/artwork/{artwork}/discard", permission.DiscardFile, d.DiscardHoldFile,
			"Delete a file of a question that the scan did not find clean · 丢弃未能查毒的生产问题文件"),
		read("GET /holds/{id}/artwork/{artwork}", permission.ReadHolds, d.LinkHoldFile,
			"Get a link from which a file of a question from production can be downloaded for five minutes · 下载生产问题照片的临时链接"),
	}
}

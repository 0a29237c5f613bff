package api

import (
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/kernel/permission"
)

func submissionRoutes(d frontdesk.Desk) []route {
	return []route{
		list("GET /submissions", permission.ReadSubmissions, d.Submissions,
			"List what came through the forms, newest first · 表单提交列表"),
		read("GET /submissions/{id}", permission.ReadSubmissions, d.Submission,
			"Read what was posted, as it came, and what you may do with it · 查看表单提交"),
		command("POST /submissions/{id}/release", permission.ReleaseSubmission, d.ReleaseSubmission,
			"Let a quarantined submission become a lead by the rules of today · 放行被隔离的提交"),
		command("POST /submissions/{id}/discard", permission.DiscardSubmission, d.DiscardSubmission,
			"Say that nothing comes of a quarantined submission · 丢弃被隔离的提交"),
		read("GET /letters/{id}", permission.ReadSubmissions, d.Letter,
			"Make a link of five minutes to a letter, whole and as it came · 下载来信原件的临时链接（5 分钟）"),
	}
}

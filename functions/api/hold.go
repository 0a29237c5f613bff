package api

import (
	"afterpress/shared/app/casework"
	"afterpress/shared/kernel/permission"
)

func holdRoutes(d casework.Desk) []route {
	place := func(h casework.Hold) string { return "/holds/" + h.ID }
	return []route{
		list("GET /holds", permission.ReadHolds, d.Holds,
			"List questions during production, most urgent first; closed ones by month, newest first · 生产问题列表"),
		open("POST /holds", permission.OpenHold, d.OpenHold, place,
			"Ask the customer a question about a job that is being printed · 就印刷中的订单询问客户"),
		read("GET /holds/{id}", permission.ReadHolds, d.Hold, "Read a question and what you may do with it · 查看生产问题"),
		command("POST /holds/{id}/answer", permission.AnswerHold, d.AnswerHold,
			"Record what the customer wants; the asker is told · 登记客户的答复"),
		command("POST /holds/{id}/withdraw", permission.WithdrawHold, d.WithdrawHold,
			"Take a question back that was solved without the customer · 撤回生产问题"),
	}
}

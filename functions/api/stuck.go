package api

import (
	"afterpress/shared/app/worklist"
	"afterpress/shared/kernel/permission"
)

func stuckRoutes(d worklist.Desk) []route {
	return []route{
		list("GET /operations/stuck", permission.ReadStuck, d.AllStuck,
			"List what cannot go on by itself, oldest first: steps, events, records, processes, messages in doubt · 卡住的事项列表"),
		read("GET /operations/stuck/{id}", permission.ReadStuck, d.Stuck,
			"Read why something is stuck and what you may do · 查看卡住的事项"),
		command("POST /operations/stuck/{id}/retry", permission.RetryStuck, d.RetryStuck,
			"Have a step or an event tried again now · 立即重试"),
		command("POST /operations/stuck/{id}/skip", permission.SkipStuck, d.SkipStuck,
			"Go on without it, and say why · 跳过并说明原因"),
	}
}

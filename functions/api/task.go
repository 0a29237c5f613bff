package api

import (
	"afterpress/shared/app"
	"afterpress/shared/app/worklist"
	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/permission"
)

func taskRoutes(d worklist.Desk) []route {
	place := func(t worklist.Task) string { return "/tasks/" + t.ID }
	written := func(_ app.Record, t customer.Touch) string { return "/customers/" + t.Customer + "/activities" }
	return []route{
		list("GET /tasks", permission.ReadTasks, d.Tasks,
			"List tasks, most urgent first; closed ones by month, newest first · 任务列表"),
		open("POST /tasks", permission.OpenTask, d.OpenTask, place, "Open a task · 新建任务"),
		list("GET /tasks/load", permission.ReadLoad, d.ReadLoad,
			"Read what each colleague has to do and did in 30 days · 工作负荷与按时率"),
		read("GET /tasks/{id}", permission.ReadTasks, d.Task, "Read a task and what you may do with it · 查看任务"),
		change("PATCH /tasks/{id}", permission.ChangeTask, d.ChangeTask,
			"Change a task by a merge patch (RFC 7396) · 修改任务"),
		command("POST /tasks/{id}/hand-on", permission.ChangeTask, d.HandOnTask,
			"Give a task to a colleague; you keep seeing it · 转交任务"),
		command("POST /tasks/{id}/comment", permission.ChangeTask, d.CommentTask,
			"Comment on a task; whom you mention is told · 评论任务"),
		command("POST /tasks/{id}/check", permission.ChangeTask, d.CheckTask,
			"Check an item of the checklist, or take the mark back · 勾选清单项"),
		command("POST /tasks/{id}/complete", permission.ChangeTask, d.CompleteTask, "Close a task as done · 完成任务"),
		command("POST /tasks/{id}/cancel", permission.ChangeTask, d.CancelTask,
			"Close a task as not to be done · 取消任务"),
		command("POST /tasks/{id}/reopen", permission.ChangeTask, d.ReopenTask,
			"Reopen a closed task with a new deadline · 重新打开任务"),
		write("POST /tasks/{id}/messages", permission.RecordTouch, d.WriteTask, written,
			"Write to a contact of the customer whom a task concerns · 就任务写信给客户"),
		listOf("GET /tasks/{id}/comments", permission.ReadTasks, d.TaskNotes,
			"List what was written under a task, newest first · 任务的评论"),
	}
}

func deskRoutes(d worklist.Desk) []route {
	return []route{
		list("GET /desk", permission.ReadDesk, d.ReadDesk,
			"List what you, or somebody of your branch, have to do, most urgent first · 待办列表"),
	}
}

func messageRoutes(d worklist.Desk) []route {
	return []route{
		command("POST /messages/{id}/settle", permission.SettleMessage, d.SettleMessage,
			"Say whether a doubtful message was sent · 确认消息是否送达"),
	}
}

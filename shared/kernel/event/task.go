package event

import (
	"afterpress/shared/kernel/words"
)

// Types of events about tasks.
const (
	TaskOpened    Type = "task.opened"
	TaskChanged   Type = "task.changed"
	TaskHanded    Type = "task.handed"
	TaskCommented Type = "task.commented"
	TaskDone      Type = "task.done"
	TaskCancelled Type = "task.cancelled"
	TaskReopened  Type = "task.reopened"
	TaskReplanned Type = "task.replanned"
	TaskRestarted Type = "task.restarted"
)

// taskEvents are the entries of the catalogue for tasks.
var taskEvents = map[Type]Entry{
	TaskOpened:    {Process: "task", Words: words.Text{Zh: "新建了任务", En: "Task opened"}, Opens: true},
	TaskChanged:   {Process: "task", Words: words.Text{Zh: "修改了任务", En: "Task changed"}},
	TaskHanded:    {Process: "task", Words: words.Text{Zh: "任务已转交", En: "Task handed on"}},
	TaskCommented: {Process: "task", Words: words.Text{Zh: "任务有新评论", En: "Comment on a task"}},
	TaskDone:      {Process: "task", Words: words.Text{Zh: "任务已完成", En: "Task done"}},
	TaskCancelled: {Process: "task", Words: words.Text{Zh: "任务已取消", En: "Task cancelled"}},
	TaskReopened:  {Process: "task", Words: words.Text{Zh: "任务已重新打开", En: "Task reopened"}},
	TaskReplanned: {Process: "task",
		Words: words.Text{Zh: "规则或日历变更，任务期限已重算", En: "A rule or calendar changed; the task's deadline was computed anew"}},
	TaskRestarted: {Process: "task",
		Words: words.Text{Zh: "系统曾中断，任务期限已重新开始计算", En: "After an outage the task's time began anew"}},
}

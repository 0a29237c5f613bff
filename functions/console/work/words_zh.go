package work

var wordsZh = wording{
	Groups: []string{"已超时", "今天", "未来七天", "以后", "尚无负责人", "等待批准"},
	Kinds: map[string]string{"lead": "线索", "complaint": "投诉", "task": "任务", "hold": "生产问题", "stuck": "卡住的流程",
		"message": "消息", "erase": "删除个人信息"},
	Why: map[string]string{
		"lead.new": "等待分配", "lead.assigned": "等待首次联系", "lead.pooled": "在公海中，等待领取", "lead.contacted": "等待下一步跟进",
		"lead.qualified": "等待报价或订单", "complaint.new": "等待受理", "complaint.triaged": "等待调查",
		"complaint.investigating": "正在调查", "complaint.judged": "等待提出方案", "complaint.proposed": "方案已提出",
		"complaint.awaiting-approval": "等待批准", "complaint.offered": "等待客户答复", "complaint.agreed": "等待执行",
		"complaint.carrying-out": "正在执行", "complaint.verifying": "等待确认客户满意", "complaint.correcting": "等待整改",
		"hold.asked": "等待客户答复", "hold.escalated": "请代客户决定", "task.open": "待完成",
	},
	TopBecause: func(title, left string) string { return "先处理“" + title + "”：" + left + "。" },
	Due:        "截止：",
	Empty:      "桌面上没有待办事项。分给您的线索、任务和投诉会出现在这里。",
	ToLeads:    "查看线索",
}

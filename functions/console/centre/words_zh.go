package centre

var wordsZh = wording{
	Search: "查找客户", SearchHint: "名称的任意部分、拼音、首字母、电话、邮箱或税号，至少两个字。", Find: "查找",
	NoneYet:   "还没有您可以查看的客户。客户第一次询价后会出现在这里。",
	NoneFound: "没有找到客户", NoneHint: "请核对输入，或换一种方式查找，例如电话的后几位。",
	Stages: map[string]string{"lead": "线索", "prospect": "潜在客户", "first-order": "首单客户", "active": "活跃客户",
		"at-risk": "有流失风险", "lapsed": "已流失", "won-back": "已挽回", "exit": "已归档"},
	Roles:    map[string]string{"decides": "决策", "buys": "采购", "proofs": "审稿", "receives": "收货", "pays": "付款"},
	Kinds:    map[string]string{"lead": "线索", "task": "任务", "complaint": "投诉", "hold": "生产问题"},
	Channels: map[string]string{"call": "电话", "email": "邮件", "sms": "短信"},
	Purposes: map[string]string{"service": "服务消息", "marketing": "营销消息"},
	Outcomes: map[string]string{"interested": "有意向", "quote-requested": "要求报价", "call-back": "约定再联系",
		"answered": "已答复", "not-now": "暂无需求",
		"unreachable": "未联系上", "written": "已写信"},
	Away: map[string]string{"left": "已离职", "absent": "今天不在"},
	MayNot: func(channel, purpose, why string) string {
		return "不可以用" + channel + "发" + purpose + "：" + why
	},
	Liking: func(kind, value string, required, stale bool) string {
		text := kind + "：" + value
		if required {
			text += "（必须满足）"
		}
		if stale {
			text += "，很久没有确认，请再问一次"
		}
		return text
	},
	Owner: "负责人", Branch: "网点", Due: "截止：", Warnings: "联系之前请注意", People: "联系人", NoPeople: "没有您可以查看的联系人。",
	HasLeft: "已离开", Open: "未完成的事项", NoOpen: "没有未完成的事项。", Likes: "偏好与要求", Touches: "最近的联系",
	NoTouches: "还没有联系记录。", Unnamed: "未留姓名",
}

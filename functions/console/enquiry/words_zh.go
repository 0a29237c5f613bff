package enquiry

import "afterpress/shared/kernel/words"

var wordsZh = wording{
	Lang: words.Zh, Thanks: "自动回复：",
	Left:    func(span string) string { return "还有 " + span + "（工作时间）" },
	Over:    func(span string) string { return "已超时 " + span + "（工作时间）" },
	AllOpen: "全部未关闭", Mine: "我负责的",
	States: map[string]string{"new": "待分配", "assigned": "待联系", "pooled": "公海", "contacted": "已联系", "qualified": "商机",
		"won": "已成交", "lost": "已流失"},
	Unowned: "暂无负责人", InPool: "在公海中",
	Empty: "这里没有线索", EmptyHint: "客户提交询价表单后，线索会出现在这里。也可以换一个状态查看。",
	Lists: map[string]map[string]string{
		"outcome": {"interested": "有意向", "quote-requested": "要求报价", "call-back": "约定再联系",
			"answered": "已答复", "not-now": "暂无需求",
			"unreachable": "未联系上", "written": "已写信"},
		"loss": {"price": "价格", "lead-time": "交期", "quality-doubt": "担心质量", "competitor": "选择了同行", "no-answer": "联系不上",
			"not-our-work": "不属于我们的业务", "changed-mind": "客户改变主意", "duplicate": "重复线索"},
		"recycle": {"no-capacity": "手头忙不过来", "wrong-person": "不适合由我跟进", "absent": "不在岗", "no-progress": "没有进展"},
	},
	Fields: map[string]labelled{
		"channel": {"联系方式", ""}, "outcome": {"结果", "未联系上也请登记：首次联系的时限继续计算。"},
		"note":         {"备注", "只有同事能看到。"},
		"next_step_at": {"约定的下一步时间", "门店所在地时间；不填则按规则推算。"},
		"owner":        {"负责人", "本网点的销售或经理。"}, "need": {"客户需要什么", "报价的同事会看到。"},
		"order": {"订单号", ""}, "reason": {"原因", ""}, "competitor": {"同行名称", ""},
	},
	Facts: map[string]string{"name": "姓名", "company": "公司", "phone": "电话", "phone_typed": "电话（原文）", "email": "邮箱",
		"product": "产品", "quantity": "数量", "needed_by": "需要日期", "heard_from": "得知渠道", "branch": "网点", "since": "询价时间",
		"customer": "客户档案"},
	Clocks: map[string]string{"new": "首次联系截止", "assigned": "首次联系截止", "pooled": "领取截止", "contacted": "下一步截止",
		"qualified": "报价跟进截止"},
	Agreed: "与客户约定的时间", Before: "：",
	Buttons: map[string]string{"lead.contact": "记录联系", "lead.claim": "领取线索", "lead.assign": "指派", "lead.qualify": "转为商机",
		"lead.win": "登记成交", "lead.lose": "标记流失", "lead.recycle": "退回公海"},
	Done: map[string]string{"lead.contact": "已记录联系", "lead.claim": "已领取", "lead.assign": "已指派", "lead.qualify": "已转为商机",
		"lead.win": "已登记成交", "lead.lose": "已标记流失", "lead.recycle": "已退回公海"},
	NowStands: func(state string) string { return "线索现在的状态：" + state + "。" },
	LastContact: func(at, who, channel, outcome string) string {
		return "上次联系：" + at + "，" + who + "，" + channel + "，" + outcome + "。"
	},
	Attempts: func(n string) string { return "已尝试联系 " + n + " 次，尚未联系上。" },
	Replies:  func(n string) string { return n + " 封来信待回复" },
	WhatNext: "可以做什么", Enquiry: "询价内容", Message: "留言", Files: "文件", Heard: "客户来信", Due: "截止：", Owner: "负责人",
	State: "状态",
}

package event

import (
	"afterpress/shared/kernel/words"
)

// Types of events about questions during production.
const (
	HoldOpened    Type = "hold.opened"
	HoldAnswered  Type = "hold.answered"
	HoldEscalated Type = "hold.escalated"
	HoldWithdrawn Type = "hold.withdrawn"
	HoldReplanned Type = "hold.replanned"
	HoldRestarted Type = "hold.restarted"
)

// holdEvents are the entries of the catalogue for questions during production.
var holdEvents = map[Type]Entry{
	HoldOpened:    {Process: "hold", Words: words.Text{Zh: "印刷中有问题需客户确认", En: "Question during production"}, Opens: true},
	HoldAnswered:  {Process: "hold", Words: words.Text{Zh: "客户已答复生产问题", En: "Production question answered"}, Word: true},
	HoldEscalated: {Process: "hold", Words: words.Text{Zh: "生产问题已上报", En: "Production question escalated"}},
	HoldWithdrawn: {Process: "hold", Words: words.Text{Zh: "生产问题已撤回", En: "Production question withdrawn"}},
	HoldReplanned: {Process: "hold",
		Words: words.Text{Zh: "规则或日历变更，生产问题期限已重算",
			En: "A rule or calendar changed; the question's deadline was computed anew"}},
	HoldRestarted: {Process: "hold",
		Words: words.Text{Zh: "系统曾中断，生产问题期限已重新开始计算", En: "After an outage the question's time began anew"}},
}

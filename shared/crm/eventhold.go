package crm

// What happens to questions during production.
const (
	HoldOpenedEvent    EventType = "hold.opened"
	HoldAnsweredEvent  EventType = "hold.answered"
	HoldEscalatedEvent EventType = "hold.escalated"
	HoldWithdrawnEvent EventType = "hold.withdrawn"
	HoldReplannedEvent EventType = "hold.replanned"
)

// holdEvents are the entries of the catalogue for questions during production.
var holdEvents = map[EventType]EventEntry{
	HoldOpenedEvent:    {Process: "hold", Words: Text{Zh: "印刷中有问题需客户确认", En: "Question during production"}},
	HoldAnsweredEvent:  {Process: "hold", Words: Text{Zh: "客户已答复生产问题", En: "Production question answered"}, Word: true},
	HoldEscalatedEvent: {Process: "hold", Words: Text{Zh: "生产问题已上报", En: "Production question escalated"}},
	HoldWithdrawnEvent: {Process: "hold", Words: Text{Zh: "生产问题已撤回", En: "Production question withdrawn"}},
	HoldReplannedEvent: {Process: "hold", Words: Text{Zh: "规则或日历变更，生产问题期限已重算", En: "A rule or calendar changed; the question's deadline was computed anew"}},
}

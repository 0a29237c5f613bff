package crm

// What happens to messages.
const (
	MessageStuck  EventType = "message.unknown"
	MessageClosed EventType = "message.settled"
	MessageBounce EventType = "message.bounced"
	MessageSpam   EventType = "message.complained"
)

// messageEvents are the entries of the catalogue for messages.
var messageEvents = map[EventType]EventEntry{
	MessageStuck:  {Words: Text{Zh: "一条消息是否送达不明", En: "A message may or may not have been sent"}},
	MessageClosed: {Words: Text{Zh: "已确认消息结果", En: "The outcome of a message was confirmed"}},
	MessageBounce: {Words: Text{Zh: "消息被退回，该渠道已停用", En: "A message came back; the channel is blocked"}},
	MessageSpam:   {Words: Text{Zh: "客户投诉为垃圾邮件，该渠道已停用", En: "Reported as unwanted; the channel is blocked"}},
}

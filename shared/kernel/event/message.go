package event

import (
	"afterpress/shared/kernel/words"
)

// Types of events about messages.
const (
	MessageUnknown    Type = "message.unknown"
	MessageSettled    Type = "message.settled"
	MessageBounced    Type = "message.bounced"
	MessageComplained Type = "message.complained"
)

// CauseData names in the data of MessageBounced why the message came back.
const CauseData = "cause"

// closedAtOnce are the words of a message that came back until November 2026: one such message closed its channel then,
// and its event names no cause.
var closedAtOnce = words.Text{Zh: "消息被退回，该渠道已停用", En: "A message came back; the channel is blocked"}

// Words put the event into words, for a history.
func (e Event) Words() words.Text {
	if e.Type == MessageBounced && e.Data[CauseData] == "" {
		return closedAtOnce
	}
	return Catalogue[e.Type].Words
}

// messageEvents are the entries of the catalogue for messages.
var messageEvents = map[Type]Entry{
	MessageUnknown:    {Words: words.Text{Zh: "一条消息是否送达不明", En: "A message may or may not have been sent"}},
	MessageSettled:    {Words: words.Text{Zh: "已确认消息结果", En: "The outcome of a message was confirmed"}},
	MessageBounced:    {Words: words.Text{Zh: "消息被退回：地址无效", En: "A message came back: the address does not work"}},
	MessageComplained: {Words: words.Text{Zh: "客户投诉为垃圾邮件，该渠道已停用", En: "Reported as unwanted; the channel is blocked"}},
}

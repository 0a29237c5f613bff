package gate

import (
	"time"

	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/words"
)

// ReasonFailed is the reason of a channel that is closed to marketing: one message came back from there.
const ReasonFailed = "failed"

// ClosedChannel is a channel by which a contact gets nothing, or no marketing.
type ClosedChannel struct {
	Channel string `json:"channel" of:"written-channel"`
	Reason  string `json:"reason"` // message.FateBounced, message.FateComplained or ReasonFailed
	// Service reports whether messages about the contact's own affairs still go there.
	Service bool `json:"service"`
	// Since is when it was closed; nil for what was closed before December 2026.
	Since *time.Time `json:"since,omitempty"`
}

// ClosedChannels lists the channels that are closed to the contact. found is what is suppressed at their addresses.
func (g Gate) ClosedChannels(found map[message.Address]Suppression) []ClosedChannel {
	var out []ClosedChannel
	for _, channel := range []string{message.ChannelEmail, message.ChannelSMS} {
		c := ClosedChannel{Channel: channel, Reason: g.Suppressed[channel]}
		switch failed := g.Failed[channel]; {
		case c.Reason != "":
			c.Since = closedSince(channel, found)
		case failed != "":
			c.Reason, c.Service = ReasonFailed, true
			if day, err := time.Parse(time.DateOnly, failed); err == nil { // else the provider's list said it
				c.Since = &day
			}
		default:
			continue
		}
		out = append(out, c)
	}
	return out
}

// closedSince is when the first of the channel's addresses was closed.
func closedSince(channel string, found map[message.Address]Suppression) *time.Time {
	var first *time.Time
	for at, s := range found {
		if at.Channel == channel && s.Block != "" && !s.Since.IsZero() && (first == nil || s.Since.Before(*first)) {
			first = &s.Since
		}
	}
	return first
}

// Words say why the channel is closed and what can be done.
func (c ClosedChannel) Words() words.Text {
	switch c.Reason {
	case message.FateComplained:
		return words.Text{Zh: "收件人把我们的消息举报为垃圾信息，该渠道不再发送任何内容。只有客户本人能重新开启，员工不能。",
			En: "The reader reported our messages as unwanted: nothing goes there. " +
				"Only the contact can open it again; staff cannot."}
	case ReasonFailed:
		return words.Text{Zh: "有消息因地址无效被退回，不再发送营销信息；服务消息照常发送。请与客户核对地址。",
			En: "A message came back because the address does not work: no marketing goes there, other messages do. " +
				"Check the address with the contact."}
	}
	return words.Text{Zh: "消息因地址无效多次被退回，该渠道不再发送任何内容。请核对地址，确认可用后重新开启（POST /contacts/{id}/channels/open）。",
		En: "Messages came back because the address does not work: nothing goes there. " +
			"Check the address; once it works, open the channel (POST /contacts/{id}/channels/open)."}
}

package customer

import (
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// OutcomeWritten is the outcome of a letter that a colleague wrote: the person was written to.
const OutcomeWritten = "written"

// Outgoing is the touch of what a colleague writes to a contact, before the store gives it its id and its record.
func Outgoing(w message.Written, contact string) Touch {
	channel := TouchMail
	if w.Channel == message.ChannelSMS {
		channel = message.ChannelSMS
	}
	return Touch{Channel: channel, Direction: TouchOut, Contact: contact, Subject: w.Subject, Text: w.Text,
		Outcome: OutcomeWritten}
}

// SentBy is the channel of the ledger by which an outgoing touch goes.
func (t Touch) SentBy() string {
	if t.Channel == message.ChannelSMS {
		return message.ChannelSMS
	}
	return message.ChannelEmail
}

// Reached is the contact's address on one channel. Where there is none, reason says why, as in AddressFor.
func (c Contact) Reached(channel string, sms message.SMSPolicy) (address, reason string) {
	if channel == message.ChannelEmail {
		c.Phones = nil
	} else {
		c.Emails = nil
	}
	_, address, reason = c.AddressFor(sms, "")
	return address, reason
}

// Written is the contact as a colleague's letter reaches them: by what is known to be theirs. It carries no link, so
// the one value that was ever said of somebody will do.
func (a Addressee) Written() Contact {
	if a.Alone() {
		return a.Contact
	}
	return a.Known
}

// unreached says, for each reason of Reached, what the colleague can do instead.
var unreached = map[string]words.Text{
	message.ReasonLeft: {Zh: "此联系人已离开该客户。请选择其他联系人。", En: "This contact has left the customer. Choose another one."},
	message.ReasonBlocked: {Zh: "该邮箱或号码已停用（退信或对方拒收）。请换一种渠道，或致电。",
		En: "This address is blocked: mail came back, or the person refused it. Use another channel, or call."},
	message.ReasonNoAddress: {Zh: "此联系人没有已核实的邮箱或手机号。请换一种渠道，或先通话核实。",
		En: "This contact has no confirmed address for that. Use another channel, or confirm one by phone first."},
}

// Unreached is the refusal of a message for a reason of Reached.
func Unreached(reason string) error {
	why, known := unreached[reason]
	if !known {
		why = words.Text{Zh: "无法向该号码发送短信。请改用邮件或电话。", En: "We cannot send an SMS to this number. Write an e-mail or call."}
	}
	return fault.Faulty(fault.Field{Pointer: "/channel", Text: why})
}

// Writes records that a colleague writes to the customer. It is a touch, and its event has it sent.
func (c Customer) Writes(by staff.Actor, t Touch, now time.Time) (Customer, Touch, event.Event, error) {
	next, kept, e, err := c.Touched(by, t, firm.Roster{}, now)
	if err == nil {
		e = kept.Sending(by)
	}
	return next, kept, e, err
}

// Sending is the event that has an outgoing touch sent.
func (t Touch) Sending(by staff.Actor) event.Event {
	data := map[string]string{"touch": t.ID, "channel": t.Channel, "direction": t.Direction, "contact": t.Contact}
	if t.Lead != "" {
		data["lead"] = t.Lead
	}
	return event.New(event.CustomerWritten, by, t.Customer, t.ID, t.Version, t.Branch, t.At, data)
}

// unsent is what the task says of a letter that did not go out, and the mark of such tasks.
func (c Call) unsent() (title, text words.Text, key string) {
	why, known := message.ReasonWords[c.Unsent]
	if !known {
		why = words.Text{Zh: "未发送：发送服务不可用或拒绝了消息", En: "Not sent: the service is not there or refused it"}
	}
	title = words.Text{Zh: "写给客户的消息没有发出（%s）", En: "What was written to the customer was not sent (%s)"}
	text = words.Text{Zh: why.Zh + "。请致电联系人，或换一种渠道再写：POST /customers/" + c.Customer + "/messages（联系人 %s）",
		En: why.En + ". Call the contact, or write by another channel: POST /customers/" + c.Customer +
			"/messages (contact %s)"}
	return title, text, "unsent/"
}

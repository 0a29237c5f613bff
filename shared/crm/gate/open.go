package gate

import (
	"time"

	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
)

// How a colleague knows that a channel works again.
const (
	OpenSpoken   = "spoken"   // the contact says so
	OpenAnswered = "answered" // something came from there
	OpenMended   = "mended"   // the mailbox or its provider had a fault, and has it no more
	OpenMistaken = "mistaken" // what came back was about something else
)

// OpenReasons lists the reasons for which a channel is opened again.
var OpenReasons = []string{OpenSpoken, OpenAnswered, OpenMended, OpenMistaken}

// Open is a person's word that a channel works, and why. What failed there counts no more, at the contact's addresses
// too. It gives no consent. The error is Refused where no failed address closed or narrowed the channel: a contact who
// reported our messages as unwanted closed it themselves.
func (g Gate) Open(channel, reason, branch string, by staff.Actor, now time.Time) (Gate, []event.Event, error) {
	if why := g.Suppressed[channel]; why != message.FateBounced && (why != "" || g.Failed[channel] == "") {
		e := fault.Fail(fault.Refused, "该渠道不是因退信停用的，无需或不能由员工恢复。客户投诉过的，须由客户本人同意。",
			"No returned message closed this channel, so staff have nothing to open. After a complaint the contact decides.")
		e.State = why
		return g, nil, e
	}
	next := g.reopen(channel, now)
	next.opened = channel
	data := map[string]string{"channel": channel, "reason": reason}
	return next, []event.Event{next.NewEvent(event.ChannelOpened, branch, by, now, data)}, nil
}

// Closed is the event of a channel that a report closed since the gate was before. A complaint has an event of its own.
func (g Gate) Closed(before Gate, r message.Report, m message.Message, now time.Time) (e event.Event, closed bool) {
	if before.Suppressed[m.Channel] != "" || g.Suppressed[m.Channel] != message.FateBounced {
		return e, false
	}
	return g.NewEvent(event.ChannelClosed, m.Branch, message.Reporter(r.Source), now,
		map[string]string{"channel": m.Channel}), true
}

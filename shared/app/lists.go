package app

import (
	"slices"

	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/proposal"
	"afterpress/shared/crm/complaint/tally"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/task"
	"afterpress/shared/crm/timeline"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/valid"
)

// Forms checks what comes in, by every list of words that the rules have. Doors check by it, and the description of
// the API writes its lists out.
var Forms = valid.New(customer.Lists, form.Lists, lead.Lists, complaint.Lists, verdict.Lists, hold.Lists, task.Lists, gate.Lists,
	valid.Lists{
		"artwork-kind":    valid.Of(artwork.Kinds...),
		"standing":        proposal.Standings,
		"weekday":         calendar.Weekdays,
		"role":            valid.Of(staff.Roles...),
		"absence-reason":  staff.AbsenceReasons,
		"chat-channel":    firm.ChatChannels,
		"report-by":       append(slices.Clone(tally.Dimensions[1:]), tally.All),
		"timeline-kind":   timeline.Kinds,
		"message-outcome": {message.StateSent, message.StateFailed},
	})

package app

import (
	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/approval"
	"afterpress/shared/crm/complaint/proposal"
	"afterpress/shared/crm/complaint/tally"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/draw"
	"afterpress/shared/crm/erase"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/stuck"
	"afterpress/shared/crm/task"
	"afterpress/shared/crm/timeline"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/valid"
)

// Forms checks what comes in, by every list of words that the rules have. Doors check by it, and the description of
// the API writes its lists out.
var Forms = valid.New(artwork.Lists, complaint.Lists, customer.Lists, draw.Lists, erase.Lists, firm.Lists,
	form.Lists, gate.Lists, hold.Lists, lead.Lists, message.Lists, proposal.Lists, stuck.Lists, tally.Lists,
	task.Lists, timeline.Lists, verdict.Lists,
	valid.Lists{ // of the kernel
		"weekday": calendar.Weekdays,
		// whose official holidays are known
		"holiday-country":   calendar.OfficialCountries,
		"role":              valid.Of(staff.Roles...),
		"complaint-outcome": append([]string{complaint.OutcomeSettled}, complaint.States[11:]...), // or the end state
		"approval-state":    approval.States,
		// a line of what is stuck may be a message in doubt
		"stuck-card-state": append([]string{message.StateUnknown}, stuck.States...),
		"open-kind":        {"lead", "task", "complaint", "hold", "erase"},
		"absence-reason":   staff.AbsenceReasons,
	})
